"""What reviewed overrides of a plan make of the rules that a form asks for: stricter limits, graver severities, rules written by
hand. One that does not fit is told by name, never left out. Pure.

A rule written by hand judges one column of the frame, row by row (`gaoxin.quality.frames`), since only that leads back to a cell.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.forms import FieldType, Form, Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.overrides import Override, Severer, Tighter, Written
from gaoxin.quality.check import BETWEEN, GX_SEVERITY, IN_SET, NOT_IN_SET, REGEX, SEVERITY_OF, Expectation, label_of, number
from gaoxin.quality.checks.jump import JUMP
from gaoxin.quality.frames import STATE

NO_RULE = Code("overrides.no_rule", "本表没有规则 {rule}；有：{known}", "the form has no rule {rule}; it has {known}", rule=str,
               known=tuple)
NO_LIMITS = Code(
    "overrides.no_limits", "规则 {rule} 没有可收紧的界限",
    "rule {rule} has no limit that could be tightened", rule=str)
LOOSER = Code(
    "overrides.looser", "规则 {rule} 的 {limit} 现为 {now}，{wanted} 不更严；要放宽，改方案里的 min、max、jump 或 tolerance",
    "{limit} of rule {rule} is {now} and {wanted} is not stricter; to loosen it change min, max, jump or tolerance in the "
    "plan", rule=str, limit=str, now=str, wanted=Decimal)
MEETS_NOTHING = Code(
    "overrides.meets_nothing", "规则 {rule} 收紧到这样，正确的数也会查出",
    "so tight, rule {rule} would find right figures", rule=str)
NOT_GRAVER = Code(
    "overrides.not_graver",
    "规则 {rule} 的程度已是 {now}，{wanted} 不更重；要减轻，改方案里该检查的 severity，系统自带的规则不能减轻",
    "rule {rule} is of severity {now} already and {wanted} is not graver; to lower it change `severity` of the check in the "
    "plan; a rule of the library cannot be lowered", rule=str, now=str, wanted=str)
TAKEN = Code(
    "overrides.taken", "规则 {rule} 本表已有；换一个名称",
    "the form has a rule {rule} already: take another name", rule=str)
PAIR = Code(
    "overrides.pair",
    "{type} 比较两栏，而一行只有一格，判断不了；改写成方案报表里的 checks（sum_of、part_of、ratio_between、not_before）",
    "{type} compares columns, and a row of the frame is one cell: write it as a check of the form in the plan (sum_of, "
    "part_of, ratio_between, not_before)", type=str)
TABLE = Code("overrides.table", "{type} 判断整栏或整表，落不到单元格；改用逐行的规则：{known}",
             "{type} judges a whole column or table and leads to no cell: use one that judges row by row: {known}", type=str,
             known=tuple)
ACROSS = Code(
    "overrides.across", "{type} 比较各行，而各单位的报送同在一表；名录查重写 key，其他改用逐行的规则",
    "{type} compares rows, and the returns of all units stand in one frame: a register's duplicates are found by its key",
    type=str)
EMPTY_CELLS = Code("overrides.empty_cells", "{type} 看不到空格：空格不参加判断；必填写在方案里（required）",
                   "{type} never sees an empty cell, which is left out: say `required` in the plan", type=str)
NO_TYPE = Code(
    "overrides.no_type", "没有能用的规则类型 {type}；可用：{known}",
    "{type} cannot be used; known: {known}", type=str, known=tuple)
CONDITION = Code(
    "overrides.condition", "参数 {key} 不支持：一行只有一格，没有可作条件的别栏；改写成方案报表里的 checks",
    "argument {key} cannot be carried: a row is one cell, with no other column to depend on; write a check of the form", key=str)
MOSTLY = Code("overrides.mostly", "不支持 mostly：每个值都要判断；删去", "mostly cannot be carried: every value counts; drop it")
OTHER_COLUMN = Code(
    "overrides.other_column", "参数 {key} 不写在 kwargs 里；栏写在 column",
    "{key} does not stand in kwargs: give `column`", key=str)
NO_ARGUMENT = Code(
    "overrides.no_argument", "{type} 没有参数 {key}；可用：{known}",
    "{type} takes no {key}; it takes {known}", type=str, key=str, known=tuple)
ARGUMENT_WRONG = Code("overrides.argument_wrong", "{type} 的参数不全或写法不对：须写 {known}",
                      "arguments of {type} are missing or wrong: give {known}", type=str, known=tuple)
NO_COLUMN = Code(
    "overrides.no_column", "没有可判断的栏 {column}；有：{known}",
    "there is no column {column}; there are {known}", column=str, known=tuple)
NO_VARIABLE = Code("overrides.no_variable", "栏 {column} 不落在变量 {variable} 上；写 variable，可用：{known}",
                   "column {column} does not speak of {variable}; give `variable`, one of {known}", column=str, variable=str,
                   known=tuple)
OTHER_KIND = Code(
    "overrides.other_kind", "栏 {column} 是{kind}，{type} 或样例不是",
    "column {column} holds {kind}, which {type} or its known-bad values do not", column=str, kind=Message, type=str)
NO_PERIOD = Code("overrides.no_period", "{period}不是本表的报告期", "{period} is no period of the form", period=Period)
NEVER = Code("overrides.never", "施行期、废止期之间没有本表的报告期，永远不审核",
             "no period of the form lies between its since and until: it never judges")
NUMBERS, TEXTS = Code("overrides.numbers", "数", "numbers")(), Code("overrides.texts", "文字", "texts")()
FINDS_NOT = Code("overrides.finds_not", "已知错误样例 {value} 查不出来：样例或界限写错了",
                 "its known-bad value {value} is not found: the value or the limit is wrong", value=str)


CROSSED = Code("overrides.crossed", "{low} 至 {high} 之间没有数：什么都会查出",
               "nothing lies between {low} and {high}: it finds everything", low=str, high=str)


class Unfit(NamedTuple):
    override: Override
    told: Message


class _Wrong(Exception):
    def __init__(self, told: Message) -> None:
        super().__init__(told.both())
        self.told = told


class _Type(NamedTuple):
    """A type of expectation that judges row by row. takes: its arguments. numbers: whether its column holds numbers; None:
    either. finds: whether a value is bad."""

    takes: tuple[str, ...]
    numbers: bool | None
    finds: Callable[[Mapping[str, Any], Any], bool]


def _outside(k: Mapping[str, Any], v: Any) -> bool:
    low, high = k.get("min_value"), k.get("max_value")
    return ((low is not None and (v < low or (v == low and bool(k.get("strict_min")))))
            or (high is not None and (v > high or (v == high and bool(k.get("strict_max"))))))


_RANGE = ("min_value", "max_value", "strict_min", "strict_max")
_TYPES: dict[str, _Type] = {
    BETWEEN: _Type(_RANGE, True, _outside),
    IN_SET: _Type(("value_set",), None, lambda k, v: v not in k["value_set"]),
    NOT_IN_SET: _Type(("value_set",), None, lambda k, v: v in k["value_set"]),
    REGEX: _Type(("regex",), False, lambda k, v: not re.search(k["regex"], v)),
    "expect_column_values_to_not_match_regex": _Type(("regex",), False, lambda k, v: bool(re.search(k["regex"], v))),
    "expect_column_value_lengths_to_be_between": _Type(_RANGE, False, lambda k, v: _outside(k, len(v))),
    "expect_column_value_lengths_to_equal": _Type(("value",), False, lambda k, v: len(v) != k["value"]),
}
TYPES = tuple(_TYPES)
_PAIRS = re.compile("pair|multicolumn|select_column|compound_columns")
_ROWS = re.compile("increasing|decreasing|to_be_unique|z_scores")
_NULLS = re.compile("to_(not_)?be_null$")
_WHOLE = re.compile("^expect_table|unexpected_rows|query|_(mean|median|max|min|sum|stdev|quantile_values|kl_divergence)_|"
                    "unique_value_count|proportion|distinct_values|most_common|column_to_exist|_to_be_of_type|_in_type_list")
_CONDITIONS = ("row_condition", "condition_parser", "ignore_row_if")
_FACTORS = re.compile(r"(^|\.)(scale|scale_explained)$")  # 1 is no change at all
_HIDDEN = "record.key"  # holds whose return it is: nothing that a rule could speak of


def in_force(plan: Plan, form: Form, period: Period) -> tuple[Override, ...]:
    """The overrides by which a form's returns of a period are judged, in the order written."""
    return tuple(one for one in plan.overrides if one.form == form.id and one.judges(period))


