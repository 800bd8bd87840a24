"""The ledger: an append-only, hash-chained log of everything decided."""
