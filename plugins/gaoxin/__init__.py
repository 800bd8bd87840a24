"""Gaoxin: runs the campaign that turns an industrial park into an accredited high-tech zone.

Nothing is imported here: a DAG file pays for every import of this package at each parse.
"""

__version__ = "0.1.0"
