"""The rules of a register form (one row an entity), derived from its fields, key and checks."""

from __future__ import annotations

from typing import Any

from gaoxin.i18n import Text
from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm, Severity
from gaoxin.quality.columns import CLAIMED_BY, KEY, RECORDS_LOST, REQUIRED, STATE
from gaoxin.quality.history import entity_fields
from gaoxin.quality.rules import (
    BETWEEN,
    CANARY_TEXT,
    IN_SET,
    NOT_IN_SET,
    REGEX,
    UNIQUE,
    Expectation,
    beyond,
    expectation,
    name_of,
    number,
)

# GB 32100-2015: two characters, six digits of a region, ten characters; no I, O, S, V, Z.
CREDIT_CODE_SHAPE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
# GR, until 2016 also GF for a renewal; year from 2008, when the present numbering began; province; six digits.
CERTIFICATE_SHAPE = "^G[RF](?:200[89]|20[1-9][0-9])[1-6][0-9][0-9]{6}$"
FOUNDED = 1949
NOBODY = "nobody"
CLAIMED = "claimed"  # the one rule on a return that other units' returns decide


def register_rules(form: RegisterForm) -> list[Expectation]:
    return [*_cells(form), *(rule for field in form.fields for rule in _field(form, field)), *_records(form)]


def dated_back(form: RegisterForm) -> tuple[str, ...]:
    """Date fields that speak of something done, so never after the period's end: what an entry's validity runs from,
    and the earlier of an ordered pair. Another date may well be planned."""
    since = [count.valid.since for count in form.counts if count.valid]
    return tuple(dict.fromkeys([*since, *(check.earlier for check in form.checks if check.kind == "not_before")]))


def certificate_and_issue(form: RegisterForm) -> tuple[str, str] | None:
    """A certificate field and the one date it must agree with by year, where the form leaves no doubt which."""
    certificates = [f.id for f in form.fields if f.type is FieldType.HNTE_CERTIFICATE]
    since = {count.valid.since for count in form.counts if count.valid}
    return (certificates[0], since.pop()) if len(certificates) == 1 and len(since) == 1 else None


def _cells(form: RegisterForm) -> list[Expectation]:
    every = {f.id: {**name_of(f.name), "unit": f.unit or ""} for f in form.fields}
    required = {f.id: name_of(f.name) for f in form.fields if f.required}
    found = [
        expectation(
            "readable",
            NOT_IN_SET,
            STATE,
            value_set=["problem"],
            level=1,
            variables=every,
            canary=[{STATE: "problem"}],
            title=Text("{name}：读得出内容", "{name}: can be read"),
            message=Text("“{value}”读不出：{problem}；请改正", "'{value}' cannot be read: {problem}; correct it"),
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
                message=Text("没有填写；请补填", "not filled in; fill it in"),
            ),
        )
    return found


def _field(form: RegisterForm, field: RegisterField) -> list[Expectation]:
    def rule(
        name: str, kind: str, column: str, title: Text, message: Text, canary: list[dict[str, Any]], **more: Any
    ) -> Expectation:
        return expectation(
            f"{field.id}.{name}",
            kind,
            column,
            variable=field.id,
            title=title,
            message=message,
            canary=canary,
            **{"level": 1, **more},
        )

    match field.type:
        case FieldType.NUMBER if field.min is not None or field.max is not None:
            limits = {k: number(v) for k, v in (("min_value", field.min), ("max_value", field.max)) if v is not None}
            return [
                rule(
                    "range",
                    BETWEEN,
                    field.id,
                    Text("{name}：取值 {limits} {unit}", "{name}: within {limits} {unit}"),
                    Text("{value} 超出允许范围 {limits}；请核对", "{value} lies outside {limits}; check it"),
                    [{field.id: number(bad)} for bad in beyond(field.min, field.max)],
                    **limits,
                )
            ]
        case FieldType.CODE:
            shown = "、".join(f"{code}（{label.zh}）" for code, label in field.codes.items())
            shown_en = ", ".join(f"{code} ({label.to('en')})" for code, label in field.codes.items())
            return [
                rule(
                    "code",
                    IN_SET,
                    field.id,
                    Text("{name}：属于代码表", "{name}: one of the codes"),
                    Text(f"“{{value}}”不在代码表中；可填：{shown}", f"'{{value}}' is not a code; known: {shown_en}"),
                    [{field.id: CANARY_TEXT}],
                    value_set=list(field.codes),
                )
            ]
        case FieldType.CREDIT_CODE:
            return [
                rule(
                    "shape",
                    REGEX,
                    field.id,
                    Text("{name}：18位，字符合规", "{name}: 18 characters of the code's alphabet"),
                    Text(
                        "“{value}”不是统一社会信用代码；应为18位数字和大写字母（不用 I、O、S、V、Z），请对照营业执照",
                        "'{value}' is no unified social credit code: 18 digits and capitals, no I, O, S, V, Z; see the licence",
                    ),
                    [{field.id: CANARY_TEXT}, {field.id: "91500154MA5U0000I1"}],
                    regex=CREDIT_CODE_SHAPE,
                ),
                rule(
                    "check_character",
                    IN_SET,
                    f"{field.id}.check",
                    Text("{name}：校验码正确", "{name}: the check character is right"),
                    Text(
                        "“{value}”的校验码不对（GB 32100-2015）；多为录错一位，请对照营业执照",
                        "the check character of '{value}' is wrong (GB 32100-2015): mostly a typing error; see the licence",
                    ),
                    [{f"{field.id}.check": "wrong"}],
                    value_set=["right"],
                ),
            ]
        case FieldType.HNTE_CERTIFICATE:
            return [
                rule(
                    "shape",
                    REGEX,
                    field.id,
                    Text("{name}：编号合规", "{name}: a certificate's number"),
                    Text(
                        "“{value}”不是高新技术企业证书编号；应为 GR + 年份 + 8位数字，如 GR202051100123",
                        "'{value}' is no certificate number: GR, year and 8 digits, such as GR202051100123",
                    ),
                    [{field.id: CANARY_TEXT}, {field.id: "GR200051100123"}],
                    regex=CERTIFICATE_SHAPE,
                ),
                *_certificate_year(form, field, rule),
            ]
        case FieldType.DATE:
            found = [
                rule(
                    "sensible",
                    BETWEEN,
                    f"{field.id}.year",
                    Text("{name}：年份合理", "{name}: a sensible year"),
                    Text(
                        "{value} 的年份不合理；请核对，属实请说明",
                        "the year of {value} is not believable; check it, and explain if true",
                    ),
                    [{f"{field.id}.year": 1900}],
                    min_value=FOUNDED,
                    max_value=2099,
                    severity=Severity.WARNING,
                )
            ]
            if field.id in dated_back(form):
                found.append(
                    rule(
                        "not_in_future",
                        BETWEEN,
                        f"{field.id}.days_after",
                        Text("{name}：不晚于报告期末", "{name}: not after the period's end"),
                        Text(
                            "{value} 晚于报告期末 {period_end}；请核对，属实请说明",
                            "{value} lies after the period's end {period_end}; check it",
                        ),
                        [{f"{field.id}.days_after": 1}],
                        max_value=0,
                        severity=Severity.WARNING,
                    )
                )
            return found
    return []


