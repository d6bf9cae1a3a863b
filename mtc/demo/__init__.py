"""The demo: three stores that read like real shops, with staff, keys, files and a history."""
