"""How what was bought reaches the buyer."""
