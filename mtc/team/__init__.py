"""Who works for a tenant: members and their roles, invitations."""
