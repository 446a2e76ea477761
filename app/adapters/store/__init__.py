"""What Clearweek keeps: SQLite in one file by default, PostgreSQL by URL; the same tables and the same tests."""
