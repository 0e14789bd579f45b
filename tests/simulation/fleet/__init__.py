"""Very many cases for very long: several workers, every fault, and promises kept at each step."""
