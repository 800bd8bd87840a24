"""`gaoxin plan feasibility`: whether a plan's targets can be reached in the time that it gives itself. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, shown, stacked, table
from gaoxin.i18n import Text, Worded

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console

    from gaoxin.planning.feasibility.analysis import Feasibility, IndicatorOutlook, LeafOutlook
    from gaoxin.planning.feasibility.needed import LeafNeed, PaceOutlook
    from gaoxin.planning.feasibility.projection import ReferencePath

VERDICTS = {
    "met": (Text("已达标", "met"), "✓", "green"),
    "feasible": (Text("可行", "feasible"), "✓", "green"),
    "stretch": (Text("须加力", "stretch"), "!", "yellow"),
    "infeasible": (Text("达不到", "infeasible"), "✗", "red"),
    "unknown": (Text("无法判断", "unknown"), "?", "magenta"),
}
_YEARS = "零一两三四五六七八九十"
FactsOption = Annotated[
    bool,
    typer.Option("--facts", help="把已报数据的年度值也作为基数和历史 / returns count as history, too", show_default=False),
]


def feasibility(
    campaign: CampaignArgument, facts: FactsOption = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.clock import local_day
    from gaoxin.planning.feasibility.analysis import feasibility as look_ahead

    session = Session.open(json, as_of, lang)
    known, plan = None, session.plan(campaign)
    if facts:
        w = session.workplace(campaign)
        with w.warehouse.begin() as store:
            known = store.facts.as_of(plan.id, w.now)
    found = look_ahead(plan, local_day(session.now), known)
    document = {
        "campaign": plan.id, "as_of": found.as_of, "facts": facts,
        "horizon": None if found.horizon is None else {
            "starts": found.horizon.starts, "ends": found.horizon.ends, "years": found.horizon.years,
        },
        "indicators": [_indicator(found, i, session) for i in found.indicators],
        "references": [_reference(found, r, session) for r in found.references],
        "summary": _summary(found),
    }
    emit(session, document, lambda console: _show(console, found, session))


def _indicator(found: Feasibility, i: IndicatorOutlook, session: Session) -> dict[str, Any]:
    from gaoxin.plan.words.wording import target_told
    from gaoxin.planning.feasibility.analysis import why

    made = {
        "id": i.indicator.id, "name": i.indicator.name.to(session.lang),
        "target": target_told(found.plan, i.indicator, i.indicator.binding.target, session.lang),
        "by": i.by, "by_from": None if i.by is None else "schedule" if i.by_schedule else "goal",
        **_need(i.main.need), "earliest": i.earliest, "verdict": i.found.verdict,
        "reason": _to(why(i.found, i.main.need), session),
    }
    if len(i.leaves) > 1:
        made["parts"] = [
            {
                "target": target_told(found.plan, i.indicator, leaf.need.leaf, session.lang), "zone": leaf.need.zone,
                **_need(leaf.need), "earliest": _period(leaf.earliest), "verdict": leaf.found.verdict,
                "reason": _to(why(leaf.found, leaf.need), session),
            }
            for leaf in i.leaves
        ]
    made["horizons"] = [
        {
            "years": h.years, "year": h.year, "verdict": h.found.verdict, "value": h.need.value, "limit": h.need.limit,
            "shortfall": h.need.shortfall, "required_per_year": h.need.required_per_year,
            "required_growth": h.need.required_growth, "reason": _to(why(h.found, h.need), session),
        }
        for h in i.horizons
    ]
    return made


def _need(need: LeafNeed) -> dict[str, Any]:
    base = need.baseline
    return {
        "unit": need.level_unit or None, "baseline": base.value if base else None, "baseline_on": base.on if base else None,
        "baseline_source": base.source if base else None, "limit": need.limit, "years": need.years,
        "required_per_year": need.required_per_year, "required_growth": need.required_growth,
        "paces": {p.kind: _pace(p) for p in need.paces}, "judged_at": need.judged_at,
        "value_by": need.value, "value_unit": need.unit or None, "shortfall": need.shortfall,
    }


def _pace(p: PaceOutlook) -> dict[str, Any]:
    return {
        "per_year": p.pace.increase, "per_year_unit": ("百分点" if p.unit == "%" else p.unit) if p.pace.growth is None else "%",
        "growth_per_year": p.pace.growth, "source": p.pace.source, "method": p.pace.method,
        "earliest": _period(p.earliest), "value_by": p.value_by, "shortfall": p.shortfall,
    }


def _reference(found: Feasibility, path: ReferencePath, session: Session) -> dict[str, Any]:
    def row(given: tuple[int, Decimal, Any] | None) -> dict[str, Any] | None:
        return None if given is None else {"period": str(given[0]), "value": given[1], "published": given[2]}

    points = [path.at(year) for year in _reference_years(found)]
    return {
        "id": path.reference.id, "name": path.reference.name.to(session.lang), "unit": path.reference.unit,
        "years": [{"year": p.year, "value": p.value, "projected": not p.published} for p in points],
        "rests_on": [row(r) for r in path.rests_on], "on_issue": row(path.on_issue), "latest": row(path.latest),
    }


def _reference_years(found: Feasibility) -> list[int]:
    years = set(found.horizon.shown.values()) if found.horizon else set()
    return sorted(years | {i.by.year for i in found.indicators if i.by})


def _summary(found: Feasibility) -> dict[str, Any]:
    """Which indicators stand where after each horizon, and what the plan's own still misses at the pace it has."""
    horizons = []
    for years, year in (found.horizon.shown if found.horizon else {}).items():
        at = {v: [i.indicator.id for i in found.indicators if _at(i, years) == v] for v in VERDICTS}
        horizons.append({"years": years, "year": year, **at})
    return {
        "horizons": horizons,
        "missed_at_horizon": [
            {
                "id": i.indicator.id, "verdict": i.found.verdict, "value": i.main.need.value, "limit": i.main.need.limit,
                "shortfall": i.main.need.shortfall, "unit": i.main.need.level_unit,
            }
            for i in _missed(found)
        ],
    }


