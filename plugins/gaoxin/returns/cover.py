"""The cover (封面): which return a file is. Small slips are mended and noted; a cover is never completed by guessing.

A unit may stand by id, name or alias, a form by id or name, a period as officials write it (2020年6月, 2020年1-6月,
2020年上半年, a cell that Excel turned into a date).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import TypeVar

from gaoxin.containers.model import EPOCH, Sheet, address, shown
from gaoxin.errors import PlanError, UnknownCampaign, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan, Unit
from gaoxin.plan.sources import DeclaredSource
from gaoxin.returns.layout import (
    CHECKED_KEY,
    CODE_COLUMN,
    COVER_KEYS,
    COVER_NAMES,
    EXPLANATION_KEY,
    MARK_KEY,
    NIL_KEY,
    NOTES_NAME,
    SAMPLE_KEY,
    WORDS,
    mark_of,
)
from gaoxin.returns.model import ReturnKey, Told
from gaoxin.returns.text import name_key, plain, squeezed, unfit

KEY_UNKNOWN = Code("returns.cover_key_unknown", "封面上的「{written}」不是已知的项目，未读取",
                   "unknown cover key {written!r}, not read")
KEY_REPAIRED = Code("returns.cover_key_repaired", "封面「{written}」读作「{key}」", "cover key {written!r} read as {key}",
                    key=str | Message)
KEY_TWICE = Code("returns.cover_key_twice", "封面上「{key}」写了两次且不同；请删去其中一处",
                 "the cover gives {key} twice, differently", key=str | Message)
KEY_MISSING = Code("returns.cover_key_missing", "封面缺少「{name}」；请使用下发的模板",
                   "the cover lacks {key} ({name}): use the template that was sent out", key=str, name=Message)
CSV_NAME = Code("returns.csv_name", "CSV 文件须以“创建工作编号__报表编号__单位编号__报告期.csv”为名，现为「{stem}」；"
                "建议改用下发的模板（.xlsx）",
                "a CSV is named CAMPAIGN__FORM__UNIT__PERIOD.csv, by ids; this one is {stem!r}: "
                "better use the template (.xlsx)")
UNKNOWN = Code("returns.unknown", "没有{what}「{written}」；可用：{known}", "no {what} {written!r}; known: {known}")
_NAMED = {key: Code(f"returns.a_{key}", zh, key)()
          for key, zh in (("campaign", "创建工作"), ("form", "报表"), ("unit", "单位"))}
NONE = Code("returns.none", "（无）", "(none)")
PLAN_UNREADABLE = Code("returns.plan_unreadable", "方案「{campaign}」读不了：{why}",
                       "the plan {campaign!r} cannot be read: {why}", why=Worded)
UNIT_NOT_ASKED = Code("returns.unit_not_asked", "报表「{form}」不由{unit}报送；填报单位：{asked}",
                      "form {form_id} is not asked of {unit_id}; asked of: {asked_ids}", form=str, form_id=str, unit=str,
                      unit_id=str, asked=tuple, asked_ids=tuple)
PERIOD_INVALID = Code("returns.period_invalid", "报告期「{written}」无法识别{wanted}",
                      "the period {written!r} is not understood{wanted}", wanted=Message | None)
WANTED = Code("returns.period_wanted", "，本表按{periodicity}报送，如{first}",
              "; this form is reported by {periodicity}, such as {first}", periodicity=str | Text, first=Period)
PERIOD_NOT_ASKED = Code("returns.period_not_asked", "报表「{form}」不报{period}："
                        "报送范围{first}至{last}{skipped}",
                        "form {form_id} is not asked for {period}: it runs from {first} to {last}{skipped}",
                        form=str, form_id=str, period=Period, first=Period, last=Period, skipped=Message | None)
SKIPPED = Code("returns.periods_skipped", "，其中不单独报第 {numbers} 期", ", without number {numbers} of a year")
TEMPLATE_OUTDATED = Code("returns.template_outdated", "模板版本是「{written}」，现行版本是 {template}；请重新下载模板填报",
                         "the template's version is {written!r}, the one in force is {template}: fill in a fresh template")
OF_ANOTHER_FORM = Code("returns.template_of_another_form",
                       "模板按另一版报表制作（标记 {written}，现行 {template}）；核对新增、改名的项目，下次请重新下载模板",
                       "the template was made of another version of the form (mark {written}, in force {template}): look for "
                       "items that are new or renamed, and download it anew next time", template=str)
CALLED_SO = Code("returns.called", "{form} · {unit} · {period}", "{form} · {unit} · {period}", form=Worded, unit=Worded,
                 period=Period)
NIL_UNCLEAR = Code("returns.nil_unclear", "「零报告」一栏写的是「{written}」，看不出是否零报告；是的填“是”，不是的留空",
                   "the nil report is given as {written!r}, which says neither yes nor no: type yes, or leave it empty")
CARRIED_UNCHECKED = Code("returns.carried_unchecked",
                         "「数据」表带有上期的记录，封面「{name}」没有选“是”，不作报表受理；请逐条核对、增减后选“是”再报",
                         "the data sheet holds the records of the period before, and {name} on the cover does not say yes: it is "
                         "no report. Go through them, add and delete, then say yes and hand it in", name=Message)
SOURCE_UNKNOWN = Code("returns.source_unknown", "报表「{form}」没有以行取数的来源「{written}」",
                      "form {form!r} has no source of rows {written!r}", form=str)
VALUE_REPAIRED = Code("returns.cover_repaired", "封面的{key}「{written}」读作「{meant}」",
                      "cover {key} {written!r} read as {meant}", key=str | Message, meant=str | Text)

N = TypeVar("N", SeriesForm | RegisterForm, Unit)
_LOOKED_AT = 60  # rows of the sheet; a cover is short, and what stands below is not one

_KEY_ALIASES = {squeezed(alias).casefold(): key for key, aliases in WORDS["cover"].items() for alias in (key, *aliases)}
_SIGNING = frozenset(squeezed(word).casefold() for word in WORDS["signing"])  # who answers for it on paper: no part of the return
# An explanation turns an error into a warning, so these words must not count as one; each is compared whole, and a sentence that
# holds one of them stays an explanation.
_NO_EXPLANATION = frozenset(WORDS["no_explanation"])
_END = {squeezed(name).casefold() for name in NOTES_NAME}
_NIL, _YES, _NO = ({squeezed(word).casefold() for word in WORDS[name]} for name in ("nil", "yes", "no"))
_SERIALS = (date(2000, 1, 1), date(2100, 1, 1))  # the days that a number may count up to; no year and month reads so


@dataclass
class Cover(Told):
    """What the cover says, resolved as far as it goes. source: that which its rows were fetched from, by which they are read."""

    plan: Plan | None = None
    form: SeriesForm | RegisterForm | None = None
    unit: Unit | None = None
    period: Period | None = None
    template: int | None = None
    explanation: str | None = None
    sample: bool = False
    nil: bool = False
    source: DeclaredSource | None = None
    epoch: date = EPOCH  # of its sheet
    signed: list[tuple[str, str]] = field(default_factory=list)  # who answers for it: label and what was filled in

    @property
    def key(self) -> ReturnKey | None:
        if self.plan is None or self.form is None or self.unit is None or self.period is None:
            return None
        return ReturnKey(self.plan.id, self.form.id, self.unit.id, self.period)

    @property
    def called(self) -> Message | None:
        """Its key in words."""
        if self.form is None or self.unit is None or self.period is None:
            return None
        return CALLED_SO(form=self.form.name, unit=self.unit.name, period=self.period)


def cover_of_sheet(sheet: Sheet, plan_of: Callable[[str], Plan]) -> Cover:
    """The cover on sheet 封面: keys in column A, values in column B, of a template hidden ids in column D."""
    cover = Cover(sheet.name, epoch=sheet.epoch)
    codes: dict[str, str] = {}
    values: dict[str, tuple[object, str | None]] = {}
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        written = sheet.text(row, 1)
        if not written.strip():
            continue
        key, where, bare = key_of(written), address(row, 2), squeezed(written).rstrip(":").casefold()
        if bare in _END:
            break
        for column in (1, 2, 3):
            if (why := unfit(sheet.cell(row, column))) is not None:
                cover.tell("error_cell", why, address(row, column))
        if key is None and bare in _SIGNING:
            cover.signed += _signature(sheet, row)
            continue
        if key is None:
            cover.tell("cover_key_unknown", KEY_UNKNOWN(written=plain(written)), address(row, 1))
            continue
        if written not in (key, *WORDS["cover"][key]):
            cover.tell("cover_repaired", KEY_REPAIRED(written=written.strip(), key=COVER_NAMES[key]), address(row, 1))
        if trouble := sheet.trouble(row, 2):
            cover.problems.append(trouble)
        elif key in values and values[key][0] != sheet.cell(row, 2):
            cover.tell("cover_key_twice", KEY_TWICE(key=COVER_NAMES[key]), where)
        else:
            values[key], codes[key] = (sheet.cell(row, 2), where), sheet.text(row, CODE_COLUMN).strip()
    for key in COVER_KEYS:
        if shown(values.get(key, (None, ""))[0]).strip() == "":
            _, empty = values.pop(key, (None, None))
            cover.tell("cover_key_missing", KEY_MISSING(key=key, name=COVER_NAMES[key]), empty)
    _resolve(cover, values, plan_of, codes)
    if "template" in values:
        _template(cover, *values["template"])
    if MARK_KEY in values and cover.form:
        written, mark = shown(values[MARK_KEY][0]).strip(), mark_of(cover.form)
        if written not in ("", mark):
            cover.tell("template_of_another_form", OF_ANOTHER_FORM(written=written, template=mark), values[MARK_KEY][1])
    if EXPLANATION_KEY in values:
        cover.explanation = explanation_of(values[EXPLANATION_KEY][0])
    if CHECKED_KEY in values:
        _checked(cover, *values[CHECKED_KEY])
    if NIL_KEY in values:
        _nil(cover, *values[NIL_KEY])
    cover.sample = shown(values.get(SAMPLE_KEY, (None, ""))[0]).strip() not in ("", "0", "否", "no", "FALSE")
    return cover


def signed_in(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """Who answers for a return, as its cover says: each label with what was filled in beside it."""
    rows = range(1, min(len(sheet.rows), _LOOKED_AT) + 1)
    end = next((row for row in rows if squeezed(sheet.text(row, 1)).rstrip(":").casefold() in _END), _LOOKED_AT + 1)
    return tuple(one for row in rows if row < end and squeezed(sheet.text(row, 1)).rstrip(":").casefold() in _SIGNING
                 for one in _signature(sheet, row))


def _signature(sheet: Sheet, row: int) -> list[tuple[str, str]]:
    said = next((text for column in (2, 3) if (text := sheet.text(row, column).strip()) and not sheet.trouble(row, column)), "")
    return [(plain(sheet.text(row, 1)).rstrip(":："), said)] if said else []


def key_of(written: str) -> str | None:
    """The key that a text in column A of a cover is; None for any other."""
    return _KEY_ALIASES.get(squeezed(written).rstrip(":").casefold())


def explanation_of(raw: object) -> str | None:
    """The unit's words, or None for a blank, a dash, mere punctuation or digits, and for words such as 无."""
    text = shown(raw).strip()
    words = re.sub(r"[\W\d_]+", "", plain(text))
    if not words or words.casefold() in _NO_EXPLANATION or squeezed(text).casefold() in _NO_EXPLANATION:
        return None
    return text


