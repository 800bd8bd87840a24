"""Use case: a bulletin of a period, built of one snapshot: of what the store knew as of the workplace's time, and of nothing that
was recorded while it was built (docs/decisions/116).

`bulletin` writes it wherever it is wanted; `draft` keeps it, for people to write into, comment on and release
(`bulletin_acts`); `due_drafts` keeps those that are due, each once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gaoxin.bulletins.due import cadences, day_of, due, newest, writers
from gaoxin.bulletins.model import Draft, Release, Said
from gaoxin.campaign import bulletin_facts
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.errata import changed_in, follows
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.reporting import ReportFile, content_of, must_be_kept, written
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Text
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period, Periodicity
from gaoxin.reports.bulletin.files import Issued, erratum, rendered
from gaoxin.reports.bulletin.frozen import Frozen, digest_text
from gaoxin.reports.bulletin.text import composed

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.uses import Touched

NEEDED = ("analysis", "next")  # texts without which nothing is released


class BulletinLine(Answer):
    """A period's bulletin. edition: of its newest draft; late_days: by how many days it was built after its day. missing: texts
    that are to be written before it may be released. errata: figures that an erratum corrects; open: of those that a correction
    touches and nobody decided on."""

    period: Period
    state: Literal["draft", "released"]
    edition: int
    due: date | None
    late_days: int
    drafted_at: datetime
    number: str | None
    released_by: str | None
    released_at: datetime | None
    comments: int
    missing: Sequence[str]
    errata: int
    open: int


class Bulletins(Answer):
    """The newest period first. next_due: when the next one is due by the plan's cadences; None where it has none. writers: the
    units that compose and write."""

    campaign: str
    as_of: datetime
    bulletins: Sequence[BulletinLine]
    next_due: date | None
    writers: Sequence[str]


class Drafted(Answer):
    campaign: str
    period: Period
    edition: int
    due: date | None
    late_days: int


@dataclass(frozen=True)
class Held:
    """What is recorded of a period's bulletin: its newest draft, which is the one that was released where one was."""

    draft: Draft
    said: tuple[Said, ...]
    release: Release | None
    touched: tuple[Touched, ...]

    @property
    def frozen(self) -> Frozen:
        return Frozen.of(json.loads(self.draft.content))

    @property
    def texts(self) -> dict[str, str]:
        """By place what was written last."""
        return {s.slot: s.words for s in self.said if s.slot}

    @property
    def comments(self) -> list[Said]:
        return [s for s in self.said if s.slot is None]


def bulletin(w: Workplace, period: Period | None, out: Path, pages: str = "") -> list[ReportFile]:
    """Writes `<campaign>__bulletin__<period>.docx`, `.html`, `.json` and `.SHA256SUMS.txt` into `out`, in this order. period
    None: the one that was due last by the plan's cadences. pages: the address of the installation's pages, to which figures then
    link. The same record as of the same time gives the same bytes; of one that was released the files are those that were.
    Raises UsageError for a period of which nothing can be told yet, and where none is due."""
    wanted = period_of(w, period)
    with w.warehouse.read() as store:
        held = held_in(w, store, wanted)
        if held and held.release:
            made = [(name, content_of(w.settings, name, digest)) for name, digest in _in_order(held.release.files)]
        else:
            texts = held.texts if held else _texts(store.bulletins.said(w.plan.id, w.known, wanted))
            made = rendered(frozen_of(w, store, wanted, pages), texts, None)
    files, ours = [(out / name, content) for name, content in made], out.resolve() == w.settings.reports.resolve()
    if ours:
        must_be_kept(files, out)
    return written(files, ours=ours)


def _texts(said: Sequence[Said]) -> dict[str, str]:
    return {s.slot: s.words for s in said if s.slot}


def _in_order(files: Mapping[str, str]) -> list[tuple[str, str]]:
    endings = (".docx", ".html", ".json", ".txt")
    return sorted(files.items(), key=lambda f: next(n for n, ending in enumerate(endings) if f[0].endswith(ending)))


def frozen_of(w: Workplace, store: Store, period: Period, pages: str = "") -> Frozen:
    return composed(bulletin_facts.snapshot(w, store, period, _released(w, store), pages))


def _released(w: Workplace, store: Store) -> dict[Period, Mapping[str, int]]:
    """By period the places in the bulletins that were released."""
    drafts = {(d.period, d.edition): d for d in store.bulletins.drafts(w.plan.id, w.known)}
    return {r.period: json.loads(drafts[r.period, r.edition].content)["places"] for r in
            store.bulletins.releases(w.plan.id, w.known)}


def held_in(w: Workplace, store: Store, period: Period) -> Held | None:
    """None where no draft of it was kept by the workplace's time."""
    return _held(w, store, period).get(period)