def unfit(plan: Plan, form: Form, rules: list[Expectation]) -> Iterator[Unfit]:
    """Each override of a form that does not fit its rules, once: those of one period beside each other, a draft beside those of
    the last period."""
    own = [one for one in plan.overrides if one.form == form.id]
    wrong = {one.id: told for one in own if (told := _life(form, one))}
    yield from (Unfit(one, wrong[one.id]) for one in own if one.id in wrong)
    seen = set[tuple[str, Message]]()
    fit = [one for one in own if one.id not in wrong]
    periods = [[one for one in fit if one.judges(period)] for period in form.periods()]
    for chosen in (*periods, *([*periods[-1], one] for one in fit if one.draft)):
        for found in applied(form, rules, chosen)[1]:
            if (found.override.id, found.told) not in seen:
                seen.add((found.override.id, found.told))
                yield found


def _life(form: Form, override: Override) -> Message | None:
    for end in (override.since, override.until):
        if end is not None and end.periodicity != form.periodicity:
            return NO_PERIOD(period=end)
    return None if any(override.out_of_force(period) is None for period in form.periods()) else NEVER()


def applied(form: Form, rules: list[Expectation], overrides: Iterable[Override]) -> tuple[list[Expectation], list[Unfit]]:
    """The rules of a form with overrides, in the order given, and those that do not fit."""
    found, unfit = list(rules), list[Unfit]()
    for override in overrides:
        try:
            found = [*found, _written(form, found, override)] if isinstance(override, Written) else _changed(found, override)
        except _Wrong as wrong:
            unfit.append(Unfit(override, wrong.told))
    return found, unfit


