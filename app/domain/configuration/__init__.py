"""What a manager may configure: the pattern, the rules, the weekly mail, and who may do what."""
