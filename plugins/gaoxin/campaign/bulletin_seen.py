"""One bulletin as a page shows it: what is written and said of it, what keeps it from its release, what was corrected since."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gaoxin.bulletins.due import releasers, writers
from gaoxin.bulletins.model import Said
from gaoxin.bulletins.texts import SLOTS, resolved, typed
from gaoxin.campaign import bulletins
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.bulletins import BulletinLine
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Text, Worded
from gaoxin.periods import Period


class SlotSeen(Answer):
    """A place of its text. words: as they were written; shown: with its figures in. typed: figures in it that do not come from
    the record. history: everything that was written there, the newest first."""

    name: str
    called: Worded
    needed: bool
    words: str | None
    shown: str | None
    unknown: Sequence[str]
    typed: Sequence[str]
    history: Sequence[Said]


class FigureChanged(Answer):
    """A figure that a draft tells and that is another by now."""

    indicator: str
    name: Worded
    old: str
    new: str | None


class Corrected(Answer):
    """A figure of a released bulletin that was corrected. outcome: what was decided, None while it is open."""

    indicator: str
    name: Worded
    old: str
    new: str | None
    outcome: str | None
    reason: str | None
    by: str | None
    decided_at: datetime | None


class BulletinSeen(Answer):
    """line: as the list has it. title: in one line. figures: by placeholder what may stand in a text. changed: of a draft.
    corrected, files (by ending the sha256 of each): of a released one. releasers, writers: the units that may release,
    and write."""

    line: BulletinLine
    title: str
    slots: Sequence[SlotSeen]
    comments: Sequence[Said]
    figures: Mapping[str, str]
    changed: Sequence[FigureChanged]
    corrected: Sequence[Corrected]
    files: Mapping[str, str]
    releasers: Sequence[str]
    writers: Sequence[str]


def seen(w: Workplace, period: Period) -> BulletinSeen:
    """Raises UsageError where no draft of it is kept."""
    with w.warehouse.read() as store:
        held = bulletins.must_be_held(w, store, period)
        frozen = held.frozen
        changed = [] if held.release else bulletins.changed_since(w, store, frozen)
    names: dict[str, Worded] = {i.id: i.name for i in w.plan.indicators}
    files = {name.partition(f"__{period}.")[2]: digest for name, digest in held.release.files.items()} if held.release else {}
    corrected = []
    for t in held.touched:
        name = t.id.partition("/")[2]
        called = names.get(name, Text(name, name))
        corrected.append(Corrected(name, called, t.value, t.new_value, t.outcome, t.reason, t.by, t.decided_at))
    return BulletinSeen(
        bulletins.line_of(held), frozen.title.replace("\n", ""), [_slot(name, held.said, frozen.figures) for name in SLOTS],
        list(reversed(held.comments)), frozen.figures, [FigureChanged(r.id, r.name, old, new) for r, old, new in changed],
        corrected, files, releasers(w.plan), writers(w.plan))


def _slot(name: str, said: Sequence[Said], figures: Mapping[str, str]) -> SlotSeen:
    history = [s for s in reversed(said) if s.slot == name]
    words = history[0].words if history else None
    told = resolved(words, figures) if words else None
    return SlotSeen(name, SLOTS[name], name in bulletins.NEEDED, words, told.text if told else None,
                    told.unknown if told else (), typed(words) if words else (), history)
