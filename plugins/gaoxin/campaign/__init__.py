"""Use cases: here, and only here, rules meet storage."""
