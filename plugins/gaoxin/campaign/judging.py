"""How returns are judged: all of a period in one call, against what was accepted before and what came with them.

Shared by intake's three ways (check, submit, check_pending). Writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any

from gaoxin.campaign.mapped import kept, read_from
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.extensions.model import Days
from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.history import OF_LEVEL, history_of
from gaoxin.quality.model import Checked, Finding
from gaoxin.quality.other_forms import looked_beside, ranks
from gaoxin.quality.runner import Refused, check_many
from gaoxin.quality.shares import settled
from gaoxin.returns.held import HeldRegister, Registers
from gaoxin.returns.model import Fact, Facts, Problem, ReadReturn, ReturnKey, Verdict
from gaoxin.returns.schedule import due_of
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Added, StoredReturn
from gaoxin.warehouse.values import entry_values, figures_known, figures_of, series_values

TOO_EARLY = Code("returns.too_early", "{period}到 {end} 才结束，{day} 报送的不可能是实际数；期末以后再报",
                 "{period} ends on {end}; what is handed in on {day} cannot be actual figures: report after its end",
                 period=Period, end=date, day=date)
MADE_UP = Code("returns.made_up", "样本数据是虚构的，只能用于演练；请按实际数填报",
               "sample figures are made up and are for drills alone: report actual ones")
UNEXPLAINED = Code("returns.correction_unexplained",
                   "本期已有报送入库，报送期限 {due} 已过，更正须说明原因：写在封面“情况说明”或数据的备注里，或随文件一并写明",
                   "this return is in force already and its due day {due} has passed: say why it is corrected, on the cover "
                   "(explanation), in a note beside the figures, or together with the file", due=date)
UNEXPLAINED_BESIDE = Code("returns.correction_unexplained_beside",
                          "本期已有报送入库，报送期限 {due} 已过，更正须说明原因。此文件没有封面：在本单位的工作台上传并写明"
                          "原因，或用 gaoxin returns submit --reason；有备注栏的，写在数据的备注里也行",
                          "this return is in force already and its due day {due} has passed: say why it is corrected. The file "
                          "has no cover: upload it at the unit's desk with the reason, or use gaoxin returns submit --reason; a "
                          "note beside the figures will do, too, where they have a column for it", due=date)
REPLACED = Code("returns.replaced",
                "文件就是已收过的第 {version} 版，此后已报第 {newer} 版，没有受理；改回原数的，在封面“情况说明”里写明原因后重报",
                "this file is version {version}, which was taken or sent back before version {newer} came: it was not taken; to "
                "report the former figures again, say why on the cover (explanation) and hand that file in", version=int,
                newer=int)
REPLACED_BESIDE = Code("returns.replaced_beside",
                       "文件就是已收过的第 {version} 版，此后已报第 {newer} 版，没有受理；要改回原数，请另存一份，在本单位的"
                       "工作台上传并写明原因",
                       "this file is version {version}, which was taken or sent back before version {newer} came: it was not "
                       "taken; to report the former figures again, save it anew and upload it at the unit's desk with the "
                       "reason", version=int, newer=int)
OLDER = Code("returns.older_file",
             "文件最后改动于 {changed}，早于现行的一版收到的时间，却要替换它；请核对是否放错了旧文件，确要替换请说明原因",
             "the file was changed last at {changed}, before the version in force came, and is to replace it: look whether it is "
             "an old file; if it is meant, say why", changed=str)
RESAVED = Code("returns.resaved",
               "各项数据与现行的一版完全相同，只是重新保存的文件：收为新的一版，不作更正；封面“情况说明”也未变的，此前的同意继续有效",
               "every figure is that of the version in force, in a file that was saved anew: it is kept as another version, "
               "corrects nothing; where its explanation on the cover is the same, too, consents given before stand")
UNSAID = Code("returns.unsaid", "封面没有说明是哪一份报表", "the cover does not say which return it is")


def plans_of(settings: Settings) -> Callable[[str], Plan]:
    """The plan of a campaign's id, each read once. Raises what find_plan raises."""
    return cache(partial(find_plan, settings.plans))


def plan_in_force(w: Workplace) -> Callable[[str], Plan]:
    """As plans_of; of the workplace's own campaign the plan in force, whatever its file says by now."""
    plan_of = plans_of(w.settings)
    return lambda campaign: w.plan if campaign == w.plan.id else plan_of(campaign)


