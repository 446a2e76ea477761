"""An agenda to fill in, from the templates of `config/agenda`: text, and a mail with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from app.domain.audit.finding import Draft
from app.domain.meetings.meeting import Meeting
from app.domain.plans.plan import When
from app.errors import ConfigError
from app.render import words

OF_KIND = {
    "one_on_one": "one_on_one",
    "team_sync": "team",
    "standup": "team",
    "sprint_start": "sprint_start",
    "sprint_check": "sprint_check",
}
"""The template of each kind; any other meeting has that of `cross_team`."""
OTHERS = "cross_team"
LINK_LIMIT = 1_900
"""Characters of a link that every mail program takes."""
MOST_TO = 20
"""So many addresses every mail program takes in a link; with more of them, it has none."""


def agenda_draft(
    templates: Mapping[str, str], kind: str, meeting: Meeting, to: Sequence[str], okr_dashboard: str | None
) -> Draft | None:
    """An agenda for a meeting of a kind, with a mail to some people; None without a template for it.

    `templates` are texts of Jinja by name. Raises `ConfigError` for one that cannot be filled in.
    """
    name = OF_KIND.get(kind, OTHERS)
    if name not in templates:
        return None
    title, span = words.title(meeting.event.title), meeting.span
    values = {
        "title": title,
        "when": words.span(When(span.local_start, span.local_end)),
        "minutes": int((span.end - span.start).total_seconds()) // 60,
        "okr_dashboard": okr_dashboard,
    }
    try:
        text = _template(templates[name]).render(values).strip()
    except TemplateError as error:
        raise ConfigError(f"agenda/{name}.txt.j2: cannot be filled in: {error}") from None
    return Draft(f"Agenda: {title}", text, mailto(to, f"Agenda: {title}", text))


@cache
def _template(text: str) -> Template:
    plain = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 - no HTML is made
    return plain.from_string(text)


def mailto(to: Sequence[str], subject: str, text: str) -> str:
    """A link that opens the mail (RFC 6068); without the text where it would be too long, to nobody yet if to many."""
    people = quote(",".join(to if len(to) <= MOST_TO else ()), safe="@,")
    head = f"mailto:{people}?subject={quote(subject)}"
    whole = f"{head}&body={quote(text.replace(chr(10), chr(13) + chr(10)))}"
    return whole if len(whole) <= LINK_LIMIT else head[:LINK_LIMIT]
