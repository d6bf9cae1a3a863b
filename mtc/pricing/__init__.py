"""Rules that change prices, and the price calculator."""
