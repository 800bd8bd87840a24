"""What `gaoxin plan show` tells around the annex: the document, the zones, the standard, cadences, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gaoxin.cli.output import Session, shown, table

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.plan.model import Plan

_LEVELS = {"municipal": ("市级", "municipal"), "provincial": ("省级", "provincial"), "national": ("国家级", "national")}
_EVERY = {
    "day": ("每日", "day"), "week": ("每周", "week"), "month": ("每月", "month"), "quarter": ("每季", "quarter"),
    "half": ("每半年", "half-year"), "year": ("每年", "year"), "two_years": ("每两年", "two years"), "once": ("一次", "once"),
}


def show_head(console: Console, plan: Plan, session: Session) -> None:
    say, g, d = session.say, plan.governance, plan.document
    name = {u.id: u.name.to(session.lang) for u in plan.units}

    def role(unit: str | None) -> str:
        return name[unit] if unit else say("文件未定", "not said")

    day = str(d.issued or d.issued_masked or "") or (f"{d.published}（公布）" if d.published else say("无日期", "no date"))
    area = f"，{shown(plan.zone.area_km2)} km²" if plan.zone.area_km2 else ""
    level = f"，{say(*_LEVELS[plan.zone.level])}" if plan.zone.level else ""
    leads = role(g.leading_group) + (f"（{g.head_role.to(session.lang)}）" if g.head_role else "")
    lines = [
        f"{say('文件', 'document')}  {d.title}，{d.number or say('无文号', 'no number')}，{day}，{name[d.issuer]}",
        *(f"{say('附件', 'annex')}  {a.title}" + ("" if a.present else say("（公开文本未附）", "（not published）"))
          for a in d.annexes),
        f"{say('园区', 'zone')}  {plan.zone.name.to(session.lang)}{level}{area}"
        + "".join(f" · {b.to(session.lang)}" for b in plan.zone.blocks),
        f"{say('领导小组', 'leading group')}  {leads}；{say('办公室', 'office')} {role(g.office)}；"
        f"{say('督查', 'supervision')} {role(g.supervision)}；{say('审批', 'consent')} {role(g.consent)}",
        *(f"{say('每项都参与', 'shares in everything')}  " + "、".join(name[u] for u in plan.defaults.responsible)
          for _ in range(1) if plan.defaults),
        *(f"{say('隐去', 'masked')}  {m.text}（{m.source.place}）" for m in d.masked),
    ]
    console.print(f"[bold]{shown(plan.name.to(session.lang))}[/]  {plan.id}", soft_wrap=True)
    for line in lines:
        told = line if session.lang == "zh" else _english(line)
        for row in _folded(told, console.width if console.is_terminal else 0):
            console.print(row, soft_wrap=True, markup=False)
    console.print()


def _folded(line: str, width: int) -> list[str]:
    """A line in rows of a terminal's width, those after the first under the text and not under its label; 0: one row."""
    from rich.cells import cell_len, chop_cells

    indent = cell_len(line) - cell_len(line.split("  ", 1)[-1])
    if not width or cell_len(line) <= width or indent > width // 2:
        return [line]
    first, *rest = chop_cells(line, width)
    return [first, *(" " * indent + row for row in chop_cells("".join(rest), width - indent))]


def _english(line: str) -> str:
    for full, plain in (("，", ", "), ("；", "; "), ("（公布）", " (published)"), ("（", " ("), ("）", ")"), ("、", ", ")):
        line = line.replace(full, plain)
    return line


def show_portfolio(console: Console, plan: Plan, session: Session) -> None:
    """The zones of a portfolio, by class."""
    if not plan.zones:
        return
    tiers = {t.id: t.name.to(session.lang) for t in plan.tiers}
    # A column of which the document says nothing is left out: width is scarce, and a row of dashes says no more.
    columns = [
        ("类别|class", lambda z: tiers.get(z.tier or "")),
        ("园区|zone", lambda z: z.name.to(session.lang)),
        ("编号|id", lambda z: z.id),
        ("级别|level", lambda z: session.say(*_LEVELS[z.level]) if z.level else None),
        ("面积 km²|km²", lambda z: z.area_km2),
        ("管理机构|committee", lambda z: plan.unit(z.committee).name.to(session.lang) if z.committee else None),
        ("出处|source", lambda z: z.source.place if z.source else None),
    ]
    told = [(head, cell) for head, cell in columns if any(cell(z) for z in plan.zones)]
    rows = table(session, *(head for head, _ in told))
    order = [*tiers, None]
    for zone in sorted(plan.zones, key=lambda z: order.index(z.tier)):
        rows.add_row(*(shown(cell(zone)) for _, cell in told))
    _titled(console, session.say(f"园区（{len(plan.zones)} 个）", f"zones ({len(plan.zones)})"), rows)


def show_standard(console: Console, plan: Plan, session: Session) -> None:
    """The conditions of the accreditation standard, and the series that targets are held against."""
    if plan.conditions:
        rows = table(session, "条件|condition", "要求|requires", "文件自述|stated", "符合|fulfilled", "出处|source")
        for c in plan.conditions:
            stated = c.stated.value.to(session.lang) if c.stated else None
            verdict = {True: ("是", "yes"), False: ("否", "no"), None: ("—", "—")}[c.stated.fulfils if c.stated else None]
            by = plan.indicator(c.indicator).name.to(session.lang) if c.indicator else None
            measured = by and session.say(f"看指标：{by}", f"by indicator: {by}")
            told = session.say("；", "; ").join(t for t in (stated, measured) if t)
            rows.add_row(
                shown(c.name.to(session.lang)), shown(c.requires.to(session.lang)), shown(told), session.say(*verdict),
                shown(c.source.place),
            )
        _titled(console, session.say("认定条件", "conditions of accreditation"), rows)
    if plan.references:
        rows = table(session, "参照数列|reference", "单位|unit", "数据|data", "来源|source")
        for r in plan.references:
            data = session.say(f"{len(r.values)} 个数", f"{len(r.values)} values") if r.values else r.variable
            rows.add_row(shown(r.name.to(session.lang)), shown(r.unit), shown(data), shown(r.source))
        _titled(console, session.say("参照数列", "references"), rows)


def show_decisions(console: Console, plan: Plan, session: Session) -> None:
    """How often things are done, and what the office decided."""
    name = {u.id: u.name.to(session.lang) for u in plan.units}
    if plan.cadences:
        rows = table(session, "工作|what", "单位|unit", "频率|every", "日|day", "依据|by", right=(3,))
        for c in plan.cadences:
            by = c.source.place if c.source else session.say("办公室决定", "choice of the office")
            every = session.say(*_EVERY[c.every])
            rows.add_row(shown(c.name.to(session.lang)), shown(name[c.who]), every, shown(c.day), shown(by))
        _titled(console, session.say("工作频率", "cadences"), rows)
    if plan.choices:
        dated = any(c.decided_on or c.settles for c in plan.choices)
        more = ("日期|on", "解决的问题|settles") if dated else ()
        rows = table(session, "事项|subject", "决定|decision", "决定单位|decided by", *more)
        for one in plan.choices:
            settles = session.say("、", ", ").join(dict.fromkeys(s.code for s in one.settles))
            rows.add_row(
                shown(one.subject.to(session.lang)), shown(one.decision.to(session.lang)), shown(name[one.decided_by]),
                *((shown(one.decided_on), shown(settles)) if dated else ()),
            )
        _titled(console, session.say("办公室的决定", "choices of the office"), rows)


def _titled(console: Console, title: str, rows) -> None:
    console.print(f"[bold]{shown(title)}[/]", soft_wrap=True)
    console.print(rows)
    console.print()
