"""What is packed: the meetings that move as one, their places, and what each place costs."""
