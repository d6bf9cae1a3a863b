"""The API for the merchant's own programs (docs/api.md)."""
