"""A store's own From address: which may be used, what has to stand in DNS for it, and whether it does."""
