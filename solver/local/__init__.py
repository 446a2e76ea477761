"""Local search: places tried and exchanged on a board that knows what each costs."""
