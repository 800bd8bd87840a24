"""The cover (封面): which return a file is. Small slips are mended and noted; a cover is never completed by guessing.

A unit may stand by id, name or alias, a form by id or name, a period as officials write it (2020年6月, 2020年1-6月,
2020年上半年, a cell that Excel turned into a date).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from gaoxin.errors import GaoxinError, UsageError
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan, Unit
from gaoxin.returns.fields import shown
from gaoxin.returns.layout import COVER_KEYS, COVER_NAMES, EXPLANATION_KEY, SAMPLE_KEY, address
from gaoxin.returns.model import Problem, ReturnKey
from gaoxin.returns.text import plain, squeezed
from gaoxin.returns.workbook import Sheet

_LOOKED_AT = 60  # rows of the sheet; a cover is short, and what stands below is not one

# What officials write instead of a key; the template never asks them to touch column A.
_KEY_ALIASES = {
    squeezed(alias).casefold(): key
    for key, aliases in {
        "campaign": ("创建工作", "工作", "项目"),
        "form": ("报表", "表名", "报表名称", "表号"),
        "unit": ("单位", "填报单位", "报送单位", "责任单位"),
        "period": ("报告期", "期间", "报送期", "报表期"),
        "template": ("模板", "模板版本", "版本"),
        EXPLANATION_KEY: ("说明", "情况说明", "修订说明"),
        SAMPLE_KEY: ("样本", "样本标记"),
    }.items()
    for alias in (key, *aliases)
}
# What stands in an explanation's place without explaining anything. An explanation turns an error into a warning, so these
# words must not count as one; each is compared whole, and a sentence that holds one of them stays an explanation.
_NO_EXPLANATION = frozenset(
    (
        *("无", "没有", "暂无", "无说明", "没有说明", "无需说明", "无情况说明", "无异常", "无修订", "不适用", "空", "空白"),
        *("否", "同上", "略", "none", "no", "nil", "null", "n/a", "na", "nothing"),
    )
)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


@dataclass
class Cover:
    """What the cover says, resolved as far as it goes. where: key -> cell of its value."""

    plan: Plan | None = None
    form: SeriesForm | RegisterForm | None = None
    unit: Unit | None = None
    period: Period | None = None
    template: int | None = None
    explanation: str | None = None
    sample: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> ReturnKey | None:
        if self.plan is None or self.form is None or self.unit is None or self.period is None:
            return None
        return ReturnKey(self.plan.id, self.form.id, self.unit.id, self.period)


def cover_of_sheet(sheet: Sheet, plan_of: Callable[[str], Plan]) -> Cover:
    """The cover on sheet 封面: keys in column A, values in column B."""
    cover = Cover()
    values: dict[str, tuple[object, str]] = {}
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        written = shown(sheet.cell(row, 1))
        if not written.strip():
            continue
        key = _KEY_ALIASES.get(re.sub(r"[:：]$", "", squeezed(written)).casefold())
        where = address(row, 2)
        if key is None:
            cover.notes.append(
                _at(
                    "cover_key_unknown",
                    f"封面上的「{plain(written)}」不是已知的项目，未读取",
                    f"unknown cover key {plain(written)!r}, not read",
                    sheet,
                    address(row, 1),
                )
            )
            continue
        if key != written:
            cover.notes.append(
                _at(
                    "cover_repaired",
                    f"封面「{written.strip()}」读作 {key}",
                    f"cover key {written.strip()!r} read as {key}",
                    sheet,
                    address(row, 1),
                )
            )
        if trouble := sheet.trouble(row, 2):
            cover.problems.append(trouble)
        elif key in values and values[key][0] != sheet.cell(row, 2):
            cover.problems.append(
                _at("cover_key_twice", f"封面上 {key} 写了两次且不同", f"the cover gives {key} twice, differently", sheet, where)
            )
        else:
            values[key] = (sheet.cell(row, 2), where)
    for key in COVER_KEYS:
        if shown(values.get(key, (None, ""))[0]).strip() == "":
            zh, en = COVER_NAMES[key]
            cover.problems.append(
                Problem(
                    "cover_key_missing",
                    f"封面缺少 {key}（{zh}）；请使用下发的模板",
                    f"the cover lacks {key} ({en}): use the template that was sent out",
                    sheet.name,
                    values[key][1] if key in values else None,
                )
            )
            values.pop(key, None)
    _resolve(cover, values, plan_of, sheet.name)
    _template(cover, values.get("template"), sheet.name)
    if EXPLANATION_KEY in values:
        cover.explanation = explanation_of(values[EXPLANATION_KEY][0])
    cover.sample = shown(values.get(SAMPLE_KEY, (None, ""))[0]).strip() not in ("", "0", "否", "no", "FALSE")
    return cover


def explanation_of(raw: object) -> str | None:
    """The unit's words, or None for a blank, a dash, mere punctuation or digits, and for words such as 无."""
    text = shown(raw).strip()
    words = re.sub(r"[\W\d_]+", "", plain(text))
    if not words or words.casefold() in _NO_EXPLANATION or squeezed(text).casefold() in _NO_EXPLANATION:
        return None
    return text


