"""The plan: the issued document as data, its loader, its checks, its calendar, and the blueprint made from it."""