def _held(w: Workplace, store: Store, period: Period | None = None) -> dict[Period, Held]:
    campaign, known = w.plan.id, w.known
    releases = {r.period: r for r in store.bulletins.releases(campaign, known, period)}
    said, touched = store.bulletins.said(campaign, known, period), touched_in(w, store)
    found: dict[Period, Held] = {}
    for draft in store.bulletins.drafts(campaign, known, period):
        release = releases.get(draft.period)
        if release is None or release.edition == draft.edition:
            found[draft.period] = Held(draft, tuple(s for s in said if s.period == draft.period), release,
                                       tuple(touched.get(draft.period, ())))
    return found


def touched_in(w: Workplace, store: Store) -> dict[Period, list[Touched]]:
    """By bulletin its figures that were corrected since."""
    found: dict[Period, list[Touched]] = {}
    for items in store.uses.touched(w.plan.id, w.known).values():
        for one in items:
            if one.kind == "bulletin":
                found.setdefault(Period.parse(one.id.partition("/")[0]), []).append(one)
    return found


def must_be_held(w: Workplace, store: Store, period: Period) -> Held:
    """Raises UsageError where no draft is kept."""
    held = held_in(w, store, period)
    if held is None:
        raise UsageError(Text(f"没有 {period} 的通报草稿", f"no draft of the bulletin of {period} is kept"), where=w.plan.id,
                         todo=Text(f"先编制：gaoxin bulletin draft {w.plan.id} {period}",
                                   f"build it first: gaoxin bulletin draft {w.plan.id} {period}"))
    return held


def draft(w: Workplace, period: Period, pages: str = "", run: str = "") -> Drafted:
    """Keeps a draft, the next edition of a period; within the act of whoever may. Raises Refused for one that was released,
    UsageError for a period of which nothing can be told."""
    wanted = period_of(w, period)
    with w.warehouse.begin() as store:
        store.ledger.settled()
    with w.warehouse.read() as store:
        frozen = frozen_of(w, store, wanted, pages)
    with w.warehouse.alone() as store:
        if store.bulletins.releases(w.plan.id, w.known, wanted):
            raise Refused(Text(f"{wanted.said}的通报已发布，不再改动",
                               f"the bulletin of {wanted} was released: it stays as it is"), where=w.plan.id,
                          todo=Text("数据有更正的，由更正处理产生勘误", "a correction makes an erratum of it"))
        before = store.bulletins.drafts(w.plan.id, w.known, wanted)
        cadence = cadences(w.plan).get(wanted.periodicity)
        day = day_of(w.plan, cadence, wanted) if cadence else None
        late = max(0, (local_day(w.now) - day).days) if day else 0
        made = Draft(wanted, len(before) + 1, digest_text(frozen.as_json()), day, late, w.now)
        store.bulletins.draft(w.plan.id, made, frozen.known_seq, run)
    return Drafted(w.plan.id, wanted, made.edition, day, late)


def due_drafts(w: Workplace, pages: str = "", run: str = "") -> list[Drafted]:
    """Keeps a first draft of each bulletin whose day has come since the campaign began here, and of which none is kept: each
    once, late where its day is over."""
    with w.warehouse.read() as store:
        known = {d.period for d in store.bulletins.drafts(w.plan.id, w.known)}
        since = bulletin_facts.due_after(w, store)
    return [draft(w, one.period, pages, run) for one in due(w.plan, since, local_day(w.now)) if one.period not in known]


def bulletins(w: Workplace) -> Bulletins:
    with w.warehouse.read() as store:
        found = _held(w, store)
    lines = [line_of(held) for _, held in sorted(found.items(), reverse=True)]
    return Bulletins(w.plan.id, w.now, lines, _next(w), writers(w.plan))


def _next(w: Workplace) -> date | None:
    today = local_day(w.now)
    days = [day_of(w.plan, cadence, period) for length, cadence in cadences(w.plan).items()
            for period in _ahead(w, length, today)]
    return min((day for day in days if day > today), default=None)


def _ahead(w: Workplace, length: Periodicity, today: date) -> list[Period]:
    first = Period.containing(today, length)
    before = Period.containing(first.start - timedelta(days=1), first.periodicity)
    return [p for p in (before, first) if w.plan.ends is None or p.start <= w.plan.ends]


def missing(held: Held) -> list[str]:
    """The texts that are to be written before it may be released."""
    return [name for name in NEEDED if name not in held.texts]


def line_of(held: Held) -> BulletinLine:
    d, r = held.draft, held.release
    return BulletinLine(
        d.period, "released" if r else "draft", d.edition, d.due, d.late_days, d.recorded_at, r.number if r else None,
        r.by if r else None, r.recorded_at if r else None, len(held.comments), () if r else missing(held),
        sum(t.outcome == "erratum" for t in held.touched), sum(t.outcome is None for t in held.touched))


