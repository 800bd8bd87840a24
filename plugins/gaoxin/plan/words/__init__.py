"""A plan in words: names, numbers, targets and measures as people read them."""
