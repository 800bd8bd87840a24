"""Structural problems (level 0): what each kind that reading can tell means for the return.

The kinds and their titles are `gaoxin.returns.model`'. A kind that is new there is an error until it is given another
meaning here, and one that is listed nowhere is caught by the rule `file.other`: none is ever lost.
"""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import CANARY_TEXT, IN_SET, NOT_IN_SET, About, Check, Rules, expectation, label_of
from gaoxin.returns.model import NOTES, PROBLEMS

PROBLEM = "file.problem"  # kind of a structural problem, or none: `building` puts it, with the problem's message

TITLE = Code("quality.structure.title", "结构：无“{name}”", "structure: no “{name}”", name=Text)
OTHER_TITLE = Code("quality.structure.other", "结构：无其他问题", "structure: nothing else wrong")
FOUND = Code("quality.structure", "{problem}", "{problem}")

# Values may be stale or stand beside their column; the figures could be read and a reviewer can decide.
_WARNINGS = frozenset({"older_file", "mapping_total_differs", "mapping_parts_differ",
                        "mapping_count_differs", "mapping_below"})


def severity_of(kind: str) -> Severity:
    if kind in NOTES:
        return Severity.INFO
    return Severity.WARNING if kind in _WARNINGS else Severity.ERROR


class Structure(Check):
    about = About(
        needs=Text("读文件时发现的结构问题", "what reading found wrong with the structure"),
        how=Text("每种问题各是一条规则，看有没有这种问题", "each kind of problem is a rule: whether there is one"),
        looks_at=Text("封面、表头、模板版本、公式、宏、外部链接等",
                      "cover, headers, template version, formulas, macros, external links and the like"),
        why=Text("结构不对，读出来的数就不可信", "what is read from a wrong structure cannot be relied on"),
        answer=Text("按问题所写的位置改正，或用模板重填", "mend the place that is told, or use the template"),
        source=Text("欧洲统计体系核验手册 0 级", "ESS validation handbook, level 0"))
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
