"""Structural problems (level 0): what each kind that reading can tell means for the return.

The kinds and their titles are `gaoxin.returns.kinds`'. A kind that is new there is an error until it is given another
meaning here, and one that is listed nowhere is caught by the rule `file.other`: none is ever lost.
"""

from __future__ import annotations

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.returns.kinds import NOTES, PROBLEMS

other_title = Text("结构：无其他问题", "structure: nothing else wrong")

# Values may be stale or stand beside their column; the figures could be read and a reviewer can decide.
_WARNINGS = frozenset({"external_links"})

KINDS: dict[str, tuple[Severity, Text]] = {
    **{kind: (Severity.WARNING if kind in _WARNINGS else Severity.ERROR, title) for kind, title in PROBLEMS.items()},
    **{kind: (Severity.INFO, title) for kind, title in NOTES.items()},
}
