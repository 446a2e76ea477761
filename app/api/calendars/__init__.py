"""Connected calendars over HTTP, and the notices that they changed."""
