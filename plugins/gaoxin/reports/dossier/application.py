"""The text of the application as a skeleton: what the plan and the record say is filled in, each figure with where it comes from;
what only people can say is left blank, and says what is wanted there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from gaoxin.clock import local_day
from gaoxin.gates.model import GateVerdict
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import IndicatorResult, MeasureValue
from gaoxin.plan.model import Zone
from gaoxin.reports.documents.blocks import Blank, Block, Document, Heading, Link, Paragraph, said, shown
from gaoxin.reports.dossier.figures import compared, gap_in, page_of, part_name, parts_of, proof, said_zh, sources
from gaoxin.reports.dossier.model import Snapshot
from gaoxin.reports.dossier.registers import late_of
from gaoxin.tasks.wording import status_told

LEVELS = {"municipal": "市级", "provincial": "省级", "national": "国家级"}
_STATUSES = ("met", "met_late", "on_track", "at_risk", "off_track", "since_lost", "unknown")


def application(s: Snapshot) -> Document:
    zone = s.plan.zone
    committee = s.unit(zone.committee or s.plan.governance.office)
    level = LEVELS[zone.level] if zone.level else ""
    if zone.level == "provincial" and "自治区" in s.plan.document.title:
        level = "自治区级"
    title = f"关于{zone.name.zh}申报\n{level}高新技术产业开发区的报告" if zone.level else f"{zone.name.zh}申报材料"
    return Document(title, (committee, day_zh(s)), tuple(_blocks(s)), head=marks(s))


def marks(s: Snapshot) -> str:
    """What every page of a drill, and of made-up figures, says."""
    return "　".join([*(["演练材料，不得上报"] if s.stood.drill else []), *(["含示例数据"] if s.stood.sample else [])])


def day_zh(s: Snapshot) -> str:
    return date_zh(local_day(s.stood.as_of))


def date_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _blocks(s: Snapshot) -> Iterator[Block]:
    yield Paragraph((Blank("主送机关"), "："), flush=True)
    yield Paragraph((f"根据《{s.plan.document.title}》", f"（{s.plan.document.number}）" if s.plan.document.number else "",
                     f"，现将{s.plan.zone.name.zh}有关情况报告如下。本文所列数据截至{day_zh(s)}，均可按所附出处逐项追溯。"))
    yield from _zone(s)
    yield from _campaign(s)
    yield from _figures(s)
    yield from _conditions(s)
    yield from _tasks(s)
    yield from _scores(s)
    yield from _problems(s)
    yield Heading(1, "下一步工作打算")
    yield Paragraph((Blank("发展规划、保障措施和对上级的请示事项"),))
    yield Heading(1, "附件")
    yield said("1.指标完成情况表和认定条件对照表；2.任务台账、问题整改、初评、关口、审批、豁免、延期和待办事项；3.数据质量报告；"
               "4.材料清单和校验值。")
    yield Paragraph((Blank("申报单位（盖章）"),), right=True)
    yield Paragraph((Blank("成文日期"),), right=True)


def _zone(s: Snapshot) -> Iterator[Block]:
    yield Heading(1, "基本情况")
    yield Heading(2, "园区概况")
    yield Paragraph((_about(s, s.plan.zone), *([] if s.plan.zone.area_km2 else [Blank("四至范围和面积")])))
    if s.plan.zones:
        yield said(f"所辖园区共 {len(s.plan.zones)} 个：{'、'.join(_about(s, z).rstrip('。') for z in s.plan.zones)}。")
    yield Paragraph((Blank("区位、发展沿革、主导产业和体制机制"),))


def _about(s: Snapshot, zone: Zone) -> str:
    told = [zone.name.zh]
    if zone.area_km2:
        told.append(f"面积 {shown(zone.area_km2)} 平方公里")
    if zone.blocks:
        told.append(f"由{'、'.join(b.zh for b in zone.blocks)}组成")
    if zone.committee:
        told.append(f"管理机构为{s.unit(zone.committee)}")
    return "，".join(told) + "。"


def _campaign(s: Snapshot) -> Iterator[Block]:
    plan, g = s.plan, s.plan.governance
    yield Heading(2, "创建工作组织")
    head = f"（组长由{g.head_role.zh}担任）" if g.head_role else ""
    led = f"{s.unit(g.leading_group)}{head}统一领导，" if g.leading_group else ""
    watched = f"{s.unit(g.supervision)}督查，" if g.supervision else ""
    yield said(f"创建工作由{led}{s.unit(g.office)}负责日常工作，{watched}方案涉及单位 {len(plan.units)} 个、"
               f"指标 {len(plan.indicators)} 项、任务 {len(plan.tasks)} 项。")
    yield Heading(2, "创建工作过程")
    if not s.gates:
        yield said("方案没有规定分步安排，不设阶段关口。", Blank("创建工作经过"))
    for gate in s.gates:
        phase = plan.phase(gate.phase)
        if gate.passed_at is not None:
            waived = gate.result is not None and gate.result.verdict is GateVerdict.WAIVED
            told = f"{date_zh(local_day(gate.passed_at))}通过关口" + ("（经豁免）" if waived else "") + late_of(gate)
        else:
            told = "尚未开始" if gate.result is None else "关口尚未通过"
        yield said(f"{phase.name.zh}（{date_zh(phase.starts)}至{date_zh(phase.ends)}）：{told}。")


def _figures(s: Snapshot) -> Iterator[Block]:
    yield Heading(1, "主要指标完成情况")
    if not s.indicators:
        yield said("方案没有以数值衡量的指标。", Blank("能够说明发展水平的数据及其出处"))
        return
    yield Heading(2, "总体情况")
    counts = Counter(str(r.status) for r in s.indicators)
    told = "，".join(f"{s.words[name]} {counts[name]} 项" for name in _STATUSES if counts[name])
    yield said(f"方案确定的指标共 {len(s.indicators)} 项，截至编制时：{told}。")
    sections = dict.fromkeys((i.section.zh if i.section else "") for i in s.plan.indicators)
    for section in sections:
        yield Heading(2, section or ("其他指标" if len(sections) > 1 else "逐项情况"))
        for r in s.indicators:
            i = s.plan.indicator(r.id)
            if (i.section.zh if i.section else "") == section:
                yield from _figure(s, r)


def _figure(s: Snapshot, r: IndicatorResult) -> Iterator[Block]:
    yield Heading(3, r.name.to("zh"))
    for one in r.path or (r,):
        yield said(_told(s, one, [] if r.path and one is not r.path[-1] else parts_of(r)))
    link = [Link("在线查看", page_of(s.stood, r.id))] if s.stood.pages else []
    lead = "" if r.figure is None and not any(m.value is not None for m in parts_of(r)) else f"{proof(r)}；".replace("\n", "；")
    yield Paragraph((f"数据来源：{sources(s, r)}；{lead}追溯：指标 {r.id}{f' {r.period}' if r.period else ''}；"
                     f"目标出处：{r.source or '方案'}。", *link), note=True)


def _told(s: Snapshot, r: IndicatorResult, parts: Sequence[MeasureValue]) -> str:
    """parts: the values that it consists of, to be told with it; one that decides is among them."""
    by = f"（{date_zh(r.due)}前）" if r.due else f"（{r.due_masked}，年份未公布）" if r.due_masked else ""
    told = [f"目标{by}：{r.target.to('zh')}"]
    if r.value is None and r.part is None and not any(m.value is not None for m in parts):
        told.append("现状：没有数据" if r.reason is None else f"现状：{r.reason.to('zh')}")
    elif r.value is not None:
        told.append(f"{r.period.said if r.period else '现状'}为 {shown(r.value)} {said_zh(r.unit)}".rstrip())
        if r.completion is not None:
            told.append(f"完成率 {shown(round(r.completion * 100, 1))}%")
        if r.gap:
            told.append(f"差 {shown(r.gap)} {gap_in(r.unit)}")
    if any(m.value is not None for m in parts):
        each = [f"{part_name(s, r, m)} {_amount(m)}" for m in parts]
        told.append(f"{'现状' if r.value is None else '其中'}：{'、'.join(each)}")
    if r.part and r.part.measure not in {m.measure for m in parts if r.part.zone is None}:
        told.append(r.part.told.to("zh"))
    told.append(s.words[r.status])
    came = came_to(r)
    return "，".join(told) + "。" + (f"{came.to('zh')}。" if came else "")


def _amount(m: MeasureValue) -> str:
    if m.value is None:
        return "没有数据"
    return f"{shown(m.value)} {said_zh(m.unit)}".rstrip() + (f"（{m.period.said}）" if m.period else "")


def _conditions(s: Snapshot) -> Iterator[Block]:
    yield Heading(1, "对照认定条件情况")
    if not s.plan.conditions:
        yield said("方案没有列出认定条件，未作对照。", Blank("所依据的认定办法及逐条对照情况"))
        return
    known = {r.id: r for r in s.indicators}
    found = [(c, compared(s, c, known)) for c in s.plan.conditions]
    counts = Counter(held.told.zh for _, held in found)
    yield said(f"方案列出的认定条件共 {len(found)} 条：{'，'.join(f'{name} {many} 条' for name, many in counts.items())}。"
               f"逐条对照见附件 1。")
    for c, held in found:
        yield Heading(3, c.name.zh)
        yield said(f"要求：{c.requires.zh}。现状：{shown(held.stands)}。结论：{held.told.zh}。".replace("。。", "。"))
        yield Paragraph((f"依据：{held.why.zh}；条件出处：{c.source.place}。",), note=True)


def _tasks(s: Snapshot) -> Iterator[Block]:
    yield Heading(1, "重点任务完成情况")
    if not s.plan.tasks:
        yield said("方案没有以成果了结的任务。", Blank("主要做法和成效"))
        return
    wanted = {(t.id, p.id) for t in s.plan.tasks for p in s.plan.pieces(t)}
    kept = len({(d.task, d.deliverable) for d in s.deliverables} & wanted)
    counts = Counter(status_told(s.tasks[t.id]).to("zh") for t in s.plan.tasks)
    yield said(f"方案确定的任务共 {len(s.plan.tasks)} 项：{'，'.join(f'{name} {many} 项' for name, many in counts.items())}；"
               f"应有成果 {len(wanted)} 件，已登记佐证 {kept} 件。逐项见附件 2。", Blank("主要做法和成效"))


def _scores(s: Snapshot) -> Iterator[Block]:
    if not s.scores:
        return
    yield Heading(1, "初评情况")
    for found in s.scores:
        asked = s.plan.assessment(found.assessment)
        mark = "" if found.pass_mark is None else f"，合格分 {shown(found.pass_mark)} 分"
        came = "尚无完整的评分表，未得出结果" if found.total is None else f"得 {shown(round(found.total, 2))} 分"
        passed = {True: "，合格", False: "，不合格", None: ""}[found.passed]
        yield said(f"{asked.name.zh}：满分 {shown(found.full)} 分{mark}；完整评分表 {found.whole} 份；"
                   f"{came}{passed}。逐项见附件 2。")


def _problems(s: Snapshot) -> Iterator[Block]:
    yield Heading(1, "存在问题和整改情况")
    open_ = [r for r in s.rectifications if r.closed_at is None]
    yield said(f"创建期间提出问题和整改 {len(s.rectifications)} 项，已销号 {len(s.rectifications) - len(open_)} 项，"
               f"未销号 {len(open_)} 项；豁免 {len(s.waivers)} 项，准予延期 {len(s.days.grants)} 项。逐项见附件 2。",
               Blank("存在的主要问题及原因"))
    d = s.delivered
    if d.completeness is not None and d.timeliness is not None:
        yield said(f"统计报表截至编制时应报 {d.owed} 份，按期接收的占 {shown(round(d.timeliness * 100, 1))}%，"
                   f"已接收的占 {shown(round(d.completeness * 100, 1))}%，数据质量见附件 3。")
    else:
        yield said("截至编制时没有到期应报的统计报表。")
