"""The test kit: what proves that one tenant cannot reach another. Nothing that serves imports it."""
