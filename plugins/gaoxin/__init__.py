"""Gaoxin: runs the campaign that turns an industrial park into an accredited high-tech zone.

Nothing is imported here but what Python itself has loaded: a DAG file pays for every import of this package at each parse.
"""

import os

__version__ = "0.1.0"

# openpyxl writes through lxml where it finds it, in other bytes. It is here for Word documents alone: the templates that units
# hold, and whatever is known by its hash, stay what they were.
os.environ.setdefault("OPENPYXL_LXML", "False")
