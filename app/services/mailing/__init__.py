"""Mails to managers: the weekly one, its reminder, what became of a proposal, and codes (docs/mail.md)."""
