"""What calendars say, in the words of RFC 5545, and the changes that are made to them."""
