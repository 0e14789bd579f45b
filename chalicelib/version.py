"""The release, as every entry names it."""

VERSION = "0.1.0"
