"""The mails as HTML: templates that MJML wrote (`make templates`); whatever Jinja fills in is escaped."""

from __future__ import annotations

from app.render.mail.content import ShortMailContent, WeeklyMailContent
from app.render.plans.html import templates

FOLDER = "render/mail"


def weekly_html(content: WeeklyMailContent, week: str | None = None, trend: str | None = None) -> str:
    """A weekly mail; `week` and `trend` are the addresses of its pictures (`cid:`, `data:`), if there are any."""
    return templates(FOLDER).get_template("weekly.html.j2").render(mail=content, week=week, trend=trend)


def short_html(content: ShortMailContent) -> str:
    """A short mail."""
    return templates(FOLDER).get_template("short.html.j2").render(mail=content)
