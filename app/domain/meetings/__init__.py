"""Meetings: put together from events, known by their kind, movable or pinned."""
