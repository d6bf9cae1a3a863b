"""The landing page of the platform and the dashboard of a tenant."""