def says_nil(text: str) -> bool:
    """Whether these words alone say that there is nothing to report."""
    return squeezed(text).casefold() in _NIL


def _nil(cover: Cover, raw: object, where: str | None) -> None:
    said = squeezed("是" if raw is True else "" if raw is False else shown(raw)).casefold()
    cover.nil = said in _YES or said in _NIL
    if said and not cover.nil and said not in _NO:
        cover.tell("nil_unclear", NIL_UNCLEAR(written=shown(raw)), where)


def _checked(cover: Cover, raw: object, where: str | None) -> None:
    """A template with carried records has the line: until it is answered nobody has gone through them."""
    said = squeezed("是" if raw is True else "" if raw is False else shown(raw)).casefold()
    if said not in _YES:
        cover.tell("carried_unchecked", CARRIED_UNCHECKED(name=COVER_NAMES[CHECKED_KEY]), where)


def names_a_return(stem: str) -> bool:
    """Whether a CSV's file name is a cover."""
    return len(_parts_of(stem)[0]) == 4


def _parts_of(stem: str) -> tuple[list[str], str | None]:
    """What a name says, and from which source its rows were fetched."""
    parts = [plain(p) for p in re.split("__|＿＿", plain(stem))]
    fetched = parts.pop()[1:] if len(parts) == 5 and parts[4].startswith("@") else None
    if len(parts) == 5 and re.fullmatch(r"v[0-9]+|\([0-9]+\)", parts[4]):
        parts.pop()
    if parts:
        parts[-1] = re.sub(r"\s*\([0-9]+\)$", "", parts[-1])  # the browser's "(1)" behind a second download
    return parts, fetched


