"""`gaoxin trace`: where a figure comes from, and what came of a cell."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import MANY, AfterOption, CampaignArgument, LimitOption, PeriodOption, argument, option
from gaoxin.cli.entered import afterwards, reviewed, unvouched
from gaoxin.cli.figures import kept_verdict, truth_told, under_plan
from gaoxin.cli.layout import Column, Layout, Markup, View, amount, bold, each, line, more, place, rows, says, state, under, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.measures import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gaoxin.campaign.following import Followed, HeldFact, UsedBy
    from gaoxin.campaign.tracing import Trace, TracedInput
    from gaoxin.indicators.made_of import Figure, MadeInput, MadeMeasure


def _figure(value: Decimal | None, unit: str, v: View) -> str:
    return f"{v.cell(value)} {v.cell(said(unit))}"


def _measure(a: Trace, m: MadeMeasure, v: View) -> str:
    value = "?" if m.value is None else _figure(m.value, m.unit, v)
    whose = [v.cell(v.plan.any_zone(z).name) for z in m.zones] + ([v.cell(v.unit_name(m.only))] if m.only else [])
    of = f" {v.say('、', ', ').join(whose)}" if whose and m.role != "measure" else ""
    role = "" if m.role == "measure" else f"  [dim]{word(m.role, v.lang, of='role')}{of}[/]"
    told = v.say("按单元格为", "by the cells")
    cells = "" if m.by_cells is None else f"  [bold red]{told} {_figure(m.by_cells, m.unit, v)}[/]"
    own = "" if m.indicator == a.indicator else f"{m.indicator}."
    return f"[bold]{own}{m.measure}[/] {v.cell(m.period)} = {v.cell(m.formula)} = {value}{role}{cells}"


def _input(i: MadeInput, v: View) -> Iterator[str]:
    """How an input was made: in one line where it is one figure as it stands, else its sum, and a line for each figure."""
    if i.value is None:
        yield f"{i.input} = ?"
        return
    plain = len(i.figures) == 1 and i.years == 1
    sum_of = " + ".join(dict.fromkeys(f.name for f in i.figures))
    means = f" ÷ {i.years}" if i.years > 1 else ""
    converted = f" × {v.cell(i.factor)}" if i.factor != 1 else ""
    if plain:
        (only,) = i.figures
        scaled = f" = {_figure(only.value, only.unit, v)}{converted}" if converted else ""
        own = f"{only.name} {v.plain(only.period)}" if only.name != i.input else v.plain(only.period)
        yield f"{i.input} = {_figure(i.value, i.unit, v)}{scaled}  [dim]{own}[/]{_made(only, v)}"
        return
    yield f"{i.input} = {_figure(i.value, i.unit, v)}" + (f" = ({sum_of}){means}{converted}" if i.figures else "")
    yield from (f"  {f.name} = {_figure(f.value, f.unit, v)}  [dim]{v.plain(f.period)}[/]{_made(f, v)}" for f in i.figures)


def _made(f: Figure, v: View) -> str:
    """Whose figure it is, or how several units' values made it."""
    if f.combine is None:
        return "".join(f"  {v.cell(v.unit_name(p.unit))}" for p in f.parts)
    how = word(f.combine, v.lang, of="combine")
    weight = v.say(f"（权数 {f.weight}）", f" (by {f.weight})") if f.weight else ""
    by = v.say(f"（按 {'、'.join(f.by)}）", f" (by {', '.join(f.by)})") if f.by else ""
    parts = (f"{v.cell(v.unit_name(p.unit))} {v.cell(p.value)}" + (f" × {v.cell(p.weight)}" if p.weight is not None else "")
             for p in f.parts)
    return v.say("：", ": ") + f"{how}{weight}{by} " + v.say("，", ", ").join(parts)


def _computed(a: Trace, v: View) -> Iterator[str]:
    for measure in a.computed:
        if measure.formula is not None and measure.inputs:
            yield _measure(a, measure, v)
            yield from (f"  {text}" for given in measure.inputs for text in _input(given, v))


