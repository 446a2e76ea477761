"""Calendars as they are kept: their connections, objects and occurrences, and how their sync stands."""
