"""The parts of the CalDAV back end: one request, the XML in it, where calendars are, and what has changed in one."""
