"""A return as a page shows it: the unit's own sheets with every finding on its cell, its versions and what changed between them,
what was said about it. Reads only; the file is drawn from the landed bytes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from gaoxin.campaign import grids
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.grids import Changes, Grid, Marks
from gaoxin.campaign.mapped import cell_states, read_opened
from gaoxin.campaign.mending import mend_by
from gaoxin.campaign.standing import stands
from gaoxin.campaign.workplace import Workplace
from gaoxin.containers.model import Book, row_and_column
from gaoxin.errors import SystemFault, UsageError
from gaoxin.i18n import Code, Text, Worded
from gaoxin.mapping.picture import CellState, Says
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Severity
from gaoxin.plan.model import Plan
from gaoxin.quality.model import Finding
from gaoxin.quality.review import of_people
from gaoxin.returns.cover import signed_in
from gaoxin.returns.layout import COVER_SHEET, DATA_SHEET
from gaoxin.returns.model import ReadReturn, Slice, Verdict
from gaoxin.returns.reader import has_cover, read_book
from gaoxin.returns.schedule import due_of
from gaoxin.returns.text import plain, squeezed
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.reviews import Said
from gaoxin.warehouse.stored import Explanation, StoredReturn

_REPAIRED = ".repaired"

_MAPPING = Code("returned.mapping", "{name}（第 {version} 版）", "{name} (version {version})", name=Worded, version=int)


class Placed(Answer):
    """A finding, with its place in the list from 1, and whether its words are about a cell of a sheet that the file has."""

    number: int
    finding: Finding
    on_cell: bool
    explained: tuple[Explanation, ...]


class Version(Answer):
    return_id: str
    version: int
    verdict: Verdict | None
    stands: str
    received_at: datetime
    file: str
    errors: int
    warnings: int
    in_force: bool

    @property
    def accepted(self) -> bool:
        return self.verdict not in (None, Verdict.REJECTED)


class ShownReturn(Answer):
    """sheets: of its file, in its order. grid: a part of the one asked for; None where the file cannot be read, and trouble says
    why. findings: of its last check, the gravest first. lit: SHEET!CELL. versions: the newest first. changed: against an earlier
    version, None where there is none. explanation: the unit's words on the cover. reason: why it corrects what was in force.
    said: what people said of this return, of any version, the newest first. stands: as `standing.stands` has it. replaced_by: the
    version in force that came after it. due, late_days: of what it was handed in for; None where the plan asks for no such return
    any more. mend_by: the day by which what a person sent back, this version or one before, is to be corrected; None where a
    version accepted since answers it. source: how it came. mapping: by which a file without a cover is read.
    signed: who answers for it, as its cover says: label and name, or day."""

    campaign: str
    return_id: str
    form: str
    form_name: Worded
    unit: str
    period: Period
    version: int
    verdict: Verdict | None
    stands: str
    received_at: datetime
    checked_at: datetime | None
    loaded_at: datetime | None
    in_force: bool
    replaced_by: str | None
    due: date | None
    mend_by: date | None
    late_days: int
    business_day: date | None
    entered_because: str | None
    account: str | None
    authenticated: bool | None
    source: str
    file: str
    file_sha256: str
    sample: bool
    plan_version: int | None
    suite: str | None
    suite_version: str | None
    explanation: str | None
    reason: str | None
    said: tuple[Said, ...]
    sheets: tuple[str, ...]
    grid: Grid | None
    mapping: Worded | None
    lit: str | None
    trouble: Worded | None
    findings: tuple[Placed, ...]
    versions: tuple[Version, ...]
    changed: Changes | None
    signed: tuple[tuple[str, str], ...] = ()

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def by_people(self) -> bool:
        """Whether a person sent it back."""
        return bool(of_people(one.finding for one in self.findings))

    @property
    def counts(self) -> bool:
        """Whether it may be sent back: it was accepted by the rules, and no version has taken its place."""
        newer = any(v.version > self.version and (v.in_force or v.accepted) for v in self.versions)
        return not newer and (self.by_people or self.verdict not in (None, Verdict.REJECTED))

    @property
    def entered_afterwards(self) -> bool:
        return self.entered_because is not None


def unit_in(plan: Plan, return_id: str) -> str:
    """The unit that a return's id names, "" where it names none: who may see it is asked before whether it is there."""
    parts = return_id.split("__")
    return next((u.id for u in plan.units if len(parts) == 5 and u.id == parts[2]), "")


