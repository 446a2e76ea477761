"""Syncs and applies that are killed, on a database that crashes: for as long as one likes."""
