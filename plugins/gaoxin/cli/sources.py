"""`gaoxin sources`: where returns are fetched from, how that went, and fetching them now."""

from __future__ import annotations

from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, PeriodOption, group, option
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, state, under, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.returned import REJECTIONS
from gaoxin.i18n import Text

app = group("来源：从单位的文件夹、网络接口、数据库取数 / where returns are fetched from", lists=True)
UnitOption = Annotated[str | None, option("--unit", "UNIT", "只一个单位 / of one unit")]


def _form(row: Any, v: View) -> Any:
    return v.plan.form(row.form).name


def _why(row: Any, v: View) -> str | None:
    return row.why and (f"{v.plain(row.name)}: " if getattr(row, "name", None) else "") + v.plain(row.why)


def _listed(a: cases.sourcing.Sources, v: View) -> str:
    if not a.sources:
        return v.say("方案没有声明来源。", "The plan declares no sources.")
    failed = len(a.failed)
    told = v.say(f"来源 {len(a.sources)} 个，取不到的 {failed} 个。", f"{len(a.sources)} source(s), {failed} failed.")
    owed = sum(one.owed for one in a.sources)
    return told + v.say(f"待取 {owed} 份：gaoxin sources fetch {a.campaign}。",
                        f" {owed} return(s) to be fetched: gaoxin sources fetch {a.campaign}.") if owed else told


def _fetched(a: cases.fetching.Fetches, v: View) -> str:
    refused = sum(len(one.refused) for one in a.fetches)
    told = v.say(f"问过来源 {len(a.fetches)} 个，新收 {len(a.returns)} 份，没有受理 {refused} 份，取不到 {len(a.failed)} 个。",
                 f"{len(a.fetches)} source(s) asked, {len(a.returns)} new return(s), {refused} refused, {len(a.failed)} failed.")
    if a.checked is None:
        return told
    return told + v.say(f"审核 {sum(a.checked.values())} 份，退回 {a.checked.get('rejected', 0)} 份，入库数据 {a.facts} 条。",
                        f" {sum(a.checked.values())} checked, {a.checked.get('rejected', 0)} rejected, {a.facts} facts loaded.")


SOURCES: Layout = (
    rows("sources", Column("unit", unit("unit")), Column("form", _form), Column("source:data", under("source", "kind")),
         Column("connection", "connection"), Column("state", state("state", of="fetch")),
         Column("at", under("at", "period")), Column("owed", "owed", "right"), Column("detail", _why, "fold", optional=True)),
    line(_listed),
)
FETCHED: Layout = (
    rows("fetches", Column("unit", unit("unit")), Column("form", _form), Column("period", "period"),
         Column("source:data", "source"), Column("state", state("state", of="fetch")), Column("place", "place", "fold"),
         Column("detail", _why, "fold", optional=True)),
    each("fetches", each("refused", line(lambda one, v: v.say(f"{one.name} 没有受理：{v.plain(one.why)}",
                                                              f"{one.name} was refused: {v.plain(one.why)}"), mark="  ✗ ")),
         each("left", line(lambda one, v: f"{one.name}: {v.plain(one.why)}", mark="  ! "))),
    line(_fetched), *REJECTIONS,
)


@app.command("list", help="列出来源及最近一次取数 / list sources and how the last fetch went")
@asked
def listed(session: Session, campaign: CampaignArgument, unit: UnitOption = None) -> Answered:
    return cases.sourcing.sources(session.workplace(campaign), unit and session.unit(unit)), SOURCES


@app.command("fetch", help="现在就取；不写报告期即取全部待取的 / fetch now; without a period all that is owed")
@asked
def fetch(session: Session, campaign: CampaignArgument, unit: UnitOption = None,
          form: Annotated[str | None, option("--form", "FORM", "只一张报表 / of one form")] = None, period: PeriodOption = None,
          again: Annotated[bool, option("--again", None, "取过的也重新取 / what is known, too")] = False,
          check: Annotated[bool, option("--check", None, "随即审核并入库 / check and load at once")] = False) -> Answered:
    w = session.workplace(campaign, acts=True)
    form, unit = form and session.form(form), unit and session.unit(unit)
    of = session.period(period, *filter(None, [form]))
    with session.working(Text("取数", "fetching")):
        return cases.fetching.fetch(w, form=form, unit=unit, period=of, again=again, check=check), FETCHED
