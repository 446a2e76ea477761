"""A service keeps a worker beside it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.jobs import beside as module
from app.jobs.beside import beside

STEP_S = 0.02
PATIENCE_S = 30


def _writes(file: Path, then: str) -> tuple[str, ...]:
    program = f"import os, signal, sys, time; open({str(file)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"
    return (sys.executable, "-S", "-c", program)


def _lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


async def _until_written(file: Path, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(_lines(file)) < count:
            await asyncio.sleep(STEP_S)


def test_a_worker_that_fails_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.0)

    async def served() -> None:
        async with beside(_writes(tmp_path / "runs", "sys.exit(1)")):
            await _until_written(tmp_path / "runs", 3)

    asyncio.run(served())


@pytest.mark.parametrize("code", [0, 2])
def test_one_that_would_only_fail_again_is_not(code: int, tmp_path: Path) -> None:
    keeping = module._keep(_writes(tmp_path / "runs", f"sys.exit({code})"))
    asyncio.run(asyncio.wait_for(keeping, PATIENCE_S))
    assert len(_lines(tmp_path / "runs")) == 1


def test_a_worker_ends_with_the_service(tmp_path: Path) -> None:
    async def served() -> None:
        async with beside(_writes(tmp_path / "runs", "sys.stdin.read()")):
            await _until_written(tmp_path / "runs", 1)

    asyncio.run(served())
    [pid] = _lines(tmp_path / "runs")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_one_that_does_not_listen_is_ended_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    deaf = _writes(tmp_path / "runs", "pass")[:-1]
    program = (
        "import os, signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(tmp_path / 'runs')!r}, 'a').write(f'{{os.getpid()}}\\n'); sys.stdin.read()"
    )

    async def served() -> None:
        async with beside((*deaf, program)):
            await _until_written(tmp_path / "runs", 1)

    asyncio.run(served())
    [pid] = _lines(tmp_path / "runs")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
