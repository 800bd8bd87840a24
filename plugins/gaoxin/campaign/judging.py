"""How returns are judged: all of a period in one call, against what was accepted before and what came with them.

Shared by intake's three ways (check, submit, check_pending); writes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any

from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.history import History, history_of_facts, history_of_reads
from gaoxin.quality.model import Checked, Finding
from gaoxin.returns.layout import COVER_SHEET
from gaoxin.returns.model import Fact, Facts, Problem, ReadReturn, RegisterFact, ReturnKey, Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.returns import StoredReturn, entry_values, series_values

TOO_EARLY = Code(
    "returns.too_early", "{period} 到 {end} 才结束，{day} 报送的不可能是实际数；期末以后再报",
    "{period} ends on {end}; what is handed in on {day} cannot be actual figures: report after its end",
    period=Period, end=date, day=date,
)
UNSAID = Code("returns.unsaid", "封面没有说明是哪一份报表", "the cover does not say which return it is")


def plans_of(settings: Settings) -> Callable[[str], Plan]:
    """The plan of a campaign's id, each read once. Raises what find_plan raises."""
    return cache(partial(find_plan, settings.plans))


def reread(w: Workplace, item: StoredReturn, content: bytes) -> ReadReturn:
    """A stored return, read again from its bytes."""
    from gaoxin.returns.reader import read_file

    plan_of = plans_of(w.settings)
    return read_file(content, item.file, lambda campaign: w.plan if campaign == w.plan.id else plan_of(campaign))


def judge_together(settings: Settings, plan: Plan, reads: Sequence[ReadReturn], days: Sequence[date]) -> dict[int, Checked]:
    """Position in `reads` -> what was found. No database: what is accepted of the files is the history of the others.

    days: the day on which each was handed in.
    """
    taken: list[ReadReturn] = []

    def learn(found: Iterable[Checked]) -> None:
        taken.extend(c.read for c in found if c.verdict is not Verdict.REJECTED)

    return _judge(settings, plan, _timed(reads, days), lambda: history_of_reads(plan, taken), learn)


def judge_against(
    settings: Settings, plan: Plan, reads: Sequence[ReadReturn], days: Sequence[date], facts: Facts,
    accepted: Iterable[ReadReturn] = (),
) -> dict[int, Checked]:
    """As judge_together, but the history is what is known (`facts`, and what was accepted and is not loaded yet) and what
    this call accepts in earlier periods."""
    known = _with(facts, plan, accepted)

    def learn(found: Iterable[Checked]) -> None:
        nonlocal known
        known = _with(known, plan, [c.read for c in found if c.verdict is not Verdict.REJECTED])

    return _judge(settings, plan, _timed(reads, days), lambda: history_of_facts(plan, known), learn)


def _timed(reads: Sequence[ReadReturn], days: Sequence[date]) -> list[ReadReturn]:
    """The reads, with a problem on each that was handed in before its period was over: such a figure cannot be true.

    On the period's last day it is taken: an office closes its books before midnight.
    """
    return [
        replace(read, problems=(*read.problems, Problem(
            "period_not_over", TOO_EARLY(period=read.key.period, end=read.key.period.end, day=day), COVER_SHEET
        )))
        if read.key is not None and day < read.key.period.end
        else read
        for read, day in zip(reads, days, strict=True)
    ]


def refused(read: ReadReturn) -> tuple[Finding, ...]:
    """The findings of a file whose cover does not say which return it is: nothing more of it can be judged."""
    problems = read.problems or (Problem("cover_key_missing", UNSAID()),)
    return tuple(Finding(f"file.{p.kind}", 0, Severity.ERROR, p.sheet, p.cell, None, None, p.message) for p in problems)


def unreadable(read: ReadReturn) -> Checked:
    """The verdict on a file that is (or under a changed plan has become) no return of the plan: rejected."""
    return Checked(read, Verdict.REJECTED, refused(read), (), "unidentified", "1")


def _judge(
    settings: Settings, plan: Plan, reads: Sequence[ReadReturn], history_of: Callable[[], Callable[[ReturnKey], History]],
    learn: Callable[[Iterable[Checked]], None],
) -> dict[int, Checked]:
    from gaoxin.quality.runner import check_many
    from gaoxin.quality.suites import load_suites

    unknown = [i for i, read in enumerate(reads) if not _known(plan, read)]
    found = dict(zip(unknown, check_many(plan, [reads[i] for i in unknown], history_of(), {}), strict=True))
    ordered = sorted((i for i in range(len(reads)) if i not in found), key=lambda i: (reads[i].known.period, i))
    for _, group in groupby(ordered, key=lambda i: reads[i].known.period):
        places = list(group)
        batch = [reads[i] for i in places]
        suites = load_suites(settings, plan, {read.known.form for read in batch})
        checked = check_many(plan, batch, history_of(), suites)
        found.update(zip(places, checked, strict=True))
        learn(checked)
    return found


def _known(plan: Plan, read: ReadReturn) -> bool:
    return read.key is not None and read.key.campaign == plan.id and any(form.id == read.key.form for form in plan.forms)


def _with(facts: Facts, plan: Plan, reads: Iterable[ReadReturn]) -> Facts:
    """The facts as they would be if these returns were accepted now; for judging alone, never stored."""
    reads = list(reads)
    replaced = {(r.known.form, r.known.unit, r.known.period) for r in reads}

    def stays(item: Fact | RegisterFact) -> bool:
        return (item.form, item.unit, item.period) not in replaced

    series, entries = list(filter(stays, facts.series)), list(filter(stays, facts.entries))
    for read in reads:
        key = read.known
        of: dict[str, Any] = {
            "campaign": key.campaign, "form": key.form, "unit": key.unit, "period": key.period, "recorded_at": facts.as_of,
            "return_id": "", "version": 0, "file_sha256": read.sha256,
        }
        if isinstance(plan.form(key.form), RegisterForm):
            entries += [
                RegisterFact(**of, row=e["row_no"], values=e["fields"], cells=e["cells"], sheet=e["sheet"])
                for e in entry_values(read)
            ]
        else:
            series += [Fact(**of, **value) for value in series_values(read, plan)]
    return replace(facts, series=tuple(series), entries=tuple(entries), received=facts.received | replaced)
