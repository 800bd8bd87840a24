"""How files came to lie in the inbox: since when, and in which order they are taken (docs/decisions/085).

Three times speak of a file. When it was seen there first is the database's, noted here when it changes. When it was put there,
or last touched at all, is the file system's (its ctime), which no program sets. When it was changed last is a claim of whoever
made it (its mtime): it orders files that were seen first together, and dates nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from gaoxin.campaign.inbox import HUGE, Inbox
from gaoxin.campaign.workplace import Workplace
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse.stored import Arrival

_COPIED = 2.0  # seconds by which a file is older than its coming where its times were kept when it was copied


@dataclass(frozen=True)
class Sight:
    """sha256: of the bytes that were seen. at: when they were seen there first."""

    sha256: str
    at: datetime


@dataclass(frozen=True)
class Seen:
    """Of the files that were left in the inbox when this campaign looked last, by name; and by when it had looked."""

    files: Mapping[str, Sight]
    at: datetime | None = None

    def of(self, name: str, digest: str) -> datetime | None:
        found = self.files.get(_kept(name))
        return found.at if found and found.sha256 == digest else None


def seen(w: Workplace) -> Seen:
    with w.warehouse.read() as store:
        last = store.ledger.last_of(w.plan.id, EventKind.INBOX_SEEN)
        looked = store.ledger.last_of(w.plan.id, EventKind.SURVEYED)  # a survey looks into the inbox first
    if not last:
        return Seen({}, looked[0].at if looked else None)
    files = {name: Sight(digest, datetime.fromisoformat(at)) for name, (digest, at) in last[0].payload["files"].items()}
    return Seen(files, max(one.at for one in (last[0], *looked)))


def note(w: Workplace, before: Seen, left: Mapping[str, str]) -> None:
    """Notes which files are left, by name and sha256, where that changed since; what is new was seen first now."""
    left = {_kept(name): digest for name, digest in left.items()}
    if left == {name: sight.sha256 for name, sight in before.files.items()}:
        return
    with w.warehouse.begin() as store:
        now = store.ledger.moment(w.now)
        told = {name: [digest, (before.of(name, digest) or now).isoformat()] for name, digest in sorted(left.items())}
        store.ledger.note(w.plan.id, EventKind.INBOX_SEEN, w.now, {"files": told, "count": len(told)})


def _kept(name: str) -> str:
    """A name as the ledger can keep it: a share may give names that are no text."""
    return name.encode("utf-8", "replace").decode()


def ordered(inbox: Inbox, before: Seen, files: Iterable[Path]) -> Iterator[Path]:
    """As they came: those that were seen before first, each when it was; of those that were not, by the time of their last
    change, which is taken as no later than the file system says."""
    def came(file: Path) -> tuple[float, float, float, str]:
        name = inbox.name(file)
        try:
            found = file.stat()
            known = _kept(name) in before.files and found.st_size <= HUGE
            first = before.of(name, sha256(file.read_bytes()).hexdigest()) if known else None
        except OSError:  # told when it is read
            return float("inf"), 0, 0, name
        return first.timestamp() if first else float("inf"), min(found.st_mtime, found.st_ctime), found.st_ctime, name

    yield from sorted(files, key=came)


def arrival(w: Workplace, inbox: Inbox, before: Seen, file: Path, digest: str) -> Arrival:
    """How a file that was read came. It was put there when the file system says, not after it was seen first, and not before
    this campaign noted last what it saw, and did not see it. In a drill time is played, and the file system's is another: there
    it came when it was seen."""
    found, first = inbox.stats[file], before.of(inbox.name(file), digest)
    put, at = datetime.fromtimestamp(found.st_ctime, UTC), first
    if not w.drill:
        lain = datetime.fromtimestamp(max(found.st_ctime, *_moved(inbox, file)), UTC)
        at = min(lain, first) if first else max(lain, before.at) if before.at else lain
    kept = found.st_mtime < found.st_ctime - _COPIED
    return Arrival(at, put, datetime.fromtimestamp(found.st_mtime, UTC) if kept else None, moving=found.st_nlink > 1,
                   played=w.drill)


def _moved(inbox: Inbox, file: Path) -> Iterator[float]:
    """When the folders within a unit's own, that the file lies in, were last touched: one that is moved there, or shown again,
    brings its files with the times that they had."""
    yield 0.0
    for folder in file.relative_to(inbox.folder).parents:
        if len(folder.parts) > 1:
            with suppress(OSError):
                yield (inbox.folder / folder).stat().st_ctime