def read_by(w: Workplace, content: bytes, name: str, key: ReturnKey) -> ReadReturn:
    """The file of a return as the plan in force reads it."""
    return real(w, read_from(content, name, plan_in_force(w), key, kept(w.settings)))


def real(w: Workplace, read: ReadReturn) -> ReadReturn:
    """With a problem where it is marked as made up and this is no drill: a fabricated figure is never taken."""
    if w.drill or not read.sample:
        return read
    return replace(read, problems=(*read.problems, Problem("made_up", MADE_UP(), read.cover)))


def judge(plan: Plan, reads: Sequence[ReadReturn], days: Iterable[date], facts: Facts,
          accepted: Iterable[ReadReturn] = (), *, whole: bool = True) -> list[Checked]:
    """What is found in each, in the order given: period by period, since what this call accepts is the history of later ones.
    What looks at a return that is judged no earlier, as forms that look at each other do, is judged again beside it.
    days: the day on which each was handed in. facts, accepted: what is known, and what was accepted and is not loaded yet.
    whole: False where no database is asked, and what these files do not say is unknown: nor what a reviewer accepted, so that a
    new level is asked about once."""
    start = known = with_reads(facts, plan, accepted)
    batches: dict[tuple[Period, int] | None, list[int]] = defaultdict(list)
    timed, placed = [_timed(plan, read, day) for read, day in zip(reads, days, strict=True)], ranks(plan)
    for i, read in enumerate(timed):
        batches[(read.key.period, placed.get(read.key.form, 0)) if read.key else None].append(i)
    looked = {i: looked_beside(plan, read.key) for i, read in enumerate(timed) if read.key and read.key.form in placed}
    wrong, found = _refused_by_plan_check(plan), dict[int, Checked]()

    def beside(known: Facts, good: Iterable[Checked]) -> Facts:
        told = [c for c in good if c.verdict is not Verdict.REJECTED]
        known = with_reads(known, plan, [c.read for c in told])
        return with_asked(known, told) if whole else known

    for at, (_, places) in enumerate(sorted(batches.items(), key=lambda batch: [batch[0]] if batch[0] else []), 1):
        batch = [settled(plan, timed[i], known) for i in places]
        checked = check_many(plan, batch, history_of(plan, known, whole=whole), refused=wrong)
        found.update(zip(places, checked, strict=True))
        come = {(key.form, key.unit, key.period) for c in checked if c.verdict is not Verdict.REJECTED and (key := c.read.key)}
        again = [i for i in found if not come.isdisjoint(looked.get(i, ()))]
        if at < len(batches) or again:
            known = beside(known, checked)
        if again:
            anew = check_many(plan, [found[i].read for i in again], history_of(plan, known, whole=whole), refused=wrong)
            found.update(zip(again, anew, strict=True))
            known = beside(start, found.values())
    return [found[i] for i in range(len(reads))]


def _refused_by_plan_check(plan: Plan) -> Refused:
    """The declared checks that are not judged, since what they would say of right figures is wrong."""
    if not any(form.checks for form in plan.forms):
        return {}
    from gaoxin.planning.check.unjudgeable import refused as found  # much to import

    return found(plan)


def _timed(plan: Plan, read: ReadReturn, day: date) -> ReadReturn:
    """With a problem where it was handed in before its period was over: such a figure cannot be true. On the period's last day it
    is taken: an office closes its books before midnight; and what is due within its period, from when it is asked for."""
    if read.key is None or day >= read.key.period.end:
        return read
    form = next((f for f in plan.forms if f.id == read.key.form), None)
    if form and form.due.within and day >= plan.first_day(form.due, read.key.period):
        return read
    early = TOO_EARLY(period=read.key.period, end=read.key.period.end, day=day)
    return replace(read, problems=(*read.problems, Problem("period_not_over", early, read.cover)))


def unexplained(plan: Plan, item: StoredReturn, read: ReadReturn, days: Days) -> bool:
    """Whether it would be a late correction without a reason, if it took the place of a version in force. Late is what came
    after its due day, whatever day it speaks of; days: what was granted."""
    return not read.reason and local_day(item.came_at) > due_of(plan, item.key, days, item.came)


def without_reason(plan: Plan, item: StoredReturn, read: ReadReturn, days: Days) -> ReadReturn:
    """With the problem that it corrects figures in force after their due day, and does not say why."""
    due = due_of(plan, item.key, days, item.came)
    problem = Problem("correction_unexplained", (UNEXPLAINED if read.cover else UNEXPLAINED_BESIDE)(due=due), read.cover)
    return read if problem in read.problems else replace(read, problems=(*read.problems, problem))


