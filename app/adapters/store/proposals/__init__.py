"""Proposals as they are kept, and what they teach later plans."""
