"""The indicator table: each binding value with target, completion and status, and where it comes from, down to the cell; and the
comparison with the conditions of the accreditation standard."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from gaoxin import links
from gaoxin.i18n import Text
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import (
    IndicatorResult,
    InputValue,
    MeasureValue,
    ReferenceUsed,
    StatedUsed,
    StatementResult,
)
from gaoxin.measures import said, said_of_difference
from gaoxin.plan.document import Condition
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.target import Truth
from gaoxin.reports.documents.blocks import Cell, Column, Link, Table, shown
from gaoxin.reports.dossier.model import Snapshot, Stood
from gaoxin.returns.model import Fact, RegisterFact

_NAMED = 4  # cells that a row names; where there are more they are counted
_NONE = "—"


def indicator_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("指标", 10), Column("数值", 7, True), Column("计量单位", 5), Column("报告期", 6),
               Column("目标", 10), Column("期限", 7), Column("完成率（%）", 5, True), Column("差距", 6, True), Column("状态", 5),
               Column("数据来源", 11), Column("佐证（报送编号、单元格、文件 SHA-256）", 20), Column("追溯", 9),
               Column("计算公式", 12), Column("到期结论及说明", 20), Column("方案出处", 10))
    rows = tuple(row for number, r in enumerate(s.indicators, 1) for row in _rows(s, number, r))
    return Table("指标完成情况表", columns, rows, "方案没有以数值衡量的指标。",
                 note="注：数值、状态均截至编制时点；“无法评估”不等于未达标，也不计为达标。", beside=3)


def _rows(s: Snapshot, number: int, r: IndicatorResult) -> Iterator[tuple[Cell, ...]]:
    indicator = s.plan.indicator(r.id)
    for one in r.path or (r,):
        told = "；".join(m.to("zh") for m in (one.part and one.part.told, came_to(one), one.reason, one.early) if m)
        formula = next((m.formula for m in r.measures if m.measure == one.deciding), None)
        yield (indicator.row or number, indicator.name.zh, one.value, said_zh(one.unit), str(one.period or _NONE),
               one.target.to("zh"), one.due or one.due_masked, percent(one.completion), one.gap, s.words[one.status],
               sources(s, r, one), proof(r, one), trace_of(s, one), formula, told, one.source or _NONE)
    for m in parts_of(r):
        facts = [f for i in m.inputs for f in facts_of(i)]
        yield ("", f"其中：{part_name(s, r, m)}", m.value, said_zh(m.unit), str(m.period or _NONE), *[_NONE] * 5,
               _units_by_form(s, facts) or "无数据", _cells(facts), trace_of(s, r), m.formula,
               m.reason.to("zh") if m.reason else _NONE, _NONE)


def parts_of(r: IndicatorResult) -> list[MeasureValue]:
    """The values that it consists of, where they are several: all but the one that is the indicator's own figure."""
    return [m for m in r.measures if r.value is None or m.measure != r.deciding] if len(r.measures) > 1 else []


def part_name(s: Snapshot, r: IndicatorResult, m: MeasureValue) -> str:
    name = s.plan.indicator(r.id).measure(m.measure).name
    return name.zh if name else m.measure


def said_zh(unit: str) -> str:
    told = said(unit)
    return told if isinstance(told, str) else told.zh


def gap_in(unit: str) -> str:
    told = said_of_difference(unit)
    return told if isinstance(told, str) else told.zh


def percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else round(share * 100, 1)


def trace_of(s: Snapshot, r: IndicatorResult) -> Cell:
    """Where the figure is followed to its cells: a page, as of the dossier's time; else by name."""
    text = r.id + (f" {r.period}" if r.period else "")
    return Link(text, page_of(s.stood, r.id)) if s.stood.pages else text


def page_of(stood: Stood, indicator: str) -> str:
    return links.at(stood.pages, links.indicator_page(stood.campaign, indicator, stood.as_of))


def inputs_of(s: Snapshot, r: IndicatorResult) -> list[tuple[MeasureValue, InputValue]]:
    """What the figure and its target were judged by, references among it."""
    return [(b.value, i) for b in s.behind[r.id] for i in b.value.inputs]


def _own(r: IndicatorResult, one: IndicatorResult | StatementResult | None = None) -> list[Fact | RegisterFact]:
    """What the figure itself was made of. one: the value of the indicator's path, or what one stated target came to, that is
    meant, whose cells the indicator tells; without it the values that the indicator consists of are meant, too."""
    about = one or r
    figures = {about.deciding: about.period} | ({about.part.measure: about.part.period} if about.part else {})
    if isinstance(one, StatementResult) and one.value is None:
        figures |= {m.measure: m.period for m in one.measures if m.measure not in figures}
    asked = {measure: period for measure, period in figures.items() if measure}
    known = [m for m in (*r.measures, *r.rests_on, *r.beside) if m.measure in (asked or {m.measure: None})]
    of_period = [m for m in known if m.period == asked.get(m.measure, about.period)]
    made = [*(of_period or [m for m in r.measures if m in known]), *(parts_of(r) if one is None else [])]
    return [f for m in made for i in m.inputs for f in facts_of(i)]


