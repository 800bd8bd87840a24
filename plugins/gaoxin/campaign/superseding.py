"""Older reports say of themselves, where they lie, that another took their place (docs/decisions/120)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from gaoxin import folders
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Lang
from gaoxin.periods import Period
from gaoxin.reports.superseded import Superseding, marked
from gaoxin.warehouse.audit import KeptReport
from gaoxin.warehouse.verifying import earlier, original, report_named


@dataclass(frozen=True)
class GaveWay:
    """A report in a folder that another took the place of. by: the SHA-256 of that."""

    place: Path
    digest: str
    by: str
    at: datetime

    @property
    def given(self) -> Superseding:
        copy = earlier(self.place, self.digest)
        return Superseding(self.place.name, self.digest, self.by, self.at, original(copy).relative_to(copy.parent).as_posix())


def gave_way_among(folder: Path, kept: Iterable[KeptReport]) -> list[GaveWay]:
    """Of reports that were kept under one name, the newest first, those that are in force no more, each by the last that took its
    place."""
    found: dict[str, GaveWay] = {}
    events = list(kept)
    for after, one in pairwise(events):
        if one.sha256 not in (after.sha256, events[0].sha256):
            found.setdefault(one.sha256, GaveWay(folder / one.name, one.sha256, after.sha256, after.at))
    return list(found.values())


def say_so(given: Iterable[GaveWay], lang: Lang, *, ours: bool) -> None:
    """Puts a copy that says so in the place of each that lies there as it was written, which goes among the originals. What was
    interrupted is done by the next call. ours: as `reporting.written`. Raises OSError."""
    for one in given:
        copy = earlier(one.place, one.digest)
        try:
            content = copy.read_bytes()
        except FileNotFoundError:
            continue
        if sha256(content).hexdigest() == one.digest:
            for place, what in ((original(copy), content), (copy, marked(content, one.given, lang))):
                _put(place, what, ours=ours)


def _put(place: Path, content: bytes, *, ours: bool) -> None:
    if ours:
        folders.put(place, content)
        return
    place.parent.mkdir(exist_ok=True)
    part = place.with_name(f".{place.name}.new")
    part.write_bytes(content)
    part.replace(place)


def mark_kept(w: Workplace, period: Period, names: Iterable[str]) -> None:
    """Of the installation's reports of a period those that gave way: the last of each name, and earlier ones that do not say so
    yet. Raises OSError."""
    with w.warehouse.read() as store:
        kept = {name: store.audit.kept_of(w.plan.id, period, name, w.known) for name in names}
    for found in kept.values():
        gone = gave_way_among(w.settings.reports, found)
        unsaid = [one for n, one in enumerate(gone) if n == 0 or not original(earlier(one.place, one.digest)).exists()]
        say_so(unsaid, w.settings.lang, ours=True)


def mark_unsaid(w: Workplace) -> None:
    """Of all of the campaign's reports those that gave way and do not say so: what was interrupted. Raises OSError."""
    folder, found = w.settings.reports, dict[Period, set[str]]()
    for copy in (folder / "earlier").glob(f"{w.plan.id}__quality__*"):
        if not original(copy).exists() and (name := report_named(copy, folder)):
            found.setdefault(Period.parse(name.rpartition("__")[2].rpartition(".")[0]), set()).add(name)
    for period, names in found.items():
        mark_kept(w, period, sorted(names))
