"""Attack the HTTP API from its own description: `python -m tests.fuzz path/to/schemathesis` (`make fuzz`).

The service runs in a process of its own on a free port of this machine, with a new database and a key. Every answer
must be documented, with its content type and schema, and none may be a 5xx but the documented 503. The seed is fixed;
the run takes about a minute.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import wiring
from app.api.openapi.examples import CALENDAR_EXAMPLE, TEAM_EXAMPLE
from app.api.openapi.proposal_answers import example
from app.domain.configuration.access import Scope

SEED = "20261126"
LIMIT_S = 300
PHASES = "examples,coverage,fuzzing"
STREAMS = ("watchPlan", "watchCalendar", "watchProposal")
"""What does not end as long as nobody works at it."""
TAIL_LINES = 60
TAIL_COLUMNS = 400
SERVICE_LOG = "service.log"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
CONFIG = """\
hooks = "hooks.py"
generation.max-examples = 20

[[operations]]
include-operation-id = "createPlan"
generation.max-examples = 300

[checks]
not_a_server_error.expected-statuses = ["1xx", "2xx", "3xx", "4xx", "503"]
negative_data_rejection.expected-statuses = ["400", "401", "404", "405", "413", "415", "422", "503"]
"""
HOOKS = """\
# Calendars and TOML that are nearly right: pictures, which are the default for files, never come past the reader.
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

NOW = "2026-11-26T09:00:00Z"
ZONES = ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"]
FILES = {"text/calendar": ["calendar.ics"], "application/toml": ["team.toml", "pattern.toml", "rules.toml"]}
ODD = ["", ":", "99991231T235959Z", "00010101T000000", "FREQ=SECONDLY", "P9999999D", "-1", "0", "\\x00", "é" * 300]


@st.composite
def mangled(draw, text):
    lines = text.splitlines()
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        name, mark, _ = lines[at].partition(draw(st.sampled_from(":;=")))
        before = draw(st.sampled_from([name, "", lines[at], lines[at] * 2]))
        lines[at] = before + mark + draw(st.sampled_from(ODD) | st.text(max_size=20))
    return "\\n".join(lines).encode(errors="replace")


for media_type, names in FILES.items():
    texts = st.sampled_from([Path(name).read_text() for name in names])
    schemathesis.openapi.media_type(media_type, texts.flatmap(mangled))
schemathesis.openapi.format("iana-time-zone", st.sampled_from(ZONES))


@schemathesis.hook
def map_case(ctx, case):
    # Of what the schema allows, three in four plan the calendar that is there.
    options = case.body.get("options") if isinstance(case.body, dict) else None
    if isinstance(options, dict) and case.meta.generation.mode.is_positive and len(options.get("manager", "")) % 4:
        week = max("2026-W49", options.get("week") or "")
        case.body["options"] = {**options, "manager": "dana@example.com", "owners": {}, "week": week, "now": NOW}
    return case
"""
PATTERN = """\
[meeting_free_days]
days = ["tuesday"]
applies_to = "all"
[[block]]
name = "1:1s"
day = "monday"
start = "13:00"
end = "17:00"
kinds = ["one_on_one", "other"]
"""
RULES = """\
[pins]
over_people = 10
freeze_working_days = 1
[budget]
max_moves = 8
[packing]
weeks = 8
tolerance_minutes = 15
move_charge = 15
slack_hours = 0.5
[[kind]]
kind = "one_on_one"
because = "two people"
people_max = 2
"""
FILES = {
    "schemathesis.toml": CONFIG,
    "hooks.py": HOOKS,
    "calendar.ics": CALENDAR_EXAMPLE,
    "team.toml": TEAM_EXAMPLE,
    "pattern.toml": PATTERN,
    "rules.toml": RULES,
}


def main() -> int:
    """Run schemathesis against a fresh service; its exit code is ours."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("schemathesis", type=Path, help="the program; options for it may follow")
    arguments, options = parser.parse_known_args()
    program: Path = arguments.schemathesis
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'clearweek.sqlite'}"
        key = key_of(database)
        with service(Path(folder), database) as url:
            said = attack(program.absolute(), [*options, "--header", f"Authorization: Bearer {key}"], url, Path(folder))
        report(said, (Path(folder) / SERVICE_LOG).read_text(errors="replace"))
    return said.returncode


def key_of(database: str) -> str:
    """The key of a new database that opens everything; the proposal of the examples is there."""
    settings = wiring.Settings(database_url=database)
    engine = wiring.prepared(settings)
    wiring.make_queues(settings)
    soon = replace(example().proposal, expires_at=datetime.now(UTC) + timedelta(days=7))
    wiring.desk_by_hand(engine, settings).proposals.add(soon, None, (), datetime.now(UTC))
    engine.dispose()
    _, text = wiring.keys(settings).create("fuzz", [Scope.ADMIN], datetime.now(UTC))
    return text


@contextmanager
def service(folder: Path, database: str) -> Iterator[str]:
    """The service in a child process; the socket is listening before it starts, so nobody has to wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        fd = listening.fileno()
        command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:factory", "--fd", str(fd), "--no-access-log"]
        with (folder / SERVICE_LOG).open("wb") as log:
            env = {**os.environ, "CLEARWEEK_DATABASE_URL": database}
            child = subprocess.Popen(command, pass_fds=[fd], stdout=log, stderr=log, cwd=Path.cwd(), env=env)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=60) as answer:
                answer.read()
            yield url
        finally:
            child.terminate()
            child.wait(timeout=30)


def attack(program: Path, options: list[str], url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try what the description allows, and what it does not."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    command = [str(program), "--config-file", "schemathesis.toml", "--no-color", "run", f"{url}/openapi.json"]
    command += ["--phases", PHASES, *(word for name in STREAMS for word in ("--exclude-operation-id", name))]
    command += ["--seed", SEED, "--checks", ",".join(CHECKS), "--continue-on-failure"]
    command += ["--generation-database", "none", "--request-timeout", "30", "--no-shrink", *options]
    env = {**os.environ, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def report(said: subprocess.CompletedProcess[str], log: str) -> None:
    """How many cases passed; of a run that failed, the end of what both sides said."""
    if said.returncode == 0:
        cases = [line.strip() for line in said.stdout.splitlines() if " generated, " in line]
        sys.stdout.write(f"schemathesis: {', '.join(cases)}\n")
        return
    print_tail("schemathesis", said.stdout + said.stderr)
    print_tail("service", log)


def print_tail(name: str, text: str) -> None:
    """The end of what a program said."""
    lines = [line[:TAIL_COLUMNS] for line in text.rstrip().splitlines()[-TAIL_LINES:]]
    sys.stdout.write("\n".join([f"--- {name}", *lines, ""]))


if __name__ == "__main__":
    sys.exit(main())