def _at(i: IndicatorOutlook, years: int) -> str | None:
    return next((str(h.found.verdict) for h in i.horizons if h.years == years), None)


def _missed(found: Feasibility) -> list[IndicatorOutlook]:
    return [i for i in found.indicators if i.found.verdict in ("stretch", "infeasible")]


def _show(console: Console, found: Feasibility, session: Session) -> None:
    from gaoxin.plan.words.wording import target_told

    zh, en = "方案没有写明起止时间", "no dated schedule"
    if found.horizon:
        span, years = f"{found.horizon.starts} — {found.horizon.ends}", found.horizon.years
        zh, en = f"方案期 {span}（{years} 年）", f"schedule {span} ({years} year{'s' if years > 1 else ''})"
    console.print(f"[bold]{shown(found.plan.name.to(session.lang))}[/]  {found.plan.id}", soft_wrap=True)
    session.conclude(
        console, f"{zh}；参照数列按 {found.as_of} 前公布的数值推算",
        f"{en}; references projected from what was published by {found.as_of}",
    )
    rows = table(
        session, "指标|indicator", "基数|baseline", "目标|target", "期限|by", "每年需|needed a year", "计划每年|planned a year",
        "期末可达|reached by then", "最早达标|earliest", "结论|verdict", right=(4, 5, 6), fold=(0, 2),
    )
    for i in found.indicators:
        told = target_told(found.plan, i.indicator, i.indicator.binding.target, session.lang)
        one = len(i.leaves) == 1
        rows.add_row(
            stacked(console, shown(i.indicator.name.to(session.lang)), i.indicator.id),
            _baseline(console, i.main.need) if one else "", shown(told), _by(i),
            *(_figures(console, i.main, session) if one else ("", "", "")),
            _earliest(i.earliest, i.main, session), _word(i.found.verdict, session),
        )
        for leaf in i.leaves if not one else ():
            if not _tells(leaf):  # a portfolio has dozens of parts; --json has them all
                continue
            part = target_told(found.plan, i.indicator, leaf.need.leaf, session.lang)
            zone = f"{found.plan.any_zone(leaf.need.zone).name.to(session.lang)} " if leaf.need.zone else ""
            rows.add_row(
                "", _baseline(console, leaf.need), shown(f"· {zone}{part}"), "", *_figures(console, leaf, session),
                _earliest(_period(leaf.earliest), leaf, session), _word(leaf.found.verdict, session),
            )
    console.print(rows)
    _show_paces(console, found, session)
    _show_reasons(console, found, session)
    _show_summary(console, found, session)
    _show_references(console, found, session)


def _tells(leaf: LeafOutlook) -> bool:
    need = leaf.need
    return bool(need.baseline or need.paces) or need.required_growth is not None or need.required_per_year is not None


