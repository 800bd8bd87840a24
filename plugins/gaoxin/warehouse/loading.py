"""Loading: the values of accepted returns into the facts, many returns in few statements."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gaoxin.clock import local_day
from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.returns.model import ReadReturn, ReturnKey, Verdict
from gaoxin.returns.schedule import due_of
from gaoxin.warehouse import rows
from gaoxin.warehouse.extensions import ExtensionStore
from gaoxin.warehouse.repository import Repository
from gaoxin.warehouse.stored import StoredReturn
from gaoxin.warehouse.values import figures_of, values_of

Given = tuple[StoredReturn, ReadReturn]


class Loading(Repository):
    """By which store.returns loads."""

    def load(self, given: Mapping[StoredReturn, ReadReturn], plan: Plan, at: datetime) -> dict[str, int]:
        """As `ReturnStore.load_all`."""
        counts = dict[str, int]()
        for together in _apart(given):
            counts |= self._load(together, plan, at)
        return counts

    def _load(self, given: Mapping[StoredReturn, ReadReturn], plan: Plan, at: datetime) -> dict[str, int]:
        """As load_all, of which no two are versions of one return."""
        there = self._ask("select return_id, row_count from gaoxin.loads where return_id = any(:ids)",
                          ids=[item.return_id for item in given])
        counts = {row.return_id: row.row_count for row in there}
        new = [(item, read) for item, read in given.items() if item.return_id not in counts]
        for item, read in new:
            if item.verdict in (None, Verdict.REJECTED) or read.sha256 != item.sha256 or read.key != item.key:
                raise Refused(Text("只有校验通过的报送才能入库", "only a return that was checked and accepted is loaded"),
                              where=item.return_id, todo=Text("先校验；被退回的请更正后重报",
                                                              "check it first; correct and hand in again what was rejected"))
        figures = {item.return_id: figures_of(read, plan) for item, read in new}
        for table, some in _by_table(plan, new):
            counts |= self._loaded(table, some, plan, at, figures)
        for item, read in self._again(new):
            self._corrected(item, read, plan, at, figures[item.return_id])
        return counts

    def _loaded(self, table: str, new: Sequence[Given], plan: Plan, at: datetime,
                figures: Mapping[str, str]) -> dict[str, int]:
        """By return how many rows. figures: of each."""
        counts = {item.return_id: len(read.entries) if table == "register_entries" else sum(1 for _ in values_of(read, plan))
                  for item, read in new}
        same = {row.return_id: row.same for row in self._run(
            "same_as", return_ids=list(counts), figures=[figures[return_id] for return_id in counts])}
        first, recorded = self._ledger.next_number(at), self._ledger.moment(at)
        self._put("loads", *(
            {"return_id": return_id, "recorded_at": at, "row_count": count, "plan_hash": plan_hash(plan), "seq": number,
             "figures": figures[return_id], "same_as": same.get(return_id)}
            for number, (return_id, count) in enumerate(counts.items(), first)))

        def values() -> Iterator[dict[str, Any]]:
            """Each return's, and then its event."""
            for number, (item, read) in enumerate(new, first):
                slice_ = {"return_id": item.return_id, **vars(item.key), "period": str(item.key.period),
                          "period_end": item.key.period.end, "version": item.version, "file_sha256": item.sha256}
                said = rows.Digest()
                for row in said.passing(slice_ | row for row in values_of(read, plan)):
                    yield {**row, "recorded_at": recorded, "seq": number}
                self._ledger.note(plan.id, EventKind.RETURN_LOADED, at, {
                    "return_id": item.return_id, "rows": counts[item.return_id], "sha256": item.sha256, "values": said.of_all()})

        self._put_many(table, values())
        return counts

    def _again(self, new: Sequence[Given]) -> list[Given]:
        """Those of which another version is in the facts."""
        found = self._ask("select return_id from gaoxin.loads mine where return_id = any(:ids) and exists ("
                          " select 1 from gaoxin.loads l where (l.campaign, l.form, l.unit, l.period)"
                          " = (mine.campaign, mine.form, mine.unit, mine.period) and l.return_id <> mine.return_id)",
                          ids=[item.return_id for item, _ in new])
        there = set(found.scalars())
        return [(item, read) for item, read in new if item.return_id in there]

    def _corrected(self, stored: StoredReturn, read: ReadReturn, plan: Plan, at: datetime, figures: str) -> None:
        """Opens a correction where a version was in force, and another takes its place that says something else."""
        form = plan.form(stored.key.form)
        counts = {c.id: form.looked_at(c) for c in form.counts} if isinstance(form, RegisterForm) else {}
        found = self._run("replaced", return_id=stored.return_id, counts=json.dumps(counts)).one_or_none()
        if found is None or found.figures == figures:
            return
        days = ExtensionStore(self._connection, self._settings, self._ledger).days(plan.id)
        late = local_day(stored.came_at) > due_of(plan, stored.key, days, stored.came)
        row = {"return_id": stored.return_id, "replaces": found.return_id, "late": late}
        self._ledger.touched("corrections")
        self._ask("insert into gaoxin.corrections (return_id, campaign, replaces, late, reason, variables, seq, recorded_at)"
                  " values (:return_id, :campaign, :replaces, :late, :reason, :variables, :seq, :at)", **row, campaign=plan.id,
                  reason=read.reason, variables=found.variables, seq=self._ledger.next_number(at), at=self._ledger.moment(at))
        self._ledger.note(plan.id, EventKind.RETURN_CORRECTED, at,
                          row | {"variables": found.variables, "reason": rows.digest(read.reason)})


def _apart(given: Mapping[StoredReturn, ReadReturn]) -> Iterator[dict[StoredReturn, ReadReturn]]:
    """In their order, so many together that no two are versions of one return: each is held against what is in force then."""
    together, keys = dict[StoredReturn, ReadReturn](), set[ReturnKey]()
    for item, read in given.items():
        if item.key in keys:
            yield together
            together, keys = {}, set()
        together[item] = read
        keys.add(item.key)
    if together:
        yield together


def _by_table(plan: Plan, new: Sequence[Given]) -> Iterator[tuple[str, list[Given]]]:
    """The values' table, and those that go there."""
    for table in ("facts", "register_entries"):
        if some := [(item, read) for item, read in new
                    if isinstance(plan.form(item.key.form), RegisterForm) == (table == "register_entries")]:
            yield table, some
