"""A move as edits of iCalendar objects: which ones, and whether they are made."""
