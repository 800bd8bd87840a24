"""The rules of a series form (one row a variable), derived from its variables and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from gaoxin.i18n import Text
from gaoxin.plan.forms import SeriesForm, Severity, Variable, VariableKind
from gaoxin.quality.columns import REQUIRED, STATE
from gaoxin.quality.rules import BETWEEN, IN_SET, NOT_IN_SET, Expectation, beyond, expectation, name_of, number

# A factor of a thousand between two periods is no growth but a wrong unit of measure: 万元 for 亿元 is 10,000, 元 for 千元 1,000.
SCALE_LIMIT = 1000


def series_rules(form: SeriesForm) -> list[Expectation]:
    """Every rule on the values of a series form, level 1 before level 2, in the form's own order."""
    return [*_cells(form), *_ranges(form), *_history(form), *_checks(form)]


def _named(form: SeriesForm, chosen: Callable[[Variable], bool] = lambda _: True) -> dict[str, dict[str, str]]:
    return {v.id: {**name_of(v.name), "unit": v.unit} for v in form.variables if chosen(v)}


def _cells(form: SeriesForm) -> list[Expectation]:
    every, required, whole = _named(form), _named(form, lambda v: v.required), _named(form, lambda v: v.integer)
    found = [
        expectation(
            "readable",
            NOT_IN_SET,
            STATE,
            value_set=["problem"],
            level=1,
            variables=every,
            canary=[{STATE: "problem"}],
            title=Text("{name}：能读成数值", "{name}: can be read as a number"),
            message=Text("“{value}”读不成数值：{problem}；请改为数字", "'{value}' cannot be read: {problem}; type a number"),
        ),
        expectation(
            "repaired",
            NOT_IN_SET,
            STATE,
            value_set=["repaired"],
            level=1,
            severity=Severity.INFO,
            variables=every,
            canary=[{STATE: "repaired"}],
            title=Text("{name}：无需修正即可读入", "{name}: read without repair"),
            message=Text(
                "“{value}”读作 {number}（{repairs}）；请核对", "'{value}' was read as {number} ({repairs}); please check"
            ),
        ),
        expectation(
            "unit",
            IN_SET,
            "unit",
            value_set=["same", "converted"],
            level=1,
            variables=every,
            canary=[{"unit": state} for state in ("blank", "unknown", "inconvertible")],
            title=Text("{name}：计量单位为 {unit}，或可换算", "{name}: in {unit}, or convertible to it"),
            message=Text(
                "计量单位“{unit_given}”不能换算为{unit}；请按{unit}填报并写明计量单位",
                "unit of measure '{unit_given}' cannot be converted to {unit}; report in {unit} and say so",
            ),
        ),
        expectation(
            "converted",
            NOT_IN_SET,
            "unit",
            value_set=["converted"],
            level=1,
            severity=Severity.INFO,
            variables=every,
            canary=[{"unit": "converted"}],
            title=Text("{name}：计量单位与报表一致", "{name}: in the form's own unit of measure"),
            message=Text(
                "按“{unit_given}”填报，已换算为 {number} {unit}", "reported in '{unit_given}', converted to {number} {unit}"
            ),
        ),
    ]
    if required:
        found.insert(
            0,
            expectation(
                "required",
                IN_SET,
                REQUIRED,
                value_set=["given"],
                level=1,
                variables=required,
                canary=[{REQUIRED: "missing"}],
                title=Text("{name}：必填", "{name}: required"),
                message=Text("没有填报；请补填，确为零请填 0", "not reported; fill it in, and write 0 if it is nought"),
            ),
        )
    if whole:
        found.append(
            expectation(
                "integer",
                BETWEEN,
                "fraction",
                max_value=0,
                level=1,
                variables=whole,
                canary=[{"fraction": 0.5}],
                title=Text("{name}：为整数", "{name}: a whole number"),
                message=Text(
                    "{value} 不是整数；{name}按{unit}计数，请改为整数", "{value} is not whole; {name} is counted in {unit}"
                ),
            )
        )
    return found


