"""Times of the API: RFC 3339 with an offset, or a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.google_double.errors import ApiError, Json

Moment = datetime | date


def instant(text: str, parameter: str) -> datetime:
    """A time of a query, in UTC; one without an offset is refused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ApiError("invalid", "Bad Request", location=parameter) from None
    if moment.tzinfo is None:
        raise ApiError("invalid", "Bad Request", location=parameter)
    return moment.astimezone(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The zone of a name; one that does not exist is refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ApiError("invalid", f"Invalid time zone definition: {name}") from None


def read(value: Json, calendar_zone: ZoneInfo) -> Moment:
    """The date, or the time in the zone of its event (the calendar's if it names none)."""
    if value.get("date"):
        return date.fromisoformat(value["date"])
    zone = zone_named(value["timeZone"]) if value.get("timeZone") else None
    try:
        moment = datetime.fromisoformat(value["dateTime"])
    except (KeyError, ValueError):
        raise ApiError("invalid", "Invalid start or end time.") from None
    if moment.tzinfo is not None:
        return moment.astimezone(zone or calendar_zone)
    if zone is None:
        raise ApiError("required", "Missing time zone definition for start time.")
    return moment.replace(tzinfo=zone)


def write(moment: Moment, calendar_zone: ZoneInfo, zone_name: str | None = None) -> Json:
    """The form in an answer: on the calendar's clock, beside it the name of the event's own zone."""
    if not isinstance(moment, datetime):
        return {"date": moment.isoformat()}
    return {"dateTime": rfc3339(moment.astimezone(calendar_zone)), "timeZone": zone_name or calendar_zone.key}


def rfc3339(moment: datetime) -> str:
    """A time with its offset, `Z` for UTC."""
    text = moment.replace(microsecond=0).isoformat()
    return text.replace("+00:00", "Z")


def stamp(moment: datetime) -> str:
    """A time as `created` and `updated` have it: UTC, with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def in_utc(moment: Moment, zone: ZoneInfo) -> datetime:
    """The instant; a date begins at midnight in the zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=zone).astimezone(UTC)


def span(event: Json, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of an event as instants."""
    return in_utc(read(event["start"], zone), zone), in_utc(read(event["end"], zone), zone)


def length(event: Json, zone: ZoneInfo) -> timedelta:
    """How long an event is on the wall clock: what all its instances have in common."""
    start, end = read(event["start"], zone), read(event["end"], zone)
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC)
    return end - start
