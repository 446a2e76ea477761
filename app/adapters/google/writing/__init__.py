"""Changes of events at Google."""
