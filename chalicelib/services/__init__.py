"""The use cases, one a file, over small ports."""
