"""The CP model: its variables, constraints and terms, and the solver that works at it."""
