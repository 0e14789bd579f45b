"""Chalice and HTTP: reading what comes in, answering, problem documents, and the page."""
