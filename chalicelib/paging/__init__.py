"""The words of a page: a code, the tier and minutes; never content."""
