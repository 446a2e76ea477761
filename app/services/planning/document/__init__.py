"""The answer of the solver in calendar words, with the reasons and the price of each move."""
