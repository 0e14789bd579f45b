"""Bugs planted in a copy of the core, to see that the exploration or the simulation finds each."""
