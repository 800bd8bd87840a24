"""Writes made-up returns (样本数据) for every return that a plan asks for in a stretch of time, with faults where asked.

Every file says on its cover and in its properties that it is made up. The same plan, settings and seed give the same files.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.files import must_be_folder, sha256_of
from gaoxin.drill.samples.draft import Draft, written
from gaoxin.drill.samples.faults import FAULTS, HARMLESS, Fault, Neighbours, inflict
from gaoxin.drill.samples.figures import figures
from gaoxin.drill.samples.registers import entries
from gaoxin.drill.samples.spec import SampleSpec, check_spec, dice, load_spec
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import plan_files
from gaoxin.returns.layout import file_stem
from gaoxin.returns.model import ReturnKey, opens
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings

__all__ = ["FAULTS", "SampleFile", "SampleSpec", "load_spec", "make_samples"]

MANIFEST = "manifest.json"
_CORRECTED_AFTER = 6  # days after the due day


@dataclass(frozen=True)
class SampleFile:
    """One file written. arrives: the day on which the unit would hand it in. faults: the kinds worked into it. version: 1, or 2
    for the right copy of a faulty return."""

    path: Path
    key: ReturnKey
    arrives: date
    faults: tuple[str, ...]
    version: int

    @property
    def sha256(self) -> str:
        return sha256_of(self.path)

    @property
    def names(self) -> list[Text]:
        """What the faults are called."""
        return [FAULTS[kind] for kind in self.faults]


class Samples(Answer, beside="out"):
    campaign: str
    seed: int
    files: list[SampleFile]
    out: Path

    @property
    def faulty(self) -> list[SampleFile]:
        return [f for f in self.files if f.faults]


def make_samples(plan: Plan, spec: SampleSpec | None, first: Period, last: Period, out: Path, seed: int = 1,
                 faults: Iterable[str] = (), corrections: bool = False) -> list[SampleFile]:
    """Writes the workbooks of all returns whose period ends between `first`'s first day and `last`'s last.
    spec: the plan's sample settings (`load_spec`). faults: `KIND[:form[:unit[:period]]]`; without a place it is chosen by the
    seed. corrections: for each faulty return a right copy, `…__v2.xlsx`, arrives later. Writes manifest.json beside the files.
    Raises UsageError for an unknown or impossible fault, and for an empty stretch."""
    spec = spec or SampleSpec()
    check_spec(plan, spec)
    wanted = [Fault.parse(text) for text in faults]
    clean = _Clean(plan, spec, seed)
    due = [o for o in owed(plan) if first.start <= o.key.period.end <= last.end]
    if not due:
        raise UsageError(Text(f"{first} 至 {last} 之间没有应报的报表", f"no return is owed between {first} and {last}"),
                         where="period", todo=Text("换一段时间", "choose another stretch of time"))
    drafts = [clean.draft(o.key) for o in due]
    _inflict_all(wanted, drafts, clean, seed)
    if corrections:
        drafts += [replace(
            clean.draft(d.key), version=2, arrives=plan.workdays.next_workday(d.due + timedelta(days=_CORRECTED_AFTER)),
            explanation="更正上一版的差错（样本）",
        ) for d in drafts if set(d.faults) - HARMLESS]
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for draft in sorted(drafts, key=lambda d: (d.arrives, str(d.key), d.version)):
        if "missing" in draft.faults:
            continue
        key = draft.key
        path = out / f"{file_stem(key.campaign, key.form, key.unit, key.period, draft.version)}.xlsx"
        path.write_bytes(written(plan, draft))
        files.append(SampleFile(path, key, draft.arrives, tuple(draft.faults), draft.version))
    rows = [
        {"path": f.path.name, **asdict(f.key), "period": str(f.key.period), "arrives": f.arrives.isoformat(), "faults": f.faults}
        for f in files
    ]
    (out / MANIFEST).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return files


def write_samples(settings: Settings, plan: Plan, first: Period, last: Period, out: Path, seed: int, faults: Iterable[str],
                  corrections: bool) -> Samples:
    """As make_samples, with the settings that stand beside the plan. Raises UsageError where `out` holds returns: a unit's own
    has the same name as a made-up one, and only a folder of samples may be written over."""
    must_be_folder(out)
    if any(out.glob(f"{plan.id}__*")) and not (out / MANIFEST).exists():
        told, todo = Text(f"{out} 里已有报表", f"{out} holds returns already"), Text("另选一个文件夹", "name another folder")
        raise UsageError(told, where="--out", todo=todo)
    spec = load_spec(plan_files(settings.plans)[plan.id])
    made = make_samples(plan, spec, first, last, out, seed=seed, faults=faults, corrections=corrections)
    return Samples(plan.id, seed, made, out)


class _Clean:
    """Faultless drafts, made on demand and kept: faults look at neighbours, which may lie outside of the stretch."""

    def __init__(self, plan: Plan, spec: SampleSpec, seed: int) -> None:
        self.plan, self.spec, self.seed = plan, spec, seed
        self._owed = {o.key: o for o in owed(plan)}
        self._made: dict[ReturnKey, Draft] = {}

    def draft(self, key: ReturnKey) -> Draft:
        made = self._of(key)
        return replace(made, series=dict(made.series), entries=[dict(e) for e in made.entries], headers={}, faults=[])

    def _of(self, key: ReturnKey) -> Draft:
        if key not in self._made:
            form, due = self.plan.form(key.form), self._owed[key].due
            draft = Draft(key=key, form=form, due=due, arrives=_arrival(self.plan, key, due, self.seed),
                          template=form.template, workdays=self.plan.workdays)
            if form.kind == "series":
                draft.series.update(figures(self.plan, form, self.spec, key.unit, key.period, self.seed))
            else:
                draft.entries.extend(entries(self.plan, form, self.spec, key.unit, key.period, self.seed))
            self._made[key] = draft
        return self._made[key]

    def around(self, draft: Draft) -> Neighbours:
        key, periods = draft.key, draft.form.periods()
        at = periods.index(key.period)
        previous = ReturnKey(key.campaign, key.form, key.unit, periods[at - 1]) if at else None
        others = [ReturnKey(key.campaign, key.form, u, key.period) for u in draft.form.units if u != key.unit]
        return Neighbours(self._of(previous) if previous else None, tuple(self._of(k) for k in others))


def _arrival(plan: Plan, key: ReturnKey, due: date, seed: int) -> date:
    """One or two days before the due day, on a working day where one lies between then and the day from which it is asked for."""
    day = due - timedelta(days=dice(seed, "arrival", key).choice((1, 2)))
    earliest = opens(key.period, due)
    while day > earliest and not plan.workdays.is_workday(day):
        day -= timedelta(days=1)
    return min(max(day, earliest), due)


def _inflict_all(wanted: list[Fault], drafts: list[Draft], clean: _Clean, seed: int) -> None:
    for number, fault in enumerate(wanted):
        candidates = [d for d in drafts if fault.at(d)]
        luck = dice(seed, "fault", number, fault)
        luck.shuffle(candidates)
        candidates.sort(key=lambda d: len(d.faults))  # faults spread over returns before they share one
        if not any(inflict(fault.kind, draft, clean.around(draft), luck) for draft in candidates):
            raise UsageError(Text(f"没有可以制造差错 {fault} 的报表", f"no return in which the fault {fault} can be made"),
                             where="fault",
                             todo=Text("核对报表、单位、报告期和起止时间；有些差错只存在于名录或含合计的报表",
                                       "check form, unit, period and stretch; some faults need a register, or a form with sums"))
