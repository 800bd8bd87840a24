"""What is not settled when the dossier is built: missing, stale, not evaluated, unexplained, broken, open, void."""

from collections.abc import Iterable, Iterator

from gaoxin.clock import local_day
from gaoxin.gates.criteria.targets_met import AFTER_GATE
from gaoxin.gates.model import GateVerdict
from gaoxin.i18n import CATALOGUE, Message, Worded
from gaoxin.indicators.model import IndicatorResult
from gaoxin.reports.documents.blocks import Document
from gaoxin.reports.dossier.figures import compared
from gaoxin.reports.dossier.model import OpenPoint, Snapshot

_KINDS = {"returns_complete": "报送缺失", "no_open_errors": "报送有误或未审", "warnings_explained": "警告未说明",
          "targets_met": "指标未达标或无法评估", "tasks_closed": "任务未销号", "rectifications_closed": "整改未销号"}
_BROKEN = "审核规则失效"
_SETTLED = ("符合",)


def open_points(s: Snapshot, documents: Iterable[Document]) -> tuple[OpenPoint, ...]:
    """documents: of whose blanks each is one. In a fixed order, each said once."""
    found = (*_blanks(documents), *_asked(s), *_gates(s), *_approvals(s), *_waivers(s), *_corrections(s), *_conditions(s),
             *_masked(s))
    return tuple(dict.fromkeys(found))


def _blanks(documents: Iterable[Document]) -> Iterator[OpenPoint]:
    for document in documents:
        for under, blank in document.blanks:
            yield OpenPoint("待填写", f"{document.name}·{under}：{blank.wanted}", "", "")


def _asked(s: Snapshot) -> Iterator[OpenPoint]:
    for c in s.everything.criteria:
        for lacks in c.shortfalls:
            kind = _BROKEN if lacks.ref.endswith("~rules") else _KINDS.get(c.kind, c.kind)
            yield OpenPoint(kind, _of_the_day(lacks.subject), s.unit(lacks.owner), lacks.ref)
        if not c.opens and not c.shortfalls:
            yield OpenPoint("未评估", c.detail, "", c.kind)


def _of_the_day(subject: Worded) -> Worded:
    """Without what is told of a gate's deadline: here it is but the day of the dossier."""
    parts = subject.context.get("parts") if isinstance(subject, Message) else None
    if not isinstance(subject, Message) or not isinstance(parts, tuple):
        return subject
    kept = tuple(p for p in parts if not (isinstance(p, Message) and p.code == AFTER_GATE.code))
    return CATALOGUE[subject.code](**{**subject.context, "parts": kept})


def _gates(s: Snapshot) -> Iterator[OpenPoint]:
    for gate in s.gates:
        if gate.result is None or gate.passed_at is not None:
            continue
        for c in gate.result.criteria:
            if not c.opens:
                told = f"{s.phase(gate.phase)}：{c.detail.to('zh')}（{'不满足' if c.passed is False else '未评估'}）"
                yield OpenPoint("关口条件不具备", told, "", f"{gate.phase}.{c.id}")
        if gate.result.verdict is not GateVerdict.HOLD:
            yield OpenPoint("关口未判定", f"{s.phase(gate.phase)}：条件已具备，尚待正式判定", "", gate.phase)


def _approvals(s: Snapshot) -> Iterator[OpenPoint]:
    for one in s.approvals:
        given = one.given
        if one.state == "void":
            told = f"{s.phase(given.phase)}：{given.recorded_at:%Y-%m-%d %H:%M} 的表态所依据的数据已有变化"
            yield OpenPoint("审批已失效", told, s.unit(given.by), given.phase)
        elif one.state == "stands" and given.decision == "reject":
            yield OpenPoint("审批不同意", f"{s.phase(given.phase)}：{given.reason or '未写理由'}", s.unit(given.by), given.phase)


def _waivers(s: Snapshot) -> Iterator[OpenPoint]:
    """Expired ones hold again; what one in force lets pass is not met all the same."""
    today = local_day(s.stood.as_of)
    for w in s.waivers:
        kind = "豁免在用" if w.expires >= today else "豁免已过期"
        within = f"（限于 {w.within}）" if w.scope else ""
        told = f"{s.phase(w.phase)} {w.criterion}{within}：至 {w.expires}，{w.reason}"
        yield OpenPoint(kind, told, s.unit(w.by), f"{w.phase}.{w.criterion}")


def _corrections(s: Snapshot) -> Iterator[OpenPoint]:
    for c in s.corrections:
        told = f"{c.return_id} 更正后，尚有 {len(c.items)} 项未决定：{'、'.join(c.items)}"
        yield OpenPoint("数据更正待处理", told, s.unit(c.unit), c.return_id)


def _conditions(s: Snapshot) -> Iterator[OpenPoint]:
    known: dict[str, IndicatorResult] = {r.id: r for r in s.indicators}
    for c in s.plan.conditions:
        _, _, told, why = compared(s, c, known)
        if told not in _SETTLED:
            yield OpenPoint("认定条件不符合或未评估", f"{c.name.zh}：{told}（{why}）", "", c.id)


def _masked(s: Snapshot) -> Iterator[OpenPoint]:
    words = {"name": "名称", "year": "年份", "amount": "数额", "title": "标题"}
    for one in s.plan.document.masked:
        yield OpenPoint("公开文本隐去", f"{one.source.place}：{words[one.kind]}“{one.text}”", "", "")
