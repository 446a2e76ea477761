"""A proposal made from a plan, and made anew around what was decided."""
