"""The tables of a bulletin."""


from gaoxin import links
from gaoxin.clock import local_day
from gaoxin.indicators.model import IndicatorResult, QuotaResult
from gaoxin.plan.criteria.rectifications_closed import ORIGINS
from gaoxin.plan.model import Task
from gaoxin.plan.target import Truth
from gaoxin.reports.bulletin.figures import percent, percent_of
from gaoxin.reports.bulletin.model import Snapshot
from gaoxin.reports.documents.blocks import Cell, Column, Link, Table, shown
from gaoxin.reports.dossier.figures import page_of, said_zh
from gaoxin.tasks.wording import told

_NONE = "—"
_STATES = {"open": "整改中", "handed_in": "待复查", "sent_back": "复查未通过", "closed": "已销号"}
_QUOTAS = {Truth.MET: "达标", Truth.NOT_MET: "未达标", Truth.UNKNOWN: "无法评估"}
_KINDS = {"return": "报表", "task": "任务", "rectification": "整改"}


def leading(s: Snapshot, indicator: str, text: str) -> str | Link:
    """A figure that leads to its trace, as of the bulletin's time."""
    return Link(text, page_of(s.stood, indicator)) if s.stood.pages else text


def of_unit(s: Snapshot, unit: str, cell: Cell) -> Cell:
    """What is told of a unit leads to its desk, as it was then: what it owes, what came, its tasks and problems."""
    return _leading(s, cell, links.desk_page(s.stood.campaign, unit, s.stood.as_of))


def of_part(s: Snapshot, part: str, cell: Cell) -> Cell:
    return _leading(s, cell, links.part_page(s.stood.campaign, part, s.stood.as_of))


def _leading(s: Snapshot, cell: Cell, page: str) -> Cell:
    return Link(shown(cell), links.at(s.stood.pages, page)) if s.stood.pages and cell is not None else cell


def indicator_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("指标", 10), Column("现状", 7, True), Column("报告期", 6), Column("目标", 13),
               Column("完成率", 5, True), Column("序时应达", 6, True), Column("达序时", 5, True), Column("状态", 5))
    rows = []
    for number, r in enumerate(s.indicators, 1):
        way = s.ways.get(r.id)
        figures = [] if r.value is None else [f"{shown(r.value)} {said_zh(r.unit)}".rstrip()]
        figures += [r.part.figure.to("zh")] if r.part else []
        value: Cell = leading(s, r.id, "，".join(figures)) if figures else _NONE
        kept = None if way is None else percent(way.share) or ("达到" if way.kept else "未达到")
        path = f"{shown(way.path.asked)} {said_zh(r.unit)}".rstrip() if way else None
        by = f"（{r.due}前）" if r.due else f"（{r.due_masked}）" if r.due_masked else ""
        rows.append((number, r.name.to("zh"), value, str(r.period or _NONE), f"{r.target.to('zh')}{by}",
                     _to_trace(s, r.id, percent(r.completion)),
                     _to_trace(s, r.id, path), _to_trace(s, r.id, kept), s.words[r.status]))
    missing = sum(r.value is None and r.part is None for r in s.indicators)
    note = f"注：{missing} 项指标没有数据，如实空缺，不作推测。" if missing else ""
    return Table("指标完成进度", columns, tuple(rows), "方案没有以数值衡量的指标。", note=note)


def quota_table(s: Snapshot) -> Table:
    columns = (Column("指标", 12), Column("单位", 11), Column("分解数", 7, True), Column("现状", 7, True), Column("报告期", 6),
               Column("完成率", 6, True), Column("结论", 6))
    rows = tuple((r.name.to("zh"), s.unit(q.unit), f"{shown(q.quota)} {said_zh(q.measured_in)}".rstrip(),
                  _NONE if q.value is None else leading(s, r.id, shown(q.value)), str(q.period or _NONE),
                  _to_trace(s, r.id, percent(q.completion)), _concluded(s, r, q)) for r in s.indicators for q in r.quotas)
    apart = any(len({q.period for q in r.quotas if q.period} | {r.period}) > 1 for r in s.indicators if r.quotas)
    return Table("分解指标", columns, rows, "没有分解到单位的指标。",
                 note="注：各单位的现状取各自最近的报告期，报告期不一的不能相加，与全指标的现状也不同期。" if apart else "")


def _concluded(s: Snapshot, r: IndicatorResult, q: QuotaResult) -> str:
    """Of a target whose day is to come nothing is said to be missed."""
    to_come = r.due is not None and r.due >= local_day(s.stood.as_of)
    return "未到期" if to_come and q.truth is Truth.NOT_MET else _QUOTAS[q.truth]


def _to_trace(s: Snapshot, indicator: str, text: str | None) -> Cell:
    return None if text is None else leading(s, indicator, text)


