"""What an audit finds in the meetings themselves."""
