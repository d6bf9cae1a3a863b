"""Products and what is sold: types, variants, media, collections, stock."""
