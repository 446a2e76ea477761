"""Proposals and their mails over HTTP."""
