"""What no answer can be better than."""
