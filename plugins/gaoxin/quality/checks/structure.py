"""Structural problems (level 0): what each kind that reading can tell means for the return.

The kinds and their titles are `gaoxin.returns.model`'. A kind that is new there is an error until it is given another
meaning here, and one that is listed nowhere is caught by the rule `file.other`: none is ever lost.
"""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import CANARY_TEXT, IN_SET, NOT_IN_SET, Check, Rules, expectation, label_of
from gaoxin.returns.model import NOTES, PROBLEMS

PROBLEM = "file.problem"  # kind of a structural problem, or none: `building` puts it, with the problem's message

TITLE = Code("quality.structure.title", "结构：无“{name}”", "structure: no “{name}”", name=Text)
OTHER_TITLE = Code("quality.structure.other", "结构：无其他问题", "structure: nothing else wrong")
FOUND = Code("quality.structure", "{problem}", "{problem}")

# Values may be stale or stand beside their column; the figures could be read and a reviewer can decide.
_WARNINGS = frozenset({"external_links", "older_file", "mapping_total_differs", "mapping_parts_differ",
                        "mapping_count_differs", "mapping_below"})


def severity_of(kind: str) -> Severity:
    if kind in NOTES:
        return Severity.INFO
    return Severity.WARNING if kind in _WARNINGS else Severity.ERROR


class Structure(Check):
    place = 20

    def on_file(self, form: Form | None) -> Rules:
        """One expectation a severity, listing its kinds: moving a kind between the lists changes what it means, in one place."""
        known = {**PROBLEMS, **NOTES}
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
            if kinds := {kind: label_of(title) for kind, title in sorted(known.items()) if severity_of(kind) is severity}:
                yield expectation(f"file.{severity}", NOT_IN_SET, PROBLEM, kinds, value_set=list(kinds), level=0, table="file",
                                  severity=severity, kinds=kinds, title=TITLE, message=FOUND)
        yield expectation("file.other", IN_SET, PROBLEM, [CANARY_TEXT], value_set=["none", *sorted(known)], level=0, table="file",
                          title=OTHER_TITLE, message=FOUND)
