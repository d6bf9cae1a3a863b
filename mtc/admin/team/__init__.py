"""Staff of a tenant, and support sessions."""