def _certificate_year(form: RegisterForm, field: RegisterField, rule: Any) -> list[Expectation]:
    pair = certificate_and_issue(form)
    if pair is None or pair[0] != field.id:
        return []
    column = f"{field.id}.years_off"
    return [
        rule(
            "year",
            BETWEEN,
            column,
            Text("{name}：编号中的年份与发证日期相符", "{name}: its year agrees with the date of issue"),
            Text(
                "“{value}”中的年份与发证日期 {issued} 不符；请对照证书，属实请说明",
                "the year in '{value}' differs from the issue date {issued}",
            ),
            [{column: 1}],
            max_value=0,
            severity=Severity.WARNING,
            level=2,
        )
    ]


def _records(form: RegisterForm) -> list[Expectation]:
    names = {f.id: name_of(f.name) for f in form.fields}
    key = form.key[0]
    shown = Text(" + ".join(names[k]["zh"] for k in form.key), " + ".join(names[k]["en"] for k in form.key))
    found = [
        expectation(
            "emptied",
            BETWEEN,
            RECORDS_LOST,
            max_value=0,
            level=2,
            table="file",
            severity=Severity.WARNING,
            canary=[{RECORDS_LOST: 1}],
            title=Text("名录没有由有变空", "the register has not become empty"),
            message=Text(
                "上期报有 {observed} 条记录，本期为空；请补报，确已全部退出的请说明",
                "{observed} records in the period before and none now; add them, or explain that all have left",
            ),
        ),
        expectation(
            "duplicate",
            UNIQUE,
            KEY,
            level=2,
            variable=key,
            canary=[{KEY: CANARY_TEXT}, {KEY: CANARY_TEXT}],
            title=Text(f"名录内不重复（{shown.zh}）", f"no duplicates within the register ({shown.en})"),
            message=Text(
                "“{key}”在本表出现多次：第 {rows} 行；同一对象只能报一次，请删除重复行",
                "'{key}' stands here more than once, in rows {rows}; report an entity once, delete the others",
            ),
        ),
    ]
    if len(form.units) > 1:
        entity = entity_fields(form)[0]
        # A warning, since neither unit alone can be at fault and the office must hear both; level 3 by DOMAIN's table,
        # because it compares with another unit's data. Counts count an entity once in any case.
        found.append(
            expectation(
                CLAIMED,
                IN_SET,
                CLAIMED_BY,
                value_set=[NOBODY],
                level=3,
                severity=Severity.WARNING,
                variable=entity,
                canary=[{CLAIMED_BY: CANARY_TEXT}],
                title=Text("没有其他单位报送同一对象", "no other unit reports the same entity"),
                message=Text(
                    "“{value}”本期也由 {units} 报送；同一对象只计一次，请两单位协商归属并说明",
                    "'{value}' is also reported by {units} for this period; it counts once: agree whose it is, and explain",
                ),
            )
        )
    for check in form.checks:
        if check.kind == "not_before":
            column = f"check.{check.id}"
            found.append(
                expectation(
                    column,
                    BETWEEN,
                    column,
                    min_value=0,
                    level=2,
                    severity=check.severity,
                    variable=check.later,
                    canary=[{column: -1}],
                    title=Text(
                        f"{names[check.later]['zh']} 不早于 {names[check.earlier]['zh']}",
                        f"{names[check.later]['en']} not before {names[check.earlier]['en']}",
                    ),
                    message=Text(
                        "{later} 早于 {earlier_name} {earlier}（{earlier_cell}）；请核对两个日期",
                        "{later} lies before {earlier_name} {earlier} ({earlier_cell}); check both dates",
                    ),
                )
            )
    return found
