"""People who work for a tenant: members and their roles, invitations."""
