"""What a plan starts from: calendars as they are, and what was asked and decided."""
