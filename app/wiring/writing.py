"""What writes: the mail relay."""

from __future__ import annotations

from app.errors import ConfigError
from app.ports import Mailer
from app.settings import Settings


def mailer(settings: Settings) -> Mailer | None:
    """The mail relay that is set up; None if there is none. Raises `ConfigError` for one that cannot be used."""
    if settings.smtp_url is None:
        return None
    if not settings.mail_from or "@" not in settings.mail_from:
        raise ConfigError("CLEARWEEK_SMTP_URL is set, so CLEARWEEK_MAIL_FROM has to be an address: mail comes from it")
    from app.adapters.smtp import SmtpMailer  # noqa: PLC0415 - few commands send mail

    return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_from)
