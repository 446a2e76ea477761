"""Accepted moves on their way into the calendars, and back out of them."""
