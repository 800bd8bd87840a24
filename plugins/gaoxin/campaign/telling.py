"""What a gate came to, told in words: in one line for a list, and in full with who must do what and where it stands among the
pages. Nobody who reads either can take a rehearsal for a decision."""

from datetime import date

from gaoxin import links
from gaoxin.campaign import registering
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.model import CriterionResult, GateResult, Mode
from gaoxin.gates.stands import Stands, stands
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.fields import name_of

_NAMED = 3  # shortfalls of a criterion, in a note

_DECISION = Code("telling.decision", "{phase}：{verdict}（关口正式判定，{day}；时限 {deadline}{late}）\n{lines:\n}",
                 "{phase}: {verdict} (gate decided, {day}; deadline {deadline}{late})\n{lines:\n}", phase=Worded, deadline=date,
                 late=Message | None, verdict=Text, lines=tuple)
_LATE = Code("telling.late", "，逾期 {days} 天判定", ", {days} day(s) late", days=int)
_REHEARSAL = Code("telling.rehearsal", "{phase}——预演：若在今日，{verdict}（{day}；时限 {deadline}；预演不作决定）\n{lines:\n}",
                  "{phase} - rehearsal: if it were today, {verdict} ({day}; deadline {deadline}; a rehearsal decides nothing)\n"
                  "{lines:\n}", phase=Worded, deadline=date, verdict=Text, lines=tuple)
_CRITERION = Code("telling.criterion", "- {mark} {called}{detail}", "- {mark} {called}{detail}", mark=Text, called=Message | None,
                  detail=Message)
_CALLED = Code("telling.called", "{name}：", "{name}: ", name=Text)
_LACKING = Code("telling.lacking", "    - {unit}：{subject}", "    - {unit}: {subject}", unit=Worded, subject=Message)
_CHANGED = Code("telling.changed_within_window", "- ！判定期内方案改动（第 {version} 版，{day}，{by}）：{what}",
                "- ! changed within the decision window (version {version}, {day}, {by}): {what}", version=int, by=Worded)
_PAGE = Code("telling.page", "详见 {link}", "see {link}", link=str)
_MORE = Code("telling.more", "    - 另有 {count} 项", "    - {count} more", count=int)
_LACKS = Code("telling.lacks", "{phase}：{verdict}，差 {count} 项{late}", "{phase}: {verdict}, {count} thing(s) short{late}",
              phase=Worded, verdict=Text, count=int, late=Message | None)
_WHOLE = Code("telling.whole", "{phase}：{verdict}{late}", "{phase}: {verdict}{late}", phase=Worded, verdict=Text,
              late=Message | None)

_VERDICTS = {
    Stands.PASSED: Text("通过", "passed"), Stands.WAIVED: Text("经豁免通过", "passed by waiver"),
    Stands.HELD: Text("不予通过", "held"),
    Stands.AWAITS: Text("其余条件均已具备，只待审批同意", "all other conditions are met, only consent is missing"),
    Stands.REFUSED: Text("其余条件均已具备，审批不同意", "all other conditions are met, consent was refused"),
}
_MARKS = {True: Text("✓", "✓"), False: Text("✗", "✗"), None: Text("？无法评估", "? not evaluated")}
_WAIVED, _WAITS = Text("豁免", "waived"), Text("…等候", "… waits")


def tell_gate(w: Workplace, result: GateResult, pages: str = "") -> Message:
    """The verdict with every criterion, those that hold the gate first, and every shortfall; lines that Markdown shows as lists.
    pages: the base of their addresses."""
    lines: list[Message] = []
    for c in sorted(result.criteria, key=lambda c: c.opens):
        lines.append(_criterion(c, stands(result)))
        lines += [_LACKING(unit=w.plan.unit(s.owner).name, subject=s.subject) for s in c.shortfalls]
    lines += [_CHANGED(version=c.version, day=c.day, by=registering.who(w.plan, c.by), what=c.what)
              for c in result.changed_within_window]
    lines.append(_PAGE(link=links.at(pages, links.gate_page(w.plan.id, result.phase))))
    about = {"phase": w.plan.phase(result.phase).name, "day": local_day(result.decided_as_of), "deadline": result.deadline,
             "verdict": _VERDICTS[stands(result)], "lines": lines}
    if result.mode is not Mode.DECISION:
        return _REHEARSAL(**about)
    return _DECISION(**about, late=_late(result))


def in_short(w: Workplace, result: GateResult) -> Message:
    """In one line."""
    phase, how = w.plan.phase(result.phase).name, stands(result)
    if how is not Stands.HELD:
        return _WHOLE(phase=phase, verdict=_VERDICTS[how], late=_late(result))
    return _LACKS(phase=phase, verdict=_VERDICTS[how], count=sum(not c.opens for c in result.criteria), late=_late(result))


def reasons(w: Workplace, result: GateResult, pages: str = "") -> list[Message]:
    """Why a gate does not let its phase end, for a note: what is not met, who refused and why, whose it is to do something, the
    first of each, and where the rest stands. Nothing of one that does."""
    lines: list[Message] = []
    for c in (c for c in result.criteria if not c.opens):
        lines.append(_criterion(c, stands(result)))
        if c.kind != "approval":  # its detail names the unit already
            lines += [_LACKING(unit=w.plan.unit(s.owner).name, subject=s.subject) for s in c.shortfalls[:_NAMED]]
            lines += [_MORE(count=len(c.shortfalls) - _NAMED)] if len(c.shortfalls) > _NAMED else []
    return [*lines, _PAGE(link=links.at(pages, links.gate_page(w.plan.id, result.phase)))] if lines else []


def _late(result: GateResult) -> Message | None:
    return _LATE(days=result.days_late) if result.days_late and result.mode is Mode.DECISION else None


def in_both(*told: Message) -> str:
    """What somebody must act on, for readers of either language: Chinese first."""
    return "\n\n".join("\n".join(part.to(lang) for part in told) for lang in ("zh", "en"))


def _criterion(c: CriterionResult, how: Stands) -> Message:
    """Several may say the same in detail, and are told apart by their names; that of a consent names its unit."""
    called = None if c.kind == "approval" else _CALLED(name=name_of(JUDGEMENTS[c.kind].of))
    return _CRITERION(mark=_mark(c, how), called=called, detail=c.detail)


def _mark(c: CriterionResult, how: Stands) -> Text:
    if how is Stands.AWAITS and c.kind == "approval" and not c.opens:  # nobody has failed to do anything
        return _WAITS
    return _WAIVED if c.waived else _MARKS[c.passed]