def changed(form: Form, rules: list[Expectation], override: Override) -> list[Expectation]:
    """The rules that an override makes of those of a form, alone; none where it does not fit."""
    found, _ = applied(form, rules, [override])
    return [rule for rule in found if any(signed["id"] == override.id for signed in
                                          (*rule["meta"].get("overridden", ()), rule["meta"].get("written", {"id": None})))]


def _changed(rules: list[Expectation], override: Tighter | Severer) -> list[Expectation]:
    found, hit = list[Expectation](), False
    for rule in rules:
        for part, meant in _parts(rule, override.rule):
            hit = hit or meant
            found.append(_stricter(part, override) if meant else part)
    if not hit:
        raise _Wrong(NO_RULE(rule=override.rule, known=tuple(dict.fromkeys(name for rule in rules for name in ids(rule)))))
    return found


def ids(rule: Expectation) -> list[str]:
    """The ids that findings of an expectation have."""
    meta = rule["meta"]
    if "variables" in meta:
        return [f"{variable}.{meta['rule']}" for variable in meta["variables"]]
    return [f"file.{kind}" for kind in meta["kinds"]] if "kinds" in meta else [meta["rule"]]


def _parts(rule: Expectation, wanted: str) -> Iterator[tuple[Expectation, bool]]:
    """An expectation, whole or without the one of its variables or kinds that is meant, and that one."""
    meta, named = rule["meta"], ids(rule)
    if meta["rule"] == wanted or wanted not in named:
        yield rule, meta["rule"] == wanted
        return
    key = next((k for k in ("variables", "kinds") if k in meta), None)
    if key is None or len(named) == 1:
        yield rule, True
        return
    one = list(meta[key])[named.index(wanted)]
    for chosen, meant in (([k for k in meta[key] if k != one], False), ([one], True)):
        part = copy.deepcopy(rule)
        part["meta"][key] = {k: meta[key][k] for k in chosen}
        if key == "kinds":
            part["kwargs"]["value_set"] = chosen
            part["meta"]["canary"] = [{rule["kwargs"]["column"]: kind} for kind in chosen]
        yield part, meant


def _stricter(rule: Expectation, override: Tighter | Severer) -> Expectation:
    made = copy.deepcopy(rule)
    made["meta"].setdefault("overridden", []).append(_signed(override))
    if isinstance(override, Severer):
        now, order = SEVERITY_OF[rule["severity"]], list(Severity)
        if order.index(override.severity) >= order.index(now):
            raise _Wrong(NOT_GRAVER(rule=override.rule, now=now.value, wanted=override.severity.value))
        return made | {"severity": GX_SEVERITY[override.severity]}
    limits = made["kwargs"]
    if rule["type"] != BETWEEN:
        raise _Wrong(NO_LIMITS(rule=override.rule))
    for limit, key, wanted, sign in (("min", "min_value", override.min, 1), ("max", "max_value", override.max, -1)):
        now = limits.get(key)
        if wanted is None:
            continue
        if now is not None and sign * wanted <= sign * Decimal(str(now)):
            raise _Wrong(LOOSER(rule=override.rule, limit=limit, now=str(now), wanted=wanted))
        limits[key] = number(wanted)
    low, high, was = limits.get("min_value"), limits.get("max_value"), rule["kwargs"].get("max_value")
    crossed = low is not None and high is not None and low > high
    # A distance of 0 is right, and so is a factor of 1.
    right = 1 if _FACTORS.search(limits["column"]) else 0 if was == 0 or limits["column"] == JUMP else None
    if crossed or (override.max is not None and right is not None and override.max <= right):
        raise _Wrong(MEETS_NOTHING(rule=override.rule))
    return made


def _signed(override: Override) -> dict[str, str]:
    life = {key: str(end) for key, end in (("since", override.since), ("until", override.until)) if end}
    return {"id": override.id, "by": override.by, "on": override.on.isoformat(), "why": override.why, **life}


