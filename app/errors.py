"""Every error that a user of Clearweek can meet.

    AppError
    ├── InputError            bad input: what, where and how to mend it
    │   ├── ConfigError       a configuration file or a setting
    │   ├── NotAllowedError   what is refused unless a setting allows it
    │   ├── ParseError        a calendar that cannot be read
    │   └── ReusedError       an idempotency key that belongs to another request
    ├── NotFoundError         what was asked for is not there
    ├── ChangedError          what was to be changed is not any more as it was seen
    ├── StateError            what is asked for does not fit how things stand
    ├── RefusedError          a server will not do it, however often it is asked
    ├── UnavailableError      an outside system, or our own solver, cannot answer now
    │   ├── StoreError        our own database cannot be used now
    │   ├── ClaimedError      somebody else is at it
    │   └── UnansweredError   whether it was done is not known
    ├── ReconnectError        a login at an outside system is not accepted any more
    ├── StaleTokenError       a server forgot the state from which changes were asked for
    └── CancelledError        whoever asked has given up

One line each, no traceback: `str(error)` is written for the person who must act on it.
"""


class AppError(Exception):
    """Base of all errors that are meant for the user; its text is one clear line."""


class InputError(AppError):
    """The user's input cannot be used; the text says what, where and how to mend it.

    `option` names the option that would mend it, in the words that command line and API share.
    """

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class ConfigError(InputError):
    """A configuration file or an environment variable holds something that cannot be used."""


class NotAllowedError(InputError):
    """What is refused unless a setting allows it; the text names that setting."""


class ParseError(InputError):
    """A calendar source cannot be read as iCalendar (RFC 5545), or exceeds a limit."""


class ReusedError(InputError):
    """An idempotency key was used for another request before."""


class NotFoundError(AppError):
    """A file, a URL or a stored thing that was asked for does not exist."""


class ChangedError(AppError):
    """What was to be changed was changed by somebody else since it was looked at; nothing was written."""


class StateError(AppError):
    """What is asked for cannot be done as things stand; the text says how they stand, and what can be done."""


class RefusedError(AppError):
    """A server will not do it, however often it is asked: it may not be written, or not by this login."""


class UnavailableError(AppError):
    """Something outside, or the solver's queue, cannot answer now; trying again later may help."""

    def __init__(self, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreError(UnavailableError):
    """Clearweek's own database cannot be reached, is locked for too long, or has no room left."""


class ClaimedError(UnavailableError):
    """What was asked for is being done by somebody else just now, or was taken over by them."""


class UnansweredError(UnavailableError):
    """A request that changes something was sent, and no answer came: look before it is sent again."""


class ReconnectError(AppError):
    """A server does not accept the login that is stored for it; somebody has to connect it again."""


class StaleTokenError(AppError):
    """A server does not know a sync token any more (RFC 6578 §3.2, Google's 410); everything has to be read again."""


class CancelledError(AppError):
    """Whoever asked has given up before there was an answer; nothing was written."""
