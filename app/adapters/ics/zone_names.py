"""What the names of time zones in calendars mean: IANA, Windows (CLDR), display names and their usual misspellings."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_DISPLAY = re.compile(r"\((?:UTC|GMT)\s*(?:([+-])(\d{1,2})[:.]?(\d{2}))?\)\s*(.+)", re.IGNORECASE)
_FIXED = re.compile(r"(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?00)?", re.IGNORECASE)
_CUSTOM = re.compile(
    r"tzone://microsoft/custom|(?:microsoft/)?custom(?:i[sz]ed)?(?: time ?zone)?(?: \d+)?|benutzerdefinierte zeitzone",
    re.IGNORECASE,
)

_LABELS = {
    "coordinated universal time": "UTC",
    "hawaii": "Pacific/Honolulu",
    "alaska": "America/Anchorage",
    "aleutian islands": "America/Adak",
    "baja california": "America/Tijuana",
    "pacific time (us & canada)": "America/Los_Angeles",
    "arizona": "America/Phoenix",
    "mountain time (us & canada)": "America/Denver",
    "central america": "America/Guatemala",
    "central time (us & canada)": "America/Chicago",
    "easter island": "Pacific/Easter",
    "saskatchewan": "America/Regina",
    "eastern time (us & canada)": "America/New_York",
    "haiti": "America/Port-au-Prince",
    "indiana (east)": "America/Indiana/Indianapolis",
    "turks and caicos": "America/Grand_Turk",
    "atlantic time (canada)": "America/Halifax",
    "newfoundland": "America/St_Johns",
    "brasilia": "America/Sao_Paulo",
    "greenland": "America/Nuuk",
    "saint pierre and miquelon": "America/Miquelon",
    "salvador": "America/Bahia",
    "cabo verde is.": "Atlantic/Cape_Verde",
    "cape verde is.": "Atlantic/Cape_Verde",
    "dublin, edinburgh, lisbon, london": "Europe/London",
    "monrovia, reykjavik": "Atlantic/Reykjavik",
    "west central africa": "Africa/Lagos",
    "chisinau": "Europe/Chisinau",
    "gaza, hebron": "Asia/Gaza",
    "port louis": "Indian/Mauritius",
    "ekaterinburg": "Asia/Yekaterinburg",
    "sri jayawardenepura": "Asia/Colombo",
    "rangoon": "Asia/Yangon",
    "barnaul, gorno-altaysk": "Asia/Barnaul",
    "solomon is., new caledonia": "Pacific/Guadalcanal",
    "chatham islands": "Pacific/Chatham",
    "nuku'alofa": "Pacific/Tongatapu",
    "kiritimati island": "Pacific/Kiritimati",
    "norfolk island": "Pacific/Norfolk",
}
"""Display labels of Windows that name no city of the IANA database, or not the one that is meant."""

_VARIANTS = {
    "central european": "Central European Standard Time",
    "central europe": "Central Europe Standard Time",
    "western/central europe": "W. Europe Standard Time",
    "western europe": "W. Europe Standard Time",
    "western european": "W. Europe Standard Time",
    "west europe": "W. Europe Standard Time",
    "eastern europe": "E. Europe Standard Time",
    "eastern european": "GTB Standard Time",
    "mitteleuropäische zeit": "W. Europe Standard Time",
    "mitteleuropäische sommerzeit": "W. Europe Standard Time",
    "westeuropäische zeit": "GMT Standard Time",
    "osteuropäische zeit": "GTB Standard Time",
    "utc": "UTC",
    "z": "UTC",
    "greenwich mean time": "UTC",
    "tzone://microsoft/utc": "UTC",
}


def zone_by_name(name: str, year: int) -> ZoneInfo | None:
    """The zone that a name stands for, None if that is not certain.

    Known are, in this order: IANA names, also behind a vendor's prefix (`/mozilla.org/…/Europe/Vienna`), names of
    Windows with their usual misspellings, display names (`(UTC+01:00) Amsterdam, Berlin, …`, whose offset must be
    that of the zone's standard time in `year`), and whole hours from UTC.
    """
    text = name.strip().strip("\"'").strip()
    if not text or len(text) > 200:
        return None
    key = _iana(text) or _windows(text) or _display(text, year) or _fixed(text)
    return ZoneInfo(key) if key else None


def is_custom(name: str) -> bool:
    """Whether a name says no more than that the zone is defined elsewhere (`Customized Time Zone`)."""
    return _CUSTOM.fullmatch(name.strip().strip("\"'").strip()) is not None


@cache
def _known() -> dict[str, str]:
    """IANA names by their lower-case form."""
    return {key.lower(): key for key in available_timezones() if key not in ("localtime", "posixrules", "Factory")}


@cache
def _cities() -> dict[str, list[str]]:
    """IANA names by the lower-case city that they end in."""
    found: dict[str, list[str]] = {}
    for key in sorted(available_timezones()):
        area, _, city = key.partition("/")
        if city and area not in ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico", "posix", "right"):
            found.setdefault(city.rpartition("/")[2].replace("_", " ").lower(), []).append(key)
    return found


@cache
def _windows_names() -> dict[str, str]:
    """IANA names by the lower-case name of Windows."""
    return {name.lower(): key for name, key in WINDOWS_TO_OLSON.items()}


def _iana(text: str) -> str | None:
    plain = text.strip("/").replace(" ", "_").lower()
    if plain in _known():
        return _known()[plain]
    parts = plain.split("/") if text.startswith("/") else []
    suffixes = ("/".join(parts[start:]) for start in range(1, len(parts)))
    return next((_known()[s] for s in suffixes if s in _known()), None)


def _windows(text: str) -> str | None:
    low = re.sub(r"\s+", " ", text.lower())
    low = re.sub(r" \d+$", "", low)  # Outlook numbers the zones that it has met twice
    if low.endswith("(us & canada)") and low in _LABELS:
        return _LABELS[low]
    standard = re.sub(r" (?:daylight|summer) time$", " standard time", low)
    low = _VARIANTS.get(low.removesuffix(" standard time"), low).lower()
    for candidate in (low, standard, f"{low} standard time"):
        if candidate in _windows_names():
            return _windows_names()[candidate]
    return None


def _display(text: str, year: int) -> str | None:
    match = _DISPLAY.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes, label = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    whole = label.lower().strip()
    if whole in _LABELS:
        return _LABELS[whole] if _has_offset(_LABELS[whole], offset, year) else None
    places = [re.sub(r"\s*\(.*\)", "", place).strip() for place in whole.split(",")]
    keys = [key for place in places for key in _cities().get(place, [])]
    return next((key for key in keys if _has_offset(key, offset, year)), None)


def _has_offset(key: str, offset: timedelta, year: int) -> bool:
    """Whether a zone's standard time in a year has an offset; Windows shows that one all year round."""
    months = (datetime(year, month, 10, tzinfo=UTC) for month in (1, 7))
    return min(moment.astimezone(ZoneInfo(key)).utcoffset() or timedelta(0) for moment in months) == offset


def _fixed(text: str) -> str | None:
    match = _FIXED.fullmatch(text)
    if match is None:
        return None
    sign = "-" if match[1] == "+" else "+"  # the names of Etc/ count westwards
    key = f"Etc/GMT{sign}{int(match[2])}"
    return key if key.lower() in _known() else None
