"""Orders: the list, one order, and what can be done with it."""
