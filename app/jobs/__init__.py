"""Work that is done later, or again and again, on one engine (DBOS) in the database that everything is in.

A job is a thin workflow: its arguments are ids, and each step is one call of a use case, which tolerates a second run.
"""
