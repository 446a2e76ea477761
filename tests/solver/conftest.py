"""Hypothesis runs the same examples everywhere, and never by the clock."""

from hypothesis import settings

settings.register_profile("clearweek", deadline=None, derandomize=True, database=None)
settings.load_profile("clearweek")