def cover_of_name(stem: str, plan_of: Callable[[str], Plan]) -> Cover:
    """The cover in a CSV's file name, `campaign__form__unit__period`, with an optional `__v2` behind it, or `__@source`."""
    (parts, fetched), cover = _parts_of(stem), Cover()
    if len(parts) != 4 or not all(parts):
        cover.tell("cover_key_missing", CSV_NAME(stem=stem))
        return cover
    _resolve(cover, {key: (part, None) for key, part in zip(COVER_KEYS[:4], parts, strict=True)}, plan_of)
    cover.template = cover.form.template if cover.form else None
    if fetched and cover.form:
        cover.source = next((s for s in cover.form.sources if s.rows and s.id == fetched), None)
        if cover.source is None:
            cover.tell("source_unknown", SOURCE_UNKNOWN(form=cover.form.name.zh, written=fetched))
    return cover


def _resolve(cover: Cover, values: dict[str, tuple[object, str | None]], plan_of: Callable[[str], Plan],
             codes: Mapping[str, str] = MappingProxyType({})) -> None:
    """Campaign, form, unit and period, each told when it is unknown; the later ones need the plan. codes: hidden ids, which
    settle what a name alone leaves open; what people see is never overruled by what they do not."""
    if "campaign" not in values:
        return
    raw, where = values["campaign"]
    campaign = squeezed(shown(raw)).lower()
    try:
        plan = cover.plan = _by_name(raw, codes.get("campaign", ""), plan_of) or plan_of(campaign)
    except UnknownCampaign as error:
        there = [one for one in (_readable(plan_of, name) for name in error.known) if one is not None]
        called = [one for one in there if _is_called(one, raw)]
        if len(called) != 1:
            _unknown(cover, "campaign", raw, tuple(one.name.zh for one in there) or error.known or (NONE(),), where)
            return
        plan = cover.plan = called[0]
    except (PlanError, UsageError) as error:  # a broken plan is no fault of the file, and must not stop the others
        cover.tell("plan_unreadable", PLAN_UNREADABLE(campaign=campaign, why=error.what), where)
        return
    _note(cover, "campaign", raw, Text(plan.name.zh, plan.id), where, (plan.id, plan.name.zh, plan.name.en))
    if "form" in values:
        forms = tuple(f.name.zh for f in plan.forms)
        cover.form = _named(cover, "form", values["form"], plan.forms, lambda f: (f.id, f.name.zh, f.name.en or ""), forms, codes)
    form = cover.form
    if "unit" in values:
        asked = tuple(plan.unit(u).name.zh for u in form.units) if form else tuple(u.name.zh for u in plan.units)
        cover.unit = unit = _named(cover, "unit", values["unit"], plan.units, lambda u: (
            u.id, u.name.zh, u.name.en or "", *(a.name for a in u.aliases)), asked, codes)
        if unit and form and unit.id not in form.units:
            cover.tell("unit_not_asked", UNIT_NOT_ASKED(form=form.name.zh, form_id=form.id, unit=unit.name.zh, unit_id=unit.id,
                                                        asked=asked, asked_ids=form.units), values["unit"][1])
    if "period" in values:
        _period(cover, *values["period"])


