"""Products and what is sold: types, variants, collections, stock."""