def _recorded_on(i: TracedInput, _: View) -> object:
    from gaoxin.clock import local_day

    return i.recorded_at and local_day(i.recorded_at)


def _written(i: TracedInput, v: View) -> object:
    """The cell as it stands in the file, with the mark of whether the record says the same."""
    if i.return_id is None:
        return None
    mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[red]?[/]"}[i.matches]
    return Markup(f"{mark} {v.cell(i.raw)}" + (f" [dim]{v.cell(i.unit_raw)}[/]" if i.unit_raw else ""))


def _named(i: TracedInput, v: View) -> object:
    return i.name if i.name == i.variable else under("name", "variable")(i, v)


def _came(i: TracedInput, v: View) -> object:
    return i.submitted_by and under(unit("submitted_by"), lambda i, v: Markup(word(i.source, v.lang, of="came")))(i, v)


def _remarks(i: TracedInput, v: View) -> Iterator[str]:
    """What was repaired, converted, found and explained, cell by cell."""
    where = f"{v.cell(place(i, v))} [dim]{v.cell(i.return_id)}[/]"
    if i.matches is False:
        yield f"[red]✗ {v.cell(i.differs)}[/]"
    for cell in dict.fromkeys(r.cell for r in i.repairs if i.entry):
        mended = v.say("；", "; ").join(v.cell(r.message) for r in i.repairs if r.cell == cell)
        yield f"· {i.sheet}!{cell} [dim]{v.cell(i.return_id)}[/]: {mended}"
    repaired = [v.cell(r.message) for r in i.repairs if not i.entry]
    if repaired:
        yield f"· {where}: " + v.say("；", "; ").join(repaired)
    if told := afterwards()(i, v):
        yield f"· {where}: {v.cell(told)}"
    if i.note:
        yield f"· {where}: {v.say('备注', 'note')} {v.cell(i.note)}"
    for f in i.findings:
        if f.rule.rsplit(".", 1)[-1] not in ("repaired", "converted"):
            found_at = f"{v.cell(place(f, v))} [dim]{v.cell(i.return_id)}[/]" if f.cell else where
            yield f"· {found_at}: {word(f.severity, v.lang)} {v.cell(f.message)}"
    for told in i.explanations:
        on, beside = told.rule or v.say("封面", "cover"), unvouched(told, v)
        yield (f"· {where}: {v.say('说明', 'explained')}（{v.cell(on)}）{v.cell(v.unit_name(told.by))}: {v.cell(told.text)}"
               + (f" {v.cell(beside)}" if beside else ""))
        if (review := reviewed(told.review, v)) is not None:
            yield f"  → {v.cell(review)}"


def _verified(a: Trace, v: View) -> str | None:
    amiss = [v.say(f"入库数据与原始文件有 {len(a.differences)} 处不符",
                   f"the record and the landed files differ in {len(a.differences)} place(s)")] if a.differences else []
    if a.unreadable:
        amiss.append(v.say(f"{len(a.unreadable)} 份原始文件读不到", f"{len(a.unreadable)} landed file(s) cannot be read"))
    if amiss:
        told = v.say("，", ", ").join(amiss) + v.say("：先不要使用这个数", ": do not use this figure yet")
        return Markup(f"[bold red]✗ {told}[/]")
    if not a.reread:
        return None
    return Markup("[green]✓[/] " + v.say(f"重读了 {a.reread} 份原始文件，与入库数据一致",
                                         f"{a.reread} landed file(s) read again: the record says the same"))


