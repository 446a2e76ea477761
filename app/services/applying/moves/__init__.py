"""One move on its way into a calendar, or back out of it."""
