"""iCalendar text and files: read, cut into objects, reduced, and expanded into events."""
