from datetime import date

from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.deliverables_present import DeliverablesPresent
from gaoxin.tasks.counting import counting

_DETAIL = Code("gates.deliverables_present", "应有成果 {wanted} 件，已备 {found} 件{late}",
               "{found} of {wanted} deliverables have evidence{late}", wanted=int, late=Message | None)
_UNVOUCHED = Code("gates.deliverables_unvouched", "{told}，其中未经认证：{each:;}",
                  "{told}; not authenticated: {each:;}", told=Message, each=tuple)
_AFTERWARDS = Code("gates.deliverables_afterwards", "，其中补录：{each:;}", "; entered afterwards: {each:;}", each=tuple)
_LATE = Code("gates.deliverable_afterwards", "{id}（业务日期 {day}，{because}）", "{id} (business day {day}, {because})", id=str,
             because=str)
_NO_TASK = Code("gates.no_task", "本阶段没有任务，无成果可查", "the phase has no task: nothing to look for")
_MISSING = Code("gates.deliverable_missing", "任务“{task}”缺成果“{deliverable}”（期限 {due}）",
                "task {task}: no evidence of {deliverable} (due {due})", due=date | Message)
_STALE = Code("gates.deliverable_stale", "任务“{task}”已重开，成果“{deliverable}”是重开前的，须交新件或经核实后再次销号",
              "task {task} was reopened: its {deliverable} is of before, to be renewed, or confirmed by closing the task again")
_UNDATED = Code("gates.undated", "未定", "not said")


class Present(Judgement[DeliverablesPresent]):
    """Of two files for one deliverable the later recorded counts; none of before a task was reopened, unless a closing since
    confirmed it."""

    of = DeliverablesPresent

    def judge(self, case: Case, c: DeliverablesPresent) -> CriterionResult:
        tasks = case.plan.tasks_asked(case.phase, c)
        if not tasks:
            return judged(c, None, _NO_TASK())
        by_time = sorted(case.evidence.deliverables, key=lambda d: (d.recorded_at, d.sha256))
        counts = {t.id: counting(case.task_history(t)) for t in tasks}
        all_ = {(d.task, d.deliverable): d for d in by_time}
        recorded = {key: d for key, d in all_.items() if key[1] in counts.get(key[0], ())}
        wanted = [(t, p) for t in tasks for p in case.plan.pieces(t)]
        missing = [(t, p) for t, p in wanted if (t.id, p.id) not in recorded]
        shortfalls = tuple(
            Shortfall(p.member or case.plan.answerable(t),
                      (_STALE(task=t.name, deliverable=p.name) if (t.id, p.id) in all_ else
                       _MISSING(task=t.name, deliverable=p.name, due=case.due_of_task(t) or _UNDATED())), f"{t.id}.{p.id}")
            for t, p in missing)
        used = [recorded[t.id, d.id] for t, d in wanted if (t.id, d.id) in recorded]
        found = tuple(f"{d.task}.{d.deliverable}:{d.sha256}" for d in used)
        late = [_LATE(id=f"{d.task}.{d.deliverable}", day=d.business_day, because=d.entered_because)
                for d in used if d.entered_afterwards]
        detail = _DETAIL(wanted=len(wanted), found=len(found), late=_AFTERWARDS(each=late) if late else None)
        unvouched = [f"{d.task}.{d.deliverable} ({d.account})" for d in used if d.authenticated is False]
        if unvouched:
            detail = _UNVOUCHED(told=detail, each=unvouched)
        return judged(c, not shortfalls, detail, found, shortfalls)