def unit_table(s: Snapshot) -> Table:
    columns = (Column("单位", 14), Column("应报报表", 5, True), Column("按期接收", 5, True), Column("承担任务", 5, True),
               Column("完成", 4, True), Column("逾期或欠序时", 6, True), Column("分解指标", 5, True), Column("达标", 4, True),
               Column("整改未销号", 5, True), Column("其中逾期", 5, True))
    rows = tuple((s.unit(u.unit), *(of_unit(s, u.unit, n) for n in (*u.returns, *u.tasks, *u.quotas, *u.rectifications)))
                 for u in s.units)
    return Table("各单位完成情况", columns, rows, "没有单位有报表、任务、分解指标或整改。",
                 note="注：应报报表含本期到期的和以前各期至今未报、退回未改的；等待他人的时间不计迟报。")


def rank_table(s: Snapshot) -> Table:
    mean = s.measured == "progress"
    columns = (Column("名次", 4, True), Column("单位", 18), Column("任务平均进度" if mean else "按期完成率", 7, True),
               Column("任务数" if mean else "做到／可判断", 8, True), Column("上期名次", 6, True), Column("变化", 6))
    rows = []
    for p in s.ranked.placed:
        moved = _NONE if p.rose is None else f"升 {p.rose} 位" if p.rose > 0 else f"降 {-p.rose} 位" if p.rose else "持平"
        rested = str(p.score.of) if p.score.good is None else f"{p.score.good}／{p.score.of}"
        rows.append((p.place, s.unit(p.unit), of_unit(s, p.unit, percent_of(p.score.share)), of_unit(s, p.unit, rested),
                     p.before, moved))
    return Table("排名", columns, tuple(rows), "没有单位有可据以排名的数据，本期不排名。")


def task_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("任务", 14), Column("牵头（责任）单位", 10), Column("期限", 8), Column("进展", 24))
    rows = tuple((t.row or number, t.name.zh, _whose(s, t), s.due_days[t.id] or t.due_masked,
                  told(s.plan, t, s.task(t)).to("zh")) for number, t in enumerate(s.plan.tasks, 1))
    return Table("重点任务进展", columns, rows, "方案没有以成果了结的任务。")


def _whose(s: Snapshot, task: Task) -> str:
    return "、".join(s.unit(u) for u in task.leads or s.plan.responsible(task) or (s.plan.answerable(task),))


def overdue_table(s: Snapshot) -> Table:
    columns = (Column("类别", 4), Column("事项", 18), Column("责任单位", 10), Column("期限", 8),
               Column("本单位用时（工作日）", 6, True), Column("等待（工作日）", 6, True), Column("说明", 12))
    rows = tuple((_KINDS[o.kind], o.what, s.unit(o.unit), o.due, of_part(s, "burden", o.own),
                  of_part(s, "burden", o.waiting or None),
                  "；".join(filter(None, (f"等待{o.waits_for}" if o.waits_for else "", o.words)))) for o in s.overdue)
    return Table("逾期事项", columns, rows, "没有逾期事项。")


def quality_table(s: Snapshot) -> Table:
    columns = (Column("报表", 14), Column("到期", 4, True), Column("按期接收", 5, True), Column("接收", 4, True),
               Column("退回", 4, True), Column("未报", 4, True), Column("警告", 4, True), Column("已说明", 5, True),
               Column("更正", 4, True))
    rows = tuple((f.name.to("zh"), *(of_part(s, "", n) for n in (
        f.owed, f.in_time, f.accepted, f.rejected, f.missing, f.warnings, f.explained, f.corrected))) for f in s.forms)
    return Table("数据质量", columns, rows, "本期没有到期的报表。", note="注：警告只计接收的报表；“已说明”为说明已经审核接受的。")


def rectification_table(s: Snapshot) -> Table:
    columns = (Column("事项", 20), Column("来源", 9), Column("责任单位", 10), Column("期限", 8), Column("状态", 8))
    rows = []
    for r in s.rectifications:
        text = str(r.subject.context["text"]) if r.by_people else r.subject.to("zh")
        origin = ORIGINS[r.origin].zh if r.by_people else f"关口“{s.phase(r.phase)}”"
        late = "，逾期" if r.state in ("open", "sent_back") and r.due < local_day(s.stood.as_of) else ""
        rows.append((text, origin, s.unit(r.owner), r.due, _STATES[r.state] + late))
    return Table("整改", columns, tuple(rows), "没有整改。")


def waiver_table(s: Snapshot) -> Table:
    columns = (Column("阶段", 9), Column("条件", 12), Column("豁免单位", 10), Column("理由", 18), Column("有效至", 8))
    names = {(p.id, c.id): c.asked.zh for p in s.plan.phases for c in p.gate.criteria}
    rows = tuple((s.phase(w.phase), names.get((w.phase, w.criterion), w.criterion), s.unit(w.by), w.reason, w.expires)
                 for w in s.waivers)
    return Table("豁免", columns, rows, "没有豁免。")


def extension_table(s: Snapshot) -> Table:
    columns = (Column("事项", 18), Column("申请单位", 10), Column("原期限", 8), Column("申请延至", 8), Column("批复", 8))
    rows = []
    for one in s.extensions:
        ruling = one.given.ruling
        waits = "已报送或办结" if one.settled else "待批复"
        answer = waits if ruling is None else f"准延至 {ruling.day}" if ruling.day else "不准"
        rows.append((one.what.to("zh"), s.unit(one.given.unit), one.given.due, one.given.wished, answer))
    return Table("延期", columns, tuple(rows), "没有延期申请。")


