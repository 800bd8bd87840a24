"""The vocabulary of a suite: how one rule is written as a Great Expectations expectation, and what every form's file must meet.

Only plain dictionaries are made here; which rules a form needs is said by `series_rules` and `register_rules`, and
running them is the runner's business. A rule speaks of one column of the frame (`frames`); what floats would get wrong
(sums, falls, remainders) is computed there in Decimal, so that the expectation compares with a plain number.

An expectation's `meta`:
  rule       stable id; a threshold is never part of it, so that tightening one keeps the rule's history
  level      0–5 (DOMAIN, validation levels)
  table      what a row of the frame stands for where the rule looks: `file` (the return) or `data` (a cell or record)
  variable   the one variable it speaks of, or
  variables  every variable it speaks of, with names: each is a check of its own, with the id `variable.rule`
  kinds      every kind of structural problem it speaks of: each is a check of its own, with the id `file.kind`
  unless     rules that say the same more strongly: where one of them fails, this one adds no finding
  canary     rows that the rule must find bad, carried in every run
  title, message   in zh and en; {…} is filled from the frame
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from gaoxin.i18n import Text
from gaoxin.plan.forms import RegisterForm, SeriesForm, Severity
from gaoxin.quality.columns import PROBLEM, READABLE, RECORDS
from gaoxin.quality.structure import KINDS, other_title

GX_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}
SEVERITY_OF = {gx: ours for ours, gx in GX_SEVERITY.items()}

BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
REGEX = "expect_column_values_to_match_regex"
UNIQUE = "expect_column_values_to_be_unique"

Expectation = dict[str, Any]
CANARY_TEXT = "canary"


def expectation(
    rule: str,
    kind: str,
    column: str,
    *,
    level: int,
    title: Text,
    message: Text,
    canary: Iterable[Mapping[str, Any]],
    severity: Severity = Severity.ERROR,
    table: str = "data",
    variable: str | None = None,
    variables: Mapping[str, Mapping[str, str]] | None = None,
    kinds: Mapping[str, Mapping[str, str]] | None = None,
    unless: tuple[str, ...] = (),
    **kwargs: Any,
) -> Expectation:
    """One expectation as plain JSON. kwargs are those of the expectation type besides `column`."""
    meta: dict[str, Any] = {
        "rule": rule,
        "level": level,
        "table": table,
        "title": title._asdict(),
        "message": message._asdict(),
        "canary": [dict(row) for row in canary],
    }
    if variable is not None:
        meta["variable"] = variable
    if variables is not None:
        meta["variables"] = {name: dict(label) for name, label in variables.items()}
    if kinds is not None:
        meta["kinds"] = {name: dict(label) for name, label in kinds.items()}
    if unless:
        meta["unless"] = list(unless)
    return {"type": kind, "kwargs": {"column": column, **kwargs}, "severity": GX_SEVERITY[severity], "meta": meta}


def number(value: Decimal | int) -> int | float:
    """A threshold as JSON has it. Rounding to a double keeps the order, so no value is judged wrongly by it."""
    return int(value) if value == int(value) else float(value)


def beyond(least: Decimal | None, most: Decimal | None) -> list[Decimal]:
    """Values that lie outside a range, for canaries: well outside, so that a range loosened a little still sees them."""
    span = abs(most - least) if least is not None and most is not None else abs(least or most or Decimal(0))
    step = span + 1
    return [*([least - step] if least is not None else []), *([most + step] if most is not None else [])]


def name_of(label: Any) -> dict[str, str]:
    return {"zh": label.zh, "en": label.to("en")}


def file_rules(form: SeriesForm | RegisterForm | None) -> list[Expectation]:
    """Level 0. With `form` None only what can be said of a file that does not tell which return it is."""
    found = [
        expectation(
            "file.readable",
            IN_SET,
            READABLE,
            value_set=["yes"],
            level=0,
            table="file",
            canary=[{READABLE: "no"}],
            title=Text("文件读得出数据", "the file yields data"),
            message=Text(
                "读不出数据；请用本系统生成的模板重新填报", "no data could be read; fill in the template that this system writes"
            ),
        ),
        *_problem_rules(),
    ]
    if form is None:
        return found
    if form.kind == "register" and not form.allow_empty:
        found.append(
            expectation(
                "file.records",
                BETWEEN,
                RECORDS,
                min_value=1,
                level=0,
                table="file",
                canary=[{RECORDS: 0}],
                title=Text("名录至少有一条记录", "the register has at least one record"),
                message=Text(
                    "名录为空；本表不允许空报，请补充记录",
                    "the register is empty, which this form does not allow; add the records",
                ),
            )
        )
    return found


def _problem_rules() -> list[Expectation]:
    """One expectation a severity, listing its kinds: moving a kind between the lists changes what it means, in one place."""
    found = []
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        kinds = {kind: {"zh": title.zh, "en": title.en} for kind, (how, title) in sorted(KINDS.items()) if how is severity}
        if kinds:
            found.append(
                expectation(
                    f"file.{severity}",
                    NOT_IN_SET,
                    PROBLEM,
                    value_set=list(kinds),
                    level=0,
                    table="file",
                    severity=severity,
                    kinds=kinds,
                    canary=[{PROBLEM: kind} for kind in kinds],
                    title=Text("结构：无“{name}”", "structure: no “{name}”"),
                    message=Text("{problem_zh}", "{problem_en}"),
                )
            )
    found.append(
        expectation(
            "file.other",
            IN_SET,
            PROBLEM,
            value_set=["none", *sorted(KINDS)],
            level=0,
            table="file",
            canary=[{PROBLEM: CANARY_TEXT}],
            title=other_title,
            message=Text("{problem_zh}", "{problem_en}"),
        )
    )
    return found
