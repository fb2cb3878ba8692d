"""What the functions that answer people over HTTP have in common."""
