"""Plans over HTTP: answered at once, or asked for and fetched later."""
