"""What this release stores, kept for every later one to read."""
