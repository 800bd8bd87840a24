"""Containers: a file's bytes made into sheets of cells, the same whatever spreadsheet program wrote them."""
