"""The mails to managers: their words as one value each, from which text, HTML and the message are made."""