def facts_of(given: InputValue) -> list[Fact | RegisterFact]:
    return [*given.facts, *given.entries]


def sources(s: Snapshot, r: IndicatorResult, one: IndicatorResult | None = None) -> str:
    """Who reported it by which form; else what it was taken from."""
    about = one or r
    told = _units_by_form(s, _own(r, one))
    more = _elsewhere(s, about.stated, (about.reference, *about.references))
    if about.counted:
        more.append(f"方案中的 {len(about.counted)} 项指标和任务")
    return "、".join([*([told] if told else []), *dict.fromkeys(more)]) or ("任务成果" if about.value is not None else "无数据")


def _elsewhere(s: Snapshot, stated: Iterable[StatedUsed], references: Iterable[ReferenceUsed | None]) -> list[str]:
    return [*(f"文件所述（{x.source}）" for x in stated),
            *(f"参照数列“{s.plan.reference(x.id).name.zh}”" for x in dict.fromkeys(references) if x)]


def _units_by_form(s: Snapshot, facts: Iterable[Fact | RegisterFact]) -> str:
    units: dict[str, list[str]] = {}
    for fact in facts:
        units.setdefault(s.plan.form(fact.form).name.zh, []).append(s.unit(fact.unit))
    return "、".join(f"{'、'.join(dict.fromkeys(them))}《{form}》" for form, them in units.items())


def proof(r: IndicatorResult, one: IndicatorResult | StatementResult | None = None) -> str:
    """The cells, by return with the hash of its file; of many how many there are."""
    return _cells(_own(r, one))


def _cells(facts: Iterable[Fact | RegisterFact]) -> str:
    cells: dict[tuple[str, str], dict[str, None]] = {}
    for fact in facts:
        cells.setdefault((fact.return_id, fact.file_sha256), {})[f"{fact.sheet}!{cell_of(fact)}"] = None
    many = sum(map(len, cells.values()))
    if many > _NAMED:
        return f"{len(cells)} 份报送的 {many} 处，逐处见《数据来源表》"
    return "\n".join(f"{name} {'、'.join(them)}（{digest[:12]}…）" for (name, digest), them in cells.items()) or _NONE


def cell_of(fact: Fact | RegisterFact) -> str:
    """Of a record of a register where it begins."""
    return fact.cell if isinstance(fact, Fact) else next(iter(fact.cells.values()), f"第 {fact.row} 行")


def source_table(s: Snapshot) -> Table:
    columns = (Column("指标", 10), Column("用作", 8), Column("统计变量", 10), Column("数值", 7, True), Column("计量单位", 5),
               Column("报告期", 5), Column("单位", 9), Column("报送编号", 22), Column("版次", 3, True), Column("工作表", 5),
               Column("单元格", 5), Column("入库时间", 10), Column("文件 SHA-256", 34))
    rows = [row for r in s.indicators for row in dict.fromkeys(_origins(s, r))]
    return Table("数据来源表", columns, tuple(rows), "没有由报送数据算出的指标。",
                 note="注：每行一个单元格；名录每条记录一行，单元格为该记录的第一格。")


def _origins(s: Snapshot, r: IndicatorResult) -> Iterator[tuple[Cell, ...]]:
    name = r.name.to("zh")
    for measure, given in inputs_of(s, r):
        variable = s.plan.variables[given.variable][1].name.zh
        for fact in given.facts:
            yield (name, f"{measure.measure}.{given.name}", s.plan.variables[fact.variable][1].name.zh, fact.value,
                   said_zh(fact.unit_of_measure), str(fact.period), *_where(s, fact))
        for entry in given.entries:
            yield (name, f"{measure.measure}.{given.name}", variable, *_counted(s, given, entry), str(entry.period),
                   *_where(s, entry))
        if given.value is None and given.reason:
            yield (name, f"{measure.measure}.{given.name}", variable, None, said_zh(given.unit), str(given.period or _NONE),
                   given.reason.to("zh"), *[None] * 6)
    for one in (r, *r.path):
        for stated in one.stated:
            yield (name, f"{stated.measure}", "文件所述", stated.value, said_zh(stated.unit), str(stated.on),
                   s.plan.document.title, stated.source, *[None] * 5)
        for used in dict.fromkeys((one.reference, *one.references)):
            if used:
                yield (name, "参照", s.plan.reference(used.id).name.zh, used.value, said_zh(used.unit), str(used.period),
                       f"{used.published} 公布", used.id, *[None] * 5)


