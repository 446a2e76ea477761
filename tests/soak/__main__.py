"""`python -m tests.soak [--minutes N] [--seed N] [--only syncs|applies] [--workers N] [--sqlite]`.

Syncs: workers sync four living calendars at once. They are killed (SIGKILL) at any moment, PostgreSQL crashes and comes
back, Google answers with faults and forgets tokens. Whatever is read meanwhile must be a state that the calendar had,
never an older one than was read before; at the end it is the newest, and no row is left over.

Applies: a proposal of four kinds of moves is applied and undone, at Google's double and at a Radicale with letters.
Each time the process is killed, or PostgreSQL crashes, at another point: before and after each commit, request and
mail. Once somebody went on with it, all has to be as without that, and each letter sent once, or said to be unknown.

Exit 1 and the seed, if not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from contextlib import nullcontext

from benchmarks.soak.seen import BrokenError
from tests.databases import running_server
from tests.soak import applies
from tests.soak.soaking import soaking

WARM = ["tests.soak.worker", "tests.soak.apply_worker", "tests.soak.office", "psycopg"]


def main() -> None:
    """Soak for some minutes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10, help="for each of both")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=("syncs", "applies"))
    parser.add_argument("--workers", type=int, default=3, help="that sync")
    parser.add_argument("--sqlite", action="store_true", help="a file instead of PostgreSQL, for syncs")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    multiprocessing.get_context("forkserver").set_forkserver_preload(WARM)
    try:
        if options.only != "applies":
            _tell("syncs", _syncs(options))
        if options.only != "syncs":
            _tell("applies", _applies(options))
    except BrokenError as error:
        raise SystemExit(f"seed {options.seed}: {error}") from None


def _syncs(options: argparse.Namespace) -> Counter[str]:
    with nullcontext() if options.sqlite else running_server() as server, soaking(options.seed, server) as soak:
        try:
            soak.run(options.minutes * 60, options.workers)
        except BrokenError as error:
            raise BrokenError(f"after {dict(soak.counts)}: {error}") from None
    return soak.counts


def _applies(options: argparse.Namespace) -> Counter[str]:
    begun = time.monotonic()
    with running_server() as server:
        return applies.run(
            options.seed,
            options.minutes * 60,
            server,
            lambda text: sys.stderr.write(f"{time.monotonic() - begun:.0f} s: {text}\n"),
        )


def _tell(what: str, counts: Counter[str]) -> None:
    sys.stdout.write(f"{what}:\n")
    sys.stdout.writelines(f"{count:>8} {name}\n" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
