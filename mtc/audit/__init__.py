"""The audit log: who changed what, when and from where, in rows that nobody can change."""
