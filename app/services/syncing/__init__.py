"""Calendars connected, read into the store, and kept up to date."""
