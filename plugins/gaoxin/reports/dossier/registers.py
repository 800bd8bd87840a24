"""The registers of a dossier: tasks, rectifications, gates, approvals, waivers, corrections, and what is open."""

from collections.abc import Iterable

from gaoxin.clock import local_day
from gaoxin.extensions.model import Outcome
from gaoxin.gates.model import CriterionResult, DeliverableEvidence, GateResult, Rectification
from gaoxin.ledger.acts import Act
from gaoxin.plan.criteria.rectifications_closed import ORIGINS
from gaoxin.reports.documents.blocks import Cell, Column, Table
from gaoxin.reports.dossier.model import GateStands, OpenPoint, Snapshot
from gaoxin.tasks.model import TaskMove, TaskState
from gaoxin.tasks.wording import told

_NONE = "—"
_STATES = {"open": "整改中", "handed_in": "待复查", "sent_back": "复查未通过", "closed": "已销号"}
_STEPS = {"handed_in": "提交佐证", "accepted": "复查通过", "sent_back": "复查未通过"}


def task_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("任务", 14), Column("牵头单位", 9), Column("责任单位", 18), Column("完成时间", 8),
               Column("成果及佐证", 22), Column("节点", 10), Column("任务进展", 14), Column("销号", 10))
    newest = {(d.task, d.deliverable): d for d in sorted(s.deliverables, key=lambda d: (d.recorded_at, d.sha256))}
    rows = []
    for number, task in enumerate(s.plan.tasks, 1):
        state = s.tasks[task.id]
        pieces = "\n".join(f"{p.name.zh}：{_proof(s, newest.get((task.id, p.id)))}" for p in s.plan.pieces(task))
        milestones = "\n".join(f"{m.name.zh}（{m.due}）：{_reached(state, m.id)}" for m in task.milestones)
        closed = state.closed
        rows.append((task.row or number, task.name.zh, "、".join(map(s.unit, task.leads)) or _NONE,
                     "、".join(map(s.unit, s.plan.responsible(task))) or _NONE, s.due_of(task) or task.due_masked, pieces,
                     milestones, told(s.plan, task, state).to("zh"), _closed(s, closed) if closed else "未销号"))
    return Table("任务台账", columns, tuple(rows), "方案没有以成果了结的任务。")


def _closed(s: Snapshot, move: TaskMove) -> str:
    return f"{s.unit(move.by)} {local_day(move.recorded_at)}：{move.reason}{told_of(move)}"


def _reached(state: TaskState, milestone: str) -> str:
    if milestone in state.reached:
        said = state.reached[milestone]
        late = f"（{local_day(said.recorded_at)} 补报：{said.late_because}）" if said.late_because else ""
        return f"{said.stood_on} 达到{late}"
    return "逾期未达" if milestone in state.late else "未达到"


def _proof(s: Snapshot, found: DeliverableEvidence | None) -> str:
    if found is None:
        return "未登记"
    return f"{s.unit(found.recorded_by)} {found.recorded_at:%Y-%m-%d} 登记，SHA-256 {found.sha256[:16]}…{told_of(found)}"


def told_of(act: Act) -> str:
    """Of what was entered afterwards, and of whom nobody vouches for."""
    late = f"；补录，业务日期 {act.business_day}，{act.entered_because}" if act.entered_afterwards else ""
    return late + ("；未经认证" if act.authenticated is False else "")


def rectification_table(s: Snapshot) -> Table:
    columns = (Column("序号", 3), Column("问题", 20), Column("来源", 11), Column("提出", 9), Column("责任单位", 9),
               Column("整改标准", 12), Column("期限", 8), Column("状态", 6), Column("整改和复查", 20), Column("销号", 14))
    rows = tuple(_rectification(s, number, r)
                 for number, r in enumerate(sorted(s.rectifications, key=lambda r: (r.opened_at, r.id)), 1))
    return Table("问题整改清单", columns, rows, "没有提出过问题和整改。")


def _rectification(s: Snapshot, number: int, r: Rectification) -> tuple[Cell, ...]:
    origin = f"{ORIGINS[r.origin].zh}：{r.source or _NONE}" if r.by_people else f"关口“{s.phase(r.phase)}”"
    found = f"{s.unit(r.finder)} {r.found_on or local_day(r.opened_at)}" if r.finder else local_day(r.opened_at)
    late = "，逾期" if r.state in ("open", "sent_back") and r.due < local_day(s.stood.as_of) else ""
    steps = [f"{s.unit(m.by)} {local_day(m.at)} {_STEPS[m.kind]}{f'：{m.text}' if m.text else ''}"
             + (f"（SHA-256 {m.sha256[:16]}…）" if m.sha256 else "")
             for m in s.mended if (m.rectification, m.opening) == (r.id, r.opening)]
    text = str(r.subject.context["text"]) if r.by_people else r.subject.to("zh")
    closed = f"{local_day(r.closed_at)}：{r.closed_because.to('zh') if r.closed_because else _NONE}{told_of(r)}" \
        if r.closed_at else None
    return (r.number or number, text, origin, found, s.unit(r.owner), r.standard, r.due, _STATES[r.state] + late,
            "\n".join(steps), closed)


