"""Measurements of Clearweek: seeded, run by hand or by `make bench`, never as tests."""
