"""Plans of the hot queries under row-level security."""
