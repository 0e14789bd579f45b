"""Tocsin: a watchdog for complaints that no vendor can stall."""
