"""What a manager could give up of their own rules, so that a meeting is free to move."""
