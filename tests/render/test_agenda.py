from __future__ import annotations

import pytest

from app.errors import ConfigError
from app.render.agenda import LINK_LIMIT, OF_KIND, OTHERS, agenda_draft
from app.settings import Settings, load_agendas
from tests.domain.given import meeting


@pytest.mark.parametrize("kind", [*OF_KIND, "cross_team", "own kind"])
def test_every_kind_has_a_template_that_can_be_filled_in(kind: str) -> None:
    draft = agenda_draft(load_agendas(Settings()), kind, meeting("Sync"), ["ana@example.com"], None)
    assert draft is not None
    assert draft.text.startswith("Sync, Mon 30 Nov 10:00\u201310:30 (30 min)")


def test_titles_are_no_templates_and_no_lines() -> None:
    draft = agenda_draft({OTHERS: "{{ title }}"}, OTHERS, meeting("{{ 7 * 7 }}\nBcc: x@example.com"), [], None)
    assert draft is not None
    assert draft.text == "{{ 7 * 7 }} Bcc: x@example.com"
    assert "%0A" not in (draft.mailto or "")


def test_a_link_is_as_long_as_mail_programs_take() -> None:
    people = [f"{number}@example.com" for number in range(50)]
    draft = agenda_draft({OTHERS: "long " * 1_000}, OTHERS, meeting("Sync"), people, None)
    assert draft is not None
    assert draft.mailto == "mailto:?subject=Agenda%3A%20Sync"
    assert len(draft.mailto) <= LINK_LIMIT


def test_a_word_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"agenda/cross_team\.txt\.j2: cannot be filled in: 'titel' is undefined"):
        agenda_draft({OTHERS: "{{ titel }}"}, OTHERS, meeting("Sync"), [], None)