def _earliest(told: str | None, leaf: LeafOutlook, session: Session) -> str:
    """A pace that never arrives is not the same as no pace."""
    if told is None and leaf.need.baseline is not None and leaf.need.paces:
        return session.say(f"{leaf.searched} 年内达不到", f"not in {leaf.searched} years")
    return shown(told)


def _show_paces(console: Console, found: Feasibility, session: Session) -> None:
    """Every pace of the figures that have more than the one the verdict rests on."""
    rows = table(
        session, "不同进度|paces", "进度|pace", "每年|a year", "期末可达|reached by then", "最早达标|earliest", "出处|source",
        right=(2, 3), fold=(0,),
    )
    words = {"planned": ("计划", "planned"), "historic": ("以往", "past"), "growth": ("所述增速", "growth stated")}
    several = [(i, leaf) for i in found.indicators for leaf in i.leaves if len(leaf.need.paces) > 1]
    for i, leaf in several:
        for p in leaf.need.paces:
            each = f"{_figure(p.pace.growth)} %"
            if p.pace.increase is not None:
                each = f"{_figure(p.pace.increase)} {_points(p.unit, session)}"
            reached = "—" if p.value_by is None else f"{_figure(p.value_by)} {leaf.need.unit}"
            fitted = session.say("（线性拟合）", " (least squares)") if p.pace.method == "least_squares" else ""
            rows.add_row(
                shown(i.indicator.name.to(session.lang)), session.say(*words[p.kind]), each, reached,
                _earliest(_period(p.earliest), leaf, session),
                shown((p.pace.source or session.say("已报数据", "returns")) + fitted),
            )
    if several:
        console.print()
        console.print(rows)


def _by(i: IndicatorOutlook) -> str:
    """In brackets where it is the schedule's end and not the goal's own date."""
    if i.by is None:
        return "—"
    return f"({i.by:%Y-%m})" if i.by_schedule else f"{i.by:%Y-%m}"


def _baseline(console: Console, need: LeafNeed) -> str:
    if need.baseline is None:
        return "—"
    return stacked(console, f"{shown(need.baseline.value)} {need.level_unit}", f"{need.baseline.on}")


def _figures(console: Console, leaf: LeafOutlook, session: Session) -> tuple[str, str, str]:
    """Needed a year, planned a year, reached at the due date."""
    from gaoxin.planning.feasibility.analysis import exceeded

    need = leaf.need
    if need.required_per_year is not None:
        needed = f"{_figure(need.required_per_year)} {_points(need.level_unit, session)}"
    else:
        needed = "—" if need.required_growth is None else f"{_figure(need.required_growth)} %"
    asked = need.required_growth if need.required_per_year is None else need.required_per_year
    needed = exceeded(need.leaf, asked) + needed if asked is not None else needed
    used = next((p for p in need.paces if p.kind == need.judged_at), None)
    pace = "—"
    if used is not None:
        by_growth = used.pace.increase is None
        pace = f"{_figure(used.pace.growth)} %" if by_growth else f"{_figure(used.pace.increase)} {_points(used.unit, session)}"
        if used.kind != "planned":
            pace = stacked(console, pace, {"historic": session.say("以往", "past")}.get(used.kind, session.say("所述", "stated")))
    reached = "—" if need.value is None else f"{_figure(need.value)} {need.unit}"
    return needed, pace, reached


def _show_reasons(console: Console, found: Feasibility, session: Session) -> None:
    """One line a reason, with the indicators that it holds for."""
    from gaoxin.planning.feasibility.analysis import why

    told: dict[tuple[str, str], list[str]] = {}
    for i in found.indicators:
        pairs = [(i.found, i.main.need)]
        if i.found.verdict == "unknown":
            pairs += [(leaf.found, leaf.need) for leaf in i.leaves]
        name = i.indicator.name.to(session.lang)
        for leaf, need in pairs:
            reason = _to(why(leaf, need), session)
            names = told.setdefault((str(leaf.verdict), reason), []) if reason else [name]
            if name not in names:
                names.append(name)
    for (verdict, reason), names in told.items():
        named = session.say("；", "; ").join(names)  # names have commas of their own
        console.print(f"  {VERDICTS[verdict][1]} {shown(named)}: {shown(reason)}", soft_wrap=True)
    if told:
        console.print()


