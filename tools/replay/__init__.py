"""Replay of four cases that happened: the real core, on a virtual clock, with a silent client."""