def _ranges(form: SeriesForm) -> list[Expectation]:
    found = []
    for v in form.variables:
        if v.min is None and v.max is None:
            continue
        limits: dict[str, Any] = {}
        if v.min is not None:
            limits["min_value"] = number(v.min)
        if v.max is not None:
            limits["max_value"] = number(v.max)
        found.append(
            expectation(
                f"{v.id}.range",
                BETWEEN,
                v.id,
                **limits,
                level=1,
                variable=v.id,
                canary=[{v.id: number(bad)} for bad in beyond(v.min, v.max)],
                title=Text("{name}：取值 {limits} {unit}", "{name}: within {limits} {unit}"),
                message=Text(
                    "{number} {unit} 超出允许范围 {limits}；请核对数值和计量单位",
                    "{number} {unit} lies outside {limits}; check the figure and its unit of measure",
                ),
            )
        )
    return found


def _history(form: SeriesForm) -> list[Expectation]:
    found: list[Expectation] = []
    cumulative = _named(form, lambda v: v.kind is VariableKind.CUMULATIVE)
    if cumulative:
        found += _twice(
            "fall",
            "fall",
            cumulative,
            {"max_value": 0},
            [1],
            Text("{name}：年内累计数不低于上期", "{name}: the cumulative figure does not fall within the year"),
            Text(
                "累计 {number} {unit}，低于 {past_period} 的 {past}",
                "cumulative {number} {unit}, less than {past} in {past_period}",
            ),
        )
    found += _twice(
        "scale",
        "scale",
        _named(form),
        {"max_value": SCALE_LIMIT, "strict_max": True},
        [SCALE_LIMIT * 10],
        Text("{name}：计量单位没有填错", "{name}: no wrong unit of measure"),
        Text(
            "{number} {unit} 与 {past_period} 的 {past} 相差约 {factor} 倍，计量单位疑似错误（万元、亿元）",
            "{number} {unit} is about {factor} times off {past} in {past_period}: the unit of measure seems wrong",
        ),
    )
    # Variables that share the form's usual threshold share one expectation: each costs tens of milliseconds a run.
    for against, zh, en in (("previous", "上期", "the period before"), ("year", "上年同期", "the year before")):
        for jump, chosen in _by_threshold(form):
            column = jump_column(form, next(v for v in form.variables if v.id in chosen), against)
            found.append(
                expectation(
                    f"jump_{against}",
                    BETWEEN,
                    column,
                    max_value=number(jump),
                    level=2,
                    severity=Severity.WARNING,
                    variables=chosen,
                    unless=("scale", "scale_explained", "fall", "fall_explained"),
                    canary=[{column: number(jump * 10)}],
                    title=Text(f"{{name}}：与{zh}相比无异常波动", f"{{name}}: no unusual change on {en}"),
                    message=Text(
                        f"{{number}} {{unit}} 与{zh} {{past_period}} 的 {{past}} 相比变动 {{factor}} 倍，超过 {{most}} 倍；"
                        "请核对，属实请说明原因",
                        f"{{number}} {{unit}} is {{factor}} times off {{past}} in {{past_period}} ({en}), more than {{most}}; "
                        "check it, and explain if true",
                    ),
                )
            )
    return found


def jump_column(form: SeriesForm, variable: Variable, against: str) -> str:
    """The frame's column for a variable's jump: shared by all that have the form's usual threshold."""
    return f"jump_{against}" if variable.jump == _usual_jump(form) else f"{variable.id}.jump_{against}"


def _usual_jump(form: SeriesForm) -> Decimal | None:
    usual = Counter(v.jump for v in form.variables if v.jump is not None).most_common(1)
    return usual[0][0] if usual else None


def _by_threshold(form: SeriesForm) -> list[tuple[Decimal, dict[str, dict[str, str]]]]:
    usual = _usual_jump(form)
    if usual is None:
        return []
    own = [
        (v.jump, _named(form, lambda x, chosen=v: x is chosen)) for v in form.variables if v.jump is not None and v.jump != usual
    ]
    return [(usual, _named(form, lambda v: v.jump == usual)), *own]


