"""Settings: secrets and switches from the environment, the week and the rules from TOML files.

The files are the domain's own dataclasses in TOML: a table a dataclass, a key a field (`from` is the field `from_`).
Unknown keys are refused with their line and the nearest known key.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from platformdirs import user_data_path
from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.configuration.schedule import Schedule
from app.domain.people.person import Team
from app.errors import ConfigError, NotFoundError

T = TypeVar("T")
MAX_CONFIG_BYTES = 5_000_000
AGENDA = ".txt.j2"
"""Ends the name of the template of an agenda."""


class Settings(BaseSettings):
    """What the environment says; each name is prefixed with `CLEARWEEK_`."""

    model_config = SettingsConfigDict(env_prefix="CLEARWEEK_", frozen=True)

    config_dir: Path | None = None
    allow_private_feeds: bool = False
    caldav_authorities: Path | None = None
    database_url: str = Field(default_factory=lambda: f"sqlite:///{user_data_path('clearweek') / 'clearweek.sqlite'}")
    secret_keys: SecretStr = SecretStr("")
    base_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    google_api_url: str | None = None
    google_client_file: Path | None = None
    google_service_account_file: Path | None = None
    google_subjects: str = ""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr = SecretStr("")
    admins: str = ""

    @property
    def keys_of_secrets(self) -> list[str]:
        """The keys that seal what is secret in the database, the newest first; `secret_keys` has commas between."""
        return [key.strip() for key in self.secret_keys.get_secret_value().split(",") if key.strip()]

    @property
    def people_of_service_account(self) -> frozenset[str]:
        """Whom Google's service account may act for, in lower case; `google_subjects` has commas between."""
        return _addresses(self.google_subjects)

    @property
    def people_who_administer(self) -> frozenset[str]:
        """Who sees and decides everything, in lower case; `admins` has commas between."""
        return _addresses(self.admins)


def _addresses(text: str) -> frozenset[str]:
    return frozenset(one.strip().lower() for one in text.split(",") if one.strip())


def packaged(name: str) -> Path:
    """A file that comes with Clearweek: from the wheel, or from the source tree beside the package."""
    inside = Path(str(files("app"))) / "config" / name
    return inside if inside.exists() else Path(str(files("app"))).parent / "config" / name


def load_pattern(path: Path | None, settings: Settings) -> Pattern:
    """The wanted week: from a given file, else `pattern.toml` of the configured folder, else the documented one."""
    path = path or _configured("pattern.toml", settings) or packaged("pattern.toml")
    return parse(text_of(path), str(path), Pattern)


def load_rules(path: Path | None, settings: Settings) -> Rules:
    """The rules: from a given file, else `rules.toml` of the configured folder; what it leaves out is as packaged."""
    path = path or rules_path(settings)
    return parse_rules(text_of(path), str(path))


def rules_path(settings: Settings) -> Path:
    """Where the rules are of whoever names none."""
    return _configured("rules.toml", settings) or packaged("rules.toml")


def parse_rules(text: str, name: str) -> Rules:
    """The rules of a TOML text; what it leaves out is as packaged. Raises `ConfigError`."""
    return parse(text, name, Rules, base=tomllib.loads(text_of(packaged("rules.toml"))))


def load_agendas(settings: Settings) -> dict[str, str]:
    """The templates of agendas by name: those of the folder `agenda` that is configured over those that are packaged.

    Raises `ConfigError` that names the file and the line of what is no template.
    """
    folders = [packaged("agenda"), *([settings.config_dir / "agenda"] if settings.config_dir else ())]
    paths = {path.name.removesuffix(AGENDA): path for folder in folders for path in sorted(folder.glob(f"*{AGENDA}"))}
    return {name: _template_of(path) for name, path in paths.items()}


def _template_of(path: Path) -> str:
    from jinja2 import Environment, TemplateSyntaxError  # noqa: PLC0415 - plans need none

    text = text_of(path)
    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        raise ConfigError(f"{path}, line {error.lineno}: is no Jinja template: {error.message}") from None
    return text


def parse_schedule(text: str, name: str, settings: Settings) -> Schedule:
    """The schedule of a TOML text; what it leaves out is as in the configured folder, else as packaged.

    Whether there is a mail at all is said by the text alone: nobody gets one by a default. Raises `ConfigError`.
    """
    path = _configured("schedule.toml", settings) or packaged("schedule.toml")
    default = text_of(path)
    parse(default, str(path), Schedule)
    known, own = parse(text, name, Schedule, base=tomllib.loads(default)), parse(text, name, Schedule)
    return Schedule(replace(known.weekly_mail, on=own.weekly_mail.on))


