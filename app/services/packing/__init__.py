"""From units and their places to the solver and back: what may move, where to, and at what cost."""
