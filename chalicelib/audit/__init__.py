"""The audit log: canonical bytes, the chain of entries, and commitments to personal data."""