def load_team(path: Path) -> Team:
    """The people of a team file."""
    return parse(text_of(path), str(path), Team)


def configured_team(settings: Settings) -> Team | None:
    """The people of `team.toml` of the configured folder, if there is one."""
    path = _configured("team.toml", settings)
    return load_team(path) if path else None


def configured_text(kind: str, settings: Settings) -> str:
    """The text of the file of a kind in the configured folder; empty if there is none."""
    path = _configured(f"{kind}.toml", settings)
    return text_of(path) if path else ""


def _configured(name: str, settings: Settings) -> Path | None:
    own = settings.config_dir / name if settings.config_dir else None
    return own if own and own.exists() else None


def text_of(path: Path) -> str:
    """The text of a configuration file. Raises `NotFoundError` or `ConfigError` that names it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: is larger than {MAX_CONFIG_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def parse(text: str, name: str, shape: type[T], *, base: Mapping[str, Any] | None = None) -> T:
    """Read the text of a TOML file as a dataclass; `name` stands for the file in errors, `base` fills what is left out.

    Raises `ConfigError` that names file, line and key for anything that is not TOML, not known or of a wrong type.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: is not TOML: {error}") from None
    for path, known in _unknown_keys(raw, shape):
        near = get_close_matches(path[-1], known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        raise ConfigError(f"{name}{_line(text, path)}: unknown key {path[-1]!r}; {hint}")
    try:
        return TypeAdapter(shape).validate_python(_renamed(_over(base or {}, raw)))
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(str(p) for p in first["loc"])
        reason = str(first.get("ctx", {}).get("error", first["msg"]))
        raise ConfigError(f"{name}{_line(text, path)}: {'.'.join(path) or 'the file'}: {reason}") from None


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """One tree of tables laid over another; a list is taken whole."""
    tables = {k: _over(base[k], v) for k, v in own.items() if isinstance(v, dict) and isinstance(base.get(k), dict)}
    return {**base, **own, **tables}


def _renamed(value: Any) -> Any:
    """Keys that are Python keywords get the trailing underscore of their field."""
    if isinstance(value, dict):
        return {("from_" if key == "from" else key): _renamed(item) for key, item in value.items()}
    return [_renamed(item) for item in value] if isinstance(value, list) else value


def _unknown_keys(raw: Mapping[str, Any], shape: Any) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Paths of the keys that no field has, each with the keys that are known there."""
    hints = get_type_hints(shape)
    known = {f.name.rstrip("_"): hints[f.name] for f in fields(shape) if f.init}
    for key, value in raw.items():
        if key not in known:
            yield (key,), list(known)
            continue
        inner = _dataclass_in(known[key])
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if inner and isinstance(item, dict):
                place = (str(index),) if isinstance(value, list) else ()
                yield from (((key, *place, *path), names) for path, names in _unknown_keys(item, inner))


def _dataclass_in(hint: Any) -> Any:
    """The dataclass that a type is made of: itself, in a tuple, or beside None."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    if get_origin(hint) in (tuple, Union, types.UnionType):
        return next((found for arg in get_args(hint) if (found := _dataclass_in(arg))), None)
    return None


def _line(text: str, path: tuple[str, ...]) -> str:
    """`, line N` of the key that a path names: its table is found first, then the key; empty if it is not found."""
    position, found = 0, None
    for number, part in enumerate(path):
        if part.isdigit():
            continue
        nth = int(path[number + 1]) if number + 1 < len(path) and path[number + 1].isdigit() else 0
        key = re.escape("from" if part == "from_" else part)
        table = list(re.finditer(rf"(?m)^\s*\[\[?\s*(?:[\w\"-]+\.)*{key}\s*\]", text[position:]))
        match = table[nth] if nth < len(table) else re.search(rf"(?m)(?:^|[{{,])\s*{key}\s*=", text[position:])
        if match is None:
            break
        found = position + match.end()
        position = position + (match.end() if nth < len(table) else match.start())
    return f", line {text.count(chr(10), 0, found) + 1}" if found is not None else ""