def _show_summary(console: Console, found: Feasibility, session: Session) -> None:
    shown_ = found.horizon.shown if found.horizon else {}
    if not shown_:
        session.conclude(
            console, "方案没有可推算的起止时间，不作分年判断。", "The plan has no dated schedule: no verdict by years."
        )
    for years, year in shown_.items():
        groups = {v: [i.indicator.name.to(session.lang) for i in found.indicators if _at(i, years) == v] for v in VERDICTS}
        own = found.horizon is not None and years == found.horizon.years
        zh = f"{_in_years(years)}年内（{year} 年{'，方案期末' if own else ''}）："
        en = f"In {years} year{'s' if years > 1 else ''} ({year}{', the end of the schedule' if own else ''}): "
        parts = [(VERDICTS[v][0].to(session.lang), names) for v, names in groups.items() if names]
        if not any(groups[v] for v in ("met", "feasible", "stretch")):
            parts.insert(0, (session.say("没有一项可以确认达标", "none is seen to be reached"), []))
        told = session.say("；", "; ").join(_group(word, names, session) for word, names in parts)
        console.print(shown(session.say(zh, en) + told + session.say("。", ".")), soft_wrap=True)
    if missed := [i for i in _missed(found) if i.main.need.shortfall is not None]:
        told = session.say("；", "; ").join(_short_told(i, session) for i in missed)
        lead = session.say(
            f"{_in_years(found.horizon.years)}年仍差：" if found.horizon else "到期仍差：", "Still missed by then: "
        )
        console.print(shown(lead + told + session.say("。", ".")), soft_wrap=True)


def _group(word: str, names: list[str], session: Session) -> str:
    """Names where there are few; the unknown ones are named with their reasons."""
    if not names:
        return word
    if word == VERDICTS["unknown"][0].to(session.lang):
        return session.say(f"{word} {len(names)} 项", f"{word} {len(names)}")
    listed = _listed(names, session)
    return session.say(f"{word} {len(names)} 项（{listed}）", f"{word} {len(names)} ({listed})")


def _short_told(i: IndicatorOutlook, session: Session) -> str:
    need, name = i.main.need, i.indicator.name.to(session.lang)
    value, short, unit = _figure(need.value), _figure(need.shortfall), _points(need.unit, session)
    return session.say(f"{name} {value} {need.unit}，差 {short} {unit}", f"{name} {value} {need.unit}, short by {short} {unit}")


def _show_references(console: Console, found: Feasibility, session: Session) -> None:
    for path in found.references:
        console.print()
        unit, name = path.reference.unit, shown(path.reference.name.to(session.lang))
        console.print(session.say(f"[bold]参照：{name}[/]（{unit}）", f"[bold]Reference: {name}[/] ({unit})"), soft_wrap=True)
        rows = table(session, "年份|year", "数值|value", "来历|how known", right=(1,))
        for year in _reference_years(found):
            point = path.at(year)
            how = session.say("已公布", "published") if point.published else session.say("推算", "projected")
            rows.add_row(str(year), _figure(point.value), how if point.value is not None else session.say("无法推算", "unknown"))
        console.print(rows)
        line = _listed((f"{y} {_figure(v)}" for y, v, _ in path.rests_on), session) or "—"
        issue, latest = (f"{x[0]} {_figure(x[1])}" if x else "—" for x in (path.on_issue, path.latest))
        session.conclude(
            console, f"按最近公布的 {len(path.rests_on)} 个年度值线性推算：{line}；发文时最新 {issue}，现最新 {latest}",
            f"least squares over the last {len(path.rests_on)} published years: {line}; latest at issue {issue}, now {latest}",
        )


def _word(verdict: str, session: Session) -> str:
    text, mark, style = VERDICTS[str(verdict)]
    return f"[{style}]{mark} {text.to(session.lang)}[/]"


def _figure(value: Decimal | None) -> str:
    """At most two decimals: a look ahead has no more to say, and --json has them all."""
    return shown(None if value is None else round(value, 2))


def _points(unit: str, session: Session) -> str:
    from gaoxin.planning.feasibility.analysis import points

    return points(unit).to(session.lang)


def _period(year: int | None) -> str | None:
    return None if year is None else str(year)


def _to(text: Worded | None, session: Session) -> str | None:
    return None if text is None else text.to(session.lang)


def _listed(names: Iterable[str], session: Session) -> str:
    return session.say("、", ", ").join(names)


def _in_years(years: int) -> str:
    return _YEARS[years] if years < len(_YEARS) else f" {years} "
