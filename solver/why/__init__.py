"""Why an answer is as it is, and what would make another one possible."""
