"""One archive of the database and the files, made while the shops sell, and putting it back."""
