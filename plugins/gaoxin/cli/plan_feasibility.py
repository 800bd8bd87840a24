"""`gaoxin plan feasibility`: whether a plan's targets can be reached in the time that it gives itself. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, option
from gaoxin.cli.layout import Cell, Column, Layout, Markup, View, bold, each, line, rows, shown, state, under
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import known
from gaoxin.i18n import Text
from gaoxin.measures import said

if TYPE_CHECKING:
    from gaoxin.campaign.feasibility import LookedAhead
    from gaoxin.i18n import Worded
    from gaoxin.planning.feasibility.analysis import IndicatorOutlook, LeafOutlook
    from gaoxin.planning.feasibility.needed import LeafNeed, PaceOutlook
    from gaoxin.planning.feasibility.projection import Published, ReferencePath, ReferencePoint

_YEARS = "零一两三四五六七八九十"
_PACES = {"planned": ("计划", "planned"), "historic": ("以往", "past"), "growth": ("所述增速", "growth stated")}
FactsOption = Annotated[bool, option("--facts", None, "把已报数据的年度值也作为基数和历史 / returns count as history, too")]


@asked
def feasibility(session: Session, campaign: CampaignArgument, facts: FactsOption = False) -> Answered:
    return cases.feasibility.look_ahead(session.settings, session.plan(campaign), session.now, facts=facts), FEASIBILITY


def _figure(value: Decimal | None) -> str:
    """At most two decimals: a look ahead has no more to say, and --json has them all."""
    return shown(None if value is None else round(value, 2))


def _points(unit: str, v: View) -> str:
    from gaoxin.planning.feasibility.analysis import points

    return points(unit).to(v.lang)


def _schedule(a: LookedAhead, v: View) -> str:
    zh, en = "方案没有写明起止时间", "no dated schedule"
    if h := a.horizon:
        span = f"{h.starts} — {h.ends}"
        zh, en = f"方案期 {span}（{h.years} 年）", f"schedule {span} ({h.years} year{'s' if h.years > 1 else ''})"
    return v.say(f"{zh}；参照数列按 {a.as_of} 前公布的数值推算",
                 f"{en}; references projected from what was published by {a.as_of}")


class _Row(NamedTuple):
    """An indicator, or a part of one. plain: its need is told here and not in rows of its parts."""

    name: Any
    target: str
    by: str
    of: LeafOutlook
    plain: bool = True


def _rows(a: LookedAhead, v: View) -> Iterator[_Row]:
    for i in a.indicators:
        yield _Row(under("indicator.name", "indicator.id")(i, v), v.plain(i.target), _by(i), i, i.parts is None)
        for bound in i.path or ():
            yield _Row(Markup(""), f"· {v.plain(bound.target)}", f"{bound.by:%Y-%m}", bound)
        for leaf in i.parts or ():
            if _tells(leaf.need):  # a portfolio has dozens of parts; --json has them all
                zone = f"{v.plan.any_zone(leaf.need.zone).name.to(v.lang)} " if leaf.need.zone else ""
                yield _Row(Markup(""), f"· {zone}{v.plain(leaf.target)}", "", leaf)


def _tells(need: LeafNeed) -> bool:
    return any(x is not None for x in (need.baseline, need.required_growth, need.required_per_year)) or bool(need.paces)


def _by(i: IndicatorOutlook) -> str:
    """In brackets where it is the schedule's end and not the goal's own date."""
    return "—" if i.by is None else f"({i.by:%Y-%m})" if i.by_from == "schedule" else f"{i.by:%Y-%m}"


def _of_need(get: Cell) -> Cell:
    """A value of the row's need; an empty cell where its parts have rows of their own."""
    return lambda row, v: get(row.of.need, v) if row.plain else Markup("")


def _baseline(need: LeafNeed, v: View) -> str | None:
    told = under(lambda known, v: f"{shown(known.value)} {need.level_unit}", "on")
    return told(need.baseline, v) if need.baseline else None