def _counted(s: Snapshot, given: InputValue, entry: RegisterFact) -> tuple[Cell, Cell]:
    """What a record counts for: one, or its amount."""
    form = s.plan.form(entry.form)
    assert isinstance(form, RegisterForm)
    count = next(c for c in form.counts if c.id == given.variable)
    if count.sum is None:
        return Decimal(1), said_zh(count.unit)
    written = entry.values.get(count.sum)
    unit = next((f.unit for f in form.fields if f.id == count.sum and f.unit), count.unit)
    return (Decimal(written) if written else None), said_zh(unit)


def _where(s: Snapshot, fact: Fact | RegisterFact) -> tuple[Cell, ...]:
    return (s.unit(fact.unit), fact.return_id, fact.version, fact.sheet, cell_of(fact), f"{fact.recorded_at:%Y-%m-%d %H:%M}",
            fact.file_sha256)


def return_table(s: Snapshot) -> Table:
    columns = (Column("报送编号", 20), Column("报表", 10), Column("单位", 10), Column("报告期", 5), Column("版次", 3, True),
               Column("文件 SHA-256", 24))
    found = {f.return_id: f for r in s.indicators for _, i in inputs_of(s, r) for f in facts_of(i)}
    rows = tuple((f.return_id, s.plan.form(f.form).name.zh, s.unit(f.unit), str(f.period), f.version, f.file_sha256)
                 for _, f in sorted(found.items()))
    return Table("指标所依据的报送文件", columns, rows, "没有由报送数据算出的指标。")


class Compared(NamedTuple):
    """How a condition stands, of which period, what that comes to, and by what."""

    stands: str
    period: str
    told: Text
    why: Text


def condition_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("认定条件", 9), Column("要求", 16), Column("现状", 14), Column("报告期", 5),
               Column("结论", 7), Column("依据", 14))
    known = {r.id: r for r in s.indicators}
    found = [(n, c, compared(s, c, known)) for n, c in enumerate(s.plan.conditions, 1)]
    rows = tuple((n, c.name.zh, c.requires.zh, held.stands, held.period, held.told.zh, held.why.zh) for n, c, held in found)
    return Table("认定条件对照表", columns, rows, "方案没有列出认定条件。",
                 note="注：“符合”“不符合”由报送数据算出；文件自述的，未经评估，不作结论。")


def compared(s: Snapshot, c: Condition, known: dict[str, IndicatorResult]) -> Compared:
    if c.indicator:
        r = known[c.indicator]
        held = [x for x in r.statements if x.role == "criterion"]
        if not held:
            return Compared(_NONE, _NONE, _NOT_EVALUATED, Text(f"指标“{r.name.to('zh')}”没有写明认定标准的数值",
                                                               f"{r.name.to('en')}: the plan has no number of the standard"))
        worst = min(held, key=lambda x: (Truth.NOT_MET, Truth.UNKNOWN, Truth.MET).index(x.truth))
        period = worst.period or (worst.part and worst.part.period)
        cells = proof(r, worst).replace("\n", "；")
        by = "".join(f"；{one}" for one in (*([] if cells == _NONE else [cells]),
                                           *_elsewhere(s, worst.stated, (worst.reference,))))
        return Compared(_stands(worst), str(period or _NONE), CONCLUSIONS[worst.truth],
                        Text(f"指标“{r.name.to('zh')}”，认定标准 {worst.target.to('zh')}（{worst.source}）{by}",
                             f"{r.name.to('en')}, by the standard {worst.target.to('en')} ({worst.source}){by}"))
    if c.stated is None:
        return Compared(_NONE, _NONE, _NOT_EVALUATED, Text("没有衡量它的指标，文件也没有说明",
                                                           "no indicator measures it, and the document says nothing of it"))
    return Compared(c.stated.value.zh, _NONE, _STATED[c.stated.fulfils],
                    Text(f"文件自述（{c.stated.source.place}）", f"by the document itself ({c.stated.source.place})"))


_NOT_EVALUATED = Text("未评估", "not evaluated")
_STATED = {True: Text("文件自述符合，未评估", "fulfilled, as the document says, and not evaluated"),
           False: Text("文件自述不符合，未评估", "not fulfilled, as the document says, and not evaluated"), None: _NOT_EVALUATED}
CONCLUSIONS = {Truth.MET: Text("符合", "fulfilled"), Truth.NOT_MET: Text("不符合", "not fulfilled"),
               Truth.UNKNOWN: Text("无法评估", "cannot be evaluated")}


def _stands(x: StatementResult) -> str:
    part = x.part.told.to("zh") if x.part else ""
    if x.value is None:
        return part or (x.reason.to("zh") if x.reason else "没有数值")
    told = f"{shown(x.value)} {said_zh(x.unit)}" + (f"，差 {shown(x.gap)} {gap_in(x.unit)}" if x.gap else "")
    return told + (f"，{part}" if part else "") + (f"（{x.reason.to('zh')}）" if x.reason else "")