TRACE: Layout = (
    line(bold("name"), lambda a, v: amount("value", "unit")(a, v) or "—", state("status")),
    line(lambda a, v: a.part and a.part.told),
    line(says("数据期 {period}，目标 {target}，公式 {formula}", "period {period}, target {target}, formula {formula}")),
    line(under_plan),
    each(_computed, line(lambda text, v: Markup(text), mark="  ")),
    rows("inputs", Column("indicator", "indicator", optional=lambda given: len({i.indicator for i in given}) < 2),
         Column("variable", _named),
         Column("value", under(amount("value", "unit"), "period"), "right"), Column("as written", _written),
         Column("cell", under(place, "return_id"), "fold"), Column("by:unit", _came),
         Column("recorded", under(_recorded_on, lambda i, v: i.file_sha256 and f"{i.file_sha256[:12]}…")),
         Column("findings", lambda i, v: len(i.findings) or None, "right"), always=True),
    line(more),
    each("inputs", each(_remarks, line(lambda text, v: Markup(text), mark="  "))),
    each("stated", line(lambda s, v: says(
        f"文件所述 {s.zone or s.measure} {{on}}：{{value}} {{unit}}，{{source}}",
        f"stated by the document, {s.zone or s.measure} {{on}}: {{value}} {{unit}}, {{source}}",
    )(s, v))),
    each("references", line(says(
        "参照 {id} {period}：{value} {unit}，{published} 公布", "against {id}, {period}: {value} {unit}, published {published}"
    ))),
    each("counted", line(lambda c, v: Markup(f"{v.cell(c.id)}: {truth_told(c.truth, None, '', v)}"), mark="  · ")),
    each("deliverables", line(lambda d, v: f"{d.task}/{d.deliverable} {v.plain(d.name)}: " + (
        f"{v.cell(d.recorded_at)} {d.sha256[:12]}…" if d.sha256 else v.say("未提交", "not handed in")), mark="  · ")),
    each("due_verdicts", line(lambda told, v: told, mark="  · ")),
    each("former", line(lambda kept, v: Markup(kept_verdict(kept, v)), mark="  ")),
    each("reasons", line(lambda reason, v: reason, mark="  ? ")),
    each("unreadable", line(lambda text, v: text, mark="  ✗ ", style="red")),
    each(lambda a, v: [d for d in a.differences if d not in {i.differs for i in a.inputs}],
         line(lambda text, v: text, mark="  ✗ ", style="red")),
    line(_verified),
)


def _lasts(a: Followed, v: View) -> Markup:
    if a.in_force:
        return Markup(f"[green]✓[/] {v.say('现行版本', 'the version that counts')}")
    if a.replaced_by:
        return Markup(f"[yellow]![/] {v.say('已被取代：', 'replaced by ')}{v.cell(a.replaced_by)}")
    return Markup(word(a.verdict or "received", v.lang))


def _cell(a: Followed, v: View) -> Markup | None:
    """The cell as it is written, and what reading makes of it."""
    if a.cell is None or a.unreadable:
        return None
    written = f"[bold]{v.cell(place(a, v))}[/]  " + v.say("原文", "as written") + f" {v.cell(a.raw)}"
    if a.unit_raw and a.unit_cell != a.cell:
        written += f" [dim]{v.cell(a.unit_raw)} {v.say(f'（{a.unit_cell}）', f'({a.unit_cell})')}[/]"
    return Markup(written)


def _read_as(a: Followed, v: View) -> Markup | None:
    told = [v.cell(r.message) for r in a.repairs]
    if isinstance(a.read, str) and a.read != a.raw and a.read not in "".join(told):
        told.append(v.say("读作 ", "read as ") + v.cell(a.read))
    if isinstance(a.read, Decimal) and a.read_unit and told and a.factor in (None, 1):
        told.append(v.say("读作 ", "read as ") + _figure(a.read, a.read_unit, v))
    return Markup(v.say("；", "; ").join(told)) if told else None


def _held(f: HeldFact, v: View) -> Markup:
    if f.entry is not None:
        return Markup(v.cell(v.say("，", ", ").join(str(value) for value in f.entry.values() if value)))
    return Markup(_figure(f.value if isinstance(f.value, Decimal) else None, f.unit or "", v))


def _which(f: HeldFact, v: View) -> Markup:
    here = {True: "[green]✓[/] ", False: "[red]✗[/] ", None: ""}[f.matches]
    now = v.say("现行", "counts") if f.in_force else v.say("已被取代", "replaced")
    return Markup(f"{here}{v.cell(f.return_id)} [dim]{now}[/]")


