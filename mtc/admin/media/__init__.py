"""Pictures: uploads, and serving them on the platform's host."""