def reasoned(plan: Plan, item: StoredReturn, read: ReadReturn, known: Facts, days: Days) -> ReadReturn:
    """As it is to be judged beside what is known to be in force: what says the same is told to be a file saved anew, and corrects
    nothing; what is older than that by its own time, and does not say why, is questioned."""
    read = settled(plan, read, known)
    if read.key is None or (in_force := figures_known(known, item.key, plan)) is None:
        return read
    if figures_of(read, plan) == in_force and not read.problems:
        return replace(read, notes=(*read.notes, Problem("resaved", RESAVED(), read.cover)))
    if item.file_time and not read.reason:
        told = OLDER(changed=f"{item.file_time:%Y-%m-%d %H:%M}")
        read = replace(read, problems=(*read.problems, Problem("older_file", told, read.cover)))
    return without_reason(plan, item, read, days) if unexplained(plan, item, read, days) else read


def corrects(plan: Plan, store: Store, item: StoredReturn, read: ReadReturn,
             beside: Sequence[tuple[StoredReturn, ReadReturn]]) -> bool:
    """Whether it takes the place of what says something else: of a version in force, or of one that is loaded before it."""
    before = next((earlier for other, earlier in reversed(beside) if other.key == item.key), None)
    said = figures_of(read, plan)
    return store.returns.would_replace(item, said) if before is None else figures_of(before, plan) != said


def replaced(store: Store, read: ReadReturn, added: Added) -> ReadReturn:
    """With a problem where a file is a version that a newer one came after, and no new one (`ReturnStore.add`): a file of the
    inbox that was taken and is met again, or what a person sent back. It is not what counts, and nobody is told that it is."""
    newer = None if added.created else store.returns.newer(added.return_id)
    if newer is None:
        return read
    return replace(read, problems=(*read.problems, Problem(
        "replaced", (REPLACED if read.cover else REPLACED_BESIDE)(version=added.version, newer=newer), read.cover)))


def refused(read: ReadReturn) -> tuple[Finding, ...]:
    """The findings of a file whose cover does not say which return it is: nothing more of it can be judged."""
    problems = read.problems or (Problem("cover_key_missing", UNSAID()),)
    return tuple(Finding(f"file.{p.kind}", 0, Severity.ERROR, p.sheet, p.cell, None, None, p.message) for p in problems)


def unreadable(read: ReadReturn) -> Checked:
    """The verdict on a file that is (or under a changed plan has become) no return of the plan: rejected."""
    return Checked(read, Verdict.REJECTED, refused(read), (), "unidentified", "1")


def with_asked(facts: Facts, checked: Iterable[Checked]) -> Facts:
    """With what was just asked about the levels of values, of returns that are among the facts: nobody has accepted an
    explanation of it yet."""
    given = [(c.read.known, c.findings) for c in checked]
    judged = {(key.form, key.unit, key.period) for key, _ in given}
    asked = {(key.form, key.unit, key.period, f.variable) for key, findings in given for f in findings if f.variable
             and f.severity is Severity.WARNING and f.rule.rpartition(".")[2] in OF_LEVEL}
    return replace(facts, unsettled=frozenset(u for u in facts.unsettled if u[:3] not in judged) | asked,
                   settled=frozenset(u for u in facts.settled if u[:3] not in judged))


def with_reads(facts: Facts, plan: Plan, reads: Iterable[ReadReturn]) -> Facts:
    """The facts as they would be if these returns were accepted now, of two for the same return the later; for judging alone,
    never stored."""
    chosen = {(r.known.form, r.known.unit, r.known.period): r for r in reads}
    series = [fact for fact in facts.series if (fact.form, fact.unit, fact.period) not in chosen]
    entries = [held for held in Registers.of(facts.entries).held if (held.form, held.unit, held.period) not in chosen]
    for (form, unit, period), read in chosen.items():
        of: dict[str, Any] = {"campaign": plan.id, "form": form, "unit": unit, "period": period, "recorded_at": facts.as_of,
                              "return_id": "", "version": 0, "file_sha256": read.sha256}
        if isinstance(plan.form(form), RegisterForm):
            said = ((e["row_no"], e["sheet"], e["fields"], e["cells"]) for e in entry_values(read))
            entries.append(HeldRegister.of(said, **of))
        else:
            series += [Fact(**of, **value) for value in series_values(read, plan)]
    return replace(facts, series=tuple(series), entries=Registers(entries), received=facts.received | chosen.keys())
