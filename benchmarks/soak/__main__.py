"""`python -m benchmarks.soak [--weeks N] [--seed N]`: random weeks from the first sync to the undo.

Each week is random by its own seed, counted from the given one: a manager and four people, on Google's double or on
Radicale. Exit 1 and that seed, if a meeting is lost, doubled or moved without a yes, if somebody is double-booked by
us, or if what is kept differs from what the servers have.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from pydantic import SecretStr

from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from app.settings import Settings
from app.wiring.queues import make_queues
from benchmarks.soak.places import places
from benchmarks.soak.running import Soak
from benchmarks.soak.seen import BrokenError

SAID_EVERY = 50


@contextmanager
def soak() -> Iterator[Soak]:
    """A database and servers in a folder that goes away."""
    with TemporaryDirectory() as folder, places(Path(folder)) as servers:
        url = f"sqlite:///{folder}/clearweek.sqlite"
        engine = open_database(url)
        upgrade(engine)
        google = servers[0].url
        settings = Settings(
            database_url=url, secret_keys=SecretStr(Fernet.generate_key().decode()), google_api_url=google
        )
        make_queues(settings)
        yield Soak(engine, settings, servers)
        engine.dispose()


def main() -> None:
    """Soak for some weeks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--weeks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with soak() as soaking:
        for seed in range(options.seed, options.seed + options.weeks):
            try:
                soaking.week(seed)
            except BrokenError as error:
                raise SystemExit(f"seed {seed}: {error}") from None
            if (seed - options.seed + 1) % SAID_EVERY == 0:
                sys.stderr.write(f"{seed - options.seed + 1} weeks, {time.monotonic() - began:.0f} s\n")
    sys.stdout.writelines(f"{count:>8} {what}\n" for what, count in sorted(soaking.counts.items()))


if __name__ == "__main__":
    main()
