"""Syncs that are killed, on a database that crashes, against a server that fails: for as long as one likes."""