def _twice(
    rule: str,
    column: str,
    variables: dict[str, dict[str, str]],
    limits: dict[str, Any],
    canary: list[float],
    title: Text,
    message: Text,
) -> list[Expectation]:
    """An error, and the same as a warning where the cover explains it: a unit may insist on a true figure in writing,
    and a reviewer then decides. Exactly one of the two columns holds the amount, the other nought."""
    return [
        expectation(
            rule,
            BETWEEN,
            column,
            **limits,
            level=2,
            variables=variables,
            canary=[{column: bad} for bad in canary],
            title=title,
            message=Text(
                message.zh + "；请更正，属实请在封面填写情况说明", message.en + "; correct it, or explain it on the cover if true"
            ),
        ),
        expectation(
            f"{rule}_explained",
            BETWEEN,
            f"{column}_explained",
            **limits,
            level=2,
            severity=Severity.WARNING,
            variables=variables,
            canary=[{f"{column}_explained": bad} for bad in canary],
            title=Text(title.zh + "（已作说明的）", title.en + " (where explained)"),
            message=Text(message.zh + "；单位说明：{explanation}", message.en + "; the unit explains: {explanation}"),
        ),
    ]


def _checks(form: SeriesForm) -> list[Expectation]:
    names = _named(form)
    found = []
    for check in form.checks:
        rule, column = f"check.{check.id}", f"check.{check.id}"
        match check.kind:
            case "part_of":
                found.append(
                    expectation(
                        rule,
                        BETWEEN,
                        column,
                        max_value=0,
                        level=2,
                        severity=check.severity,
                        variable=check.part,
                        canary=[{column: 1}],
                        title=Text(
                            f"{names[check.part]['zh']} 不大于 {names[check.whole]['zh']}",
                            f"{names[check.part]['en']} within {names[check.whole]['en']}",
                        ),
                        message=Text(
                            "{part} 大于 {whole}（{whole_name}，{whole_cell}），多 {excess}；部分不能大于总体，请核对两个数",
                            "{part} is more than {whole} ({whole_name}, {whole_cell}) by {excess}: "
                            "a part cannot exceed its whole",
                        ),
                    )
                )
            case "sum_of":
                given = check.tolerance is not None
                allowed = "{most}" if given else "{tolerance}"
                found.append(
                    expectation(
                        rule,
                        BETWEEN,
                        column,
                        max_value=number(check.tolerance) if given else 0,
                        level=2,
                        severity=check.severity,
                        variable=check.total,
                        canary=[{column: number(check.tolerance + 1) if given else 1}],
                        title=Text(
                            f"{names[check.total]['zh']} = " + " + ".join(names[p]["zh"] for p in check.parts),
                            f"{names[check.total]['en']} = " + " + ".join(names[p]["en"] for p in check.parts),
                        ),
                        message=Text(
                            f"合计 {{total}} 与分项之和 {{sum}} 相差 {{difference}}，允许舍入误差 {allowed}；"
                            "请核对各分项，并保留相同小数位",
                            f"total {{total}} and the sum of its parts {{sum}} differ by {{difference}}, {allowed} is allowed "
                            "for rounding; check the parts, and give all with the same decimals",
                        ),
                    )
                )
            case "ratio_between":
                found.extend(_ratio(check, names, rule, column))
    return found


def _ratio(check: Any, names: dict[str, dict[str, str]], rule: str, column: str) -> list[Expectation]:
    limits = {k: number(v) for k, v in (("min_value", check.min), ("max_value", check.max)) if v is not None}
    if not limits:
        return []
    return [
        expectation(
            rule,
            BETWEEN,
            column,
            **limits,
            level=2,
            severity=check.severity,
            variable=check.numerator,
            canary=[{column: number(bad)} for bad in beyond(check.min, check.max)],
            title=Text(
                f"{names[check.numerator]['zh']} / {names[check.denominator]['zh']} 取值 {{limits}}",
                f"{names[check.numerator]['en']} / {names[check.denominator]['en']} within {{limits}}",
            ),
            message=Text(
                "{numerator} 与 {denominator}（{denominator_name}，{denominator_cell}）之比为 {ratio}，不在 {limits} 之内；"
                "请核对两个数及其计量单位，属实请说明原因",
                "{numerator} to {denominator} ({denominator_name}, {denominator_cell}) is {ratio}, outside {limits}; "
                "check both figures and their units of measure, and explain if true",
            ),
        )
    ]
