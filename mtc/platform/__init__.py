"""The platform as a whole: opening tenants and inviting their owners, and how it is doing."""