def _by_name(raw: object, code: str, plan_of: Callable[[str], Plan]) -> Plan | None:
    """The plan of the hidden id, where the cover shows its name."""
    try:
        plan = plan_of(code) if code else None
    except UnknownCampaign:
        return None
    return plan if plan and _is_called(plan, raw) else None


def _is_called(plan: Plan, raw: object) -> bool:
    return squeezed(shown(raw)) in {squeezed(name) for name in (plan.name.zh, plan.name.en) if name}


def _readable(plan_of: Callable[[str], Plan], campaign: str) -> Plan | None:
    try:
        return plan_of(campaign)
    except (PlanError, UsageError):  # told where its campaign is
        return None


def _named(cover: Cover, key: str, value: tuple[object, str | None], items: Iterable[N], names: Callable[[N], Iterable[str]],
           known: tuple[str, ...], codes: Mapping[str, str]) -> N | None:
    """The one item that the cover names; None for none, and for several, since choosing would be a guess."""
    raw, where = value
    wanted = squeezed(shown(raw)).casefold()
    found = [item for item in items if wanted and wanted in map(name_key, names(item))]
    exact = [item for item in found if item.id == wanted] or (found if len(found) == 1 else [])
    if not exact and not (exact := [item for item in found if item.id == codes.get(key)]):
        _unknown(cover, key, raw, known, where)
        return None
    (item,) = exact[:1]
    _note(cover, key, raw, Text(item.name.zh, item.id), where, (item.id, item.name.zh, item.name.en))
    return item