def show(w: Workplace, return_id: str, *, sheet: str | None = None, cell: str | None = None, row: int | None = None,
         against: str | None = None) -> ShownReturn:
    """cell: SHEET!CELL, or a cell of the data sheet, to be lit. row: the page of the sheet that has it. against: another version.
    Raises UsageError for a return that was not there by `w.now`, and for a cell that is none."""
    with w.warehouse.read() as store:
        stored = _found(w, store, return_id)
        key = stored.key
        versions = sorted(store.standing.of_unit(w.plan.id, key.unit, [key.form], w.known, key.period), key=lambda v: -v.version)
        in_force = store.facts.in_force(w.plan.id, w.known, Slice(frozenset({key.form}), frozenset({key.unit}),
                                                                 frozenset({key.period})))
        explanations = store.returns.explanations_of([return_id], w.known)[return_id]
        found = store.returns.findings(return_id, w.known)
        remark = next(iter(store.reviews.remarks([versions[0].return_id], w.known).values()), None)
        origin = store.returns.origins([return_id])[return_id]
        said = store.reviews.said([v.return_id for v in versions], w.known)
        corrected = store.uses.corrections(w.plan.id, w.known, return_id)
        book, trouble = book_in(store, stored)
        named, where = place_of(cell, sheet)
        other = _other(versions, stored, against)
        before = book_in(store, other)[0] if other else None
        plans = store.plans.of_hashes(w.plan.id, [h for h in (origin.plan_hash,) if h])
    by = plans.get(origin.plan_hash or "", w.plan)
    mapped = cell_states(book, stored.file, by, key) if book else None
    form = next((f for f in w.plan.forms if f.id == key.form), None)
    placed = tuple(Placed(n, f, book is not None and bool(f.cell and f.sheet), tuple(e for e in explanations if e.covers(f)))
                   for n, f in enumerate(found, 1))
    due = w.due(key) if form and key.period in form.periods() else None
    limit = due_of(w.plan, key, w.days, stored.came) if due else None
    return ShownReturn.of(
        stored, campaign=w.plan.id, form=key.form, form_name=form.name if form else Text(key.form, key.form), unit=key.unit,
        period=key.period, in_force=return_id in in_force, stands=stands(stored), file_sha256=stored.sha256, source=origin.source,
        replaced_by=next((v.return_id for v in versions if v.return_id in in_force and v.version > stored.version), None),
        due=due,
        mend_by=mend_by(w.plan, due, remark.day) if due and remark else None,
        late_days=max(0, (stored.handed_in - limit).days) if limit else 0, explanation=origin.explanation,
        reason=corrected[0].reason if corrected else None, said=tuple(said),
        sheets=tuple(book.sheets) if book else (), trouble=trouble, lit=f"{named}!{where}" if where else None,
        grid=_grid(book, form, named, where, placed, row, mapped[1] if mapped else {}),
        mapping=_MAPPING(name=mapped[0].name, version=mapped[0].version) if mapped else None, findings=placed,
        versions=tuple(Version.of(v, in_force=v.return_id in in_force, stands=stands(v)) for v in versions),
        changed=grids.changes(form, *((one.return_id, sheets, _by_mapping(by, sheets, one)) for one, sheets in (
            (other, before), (stored, book)))) if form and other and before and book else None,
        signed=signed_in(cover) if book and (cover := grids.sheet_named(book, COVER_SHEET)) else ())


def _by_mapping(plan: Plan, book: Book, stored: StoredReturn) -> ReadReturn | None:
    """What a mapping, or the plan's source, takes of a version's file; None for a file with a cover."""
    if has_cover(book, stored.file):
        return read_book(book, b"", stored.file, lambda _: plan) if book.text and "__@" in stored.file else None
    return read_opened(book, stored.file, plan, stored.key)


def _found(w: Workplace, store: Store, return_id: str) -> StoredReturn:
    for item in store.returns.all(w.plan.id, w.known, return_id=return_id):
        return item
    raise UsageError(Text(f"截至 {w.now:%Y-%m-%d %H:%M} 没有报送 {return_id!r}",
                          f"as of {w.now:%Y-%m-%d %H:%M} there is no return {return_id!r}"), where=w.plan.id,
                     todo=Text("从单位工作台进入", "go there from the unit's desk"))


def book_in(store: Store, stored: StoredReturn) -> tuple[Book | None, Worded | None]:
    """The sheets of its file, or why there are none."""
    try:
        content = store.returns.content(stored.sha256)
    except SystemFault as fault:
        return None, fault.what
    book = grids.book_of(stored.sha256, stored.file, content)
    return (book, None) if book.sheets else (None, book.problems[0].message)


def place_of(cell: str | None, sheet: str | None) -> tuple[str, str | None]:
    """The sheet and the cell that are meant. Raises UsageError for what is no cell."""
    if not cell:
        return sheet or DATA_SHEET, None
    named, _, where = plain(cell).rpartition("!")
    where = where.replace("$", "").strip().upper()
    if row_and_column(where) is None:
        raise UsageError(Text(f"{cell!r} 不是单元格", f"{cell!r} is no cell"), where="cell",
                         todo=Text("写成 数据!D2，或只写 D2", "write 数据!D2, or D2 alone"))
    return named.strip("'") or sheet or DATA_SHEET, where


def _other(versions: Sequence[StoredReturn], stored: StoredReturn, against: str | None) -> StoredReturn | None:
    """The version to be held beside it: the one asked for, else the one before it."""
    if against:
        return next((v for v in versions if v.return_id == against and v.return_id != stored.return_id), None)
    return next((v for v in versions if v.version < stored.version), None)


def _grid(book: Book | None, form: Form | None, named: str, where: str | None, placed: Sequence[Placed], row: int | None,
          mapped: Says) -> Grid | None:
    if book is None:
        return None
    first = next((name for (name, _), (state, _) in mapped.items() if state is CellState.TAKEN), None)
    sheet = grids.sheet_named(book, named) or (book.sheets[first] if first else next(iter(book.sheets.values())))
    said = {at: (str(state), words) for (name, at), (state, words) in mapped.items() if name == sheet.name}
    on: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        if one.finding.cell and one.finding.sheet and squeezed(one.finding.sheet) == squeezed(sheet.name):
            on[one.finding.cell].append(one)
    marks = {cell: (tuple(p.number for p in found), str(min((p.finding.severity for p in found), key=list(Severity).index)),
                    any(p.finding.rule.endswith(_REPAIRED) for p in found)) for cell, found in on.items()}
    return grids.grid(sheet, form, Marks(marks, where if squeezed(sheet.name) == squeezed(named) else None, said), row)