def _a_year_needed(row: _Row, v: View) -> str | None:
    """What a goal needs a year; of several values that bind, from the one before. An empty cell where its parts tell it."""
    from gaoxin.planning.feasibility.analysis import BoundOutlook

    if not row.plain:
        return Markup("")
    if not isinstance(row.of, BoundOutlook) or row.of.per_year is None:
        return _needed(row.of.need, v)
    return f"{_figure(row.of.per_year)} {_points(row.of.need.level_unit, v)}"


def _needed(need: LeafNeed, v: View) -> str | None:
    if (a_year := need.required_per_year) is not None:
        return f"{need.more_than(a_year)}{_figure(a_year)} {_points(need.level_unit, v)}"
    growth = need.required_growth
    return None if growth is None else f"{need.more_than(growth)}{_figure(growth)} %"


def _planned(need: LeafNeed, v: View) -> str | None:
    used = next((p for p in need.paces if p.kind == need.judged_at), None)
    if used is None or used.kind == "planned":
        return _a_year(used, v) if used else None
    kind = v.say("以往", "past") if used.kind == "historic" else v.say("所述", "stated")
    return under(_a_year, lambda p, v: kind)(used, v)


def _a_year(p: PaceOutlook, v: View) -> str:
    by_growth = p.pace.increase is None
    return f"{_figure(p.pace.growth)} %" if by_growth else f"{_figure(p.pace.increase)} {_points(p.unit, v)}"


def _reached(value: Decimal | None, unit: str, v: View) -> str | None:
    return None if value is None else f"{_figure(value)} {v.plain(said(unit))}"


def _earliest(told: str | int | None, need: LeafNeed, v: View) -> str | None:
    """A pace that never arrives is not the same as no pace."""
    years = v.plan.limits.look_ahead
    if told is None and need.baseline is not None and need.paces:
        return v.say(f"{years} 年内达不到", f"not in {years} years")
    return None if told is None else str(told)


class _PaceRow(NamedTuple):
    name: Worded
    at: PaceOutlook
    need: LeafNeed


def _paces(a: LookedAhead, _: View) -> list[_PaceRow]:
    """Every pace of the figures that have more than the one the verdict rests on."""
    return [
        _PaceRow(i.indicator.name, p, leaf.need) for i in a.indicators for leaf in i.leaves if len(leaf.need.paces) > 1
        for p in leaf.need.paces
    ]


def _where_from(row: _PaceRow, v: View) -> str:
    pace = row.at.pace
    fitted = v.say("（线性拟合）", " (least squares)") if pace.method == "least_squares" else ""
    return v.plain(pace.source or Text("已报数据", "returns")) + fitted


def _reasons(a: LookedAhead, v: View) -> None:
    """One line a reason, with the indicators that it holds for."""
    told: dict[tuple[str, str], dict[str, None]] = {}
    for i in a.indicators:
        for one in (i, *(i.leaves if i.verdict == "unknown" else ())):
            if one.reason is not None:
                told.setdefault((one.verdict, v.plain(one.reason)), {})[v.plain(i.indicator.name)] = None
    for (verdict, reason), names in told.items():
        mark = known(verdict, "outlook")
        named = v.say("；", "; ").join(names)  # names have commas of their own
        v.line(f"  {mark.mark if mark else ''} {v.cell(named)}: {v.cell(reason)}")
    if told:
        v.line()


def _after(a: LookedAhead, v: View) -> None:
    """Where the indicators stand after each horizon."""
    names = {i.indicator.id: v.plain(i.indicator.name) for i in a.indicators}
    if not a.summary.horizons:
        v.line(v.say("方案没有可推算的起止时间，不作分年判断。", "The plan has no dated schedule: no verdict by years."))
    for h in a.summary.horizons:
        own = a.horizon is not None and h.years == a.horizon.years
        zh = f"{_in_years(h.years)}年内（{h.year} 年{'，方案期末' if own else ''}）："
        en = f"In {h.years} year{'s' if h.years > 1 else ''} ({h.year}{', the end of the schedule' if own else ''}): "
        parts = [_group(verdict, [names[id] for id in ids], v) for verdict, ids in h.by_verdict.items() if ids]
        if not any(ids for verdict, ids in h.by_verdict.items() if verdict.reachable):
            parts.insert(0, v.say("没有一项可以确认达标", "none is seen to be reached"))
        v.line(v.cell(v.say(zh, en) + v.say("；", "; ").join(parts) + v.say("。", ".")))


