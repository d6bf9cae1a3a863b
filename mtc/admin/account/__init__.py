"""Log-in, and a staff user's own account."""