def _unknown(cover: Cover, key: str, raw: object, known: tuple[str | Message, ...], where: str | None) -> None:
    cover.tell(f"{key}_unknown", UNKNOWN(what=_NAMED[key], written=shown(raw), known=known), where)


def _period(cover: Cover, raw: object, where: str | None) -> None:
    form = cover.form
    period = period_of(raw, form.periodicity if form else None, cover.epoch) or (_without_year(raw, form) if form else None)
    if period is None or (form and period.periodicity is not form.periodicity):
        wanted = WANTED(periodicity=Text(form.periodicity.said, form.periodicity.value), first=form.first) if form else None
        cover.tell("period_invalid", PERIOD_INVALID(written=shown(raw), wanted=wanted), where)
        return
    cover.period = period
    _note(cover, "period", raw, Text(period.said, str(period)), where, (str(period), period.said))
    if form is not None and (told := not_asked(form, period)) is not None:
        cover.tell("period_not_asked", told, where)


def not_asked(form: SeriesForm | RegisterForm, period: Period) -> Message | None:
    """Why a form is not reported for a period; None where it is."""
    if period in form.periods():
        return None
    return PERIOD_NOT_ASKED(form=form.name.zh, form_id=form.id, period=period, first=form.first, last=form.last,
                            skipped=SKIPPED(numbers=form.skip) if form.skip else None)


def _without_year(raw: object, form: SeriesForm | RegisterForm) -> Period | None:
    """A period such as 二季度, where the form has one such period and no more."""
    text = shown(raw).strip()
    found = [p for p in form.periods() if text and period_of(f"{p.year}年{text}", form.periodicity) == p]
    return found[0] if len(found) == 1 else None


def _template(cover: Cover, raw: object, where: str | None) -> None:
    text = re.sub(r"^(版本|第|v|V)|版$|\.0+$", "", squeezed(shown(raw)))
    if re.fullmatch(r"[0-9]{1,4}", text):
        cover.template = int(text)
    if cover.form is not None and cover.template != cover.form.template:
        cover.tell("template_outdated", TEMPLATE_OUTDATED(written=shown(raw), template=cover.form.template), where)


def _note(cover: Cover, key: str, raw: object, meant: Text, where: str | None, clean: tuple[str | None, ...]) -> None:
    """Tells how a value was read that is not written in one of the `clean` ways."""
    if shown(raw) not in clean:
        cover.tell("cover_repaired", VALUE_REPAIRED(key=COVER_NAMES[key], written=shown(raw), meant=meant), where)


def period_of(raw: object, periodicity: Periodicity | None = None, epoch: date = EPOCH) -> Period | None:
    """A period as people write it, or None. periodicity: of the form, used where a cell alone does not say it. epoch: of the
    sheet."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and periodicity is not None:
        first, end = ((day - epoch).days for day in _SERIALS)
        if raw in range(first, end):
            raw = epoch + timedelta(days=int(raw))  # a day that is shown as the number that Excel keeps for it
    if isinstance(raw, date):  # also datetime: Excel turns a typed 2020-06 into 1 June 2020
        return Period.containing(raw, periodicity) if periodicity is not None else None
    try:
        return Period.written(shown(raw))
    except UsageError:
        return None
