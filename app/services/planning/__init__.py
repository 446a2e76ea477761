"""From calendars to a plan of a week: what is read, what is asked, and why each meeting is where it is."""
