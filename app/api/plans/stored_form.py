"""A form as bytes that are stored until somebody has time for it: a zip file, the same for the same form."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.api.plans.form import PlanForm, Upload
from app.api.schemas import PlanOptions

NAMES, OPTIONS = "names.json", "options.json"


def packed(form: PlanForm) -> bytes:
    """The form as bytes."""
    names = {
        "calendars": [upload.name for upload in form.calendars],
        "configs": {config: upload.name for config, upload in form.configs.items()},
    }
    into = BytesIO()
    with ZipFile(into, "w") as archive:
        _write(archive, NAMES, json.dumps(names).encode())
        _write(archive, OPTIONS, form.options_text)
        for number, upload in enumerate(form.calendars):
            _write(archive, f"calendars/{number}", upload.content())
        for config, upload in form.configs.items():
            _write(archive, f"configs/{config}", upload.content())
    return into.getvalue()


def unpacked(data: bytes) -> PlanForm:
    """The form that was stored."""
    with ZipFile(BytesIO(data)) as archive:
        names = json.loads(archive.read(NAMES))
        text = archive.read(OPTIONS)
        calendars = tuple(_read(archive, f"calendars/{n}", name) for n, name in enumerate(names["calendars"]))
        configs = {config: _read(archive, f"configs/{config}", name) for config, name in names["configs"].items()}
    return PlanForm(calendars, PlanOptions.model_validate_json(text), text, configs)


def _write(archive: ZipFile, name: str, data: bytes) -> None:
    archive.writestr(ZipInfo(name), data, ZIP_DEFLATED, 1)  # a ZipInfo of its own has no time of today


def _read(archive: ZipFile, entry: str, name: str) -> Upload:
    data = archive.read(entry)
    return Upload(name, BytesIO(data), len(data))
