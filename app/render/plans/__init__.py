"""A plan of a week: as a terminal grid, a page, a document, an .ics."""
