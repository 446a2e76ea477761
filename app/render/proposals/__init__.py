"""A proposal: its moves, what they cost, and the messages to the people in them."""