def extension_table(s: Snapshot) -> Table:
    columns = (Column("编号", 3, True), Column("事项", 18), Column("申请单位", 9), Column("原期限", 8), Column("申请延至", 8),
               Column("申请理由", 18), Column("申请时间", 8), Column("批复", 6), Column("准延至", 8), Column("批复单位", 9),
               Column("批复理由", 14))
    rows: list[tuple[Cell, ...]] = []
    for one in s.extensions:
        x, ruling = one.given, one.given.ruling
        asked = (x.number, one.what.to("zh"), s.unit(x.unit), x.due, x.wished, f"{x.reason}{told_of(x)}",
                 f"{x.recorded_at:%Y-%m-%d %H:%M}")
        rows.append((*asked, "已报送或办结，不再批复" if one.settled else "待批复", None, None, None) if ruling is None else
                    (*asked, "同意" if ruling.outcome is Outcome.GRANTED else "不同意", ruling.day, s.unit(ruling.by),
                     f"{ruling.reason}{told_of(ruling)}"))
    return Table("延期", columns, tuple(rows), "没有延期申请。", note="注：准予延期只对此后有效，此前已逾期的仍按逾期记录。")


def gate_table(s: Snapshot) -> Table:
    columns = (Column("阶段", 9), Column("起止", 8), Column("关口时限", 8), Column("结论", 9), Column("判定时间", 7),
               Column("逐项条件", 36), Column("封签", 9))
    rows: list[tuple[Cell, ...]] = []
    for gate in s.gates:
        phase = s.plan.phase(gate.phase)
        dates: tuple[Cell, ...] = (phase.name.zh, f"{phase.starts} 至 {phase.ends}", phase.gate.deadline)
        if gate.result is None:
            rows.append((*dates, "阶段未开始", None, None, None))
            continue
        each = "\n".join(f"{criterion_mark(c)} {c.detail.to('zh')}" for c in gate.result.criteria)
        rows.append((*dates, _verdict(s, gate.result, passed=gate.passed_at is not None) + late_of(gate),
                     f"{gate.passed_at:%Y-%m-%d %H:%M}" if gate.passed_at else None, each, f"{gate.result.seal[:16]}…"))
    return Table("阶段关口", columns, tuple(rows), "方案没有分阶段，不设关口。")


def late_of(gate: GateStands) -> str:
    """How long after its deadline a gate passed; "" in time."""
    days = gate.result.days_late if gate.passed_at and gate.result else 0
    return f"，晚于关口时限 {days} 天" if days else ""


def criterion_mark(c: CriterionResult) -> str:
    return "〔豁免〕" if c.waived else {True: "〔满足〕", False: "〔不满足〕", None: "〔无法评估〕"}[c.passed]


def _verdict(s: Snapshot, result: GateResult, *, passed: bool) -> str:
    return s.words[result.verdict] if passed else f"未判定通过（如在编制时：{s.words[result.verdict]}）"


def approval_table(s: Snapshot) -> Table:
    columns = (Column("阶段", 9), Column("单位", 10), Column("表态", 6), Column("是否有效", 10), Column("时间", 8),
               Column("账号", 8), Column("理由", 18), Column("所针对的封签", 9), Column("签章扫描件", 9))
    states = {"stands": "有效", "void": "已失效：数据有变化", "replaced": "已由后来的表态取代"}
    rows = tuple((s.phase(a.phase), s.unit(a.by), s.words.get(a.decision, a.decision), states[one.state],
                  f"{a.recorded_at:%Y-%m-%d %H:%M}", f"{a.account or _NONE}{told_of(a)}", a.reason, f"{a.seal[:16]}…",
                  f"SHA-256 {a.scan[:16]}…" if a.scan else _NONE)
                 for one in s.approvals for a in [one.given])
    return Table("审批", columns, rows, "没有审批记录。")


def waiver_table(s: Snapshot) -> Table:
    columns = (Column("阶段", 9), Column("条件", 10), Column("豁免单位", 10), Column("理由", 22), Column("有效至", 7),
               Column("状态", 6), Column("记录时间", 8), Column("账号", 8))
    today = local_day(s.stood.as_of)
    rows = tuple((s.phase(w.phase), s.waived(w).to("zh"), s.unit(w.by), w.reason, w.expires,
                  "在用" if w.expires >= today else "已过期", f"{w.recorded_at:%Y-%m-%d %H:%M}",
                  f"{w.account or _NONE}{told_of(w)}") for w in s.waivers)
    return Table("豁免", columns, rows, "没有豁免。")


def correction_table(s: Snapshot) -> Table:
    columns = (Column("更正的报送", 22), Column("单位", 10), Column("时间", 8), Column("尚未决定的事项", 34))
    rows = tuple((c.return_id, s.unit(c.unit), f"{c.recorded_at:%Y-%m-%d %H:%M}", "、".join(x.to("zh") for x in c.items))
                 for c in s.corrections)
    return Table("待处理的数据更正", columns, rows, "没有待处理的数据更正。")


def open_table(points: Iterable[OpenPoint]) -> Table:
    columns = (Column("序号", 3), Column("类别", 9), Column("事项", 40), Column("责任单位", 10), Column("编号", 16))
    rows = tuple((number, p.kind.words.zh, p.what.to("zh"), p.who.zh if p.who else _NONE, p.ref or _NONE)
                 for number, p in enumerate(points, 1))
    return Table("待办事项", columns, rows, "没有待办事项。")
