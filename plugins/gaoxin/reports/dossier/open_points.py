"""What is not settled when the dossier is built: missing, stale, not evaluated, unexplained, broken, open, void."""

from collections.abc import Iterable, Iterator
from datetime import date

from gaoxin.clock import local_day
from gaoxin.gates.criteria.targets_met import AFTER_GATE
from gaoxin.i18n import CATALOGUE, Code, Message, Text, Worded
from gaoxin.plan.target import Truth
from gaoxin.reports.documents.blocks import Document
from gaoxin.reports.dossier.figures import CONCLUSIONS, compared
from gaoxin.reports.dossier.model import OpenKind, OpenPoint, Snapshot

_KINDS = {"returns_complete": OpenKind.MISSING, "no_open_errors": OpenKind.REJECTED, "warnings_explained": OpenKind.UNEXPLAINED,
          "targets_met": OpenKind.TARGET, "tasks_closed": OpenKind.TASK, "rectifications_closed": OpenKind.RECTIFICATION,
          "score_reached": OpenKind.SCORE}
_HIDDEN = {"name": Text("名称", "a name"), "year": Text("年份", "a year"), "amount": Text("数额", "an amount"),
           "title": Text("标题", "a title")}
_TO_WRITE = Code("dossier.to_write", "申报报告“{heading}”：{wanted}", "application, {heading}: {wanted}", heading=str,
                 wanted=str)
_GATE = Code("dossier.gate_lacks", "{phase}：{detail}", "{phase}: {detail}", phase=Worded, detail=Worded)
_TO_DECIDE = Code("dossier.gate_to_decide", "{phase}：条件已具备，尚待正式判定", "{phase}: all is met, and it is to be decided",
                  phase=Worded)
_NOT_BEGUN = Code("dossier.gate_not_begun", "{phase}：阶段尚未开始", "{phase}: the phase has not begun", phase=Worded)
_VOID = Code("dossier.void", "{phase}：{at} 的表态所依据的数据已有变化", "{phase}: the figures of the word of {at} have changed",
             phase=Worded, at=str)
_REFUSED = Code("dossier.refused", "{phase}：{reason}", "{phase}: {reason}", phase=Worded, reason=str)
_WAIVED = Code("dossier.waived", "{phase} {criterion}：至 {expires}，{reason}", "{phase}, {criterion}: until {expires}, {reason}",
               phase=Worded, criterion=Message, expires=date, reason=str)
_WISHED = Code("dossier.extension_waits", "第 {number} 号：{what}，申请延至 {wished}", "request {number}: {what}, until {wished}",
               number=int, what=Message, wished=date)
_CORRECTION = Code("dossier.correction", "{return_id} 更正后，尚有 {count} 项未决定：{items:、}",
                   "{count} thing(s) that used the figures before {return_id} are not decided on: {items:,}", return_id=str,
                   count=int, items=tuple)
_CONDITION = Code("dossier.condition", "{name}：{told}（{why}）", "{name}: {told} ({why})", name=Worded, told=Worded, why=Worded)
_MASKED = Code("dossier.masked", "{place}：{kind}“{text}”", "{place}: {kind}, “{text}”", place=str, kind=Text, text=str)


def open_points(s: Snapshot, documents: Iterable[Document]) -> tuple[OpenPoint, ...]:
    """documents: of whose blanks each is one. In a fixed order, each said once."""
    found = (*_blanks(documents), *_asked(s), *_gates(s), *_approvals(s), *_waivers(s), *_extensions(s), *_corrections(s),
             *_conditions(s), *_masked(s))
    return tuple(dict.fromkeys(found))


def _blanks(documents: Iterable[Document]) -> Iterator[OpenPoint]:
    for document in documents:
        for under, blank in document.blanks:
            told = _TO_WRITE(heading="首页" if under == document.name else under, wanted=blank.wanted)
            yield OpenPoint(OpenKind.TO_WRITE, told, None, "")