def changed_since(w: Workplace, store: Store, frozen: Frozen) -> list[tuple[IndicatorResult, str, str | None]]:
    """Figures that a draft tells and that are others by now: what it tells, and what they are."""
    told = {u.indicator: u for u in frozen.used}
    found = []
    for r in indicators_in(w, store, Period.parse(frozen.period)):
        now = r.figure if r.figure_of else None
        before = told[r.id].value if r.id in told else None
        if now != before:
            found.append((r, before or "—", now))
    return found


def issued(w: Workplace, release: Release) -> Issued:
    name = next((u.name.zh for u in w.plan.units if u.id == release.by), release.by)
    return Issued(release.number, name, local_day(release.recorded_at))


def erratum_of(w: Workplace, store: Store, held: Held) -> list[tuple[str, bytes]]:
    """The files of what says which of its figures were corrected, and what follows; none where no erratum was decided on."""
    changed = changed_in(w, store, held.frozen) if held.release else []
    if not changed or not held.release:
        return []
    return erratum(held.frozen, issued(w, held.release), changed, follows(w, store, held.frozen, changed))


def errata(w: Workplace, period: Period, out: Path) -> list[ReportFile]:
    """Writes the erratum of a released bulletin. Raises UsageError where none was decided on."""
    with w.warehouse.read() as store:
        held = must_be_held(w, store, period)
        made = erratum_of(w, store, held)
    if not made:
        raise UsageError(Text(f"{period.said}的通报没有勘误", f"the bulletin of {period} has no erratum"), where=w.plan.id,
                         todo=Text(f"用 gaoxin corrections {w.plan.id} 查看更正和处理", f"see gaoxin corrections {w.plan.id}"))
    return written([(out / name, content) for name, content in made], ours=False)


def part(w: Workplace, period: Period, ending: str) -> bytes:
    """A file of a bulletin as it stands: of a draft with what was written so far, of a released one as it was; `erratum.docx`
    and so on. Raises UsageError for one that there is not, Refused where a kept file is not as it was recorded."""
    with w.warehouse.read() as store:
        held = must_be_held(w, store, period)
        if ending.startswith("erratum."):
            made = {name.partition("__erratum.")[2]: content for name, content in erratum_of(w, store, held)}
            found = made.get(ending.removeprefix("erratum."))
        elif held.release:
            named = {name.partition(f"__{period}.")[2]: (name, digest) for name, digest in held.release.files.items()}
            found = content_of(w.settings, *named[ending]) if ending in named else None
        else:
            parts = rendered(held.frozen, held.texts, None)
            found = {name.partition(f"__{period}.")[2]: content for name, content in parts}.get(ending)
    if found is None:
        raise UsageError(Text("通报没有这个文件", "the bulletin has no such file"), where=ending,
                         todo=Text("从通报页面打开", "open it on the bulletin's page"))
    return found


def period_of(w: Workplace, period: Period | None) -> Period:
    """The period that is meant. Raises UsageError."""
    today = local_day(w.now)
    if period is None:
        if found := newest(w.plan, today):
            return found.period
        raise _none_due(w)
    if today <= period.end:
        raise UsageError(Text(f"{period.said}到 {period.end} 才结束，还没有可通报的进展",
                              f"{period} ends on {period.end}: there is nothing to tell of it yet"), where="--period",
                         todo=Text("另选已结束的报告期", "choose a period that is over"))
    if w.plan.starts and period.end < w.plan.starts:
        raise UsageError(Text(f"{period.said}早于方案的起始日 {w.plan.starts}，没有可通报的进展",
                              f"{period} lies before {w.plan.starts}, on which the plan begins: nothing can be told of it"),
                         where="--period", todo=Text("另选方案期内的报告期", "choose a period within the plan"))
    if w.plan.ends and period.start > w.plan.ends:
        raise UsageError(Text(f"方案于 {w.plan.ends} 结束，{period.said}没有可通报的进展",
                              f"the plan ended on {w.plan.ends}: nothing can be told of {period}"), where="--period",
                         todo=Text("另选方案期内的报告期", "choose a period within the plan"))
    return period


def _none_due(w: Workplace) -> UsageError:
    known = cadences(w.plan)
    if not known:
        return UsageError(Text("方案没有规定通报、小结或总结的频率，没有到期的通报",
                               "the plan has no cadence of bulletins or summaries: none is due"), where=w.plan.id,
                          todo=Text("以 --period 指定报告期，如 2020-06、2020-Q2、2020-H1、2020",
                                    "name a period by --period: 2020-06, 2020-Q2, 2020-H1 or 2020"))
    first = min(day_of(w.plan, cadence, Period.containing(w.plan.starts or local_day(w.now), length))
                for length, cadence in known.items())
    return UsageError(Text(f"还没有到期的通报，第一期于 {first} 到期", f"no bulletin is due yet, the first is on {first}"),
                      where=w.plan.id, todo=Text("以 --period 指定已结束的报告期", "name a period that is over by --period"))
