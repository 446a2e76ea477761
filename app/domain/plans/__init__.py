"""Plans: what is asked, what is answered, and the figures of a week."""