def _asked(s: Snapshot) -> Iterator[OpenPoint]:
    for c in s.everything.criteria:
        for lacks in c.shortfalls:
            kind = OpenKind.RULE if lacks.ref.endswith("~rules") else _KINDS[c.kind]
            yield OpenPoint(kind, _of_the_day(lacks.subject), s.unit_named(lacks.owner) if lacks.owner else None, lacks.ref)
        if not c.opens and not c.shortfalls:
            yield OpenPoint(OpenKind.UNKNOWN, c.detail, None, c.kind)


def _of_the_day(subject: Worded) -> Worded:
    """Without what is told of a gate's deadline: here it is but the day of the dossier."""
    parts = subject.context.get("parts") if isinstance(subject, Message) else None
    if not isinstance(subject, Message) or not isinstance(parts, tuple):
        return subject
    kept = tuple(p for p in parts if not (isinstance(p, Message) and p.code == AFTER_GATE.code))
    return CATALOGUE[subject.code](**{**subject.context, "parts": kept})


def _gates(s: Snapshot) -> Iterator[OpenPoint]:
    for gate in s.gates:
        phase = s.phase_named(gate.phase)
        if gate.result is None:
            yield OpenPoint(OpenKind.GATE, _NOT_BEGUN(phase=phase), None, gate.phase)
        elif gate.passed_at is None:
            lacking = [c for c in gate.result.criteria if not c.opens]
            told = [_GATE(phase=phase, detail=c.detail) for c in lacking] or [_TO_DECIDE(phase=phase)]
            yield from (OpenPoint(OpenKind.GATE, one, None, gate.phase) for one in told)


def _approvals(s: Snapshot) -> Iterator[OpenPoint]:
    asked = {(p.id, by): c.id for p in s.plan.phases for c in p.gate.approvals for by in c.deciders}
    # What came before is answered by it, also where a deputy speaks for its unit, or the unit after its deputy.
    last = {(one.given.phase, asked.get((one.given.phase, one.given.by), one.given.by)): one for one in s.approvals}
    for one in last.values():
        given = one.given
        phase, who = s.phase_named(given.phase), s.unit_named(given.by)
        if one.state == "void":
            yield OpenPoint(OpenKind.VOID, _VOID(phase=phase, at=f"{given.recorded_at:%Y-%m-%d %H:%M}"), who, given.phase)
        elif one.state == "stands" and given.decision == "reject":
            yield OpenPoint(OpenKind.REFUSED, _REFUSED(phase=phase, reason=given.reason or "—"), who, given.phase)


def _waivers(s: Snapshot) -> Iterator[OpenPoint]:
    """Expired ones hold again; what one in force lets pass is not met all the same."""
    today = local_day(s.stood.as_of)
    for w in s.waivers:
        told = _WAIVED(phase=s.phase_named(w.phase), criterion=s.waived(w), expires=w.expires, reason=w.reason)
        yield OpenPoint(OpenKind.WAIVED if w.expires >= today else OpenKind.EXPIRED, told, s.unit_named(w.by), w.phase)


def _extensions(s: Snapshot) -> Iterator[OpenPoint]:
    for one in s.extensions:
        if one.given.ruling is None and not one.settled:
            told = _WISHED(number=one.given.number, what=one.what, wished=one.given.wished)
            yield OpenPoint(OpenKind.EXTENSION, told, s.unit_named(one.given.unit), one.given.ref)


def _corrections(s: Snapshot) -> Iterator[OpenPoint]:
    for c in s.corrections:
        told = _CORRECTION(return_id=c.return_id, count=len(c.items), items=c.items)
        yield OpenPoint(OpenKind.CORRECTION, told, s.unit_named(c.unit), c.return_id)


def _conditions(s: Snapshot) -> Iterator[OpenPoint]:
    known = {r.id: r for r in s.indicators}
    for c in s.plan.conditions:
        held = compared(s, c, known)
        if held.told != CONCLUSIONS[Truth.MET]:
            yield OpenPoint(OpenKind.CONDITION, _CONDITION(name=c.name, told=held.told, why=held.why), None, c.id)


def _masked(s: Snapshot) -> Iterator[OpenPoint]:
    for one in s.plan.document.masked:
        told = _MASKED(place=one.source.place, kind=_HIDDEN[one.kind], text=one.text)
        yield OpenPoint(OpenKind.MASKED, told, None, "")