def _user(u: UsedBy, v: View) -> Markup:
    whole = v.say("整份报送", "the return as a whole") if u.whole else ""
    return Markup(f"{v.cell(u.id)} [dim]{v.cell(u.period) if u.period else ''} {whole}[/]".rstrip())


def _said(u: UsedBy, v: View) -> object:
    """A figure rounded as everywhere, a verdict in words, of a file's hash the beginning."""
    figure, _, of = u.value.partition(" ")
    if u.kind in ("indicator", "bulletin") and re.fullmatch(r"-?[0-9.]+", figure):
        return Markup(_figure(Decimal(figure), of, v))
    return f"{u.value[:12]}…" if u.kind in ("report", "dossier") else Markup(word(u.value, v.lang))


def _nobody(a: Followed, v: View) -> str | None:
    return None if a.used_total else v.say("没有记录用过它的指标、结论、决定或报告", "nothing is on record as resting on it")


def _more_users(a: Followed, v: View) -> str | None:
    return None if a.used_next is None else v.say(f"共有 {a.used_total} 项用过它；加 --after {a.used_next} 看下文。",
                                                  f"{a.used_total} rest on it; see the rest with --after {a.used_next}.")


FOLLOWED: Layout = (
    line(bold("return_id"), unit("submitted_by"), lambda a, v: Markup(word(a.source, v.lang, of="came")), "received_at", _lasts),
    line(lambda a, v: Markup(f"[dim]{v.cell(a.file)} {a.file_sha256[:12]}…[/]")),
    line(afterwards()),
    line(_cell),
    line(_read_as, mark="  · "),
    line("note", mark="  · "),
    line("reason", mark="  ? "),
    rows("facts", Column("variable", lambda f, v: f.variable, optional=True), Column("value", _held, "fold"),
         Column("period", "period"), Column("cell", place), Column("return", _which, "fold"), Column("recorded", "recorded_at")),
    line(more),
    each("findings", line(lambda f, v: Markup(f"{word(f.severity, v.lang)} {v.cell(f.message)}"), mark="  ")),
    each("explanations", line(lambda e, v: f"{v.say('说明', 'explained')} {e.rule or v.say('封面', 'cover')} "
                                           f"{v.unit_name(e.by)}: {e.text}", lambda e, v: unvouched(e, v), mark="  · "),
         line(lambda e, v: reviewed(e.review, v), mark="    → ")),
    line(lambda a, v: (v.say("用于指标：", "feeds: ") + v.listed(a.feeds)) if a.feeds else None),
    rows("used_by", Column("what", state("kind", of="usage")), Column("id", _user, "fold"),
         Column("value", _said), Column("recorded", "at")),
    line(_more_users),
    line(_nobody),
    each("unreadable", line(lambda text, v: text, mark="  ✗ ", style="red")),
    each("differences", line(lambda text, v: text, mark="  ✗ ", style="red")),
)


@asked
def trace(session: Session, campaign: CampaignArgument,
          what: Annotated[str | None, argument("INDICATOR|SHEET!CELL", "指标；有 --cell 时为其单元格，不写即整份报送"
                                               " / an indicator; with --cell a cell of the return")] = None,
          period: PeriodOption = None,
          cell: Annotated[str | None, option("--cell", "RETURN", "由这份报送向前追溯：用于哪些数字、结论和决定 / "
                                             "forward from a return: what rests on it")] = None,
          limit: LimitOption = MANY, after: AfterOption = 0) -> Answered:
    page = cases.paging.Page(limit, after)
    if cell is not None:
        if period is not None:
            raise UsageError(Text("--cell 不用 --period", "--period says nothing beside --cell"), where="--period",
                             todo=Text("去掉 --period", "leave it out"))
        return cases.following.follow(session.workplace(campaign), cell, what, page), FOLLOWED
    if what is None:
        see = Text(f"用 gaoxin indicators {campaign} 查看指标", f"see gaoxin indicators {campaign}")
        raise UsageError(Text("须写指标，或用 --cell 写报送编号", "name an indicator, or a return with --cell"),
                         where="INDICATOR", todo=see)
    w = session.workplace(campaign)
    return cases.tracing.trace(w, what, session.period(period), page), TRACE
