"""The multipart form of a plan request: bounded, and everything that is wrong with it said at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from pathlib import PurePosixPath
from typing import Annotated, BinaryIO

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from app.api.parts import ApiLimits, PartsDep
from app.api.problems import MALFORMED, MEDIA, TOO_LARGE, Fault, ProblemError, fault, faults_of, refused
from app.api.schemas import PlanOptions, option_path

CONFIGS = ("team", "pattern", "rules")
PARTS = ("calendars", "options", *CONFIGS)
_MAX_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A part of the form that holds a file; it is read in the thread that needs it."""

    name: str
    file: BinaryIO
    size: int

    def content(self) -> bytes:
        """All of it, however often it is asked for."""
        self.file.seek(0)
        return self.file.read()


@dataclass(frozen=True)
class PlanForm:
    """All that a plan request brings; `configs` are those of `CONFIGS` that are there."""

    calendars: tuple[Upload, ...]
    options: PlanOptions
    options_text: bytes
    configs: dict[str, Upload]


async def plan_form(request: Request, parts: PartsDep) -> AsyncIterator[PlanForm]:
    """Read the form; files are spooled to disk, and closed after the answer."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        raise ProblemError(
            MEDIA,
            "send the calendars as the parts of a form: multipart/form-data",
            headers={"Accept-Post": "multipart/form-data"},
        )
    try:
        form = await request.form()
    except UnicodeError:  # a charset that decodes no text, such as undefined
        raise ProblemError(MALFORMED, "the form is not in the charset that it names") from None
    try:
        yield await _checked(form, parts.limits)
    finally:
        await form.close()


PlanFormDep = Annotated[PlanForm, Depends(plan_form)]


async def _checked(form: FormData, limits: ApiLimits) -> PlanForm:
    faults = [_unknown(name) for name in dict.fromkeys(form.keys()) if name not in PARTS]
    faults += [fault(f"{name} is given twice", name) for name in PARTS[1:] if len(form.getlist(name)) > 1]
    text = await _options_text(form.get("options"), limits)
    options = _options(text, faults)
    calendars = _calendars(form.getlist("calendars"), limits, faults)
    if options and options.from_store and calendars:
        faults.append(fault("calendars are not read with from_store: leave one of the two out", "calendars"))
    if not calendars and not (options and options.from_store):
        faults.append(fault("calendars is missing: send at least the manager's own .ics file", "calendars"))
    configs = _configs(form, limits)
    for name in options.owners if options else ():
        if not any(name == upload.name for upload in calendars):
            faults.append(fault(f"{name} is none of the calendars", "options", "owners", name))
    if faults or options is None:
        raise refused(faults)
    return PlanForm(calendars, options, text or b"", configs)


def _unknown(name: str) -> Fault:
    near = get_close_matches(name, PARTS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(PARTS)}"
    return fault(f"unknown part {_printable(name)!r}; {hint}", name)


def _calendars(found: list[UploadFile | str], limits: ApiLimits, faults: list[Fault]) -> tuple[Upload, ...]:
    if len(found) > limits.calendars:
        raise ProblemError(
            TOO_LARGE, f"there are {len(found)} calendars; at most {limits.calendars} can be planned at once"
        )
    uploads: list[Upload] = []
    for number, part in enumerate(found):
        new = _upload(part, f"calendar-{number + 1}.ics")
        if any(new.name == upload.name for upload in uploads):
            text = f"two calendars are named {new.name}; give each a name of its own"
            faults.append(fault(text, "calendars", number))
        uploads.append(new)
    return tuple(uploads)


async def _options_text(part: UploadFile | str | None, limits: ApiLimits) -> bytes | None:
    if part is None:
        return None
    text = await part.read(limits.options_bytes + 1) if isinstance(part, UploadFile) else part.encode(errors="replace")
    if len(text) > limits.options_bytes:
        raise ProblemError(TOO_LARGE, f"options is larger than {limits.options_bytes:,} bytes")
    return text


def _options(text: bytes | None, faults: list[Fault]) -> PlanOptions | None:
    if text is None:
        faults.append(fault("options is missing: a JSON object with at least the manager", "options"))
        return None
    try:
        return PlanOptions.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults += faults_of(({**each, "loc": option_path(each["loc"])} for each in found), "options")
        return None


def _configs(form: FormData, limits: ApiLimits) -> dict[str, Upload]:
    configs = {name: _upload(part, f"{name}.toml") for name in CONFIGS if (part := form.get(name)) is not None}
    for name, upload in configs.items():
        if upload.size > limits.config_bytes:
            raise ProblemError(TOO_LARGE, f"{name} is larger than {limits.config_bytes:,} bytes")
    return configs


def _upload(part: UploadFile | str, otherwise: str) -> Upload:
    """A part as a file; its name is cut to what can be printed, as it comes back in messages and in the plan."""
    if isinstance(part, str):
        data = part.encode(errors="replace")
        return Upload(otherwise, BytesIO(data), len(data))
    name = PurePosixPath((part.filename or "").replace("\\", "/")).name
    return Upload(_printable(name).strip() or otherwise, part.file, part.size or 0)


def _printable(text: str) -> str:
    return "".join(c for c in text[:_MAX_NAME] if c.isprintable())
