"""The superadmin floor."""
