"""The people that a manager works with, their places, and the clocks they live by."""
