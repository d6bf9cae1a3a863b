"""Stock of keys: pools, imports and search."""
