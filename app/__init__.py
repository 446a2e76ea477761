"""Clearweek: packs a manager's meetings into a weekly block pattern, and asks before anything moves."""
