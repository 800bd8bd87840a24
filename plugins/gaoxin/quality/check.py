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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Any, ClassVar

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.forms import Form, Item, Severity
from gaoxin.quality.frames import Given

GX_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}
SEVERITY_OF = {gx: ours for ours, gx in GX_SEVERITY.items()}

BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
REGEX = "expect_column_values_to_match_regex"
UNIQUE = "expect_column_values_to_be_unique"
BY_VALUES = {BETWEEN, IN_SET, NOT_IN_SET, REGEX, UNIQUE}  # which judge cells of one column, and leave empty ones out of account

Expectation = dict[str, Any]
Rules = Iterable[Expectation]
CANARY_TEXT = "canary"
EMPTY = Code("quality.empty", "（空）", "(empty)")


@dataclass(frozen=True)
class Parameter:
    """What a plan sets of a check. default: as a plan has it where nothing is said; empty where there is none."""

    name: str
    what: Text
    default: str


@dataclass(frozen=True)
class About:
    """What a check says of itself (docs/checks.md). needs: its inputs; how: it computes; looks_at, why, answer: to a clerk;
    source: in the literature or in practice."""

    needs: Text
    how: Text
    looks_at: Text
    why: Text
    answer: Text
    source: Text
    parameters: tuple[Parameter, ...] = ()


class Check:
    """A kind of check. A subclass says which rules it asks for and where they stand in a suite, and computes their columns.
    place: order among the checks of one hook. The hooks are asked in the order that they have here.
    beyond_itself: whether other returns decide what it finds: of other units, or of earlier periods."""

    about: ClassVar[About]
    place: ClassVar[int] = 50
    beyond_itself: ClassVar[bool] = False

    def on_file(self, form: Form | None) -> Rules:
        """Rules on the file; `form` None for one that does not say which return it is."""
        return ()

    def on_cells(self, form: Form) -> Rules:
        """Rules on every cell alike."""
        return ()

    def on_item(self, form: Form, item: Item) -> Rules:
        """Rules on one variable or field."""
        return ()

    def on_whole(self, form: Form) -> Rules:
        """Rules on history, on records and between variables."""
        return ()

    def compute(self, given: Given) -> None:
        """Puts the columns of its rules into the frame, for one return that could be read."""


def expectation(rule: str, kind: str, column: str, bad: Iterable[Any], *, title: Code | tuple[Code, Mapping[str, Any]],
                message: Code, level: int = 1, severity: Severity = Severity.ERROR, table: str = "data",
                variable: str | None = None, each: bool = False, variables: Mapping[str, Mapping[str, str]] | None = None,
                kinds: Mapping[str, Mapping[str, str]] | None = None, unless: Iterable[str] = (), **kwargs: Any) -> Expectation:
    """One expectation as plain JSON. bad: values that it must find. title: a code, with those of its fields that the form
    decides. kwargs are those of the expectation type besides `column`."""
    code, context = title if isinstance(title, tuple) else (title, {})
    told = {"context": {name: _labels(value) for name, value in context.items()}} if context else {}
    about = {"variable": variable, "variables": variables, "kinds": kinds, "unless": list(unless), "each": each}
    meta = {"rule": rule, "level": level, "table": table, "title": {**_told(code), **told}, "message": _told(message),
            "canary": [{column: value} for value in bad], **{name: value for name, value in about.items() if value}}
    return {"type": kind, "kwargs": {"column": column, **kwargs}, "severity": GX_SEVERITY[severity], "meta": meta}


def _told(code: Code) -> dict[str, Any]:
    return {"code": code.code, "zh": code.zh, "en": code.en}


def _labels(value: Any) -> Any:
    return [_labels(one) for one in value] if isinstance(value, tuple) and not isinstance(value, Text) else label_of(value)


def item_rule(item: Item, name: str, kind: str, column: str, bad: Iterable[Any], **more: Any) -> Expectation:
    """A rule on one variable or field, named after it."""
    return expectation(f"{item.id}.{name}", kind, column, bad, variable=item.id, each=True, **more)


def cell_rule(items: Iterable[Item], name: str, kind: str, column: str, bad: Iterable[Any], **more: Any) -> list[Expectation]:
    """A rule on every one of the items alike, none where there are no items."""
    named = {item.id: {**label_of(item.name), "unit": item.unit or ""} for item in items}
    return [expectation(name, kind, column, bad, variables=named, **more)] if named else []


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


class Explainable:
    """A rule with an error, and the same as a warning where the cover explains it: a unit may insist on a true figure in
    writing, and a reviewer then decides. Exactly one of the two columns holds the amount."""

    def __init__(self, column: str, title: Text, message: Text, **fields: type | UnionType) -> None:
        code, (zh, en) = f"quality.{column}", message
        explained = Code(f"{code}.title.explained", title.zh + "（已作说明的）", title.en + " (where explained)")
        warning = Code(f"{code}.explained", f"{zh}；单位说明：{{explanation}}", f"{en}; the unit explains: {{explanation}}",
                       **fields)
        error = Code(code, f"{zh}；请更正，属实请在封面填写情况说明", f"{en}; correct it, or explain it on the cover if true",
                     **fields)
        self._columns = (column, f"{column}_explained")
        self._told = ((Severity.ERROR, Code(f"{code}.title", *title), error), (Severity.WARNING, explained, warning))

    def rules(self, items: Iterable[Item], bad: float, **limits: Any) -> list[Expectation]:
        chosen = list(items)
        return [rule for column, (severity, title, message) in zip(self._columns, self._told, strict=True)
                for rule in cell_rule(chosen, column, BETWEEN, column, [bad], title=title, message=message, severity=severity,
                                      level=2, **limits)]

    def put(self, given: Given, row: int, amount: float, harmless: float, notes: Mapping[str, Any]) -> None:
        """Into the column of the error, or, where the cover explains it, into that of the warning; the other is harmless."""
        said = given.read.explanation or ""
        for column, explained in zip(self._columns, (False, True), strict=True):
            given.frame.put(row, column, amount if bool(said) is explained else harmless, **notes, explanation=said)

    def because(self, given: Given, variable: str, reason: Message) -> None:
        for column in self._columns:
            given.because(column, variable, reason)
