"""Pictures that everyone may see, and private files that are sold."""
