"""What every check of a return is made of, and how its rule is written as a Great Expectations expectation.

A check is one module of `gaoxin.quality.checks`: the rules that it asks of a form, its messages, and how its column of the
frame is computed, exactly, where a double would get it wrong. What a plan declares within a form stands in
`gaoxin.plan.checks`. The folder is the registry.

An expectation's `meta`:
  rule       stable id; a threshold is never part of it, so that tightening one keeps the rule's history
  level      0–5 (DOMAIN, validation levels)
  table      what a row of the frame stands for where the rule looks: `file` (the return) or `data` (a cell or record)
  variable   the one variable it speaks of, or
  each       whether the title names that one variable
  variables  every variable it speaks of, with names: each is a check of its own, with the id `variable.rule`
  kinds      every kind of structural problem it speaks of: each is a check of its own, with the id `file.kind`
  unless     rules that say the same more strongly: where one of them fails, this one adds no finding
  canary     rows that the rule must find bad, carried in every run
  title, message   in zh and en; {…} is filled from the frame. Those of the library have a `code`, and their words are a help
             to who reads the file: findings hold the code. A rule added by hand has words alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.forms import Form, RegisterField, Severity, Variable
from gaoxin.quality.frames import Given

GX_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}
SEVERITY_OF = {gx: ours for ours, gx in GX_SEVERITY.items()}

BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
REGEX = "expect_column_values_to_match_regex"
UNIQUE = "expect_column_values_to_be_unique"

Expectation = dict[str, Any]
CANARY_TEXT = "canary"
EMPTY = Code("quality.empty", "（空）", "(empty)")


class Check:
    """A kind of check. A subclass says which rules it asks for and where they stand in a suite, and computes their columns.

    place: order among the checks of one hook. The hooks are asked in the order that they have here.
    """

    place: ClassVar[int] = 50

    def on_file(self, form: Form | None) -> Iterable[Expectation]:
        """Rules on the file; `form` None for one that does not say which return it is."""
        return ()

    def on_cells(self, form: Form) -> Iterable[Expectation]:
        """Rules on every cell alike."""
        return ()

    def on_item(self, form: Form, item: Variable | RegisterField) -> Iterable[Expectation]:
        """Rules on one variable or field."""
        return ()

    def on_whole(self, form: Form) -> Iterable[Expectation]:
        """Rules on history, on records and between variables."""
        return ()

    def compute(self, given: Given) -> None:
        """Puts the columns of its rules into the frame, for one return that could be read."""


def expectation(
    rule: str, kind: str, column: str, *, level: int, title: Code | tuple[Code, Mapping[str, Any]], message: Code,
    canary: Iterable[Mapping[str, Any]], severity: Severity = Severity.ERROR, table: str = "data", variable: str | None = None,
    variables: Mapping[str, Mapping[str, str]] | None = None, kinds: Mapping[str, Mapping[str, str]] | None = None,
    unless: tuple[str, ...] = (), **kwargs: Any,
) -> Expectation:
    """One expectation as plain JSON. title: a code, with those of its fields that the form decides. kwargs are those of the
    expectation type besides `column`."""
    code, context = title if isinstance(title, tuple) else (title, {})
    meta: dict[str, Any] = {
        "rule": rule,
        "level": level,
        "table": table,
        "title": {**_told(code), **({"context": {k: _labels(v) for k, v in context.items()}} if context else {})},
        "message": _told(message),
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


def _told(code: Code) -> dict[str, Any]:
    return {"code": code.code, "zh": code.zh, "en": code.en}


def _labels(value: Any) -> Any:
    return [_labels(one) for one in value] if isinstance(value, tuple) and not isinstance(value, Text) else label_of(value)


def item_rule(
    item: Variable | RegisterField, name: str, kind: str, column: str, *, title: Code, message: Code,
    canary: list[dict[str, Any]], level: int = 1, severity: Severity = Severity.ERROR, **kwargs: Any,
) -> Expectation:
    """A rule on one variable or field, named after it."""
    rule = expectation(
        f"{item.id}.{name}", kind, column, level=level, title=title, message=message, canary=canary, severity=severity,
        variable=item.id, **kwargs,
    )
    rule["meta"]["each"] = True
    return rule


def cell_rule(
    items: Iterable[Variable | RegisterField], name: str, kind: str, column: str, bad: Iterable[Any], *, title: Code,
    message: Code, severity: Severity = Severity.ERROR, level: int = 1, **kwargs: Any,
) -> list[Expectation]:
    """A rule on every one of the items alike, none where there are no items. bad: values that it must find."""
    named = {item.id: {**label_of(item.name), "unit": item.unit or ""} for item in items}
    if not named:
        return []
    return [
        expectation(
            name, kind, column, level=level, title=title, message=message, severity=severity, variables=named,
            canary=[{column: value} for value in bad], **kwargs,
        )
    ]


def number(value: Decimal | int) -> int | float:
    """A threshold as JSON has it. Rounding to a double keeps the order, so no value is judged wrongly by it."""
    return int(value) if value == int(value) else float(value)


def limits_of(least: Decimal | None, most: Decimal | None) -> dict[str, Any]:
    """A range as an expectation has it."""
    return {name: number(value) for name, value in (("min_value", least), ("max_value", most)) if value is not None}


def beyond(least: Decimal | None, most: Decimal | None) -> list[int | float]:
    """Values that lie outside a range, for canaries: well outside, so that a range loosened a little still sees them."""
    span = abs(most - least) if least is not None and most is not None else abs(least or most or Decimal(0))
    step = span + 1
    return [number(v) for v in (*([least - step] if least is not None else []), *([most + step] if most is not None else []))]


def label_of(name: Worded) -> dict[str, str]:
    return {"zh": name.to("zh"), "en": name.to("en")}


def explainable(code: str, zh: str, en: str, **fields: Any) -> tuple[Code, Code]:
    """The message of an error, and that of the same as a warning where the cover explains it."""
    return (
        Code(code, zh + "；请更正，属实请在封面填写情况说明", en + "; correct it, or explain it on the cover if true", **fields),
        Code(
            f"{code}.explained", zh + "；单位说明：{explanation}", en + "; the unit explains: {explanation}", **fields,
            explanation=str,
        ),
    )


def explainable_title(code: str, zh: str, en: str) -> tuple[Code, Code]:
    return Code(code, zh, en), Code(f"{code}.explained", zh + "（已作说明的）", en + " (where explained)")


def explainable_rules(
    items: Iterable[Variable | RegisterField], column: str, bad: float, titles: tuple[Code, Code], messages: tuple[Code, Code],
    **limits: Any,
) -> list[Expectation]:
    """An error, and the same as a warning where the cover explains it: a unit may insist on a true figure in writing,
    and a reviewer then decides. Exactly one of the two columns holds the amount."""
    chosen = list(items)
    return [
        rule
        for name, title, message, severity in (
            (column, titles[0], messages[0], Severity.ERROR), (f"{column}_explained", titles[1], messages[1], Severity.WARNING),
        )
        for rule in cell_rule(
            chosen, name, BETWEEN, name, [bad], title=title, message=message, severity=severity, level=2, **limits
        )
    ]


def put_explainable(given: Given, row: int, column: str, amount: float, harmless: float, notes: Mapping[str, Any]) -> None:
    """Into the column of the error, or, where the cover explains it, into that of the warning; the other is harmless."""
    told = {**notes, "explanation": given.read.explanation or ""}
    for name, explained in ((column, False), (f"{column}_explained", True)):
        given.frame.put(row, name, amount if bool(given.read.explanation) is explained else harmless, **told)


def because_explainable(given: Given, column: str, variable: str, reason: Message) -> None:
    for name in (column, f"{column}_explained"):
        given.because(name, variable, reason)