def cover_of_name(stem: str, plan_of: Callable[[str], Plan]) -> Cover:
    """The cover in a CSV's file name, `campaign__form__unit__period`, with an optional `__v2` behind it."""
    parts = [plain(p) for p in re.split("__|＿＿", plain(stem))]
    if len(parts) == 5 and re.fullmatch(r"v[0-9]+|\([0-9]+\)", parts[4]):
        parts.pop()
    if parts:
        parts[-1] = re.sub(r"\s*\([0-9]+\)$", "", parts[-1])  # the browser's "(1)" behind a second download
    if len(parts) != 4 or not all(parts):
        return Cover(
            problems=[
                Problem(
                    "cover_key_missing",
                    f"CSV 的文件名须为 campaign__form__unit__period.csv，现为「{stem}」",
                    f"a CSV is named campaign__form__unit__period.csv; this one is {stem!r}",
                )
            ]
        )
    cover = Cover()
    _resolve(cover, {key: (part, None) for key, part in zip(COVER_KEYS[:4], parts, strict=True)}, plan_of, None)
    cover.template = cover.form.template if cover.form else None
    return cover


def _at(kind: str, zh: str, en: str, sheet: Sheet | str | None, cell: str | None) -> Problem:
    return Problem(kind, zh, en, sheet.name if isinstance(sheet, Sheet) else sheet, cell)


def _resolve(cover: Cover, values: dict, plan_of: Callable[[str], Plan], sheet: str | None) -> None:
    """Campaign, form, unit and period, each told when it is unknown; the later ones need the plan."""
    if "campaign" not in values:
        return
    raw, where = values["campaign"]
    campaign = squeezed(shown(raw)).lower()
    try:
        cover.plan = plan_of(campaign)
    except UsageError as error:
        known = error.todo.zh.split("；")[0]  # the rest names a folder of the office's machine: nothing for a unit
        cover.problems.append(
            _at(
                "campaign_unknown",
                f"没有创建工作「{shown(raw)}」；{known}",
                f"no campaign {shown(raw)!r}; {error.todo.en}",
                sheet,
                where,
            )
        )
        return
    except GaoxinError as error:  # a broken plan is no fault of the file, and must not stop the others
        cover.problems.append(
            _at(
                "plan_unreadable",
                f"方案「{campaign}」读不了：{error.what.zh}",
                f"the plan {campaign!r} cannot be read: {error.what.en}",
                sheet,
                where,
            )
        )
        return
    _note(cover, "campaign", raw, campaign, sheet, where)
    plan = cover.plan
    if "form" in values:
        raw, where = values["form"]
        cover.form = _by_name(shown(raw), plan.forms, lambda f: (f.id, f.name.zh, f.name.en or ""))
        if cover.form is None:
            known = "、".join(f.id for f in plan.forms)
            cover.problems.append(
                _at(
                    "form_unknown",
                    f"没有报表「{shown(raw)}」；可用：{known}",
                    f"no form {shown(raw)!r}; known: {known}",
                    sheet,
                    where,
                )
            )
        else:
            _note(cover, "form", raw, cover.form.id, sheet, where)
    if "unit" in values:
        raw, where = values["unit"]
        cover.unit = _by_name(shown(raw), plan.units, lambda u: (u.id, u.name.zh, u.name.en or "", *(a.name for a in u.aliases)))
        if cover.unit is None:
            known = "、".join(plan.unit(u).name.zh for u in (cover.form.units if cover.form else ())) or "、".join(
                u.name.zh for u in plan.units
            )
            cover.problems.append(
                _at(
                    "unit_unknown",
                    f"没有单位「{shown(raw)}」；可用：{known}",
                    f"no unit {shown(raw)!r}; known: {known}",
                    sheet,
                    where,
                )
            )
        else:
            _note(cover, "unit", raw, cover.unit.id, sheet, where)
            _asked_of_unit(cover, sheet, where)
    if "period" in values:
        _period(cover, *values["period"], sheet)


def _asked_of_unit(cover: Cover, sheet: str | None, where: str | None) -> None:
    if cover.form is not None and cover.unit is not None and cover.unit.id not in cover.form.units:
        asked = "、".join(cover.plan.unit(u).name.zh for u in cover.form.units)
        cover.problems.append(
            _at(
                "unit_not_asked",
                f"报表「{cover.form.name.zh}」不由{cover.unit.name.zh}报送；填报单位：{asked}",
                f"form {cover.form.id} is not asked of {cover.unit.id}; asked of: {', '.join(cover.form.units)}",
                sheet,
                where,
            )
        )


