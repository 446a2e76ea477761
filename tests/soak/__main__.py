"""`python -m tests.soak [--minutes N] [--seed N] [--workers N] [--sqlite]`.

Workers sync four living calendars at once. They are killed (SIGKILL) at any moment, PostgreSQL crashes and comes back,
Google answers with faults and forgets tokens. Whatever is read meanwhile must be a state that the calendar had, never
an older one than was read before; at the end it is the newest, and no row is left over. Exit 1 and the seed, if not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from contextlib import nullcontext

from tests.databases import running_server
from tests.soak.soaking import BrokenError, soaking


def main() -> None:
    """Soak for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--sqlite", action="store_true", help="a file instead of PostgreSQL")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.soak.worker"])
    with nullcontext() if options.sqlite else running_server() as server, soaking(options.seed, server) as soak:
        try:
            soak.run(options.minutes * 60, options.workers)
        except BrokenError as error:
            raise SystemExit(f"seed {options.seed}, after {dict(soak.counts)}: {error}") from None
    sys.stdout.writelines(f"{count:>8} {what}\n" for what, count in sorted(soak.counts.items()))


if __name__ == "__main__":
    main()
