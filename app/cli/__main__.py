"""The command as a module: `python -m app.cli` is `clearweek`."""

from app.cli import main

main()
