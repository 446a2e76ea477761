"""How others do on the same weeks, in the same time, by the same independent score."""
