"""Mail to real relays on the loopback, and to one that breaks off wherever a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from app.adapters.smtp import Relay as Address
from app.adapters.smtp import SmtpMailer
from app.errors import ConfigError, RefusedError, UnansweredError, UnavailableError
from tests.adapters.caldav.servers import Authority
from tests.adapters.mail_relay import PASSWORD, USER, Relay, Wire, relay, wire

SENDER = "clearweek@example.com"
LOGIN = f"{USER}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))


@pytest.fixture
def plain() -> Iterator[Relay]:
    with relay() as server:
        yield server


def _mailer(port: int, *, login: str = "", tls: str = "none", timeout_s: float = 10) -> SmtpMailer:
    return SmtpMailer(f"smtp://{login}127.0.0.1:{port}?tls={tls}", SENDER, timeout_s)


def _message(*to: str, text: str = "Moved.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "dana@example.com"
    message["To"] = ", ".join(to or ("ana@example.com",))
    message["Subject"] = "Moved: Über ☕"
    message.set_content(text)
    return message


# what is taken


def test_a_mail_goes_to_all_of_its_to_from_the_sender(plain: Relay) -> None:
    _mailer(plain.port).send(_message("ana@example.com", "ben@example.com"))
    assert plain.recipients == [["ana@example.com", "ben@example.com"]]
    assert plain.senders == [SENDER]
    assert [(one["From"], one["Subject"]) for one in plain.taken] == [("dana@example.com", "Moved: Über ☕")]


def test_lines_that_begin_with_a_dot_arrive_whole(plain: Relay) -> None:
    text = ".\n..\n.hidden\nend\n"
    _mailer(plain.port).send(_message(text=text))
    assert plain.taken[0].get_content().splitlines() == text.splitlines()


def test_a_mail_is_of_seven_bits_for_every_relay(plain: Relay) -> None:
    _mailer(plain.port).send(_message(text="Überblick ☕\n"))
    assert plain.taken[0]["Content-Transfer-Encoding"] in ("base64", "quoted-printable")
    assert plain.taken[0].get_content() == "Überblick ☕\n"


def test_addresses_in_any_letters_go_to_a_relay_that_takes_them(plain: Relay) -> None:
    _mailer(plain.port).send(_message("müller@example.com"))
    assert plain.recipients == [["müller@example.com"]]


@pytest.mark.usefixtures("trusted")
def test_starttls_with_a_login(authority: Authority) -> None:
    with relay(authority.for_servers()) as server:
        _mailer(server.port, login=LOGIN, tls="starttls").send(_message())
    assert len(server.taken) == 1


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_first_byte(authority: Authority) -> None:
    with relay(authority.for_servers(), implicit=True) as server:
        _mailer(server.port, tls="tls").send(_message())
    assert len(server.taken) == 1


# what is not


def test_a_certificate_that_is_not_trusted_gets_no_password(authority: Authority) -> None:
    with relay(authority.for_servers()) as server:
        with pytest.raises(UnavailableError, match="no certificate to be trusted"):
            _mailer(server.port, login=LOGIN, tls="starttls").send(_message())
        assert server.taken == []


@pytest.mark.usefixtures("trusted")
def test_a_wrong_login_is_refused_without_its_password(authority: Authority) -> None:
    accepts_not = pytest.raises(RefusedError, match="does not accept the login of clearweek")
    with relay(authority.for_servers()) as server, accepts_not as told:
        _mailer(server.port, login="clearweek:s3cret@", tls="starttls").send(_message())
    assert "s3cret" not in str(told.value)


def test_a_relay_without_starttls_gets_nothing(plain: Relay) -> None:
    with pytest.raises(RefusedError, match="STARTTLS"):
        _mailer(plain.port, tls="starttls").send(_message())
    assert plain.taken == []


@pytest.mark.parametrize(
    ("said", "error"), [("451 4.3.0 try later", UnavailableError), ("550 5.1.1 nobody here", RefusedError)]
)
def test_one_refused_recipient_and_nobody_gets_the_mail(
    plain: Relay, said: str, error: type[UnavailableError | RefusedError]
) -> None:
    plain.to["ben@example.com"] = said
    with pytest.raises(error, match=f"ben@example.com.*{said[10:]}") as told:
        _mailer(plain.port).send(_message("ana@example.com", "ben@example.com"))
    assert not isinstance(told.value, UnansweredError)
    assert plain.taken == []


@pytest.mark.parametrize(
    ("said", "error"), [("452 4.3.1 full", UnavailableError), ("554 5.7.1 no such mail", RefusedError)]
)
def test_a_refused_mail_was_not_sent(plain: Relay, said: str, error: type[UnavailableError | RefusedError]) -> None:
    plain.data = said
    with pytest.raises(error, match=f"does not take the mail.*{said[10:]}") as told:
        _mailer(plain.port).send(_message())
    assert not isinstance(told.value, UnansweredError)


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data"])
@pytest.mark.parametrize("said", [None, "421 4.3.2 closing", Wire.SILENCE])
def test_what_breaks_off_before_the_end_of_the_mail_can_be_tried_again(step: str, said: str | None) -> None:
    replies = {step: said, "helo": said} if step == "ehlo" else {step: said}
    with wire(**replies) as server, pytest.raises(UnavailableError) as told:
        _mailer(server.port, timeout_s=0.2).send(_message())
    assert not isinstance(told.value, UnansweredError)
    assert "." not in server.commands


@pytest.mark.parametrize("said", [None, Wire.SILENCE, "nonsense"])
def test_what_breaks_off_after_the_last_dot_is_not_known(said: str | None) -> None:
    """Mail is sent at most once: the relay may have taken it."""
    with wire(dot=said) as server, pytest.raises(UnansweredError):
        _mailer(server.port, timeout_s=0.2).send(_message())
    assert server.commands[-1] == "."


@pytest.mark.parametrize("said", [None, "421 later", Wire.SILENCE])
def test_a_mail_that_was_taken_is_taken_however_the_relay_says_goodbye(said: str | None) -> None:
    with wire(quit=said) as server:
        _mailer(server.port, timeout_s=0.2).send(_message())
    assert server.commands[-1] == "QUIT"


def test_a_relay_that_is_not_there_can_be_tried_again() -> None:
    with relay() as server:
        port = server.port
    with pytest.raises(UnavailableError, match=f"127.0.0.1:{port} cannot be reached"):
        _mailer(port).send(_message())


def test_addresses_in_any_letters_are_refused_by_a_relay_that_takes_none() -> None:
    with wire() as server, pytest.raises(RefusedError, match="RFC 6531"):
        _mailer(server.port).send(_message("müller@example.com"))
    assert "MAIL" not in server.commands


# the setting


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "user"),
    [
        ("smtp://mail.example.com", "mail.example.com", 587, "starttls", ""),
        ("smtp://mail.example.com?tls=tls", "mail.example.com", 465, "tls", ""),
        ("smtp://mail.example.com/?tls=none", "mail.example.com", 25, "none", ""),
        ("smtp://a%40b:c@mail.example.com:2525", "mail.example.com", 2525, "starttls", "a@b"),
        ("smtp://u:p@127.0.0.1?tls=none", "127.0.0.1", 25, "none", "u"),
        ("smtp://u:p@[::1]:26?tls=none", "::1", 26, "none", "u"),
    ],
)
def test_what_a_url_says(url: str, host: str, port: int, tls: str, user: str) -> None:
    found = Address.of(url)
    assert (found.host, found.port, found.tls, found.user) == (host, port, tls, user)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.example.com", "not of the form"),
        ("https://u:s3cret@mail.example.com", "not of the form"),
        ("smtp://u:s3cret@mail.example.com/path", "not of the form"),
        ("smtp://u:s3cret@mail.example.com:99999", "port"),
        ("smtp://u:s3cret@mail.example.com?starttls=1", "unknown key 'starttls'; the only one is tls"),
        ("smtp://u:s3cret@mail.example.com?tls=maybe", "it is one of starttls, tls, none"),
        ("smtp://u:s3cret@mail.example.com?tls=none&tls=tls", "twice"),
        ("smtp://u:s3cret@mail.example.com?tls=none", "unencrypted"),
        ("smtp://u@mail.example.com", "come together"),
        ("smtp://u:s3cret%C3%BC@mail.example.com", "beyond ASCII"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as told:
        SmtpMailer(url, SENDER)
    assert "s3cret" not in str(told.value)
    assert "CLEARWEEK_SMTP_URL" in str(told.value)


def test_the_password_is_in_no_description() -> None:
    assert "s3cret" not in repr(Address.of("smtp://u:s3cret@mail.example.com"))
