"""What a manager's meetings say about themselves: rules that find, and nothing that changes."""
