"""What `gaoxin plan show` tells before its tables: the document, the zone, who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gaoxin.cli.layout import View
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from gaoxin.campaign.plans import PlanShown


def show_head(a: PlanShown, v: View) -> None:
    plan, say = a.plan, v.say
    g, d = plan.governance, plan.document

    def role(unit: str | None) -> str:
        return v.unit_name(unit) if unit else say("文件未定", "not said")

    comma, semicolon = say("，", ", "), say("；", "; ")

    def aside(told: str) -> str:
        return say(f"（{told}）", f" ({told})")

    day = str(d.issued or d.issued_masked or "") or (
        f"{d.published}{aside(say('公布', 'published'))}" if d.published else say("无日期", "no date"))
    area = f"{comma}{v.cell(plan.zone.area_km2)} km²" if plan.zone.area_km2 else ""
    level = f"{comma}{word(plan.zone.level, v.lang)}" if plan.zone.level else ""
    leads = role(g.leading_group) + (aside(g.head_role.to(v.lang)) if g.head_role else "")
    shared = plan.defaults.responsible if plan.defaults else ()
    offices = (f"{say('领导小组', 'leading group')}  {leads}", f"{say('办公室', 'office')} {role(g.office)}",
               f"{say('督查', 'supervision')} {role(g.supervision)}", f"{say('审批', 'consent')} {role(g.consent)}")
    lines = [
        f"{say('文件', 'document')}  " + comma.join((d.title, d.number or say("无文号", "no number"), day, role(d.issuer))),
        *(f"{say('附件', 'annex')}  {x.title}" + ("" if x.present else aside(say("公开文本未附", "not published")))
          for x in d.annexes),
        f"{say('园区', 'zone')}  {plan.zone.name.to(v.lang)}{level}{area}"
        + "".join(f" · {b.to(v.lang)}" for b in plan.zone.blocks),
        semicolon.join(offices),
        *([f"{say('每项都参与', 'shares in everything')}  " + v.listed(map(role, shared))] if plan.defaults else []),
        *(f"{say('隐去', 'masked')}  {m.text}{aside(m.source.place)}" for m in d.masked),
    ]
    v.line(f"[bold]{v.cell(plan.name)}[/]  {plan.id}")
    for line in lines:
        for row in folded(line, v.console.width if v.narrow else 0):
            v.console.print(row, soft_wrap=True, markup=False)
    v.line()


def folded(line: str, width: int) -> list[str]:
    """A line in rows of a terminal's width, those after the first under the text and not under its label; 0: one row."""
    from rich.cells import cell_len, chop_cells

    indent = cell_len(line) - cell_len(line.split("  ", 1)[-1])
    if not width or cell_len(line) <= width or indent > width // 2:
        return [line]
    first, *rest = chop_cells(line, width)
    return [first, *(" " * indent + row for row in chop_cells("".join(rest), width - indent))]
