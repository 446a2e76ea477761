"""A plan shown to people and programs: the document, the terminal, a page and a calendar of the week after."""
