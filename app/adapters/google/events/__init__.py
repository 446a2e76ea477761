"""Events as Google speaks of them."""
