"""Mails, their links, and the findings that they told."""
