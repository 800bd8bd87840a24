"""Every kind of structural problem and note that reading can tell, by its stable id, with a title (validation level 0):
`kinds.json`.

A problem means that the file, or part of it, could not be taken as it stands; a note is information. Reading uses no kind
that is not listed here, and a test says so.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from gaoxin.i18n import Message, Text
from gaoxin.returns.model import Problem

_LISTED = json.loads(Path(__file__).with_name("kinds.json").read_text(encoding="utf-8"))
PROBLEMS = {kind: Text(*title) for kind, title in _LISTED["problems"].items()}
NOTES = {kind: Text(*title) for kind, title in _LISTED["notes"].items()}


@dataclass
class Told:
    """What reading one sheet tells beside its values: problems and notes, by the lists above. sheet: its name."""

    sheet: str | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def tell(self, kind: str, message: Message, cell: str | None = None) -> None:
        (self.problems if kind in PROBLEMS else self.notes).append(Problem(kind, message, self.sheet, cell))
