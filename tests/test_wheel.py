"""What users install: the wheel, beside what the lock pins, holds all that the demo needs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = ROOT / ".tools" / "bin" / "uv"


def uv(*arguments: str, **environment: str) -> str:
    """Call the project's own uv, which `make setup` brings; from its cache, without the network."""
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    ended = subprocess.run(
        [UV, *arguments], cwd=ROOT, env={**kept, "UV_OFFLINE": "1", **environment}, capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout.decode()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and the locked dependencies, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--quiet", "--out-dir", str(folder))
    (wheel,) = folder.glob("clearweek-*.whl")
    environment = folder / "env"
    uv("sync", "--locked", "--quiet", "--no-dev", "--no-install-project", UV_PROJECT_ENVIRONMENT=str(environment))
    uv("pip", "install", "--quiet", "--no-deps", "--python", str(environment), str(wheel))
    return environment


def test_the_demo_runs_from_the_wheel_in_a_clean_folder(installed: Path, tmp_path: Path) -> None:
    ended = subprocess.run([installed / "bin" / "clearweek", "demo"], cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())
    assert plan["target"]["metrics"]["meeting_free_days"] == {"tuesday": 0, "thursday": 0}
    where = subprocess.run(
        [installed / "bin" / "python", "-c", "import app; print(app.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert Path(where.stdout.decode().strip()).is_relative_to(installed)


def test_what_the_pages_and_pictures_are_made_of_is_in_the_wheel(installed: Path) -> None:
    (packages,) = installed.glob("lib/python*/site-packages")
    folders = ("app/web/templates", "app/web/static", "app/render/picture/fonts")
    made_of = [path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).iterdir()]
    assert {path.suffix for path in made_of} >= {".j2", ".css", ".js", ".ttf"}
    assert [path for path in made_of if not (packages / path).is_file()] == []
