"""Load on a running server, measured from the outside."""
