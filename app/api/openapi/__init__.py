"""The API described for those who call it: every answer with an example."""
