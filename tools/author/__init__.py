"""The policy author's desk: try a text, compare two sets of policies, see who would be paged."""
