"""Mails that tell the staff of a tenant what happened in their store, and each person's switches."""