def _period(cover: Cover, raw: object, where: str | None, sheet: str | None) -> None:
    periodicity = cover.form.periodicity if cover.form else None
    period = period_of(raw, periodicity)
    if period is None or (periodicity is not None and period.periodicity is not periodicity):
        wanted = f"，本表按 {periodicity} 报送，如 {cover.form.first}" if cover.form else ""
        wanted_en = f"; this form is reported by {periodicity}, such as {cover.form.first}" if cover.form else ""
        cover.problems.append(
            _at(
                "period_invalid",
                f"报告期「{shown(raw)}」无法识别{wanted}",
                f"the period {shown(raw)!r} is not understood{wanted_en}",
                sheet,
                where,
            )
        )
        return
    cover.period = period
    _note(cover, "period", raw, str(period), sheet, where)
    if cover.form is not None and period not in cover.form.periods():
        form = cover.form
        skipped = f"，其中不单独报第 {'、'.join(map(str, form.skip))} 期" if form.skip else ""
        skipped_en = f", without number {', '.join(map(str, form.skip))} of a year" if form.skip else ""
        cover.problems.append(
            _at(
                "period_not_asked",
                f"报表「{form.name.zh}」不报 {period}：报送范围 {form.first} 至 {form.last}{skipped}",
                f"form {form.id} is not asked for {period}: it runs from {form.first} to {form.last}{skipped_en}",
                sheet,
                where,
            )
        )


def _template(cover: Cover, value: tuple[object, str] | None, sheet: str) -> None:
    if value is None:
        return
    raw, where = value
    text = re.sub(r"^(版本|第|v|V)|版$|\.0+$", "", squeezed(shown(raw)))
    if re.fullmatch(r"[0-9]{1,4}", text):
        cover.template = int(text)
    if cover.form is not None and cover.template != cover.form.template:
        cover.problems.append(
            _at(
                "template_outdated",
                f"模板版本是「{shown(raw)}」，现行版本是 {cover.form.template}；请重新下载模板填报",
                f"the template's version is {shown(raw)!r}, the one in force is {cover.form.template}: fill in a fresh template",
                sheet,
                where,
            )
        )


def _note(cover: Cover, key: str, raw: object, meant: str, sheet: str | None, where: str | None) -> None:
    if shown(raw) != meant:
        cover.notes.append(
            _at(
                "cover_repaired",
                f"封面 {key}「{shown(raw)}」读作 {meant}",
                f"cover {key} {shown(raw)!r} read as {meant}",
                sheet,
                where,
            )
        )


def _by_name(text: str, items, names: Callable) -> object | None:
    """The one item that `text` names; None for none, and for several, since choosing would be a guess."""
    wanted = squeezed(text).casefold()
    found = [item for item in items if wanted and wanted in {squeezed(n).casefold() for n in names(item)}]
    exact = [item for item in found if item.id == wanted]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def period_of(raw: object, periodicity: Periodicity | None = None) -> Period | None:
    """A period as people write it, or None. periodicity: of the form, used where a cell alone does not say it."""
    if isinstance(raw, date):  # also datetime: Excel turns a typed 2020-06 into 1 June 2020
        return Period.containing(raw, periodicity) if periodicity is not None else None
    text = squeezed(shown(raw)).upper().replace("—", "-").replace("–", "-").replace("~", "-").replace("至", "-")
    try:
        return Period.parse(text)
    except UsageError:
        pass
    shapes: tuple[tuple[str, Periodicity], ...] = (
        (r"([0-9]{4})(?:[-/.年])?Q([1-4])", Periodicity.QUARTER),
        (r"([0-9]{4})(?:[-/.年])?H([12])", Periodicity.HALF),
        (r"([0-9]{4})年?第?([一二三四1-4])季度?", Periodicity.QUARTER),
        (r"([0-9]{4})年?([上下])半年", Periodicity.HALF),
        (r"([0-9]{4})年(?:1月?-)?([0-9]{1,2})月份?", Periodicity.MONTH),  # 1-6月 is June, cumulative
        (r"([0-9]{4})[-/.]([0-9]{1,2})", Periodicity.MONTH),
        (r"([0-9]{4})([0-9]{2})", Periodicity.MONTH),
        (r"([0-9]{4})(?:年|年度|全年|年全年)()", Periodicity.YEAR),
    )
    for shape, kind in shapes:
        if found := re.fullmatch(shape, text):
            number = _CHINESE.get(found[2]) or int(found[2] or 1)
            return Period(kind, int(found[1]), number) if 1 <= number <= kind.per_year else None
    return None