def _written(form: Form, rules: list[Expectation], override: Written) -> Expectation:
    column = override.column or override.variable or ""
    columns = dict(_columns(form, rules))
    if column not in columns:
        raise _Wrong(NO_COLUMN(column=column, known=tuple(columns)))
    kind = _type(override)
    kwargs = {k: [_json(v) for v in value] if isinstance(value, tuple) else _json(value) for k, value in override.kwargs.items()}
    _arguments(override.type, kind, kwargs)
    numbers, variables = columns[column]
    about_file = column.startswith("file.")
    variable = override.variable or (column if column in variables else None)
    if variable not in (variables or {None: {}}):
        raise _Wrong(NO_VARIABLE(column=column, variable=variable or "—", known=tuple(variables)))
    bad = [_json(value) for value in override.bad]
    held = [v for key in ("value_set", *(_RANGE[:2] if numbers else ())) for v in _listed(kwargs.get(key))]
    if kind.numbers not in (None, numbers) or not all(_number(v) is numbers for v in (*bad, *held)):
        raise _Wrong(OTHER_KIND(column=column, kind=NUMBERS if numbers else TEXTS, type=override.type))
    try:
        missed = [v for v in bad if not kind.finds(kwargs, v)]
    except (TypeError, re.error) as error:
        raise _Wrong(ARGUMENT_WRONG(type=override.type, known=kind.takes)) from error
    low, high = (kwargs.get(key) for key in _RANGE[:2])
    if low is not None and high is not None and (low > high or (low == high and _outside(kwargs, low))):
        raise _Wrong(CROSSED(low=str(low), high=str(high)))
    if missed:
        raise _Wrong(FINDS_NOT(value=str(missed[0])))
    rule = f"{variable}.{override.rule}" if variable else override.rule
    if rule in {name for known in rules for name in ids(known)}:
        raise _Wrong(TAKEN(rule=rule))
    told = {"title": label_of(override.title), "message": label_of(override.message or override.title)}
    about = {"variables": {variable: variables[variable]}} if variable else {}
    meta = {"rule": override.rule, "level": override.level, "table": "file" if about_file else "data", **told, **about,
            "canary": [{column: value} for value in bad], "written": _signed(override)}
    return {"type": override.type, "kwargs": {"column": column, **kwargs}, "severity": GX_SEVERITY[override.severity],
            "meta": meta}


def _type(override: Written) -> _Type:
    """Raises _Wrong for one that the frame cannot carry, saying why and what to do."""
    name = override.type
    if name in _TYPES:
        return _TYPES[name]
    if _PAIRS.search(name):
        raise _Wrong(PAIR(type=name))
    if _NULLS.search(name):
        raise _Wrong(EMPTY_CELLS(type=name))
    if _ROWS.search(name):
        raise _Wrong(ACROSS(type=name))
    raise _Wrong((TABLE if _WHOLE.search(name) else NO_TYPE)(type=name, known=TYPES))


def _arguments(name: str, kind: _Type, kwargs: Mapping[str, Any]) -> None:
    for key in kwargs:
        if key == "mostly":
            raise _Wrong(MOSTLY())
        if key in _CONDITIONS:
            raise _Wrong(CONDITION(key=key))
        if key.startswith("column"):
            raise _Wrong(OTHER_COLUMN(key=key))
        if key not in kind.takes:
            raise _Wrong(NO_ARGUMENT(type=name, key=key, known=kind.takes))
    needed = [key for key in kind.takes if not key.startswith("strict")]
    shapes = {"value_set": list, "regex": str, "strict_min": bool, "strict_max": bool}
    wrong = [k for k, v in kwargs.items() if not (isinstance(v, shapes[k]) if k in shapes else _number(v))]
    if wrong or not any(kwargs.get(key) not in (None, []) for key in needed):
        raise _Wrong(ARGUMENT_WRONG(type=name, known=tuple(needed)))


def _columns(form: Form, rules: list[Expectation]) -> Iterator[tuple[str, tuple[bool, dict[str | None, dict[str, str]]]]]:
    """Every column that a rule of the form may speak of: whether it holds numbers, and the variables at whose cells it stands;
    none of one that speaks of the file."""
    labels: dict[str | None, dict[str, str]] = {i.id: {**label_of(i.name), "unit": i.unit or ""} for i in form.asked}
    for item in form.asked:
        yield item.id, (item.type is FieldType.NUMBER, {item.id: labels[item.id]})
    found: dict[str, tuple[bool, dict[str | None, dict[str, str]]]] = {}
    for rule in rules:
        column, meta = rule["kwargs"]["column"], rule["meta"]
        if column in labels or column == _HIDDEN:
            continue
        numbers, known = found.get(column, (all(_number(row.get(column)) for row in meta["canary"]), {}))
        names = meta.get("variables") or ([meta["variable"]] if "variable" in meta else [])
        found[column] = numbers, {**known, **{name: labels[name] for name in names}}
    yield from found.items()
    if STATE not in found:
        yield STATE, (False, labels)


def _json(value: Any) -> Any:
    return number(value) if isinstance(value, Decimal) else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
