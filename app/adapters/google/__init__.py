"""Google Calendar: sign-in, calendars and their changes, free/busy, push channels, and the people of a domain."""
