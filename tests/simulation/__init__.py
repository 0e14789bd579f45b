"""Seed to world: many cases, clumsy workers, a store that fails both ways, and one judge."""