def _group(verdict: str, names: list[str], v: View) -> str:
    """Names where there are few; the unknown ones are named with their reasons."""
    found = known(verdict, "outlook")
    word = v.say(found.zh, found.en) if found else verdict
    if verdict == "unknown":
        return v.say(f"{word} {len(names)} 项", f"{word} {len(names)}")
    return v.say(f"{word} {len(names)} 项（{v.listed(names)}）", f"{word} {len(names)} ({v.listed(names)})")


def _missed(a: LookedAhead, v: View) -> str | None:
    missed = {m.id for m in a.summary.missed_at_horizon if m.shortfall is not None}
    if not missed:
        return None
    told = v.say("；", "; ").join(_short(i, v) for i in a.indicators if i.indicator.id in missed)
    lead = f"{_in_years(a.horizon.years)}年仍差：" if a.horizon else "到期仍差："
    return v.say(lead, "Still missed by then: ") + told + v.say("。", ".")


def _short(i: IndicatorOutlook, v: View) -> str:
    need, name = i.need, v.plain(i.indicator.name)
    reached = f"{name} {_figure(need.value)} {v.plain(said(need.unit))}"
    short = f"{_figure(need.shortfall)} {_points(need.unit, v)}"
    return v.say(f"{reached}，差 {short}", f"{reached}, short by {short}")


def _how_known(y: ReferencePoint, v: View) -> str:
    if y.value is None:
        return v.say("无法推算", "unknown")
    return v.say("推算", "projected") if y.projected else v.say("已公布", "published")


_SERIES = rows("years", Column("year", lambda y, v: str(y.year)), Column("value", lambda y, v: _figure(y.value), "right"),
               Column("how known", _how_known), always=True)


def _reference(r: ReferencePath, v: View) -> None:
    def told(p: Published | None) -> str:
        return f"{p.year} {_figure(p.value)}" if p else "—"

    name, unit = v.cell(r.reference.name), r.reference.unit
    v.line()
    v.line(v.say(f"[bold]参照：{name}[/]（{unit}）", f"[bold]Reference: {name}[/] ({unit})"))
    _SERIES(r, v)
    line, issue, latest, n = v.listed(map(told, r.rests_on)) or "—", told(r.on_issue), told(r.latest), len(r.rests_on)
    v.line(v.say(f"按最近公布的 {n} 个年度值线性推算：{line}；发文时最新 {issue}，现最新 {latest}",
                 f"least squares over the last {n} published years: {line}; latest at issue {issue}, now {latest}"))


def _in_years(years: int) -> str:
    return _YEARS[years] if years < len(_YEARS) else f" {years} "


FEASIBILITY: Layout = (
    line(bold(lambda a, v: v.plan.name), "campaign"),
    line(_schedule),
    rows(
        _rows, Column("indicator", "name", "fold"), Column("baseline", _of_need(_baseline)), Column("target", "target", "fold"),
        Column("by:goal", lambda r, v: Markup(r.by)), Column("needed a year", _a_year_needed, "right"),
        Column("planned a year", _of_need(_planned), "right"),
        Column("reached by then", _of_need(lambda need, v: _reached(need.value, need.unit, v)), "right"),
        Column("earliest", lambda r, v: _earliest(r.of.earliest, r.of.need, v)),
        Column("verdict", state("of.verdict", of="outlook")), always=True,
    ),
    lambda a, v: v.line() if _paces(a, v) else None,
    rows(
        _paces, Column("paces", "name", "fold"), Column("pace", lambda r, v: v.say(*_PACES[r.at.kind])),
        Column("a year", lambda r, v: _a_year(r.at, v), "right"),
        Column("reached by then", lambda r, v: _reached(r.at.value_by, r.need.unit, v), "right"),
        Column("earliest", lambda r, v: _earliest(r.at.earliest, r.need, v)), Column("source", _where_from),
    ),
    _reasons,
    _after,
    line(_missed),
    each("references", _reference),
)
