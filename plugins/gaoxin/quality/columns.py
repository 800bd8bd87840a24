"""Names of the frame's own columns. Each has a dot, which no id of a plan has: a variable may be called `state` or `key`."""

from __future__ import annotations

ROW = "frame.row"                    # number of the row, by which a failed expectation is led back to its cell
READABLE = "file.readable"           # yes, no
PROBLEM = "file.problem"             # kind of a structural problem, or none
RECORDS = "file.records"             # how many records a register has
RECORDS_LOST = "file.records_lost"   # how many it had the period before, when it has none now
STATE = "cell.state"                 # ok, blank, absent, repaired, problem
REQUIRED = "cell.required"           # given, missing
KEY = "record.key"                   # what identifies a record within its return
CLAIMED_BY = "record.claimed_by"     # other units that report the same entity
