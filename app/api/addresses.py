"""Where others come back to this service, below its own address."""

CALLBACK = "/v1/calendars/google/callback"
"""Where a browser comes back to that can bring no key; what it brings is known to nobody else, and is good once."""
HOOK = "/hooks/google"
"""Where Google says that a calendar changed."""
