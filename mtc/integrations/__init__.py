"""Other systems, and API keys of a tenant's programs."""
