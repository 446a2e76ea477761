"""`/v1/proposals/{id}/mail` and `/v1/managers/{email}/mail-schedule`: looked at, sent once, and scheduled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import pytest
from sqlalchemy import Engine

from app.adapters.store.database import open_database
from app.adapters.store.keys import StoredKeys
from app.api.parts import ApiParts
from app.domain.configuration.access import Scope
from app.domain.configuration.schedule import WeeklyMail
from app.errors import RefusedError
from app.services.mailing.desk import Wanted
from tests.api.calls import DANA, Client, client, faults, parts
from tests.services.mailing.mail_work import MailWork, movable
from tests.services.mailing.test_running import raising
from tests.services.weeks import NOW, office

MESSAGE = "clearweek.message/1"
ANA = "ana@example.com"
SCHEDULE = f"/v1/managers/{DANA}/mail-schedule"


@pytest.fixture
def engine(file_database: str) -> Iterator[Engine]:
    found = open_database(file_database)
    yield found
    found.dispose()


@pytest.fixture
def work(engine: Engine) -> MailWork:
    return MailWork(movable(office("ana")), engine, NOW)


@pytest.fixture
def made(work: MailWork, engine: Engine) -> ApiParts:
    return parts(mails=work.desk, desk=work.desk.desk, keys=StoredKeys(engine), now=lambda: NOW)


@pytest.fixture
def api(made: ApiParts) -> Client:
    return client(made)


@pytest.fixture
def mail(work: MailWork) -> str:
    """Where the mail about a proposal of Dana's is."""
    return f"/v1/proposals/{work.propose().id}/mail"


@pytest.fixture
def of_key(made: ApiParts, engine: Engine) -> Callable[..., Client]:
    """Makes clients that come with a key, which may be for one person."""

    def with_key(person: str | None, *scopes: Scope) -> Client:
        _, text = StoredKeys(engine).create("bot", scopes or (Scope.PROPOSALS,), NOW, person)
        return client(made, authorization=f"Bearer {text}")

    return with_key


def test_the_mail_is_shown_as_it_would_be_sent_and_nothing_is(api: Client, mail: str, work: MailWork) -> None:
    found = api.get(mail).json()
    assert (found["schema"], found["to"], found["subject"], found["mails"]) == (MESSAGE, DANA, "weekly", [])
    assert [told.preview for told in work.messages.told] == [True]
    assert (work.mails.all(), work.post.taken) == ([], [])


def test_the_mail_is_there_as_a_message(api: Client, mail: str) -> None:
    answer = api.get(f"{mail}.eml")
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"] == 'attachment; filename="2026-W49.eml"'
    assert message_from_bytes(answer.content, policy=policy.default)["Subject"] == "weekly"


def test_it_is_sent_once_whoever_asks_and_however_often(api: Client, mail: str, work: MailWork) -> None:
    first, second = (api.post(mail).json() for _ in range(2))
    assert (first["state"], first["kind"], first["manager"], first["week"]) == ("sent", "weekly", DANA, "2026-W49")
    assert second == first
    assert work.post.subjects == ["weekly"]
    assert [each["id"] for each in api.get(mail).json()["mails"]] == [first["id"]]


def test_what_the_relay_says_is_in_the_answer(api: Client, mail: str, work: MailWork) -> None:
    work.post.fault = lambda: raising(RefusedError("550 no such user"))
    found = api.post(mail).json()
    assert (found["state"], found["problem"]) == ("failed", "550 no such user")


def test_what_is_applied_has_nothing_to_be_mailed_for(api: Client, mail: str, work: MailWork) -> None:
    work.apply(mail.split("/")[3])
    answer = api.post(mail)
    assert answer.status_code == 409
    assert "is applied" in answer.json()["detail"]


def test_others_proposals_have_no_mail_and_an_admin_sees_none(
    mail: str, of_key: Callable[..., Client], work: MailWork
) -> None:
    for path in (mail, f"{mail}.eml"):
        assert of_key(ANA).get(path).status_code == 404
        assert of_key(None, Scope.PROPOSALS, Scope.ADMIN).get(path).status_code == 403
        assert of_key(DANA).get(path).status_code == 200
    assert of_key(ANA).post(mail).status_code == 404
    assert work.post.taken == []


def test_a_schedule_is_read_and_changed_by_key(api: Client, work: MailWork) -> None:
    found = api.get(SCHEDULE).json()
    assert (found["schema"], found["on"]) == ("clearweek.mail_schedule/1", True)
    assert found["next"] == {"at": "2026-11-26T10:00:00+01:00", "week": "2026-W49"}
    changed = api.patch(SCHEDULE, json={"day": "monday", "at": "08:30", "timezone": "America/New_York"}).json()
    assert (changed["day"], changed["at"], changed["timezone"]) == ("monday", "08:30", "America/New_York")
    text = work.work.own.texts["schedule", DANA]
    assert set(text.splitlines()[1:]) == {'day = "monday"', "at = 08:30:00", 'timezone = "America/New_York"'}


def test_null_takes_a_choice_back(api: Client, work: MailWork) -> None:
    work.wanted = Wanted(WeeklyMail(), text="[weekly_mail]\non = true\nremind_after_hours = 24\n")
    changed = api.patch(SCHEDULE, json={"remind_after_hours": None}).json()
    assert (changed["on"], changed["remind_after_hours"]) == (True, None)


def test_off_has_no_next_mail(api: Client, work: MailWork) -> None:
    work.wanted = Wanted(WeeklyMail())
    assert api.get(SCHEDULE).json()["next"] is None


@pytest.mark.parametrize(
    "change", [{"day": "someday"}, {"at": "ten"}, {"timezone": "Nowhere"}, {"catch_up_hours": 0}, {"weekday": "monday"}]
)
def test_what_cannot_be_is_refused_by_its_name(api: Client, work: MailWork, change: dict[str, object]) -> None:
    answer = api.patch(SCHEDULE, json=change)
    assert answer.status_code == 422
    assert [next(iter(change)) in fault for fault in faults(answer)] == [True]
    assert work.work.own.texts == {}


def test_a_time_with_an_offset_is_refused(api: Client) -> None:
    answer = api.patch(SCHEDULE, json={"at": "10:00+01:00"})
    assert answer.status_code == 422


def test_the_schedule_of_others_is_theirs(of_key: Callable[..., Client], work: MailWork) -> None:
    for asked in (of_key(ANA).get(SCHEDULE), of_key(ANA).patch(SCHEDULE, json={"on": False})):
        assert asked.status_code == 403
    assert of_key(DANA).get(SCHEDULE.replace("dana", "Dana")).status_code == 200
    assert work.work.own.texts == {}
