"""Reports rendered from a snapshot that they are handed."""
