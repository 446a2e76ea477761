"""Proposals: what was decided of a plan, and what becomes of it."""
