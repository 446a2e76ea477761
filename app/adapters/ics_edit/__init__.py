"""Edits of iCalendar text: line by line, so that whatever an edit does not name stays byte by byte."""
