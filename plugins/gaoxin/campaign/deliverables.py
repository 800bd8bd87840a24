"""Files that are handed in as a task's deliverables: by whom, for which piece, and what each counts for.

They land like returns, and are known by their hash. Units act, never persons.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from gaoxin.campaign.acting import acting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.replacing import told_of_gates
from gaoxin.campaign.scans import evidence_of, must_fit
from gaoxin.campaign.taskbook import must_not_be_closed, twins
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST
from gaoxin.errors import Refused
from gaoxin.gates.model import DeliverableEvidence
from gaoxin.i18n import Text, Worded
from gaoxin.people import acts
from gaoxin.people.acts import NotAllowed, deliverers
from gaoxin.tasks.counting import counting
from gaoxin.tasks.model import Handed
from gaoxin.tasks.pieces import piece_of
from gaoxin.unseen import kept_name


class RecordedFile(Answer):
    """there_before: these bytes were recorded for this deliverable already, and nothing is recorded now; the rest tells of what
    stands, whoever brought them again. counts: whether they still do: not where another file came since, nor where the task was
    reopened since. same_as: the names of other pieces for which just these bytes were recorded, too."""

    file: Path
    sha256: str
    recorded_at: datetime
    recorded_by: str
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None
    there_before: bool
    counts: Literal["yes", "replaced", "reopened"]
    same_as: Sequence[Worded]


class EvidenceRecorded(Answer):
    """gates: phases whose gates passed on another file of it, and of which it now is a rectification."""

    campaign: str
    task: str
    deliverable: str
    member: str | None
    evidence: Sequence[RecordedFile]
    gates: tuple[str, ...]

    @property
    def new(self) -> int:
        return sum(not e.there_before for e in self.evidence)


def record_files(w: Workplace, task: str, deliverable: str, files: Iterable[Path], by: str,
                 entered: Entered = AT_ONCE, member: str | None = None) -> EvidenceRecorded:
    """As record_given, of files that lie here."""
    return record_given(w, task, deliverable, [(file, evidence_of(file)) for file in files], by, entered, member)


def record_given(w: Workplace, task: str, deliverable: str, given: Sequence[tuple[Path, bytes]], by: str,
                 entered: Entered = AT_ONCE, member: str | None = None) -> EvidenceRecorded:
    """Records the files, one after the other, as record_evidence does; where one of them cannot be taken, none."""
    for file, content in given:
        _must_be_a_file(kept_name(file.name), content)
    kept = [(file, *_recorded(w, task, deliverable, content, kept_name(file.name), by, entered, member))
            for file, content in given]
    piece, of = piece_of(w.plan, task, deliverable, by, member), w.plan.task(task)
    with w.warehouse.read() as store:
        there = store.decisions.evidence(w.plan.id, LATEST)
        since = counting(store.tasks.histories(w.plan.id, LATEST)[task]).get(piece.id)
    return EvidenceRecorded(w.plan.id, task, deliverable, piece.member,
                            [RecordedFile.of(one, file=file, there_before=not new, counts=_counts(one, there, since),
                                             same_as=twins(w.plan, of, piece, one.sha256, there)) for file, one, new, _ in kept],
                            tuple(dict.fromkeys(phase for *_, gates in kept for phase in gates)))


def _must_be_a_file(name: str, content: bytes) -> None:
    if not content:
        raise Refused(Text("成果文件是空的", "the file is empty"), where=name,
                      todo=Text("提交有内容的文件；一起提交的其他文件也未登记",
                                "hand in a file with content; none of those handed in with it was recorded"))
    must_fit(name, len(content))


def _counts(one: DeliverableEvidence, there: Sequence[DeliverableEvidence], since: Handed | None
            ) -> Literal["yes", "replaced", "reopened"]:
    """there: all evidence; since: what counts first of its piece."""
    last = max((e for e in there if (e.task, e.deliverable) == (one.task, one.deliverable)), key=lambda e: (e.recorded_at, e.seq))
    if last.sha256 != one.sha256:
        return "replaced"
    return "yes" if since and (since.at, since.seq) <= (last.recorded_at, last.seq) else "reopened"


def record_evidence(w: Workplace, task: str, deliverable: str, content: bytes, name: str, by: str,
                    entered: Entered = AT_ONCE, member: str | None = None) -> DeliverableEvidence:
    """Keeps a deliverable's bytes and records it for its task. Another file for the same deliverable is its new version.
    Of bytes that were recorded for it before, what stands: nothing is recorded. Where a gate passed on another one, a
    rectification of that gate is opened. name: the file's name, as it came. member: whose
    piece it is, where each member owes one; left out that of `by`. Raises UsageError for an unknown task, deliverable or unit,
    and for a member that owes none; Refused for an empty file, NotAllowed for a unit that is not answerable for the task, and for
    one that hands in another member's without leading the task."""
    return _recorded(w, task, deliverable, content, name, by, entered, member)[0]


def _recorded(w: Workplace, task: str, deliverable: str, content: bytes, name: str, by: str,
              entered: Entered, member: str | None) -> tuple[DeliverableEvidence, bool, tuple[str, ...]]:
    """What stands, whether it is new, and the phases whose gates passed on another file."""
    with acting(w, acts.Act.EVIDENCE, by) as (w, store):
        wanted = w.plan.task(task)
        whose, answerable = w.plan.unit(by).name, deliverers(w.plan, wanted)
        if by not in answerable:
            units = [u.name for u in w.plan.units if u.id in answerable]
            raise NotAllowed(Text(f"{whose.to('zh')}不对任务 {task} 负责", f"{whose.to('en')} is not answerable for task {task}"),
                             where=task, todo=Text("由" + "、".join(u.to("zh") for u in units) + "登记",
                                                   "recorded by " + ", ".join(u.to("en") for u in units)))
        piece = piece_of(w.plan, task, deliverable, by, member)
        if piece.member not in (None, by) and by not in (w.plan.answerable(wanted), *wanted.leads):
            theirs = w.plan.unit(piece.member or "").name
            raise NotAllowed(Text(f"{whose.to('zh')}不能代交{theirs.to('zh')}的成果",
                                  f"{whose.to('en')} may not hand in what {theirs.to('en')} owes"), where=task,
                             todo=Text(f"由{theirs.to('zh')}或牵头单位登记",
                                       f"recorded by {theirs.to('en')} or who leads the task"))
        _must_be_a_file(name, content)
        act = entered.of(w)
        must_not_be_closed(w, store, wanted, piece, content)
        kept = store.returns.land(content, name, w.now, "evidence")
        found = DeliverableEvidence(task, piece.id, kept, w.now, by, **act, **w.told_by)
        if store.decisions.add_evidence(w.plan.id, found):
            return found, True, told_of_gates(w, store, wanted, piece, kept)
        stands = (e for e in store.decisions.evidence(w.plan.id, LATEST)
                  if (e.task, e.deliverable, e.sha256) == (task, piece.id, kept))
        return next(stands), False, ()
