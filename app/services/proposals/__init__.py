"""Proposals: made, shown, decided move by move, and what they mean to each other."""
