"""People and programs, their log-ins and sessions."""
