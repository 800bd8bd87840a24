"""Returns: landing, versions, checks, and the load of what was accepted into facts.

All writes queue first, so that no version is numbered twice.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Any, TypeVar

from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Text, message
from gaoxin.ledger.actor import told_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.quality.model import Checked, CheckResult, Finding, Kept
from gaoxin.quality.review import beside, of_people
from gaoxin.returns.model import ReadReturn, ReturnKey, Verdict
from gaoxin.warehouse import landing, rows
from gaoxin.warehouse.loading import Loading
from gaoxin.warehouse.repository import AT_ONCE, UNKNOWN, Repository, Under
from gaoxin.warehouse.stored import (
    Added,
    Arrival,
    Explanation,
    KeptRules,
    Origin,
    Review,
    StoredReturn,
    keyed,
    made_of,
)

T = TypeVar("T")
TOO_EARLY = "file.period_not_over"
_REVIEW = {"comment": "comment", "holds_until": "holds_until", "reviewed_by": "by", "reviewed_at": "at"}  # of explanations_of


class ReturnStore(Repository):
    """store.returns"""

    @cached_property
    def _suites_there(self) -> set[tuple[str, str]]:
        """Names and versions of suites whose text is known to be kept."""
        return set()

    def land(self, content: bytes, name: str, at: datetime, source: str) -> str:
        """Keeps raw bytes by their hash and returns it. source: where they came from (inbox, submit, evidence …). A transaction
        that fails leaves bytes without a row, which do no harm and are found again by the next try."""
        digest = landing.put(self._settings.landing, content)
        row = {"sha256": digest, "size": len(content), "name": name, "source": source, "landed_at": at}
        self._add("landed_files", row, EventKind.FILE_LANDED, at, "sha256 size name source", campaign="")
        return digest

    def has_landed(self, sha256: str) -> bool:
        """Whether bytes with this hash were ever kept."""
        return bool(self._run("has_landed", sha256=sha256).scalar_one())

    def content(self, sha256: str) -> bytes:
        """Raw bytes by their hash. Raises SystemFault when they are gone or damaged."""
        return landing.get(self._settings.landing, sha256)

    def add(self, read: ReadReturn, at: datetime, plan_hash: str, act: Mapping[str, Any] = AT_ONCE, *,
            arrival: Arrival | None = None, figures: str | None = None) -> Added:
        """A new version of a return; the same key and bytes again are the version that is there, as long as it is the last word
        and they are read as it was: after a newer one, a rejected one too, which they take back, read as other figures by now, or
        on another day than when they came too early, they are a version of their own. The bytes have landed. act: its business
        day and why it is entered afterwards, if it is.
        arrival: of a file of the inbox; one that made a version before is met again, and makes none. figures: the digest of what
        the bytes say, None where that is not sure."""
        if read.key is None:
            raise Refused(Text("封面没有说明是哪一份报表", "the cover does not say which return it is"), where=read.file,
                          todo=Text("按模板填写封面后重报", "fill in the cover as in the template"))
        key = read.key
        self._alone(at)
        slice_ = {**vars(key), "period": str(key.period)}
        found = self._run("return_versions", **slice_, sha256=read.sha256).one()
        same, day = f"{key}__v{found.same}", act["business_day"] or local_day(self._ledger.moment(at))
        if found.same and (self._is_met_again(same, arrival) or (
                not self._reads_otherwise(same, figures) and not self._came_too_early(same, day)
                and (found.same == found.highest or of_people(self.findings(same))))):
            return Added(same, found.same, created=False)
        version = (found.highest or 0) + 1
        return_id = f"{key}__v{version}"
        row = slice_ | rows.pick(vars(read), "sha256 file template sample explanation") | {
            "return_id": return_id, "period_end": key.period.end, "version": version, "plan_hash": plan_hash, "received_at": at,
            **self._arrived(key, arrival, at), **act,
        }
        self._add("returns", row, EventKind.RETURN_RECEIVED, at, "return_id version sha256 plan_hash")
        return Added(return_id, version, created=True)

    def _arrived(self, key: ReturnKey, arrival: Arrival | None, at: datetime) -> dict[str, datetime | None]:
        """The columns that say since when it lay in the inbox, if before it was recorded, and that by its own time it is older
        than what is in force, if it is: no clock of a unit dates anything, and what looks older than what it replaces is told."""
        if arrival is None:
            return {"arrived_at": None, "file_time": None}
        in_force = self._ask("select received_at from gaoxin.loads where campaign = :campaign and form = :form and unit = :unit"
                             " and period = :period order by version desc limit 1",
                             **{**vars(key), "period": str(key.period)}).scalar_one_or_none()
        older = arrival.changed is not None and in_force is not None and arrival.changed < in_force
        return {"arrived_at": arrival.at if arrival.at and arrival.at < self._ledger.moment(at) else None,
                "file_time": arrival.changed if older else None}

    def _is_met_again(self, return_id: str, arrival: Arrival | None) -> bool:
        """Whether it is the file that made a version of these bytes, and not handed in anew."""
        if arrival is None:
            return False
        recorded = "stored_at" if arrival.played else "received_at"
        last = self._ask(f"select max(x.{recorded}) from gaoxin.returns r join gaoxin.returns x"
                         " using (campaign, form, unit, period, sha256) where r.return_id = :r", r=return_id).scalar_one()
        return bool(arrival.moving or arrival.put <= last)

    def _reads_otherwise(self, return_id: str, figures: str | None) -> bool:
        """Whether a version was loaded with other figures than its bytes are read as by now: a mapping was mended."""
        kept = self._ask("select figures from gaoxin.loads where return_id = :r", r=return_id).scalar_one_or_none()
        return None not in (kept, figures) and kept != figures

    def _came_too_early(self, return_id: str, day: date) -> bool:
        """Whether a version was sent back since its period was not over, on an earlier day: that says when, not what."""
        last = self.get(return_id)
        return any(f.rule == TOO_EARLY for f in self.findings(return_id)) and (
            last.business_day or local_day(last.received_at)) < day

    def newer(self, return_id: str) -> int | None:
        """The newest version after this one that counts, may come to count, or has its figures in force; None where there is
        none."""
        asked = self.get(return_id)
        slice_ = {**vars(asked.key), "period": str(asked.key.period)}
        found = self._ask("select return_id from gaoxin.returns where campaign = :campaign and form = :form and unit = :unit"
                          " and period = :period and version > :version", **slice_, version=asked.version)
        after = made_of(self._acted("returns", campaign=asked.key.campaign, as_of=None, period=None, ids=list(found.scalars())))
        return max((v.version for v in after if v.loaded_at or v.verdict is not Verdict.REJECTED), default=None)

    def get(self, return_id: str) -> StoredReturn:
        """One return as it stands now. Raises UsageError for an unknown one."""
        return self.several([return_id])[return_id]

    def several(self, return_ids: Iterable[str]) -> dict[str, StoredReturn]:
        """As get, of several."""
        asked, found = dict.fromkeys(return_ids), dict[str, StoredReturn]()
        for campaign in dict.fromkeys(name.split("__", 1)[0] for name in asked):
            found |= {item.return_id: item for item in made_of(self._acted(
                "returns", campaign=campaign, as_of=None, period=None, ids=list(asked)))}
        for missing in (name for name in asked if name not in found):
            raise UsageError(Text(f"没有报送 {missing!r}", f"no return {missing!r}"), where="return_id",
                             todo=Text("用 gaoxin returns status 查看编号", "see the ids with gaoxin returns status"))
        return found

    def all(self, campaign: str, as_of: datetime | None = None, *, period: Period | None = None,
            return_id: str | None = None) -> list[StoredReturn]:
        """Every version received by as_of, with the verdict, load and explanations known then; by period, form, unit, version."""
        return made_of(self._acted("returns", campaign=campaign, as_of=as_of, period=period and str(period),
                                   ids=None if return_id is None else [return_id]))

    def pending(self, campaign: str, period: Period | None = None) -> list[StoredReturn]:
        """Landed and not yet checked."""
        return self._waiting(campaign, period, judged=False)

    def checked_not_loaded(self, campaign: str, period: Period | None = None) -> list[StoredReturn]:
        """Accepted (with or without warnings) and not yet in the facts."""
        return self._waiting(campaign, period, judged=True)

    def _waiting(self, campaign: str, period: Period | None, *, judged: bool) -> list[StoredReturn]:
        ids = self._run("waiting", campaign=campaign, period=period and str(period), judged=judged).scalars().all()
        return made_of(self._acted("returns", campaign=campaign, as_of=None, period=None, ids=list(ids))) if ids else []

    def save_check(self, return_id: str, checked: Checked, at: datetime, under: Under = UNKNOWN) -> bool:
        """As `save_checks`, of one return."""
        return self.save_checks({return_id: checked}, at, under)[return_id]

    def save_checks(self, checks: Mapping[str, Checked], at: datetime, under: Under = UNKNOWN) -> dict[str, bool]:
        """Keeps checks' verdicts, findings and outcomes, by return; True when anything differs from the last run's. Rules take
        nothing back that a person said: a version that was sent back stays so. under: the version of the plan."""
        self._alone(at)
        self.several(checks)
        found = self.findings_of(checks)
        kept = {}
        for return_id, checked in checks.items():
            said = of_people(found.get(return_id, []))
            kept[return_id] = Kept(Verdict.REJECTED if said else checked.verdict, beside(said, checked.findings), checked.checks,
                                   checked.suite, checked.suite_version, checked.rules)
        return self._keep(kept, found, at, under)

    def keep(self, return_id: str, checked: Kept, at: datetime, under: Under) -> bool:
        """As save_check, of what is said by people and rules together."""
        self._alone(at)
        return self._keep({return_id: checked}, {return_id: self.findings(return_id)}, at, under)[return_id]

    def _last_runs(self, return_ids: Iterable[str]) -> dict[str, Any]:
        found = self._ask("select distinct on (return_id) return_id, run, verdict, suite_version from gaoxin.check_runs"
                          " where return_id = any(:ids) order by return_id, run desc", ids=list(return_ids))
        return {row.return_id: row for row in found}

    def _keep(self, given: Mapping[str, Kept], before: Mapping[str, list[Finding]], at: datetime, under: Under
              ) -> dict[str, bool]:
        """before: by return its last run's findings, where it had any."""
        last, runs = self._last_runs(given), dict[str, dict[str, Any]]()
        for return_id, checked in given.items():
            known = last.get(return_id)
            if known and (known.verdict, known.suite_version) == (checked.verdict.value, checked.suite_version) and (
                rows.plain(before.get(return_id, [])) == rows.plain(checked.findings)
            ):
                continue
            self._keep_rules(checked, at)
            severities = Counter(f.severity for f in checked.findings)
            run = runs[return_id] = {
                "return_id": return_id, "run": known.run + 1 if known else 1, "verdict": checked.verdict, "suite": checked.suite,
                "suite_version": checked.suite_version, "errors": severities[Severity.ERROR],
                "warnings": severities[Severity.WARNING], "checked_at": at, "seq": self._ledger.next_number(at), **vars(under),
            }
            told = rows.pick(run, "return_id run verdict errors warnings suite suite_version")
            told |= {"findings": rows.digest(checked.findings), **under.told}
            self._ledger.note(return_id.split("__", 1)[0], EventKind.RETURN_CHECKED, at, told)
        self._put("check_runs", *runs.values())
        newest = self._ask("select return_id, max(check_id) as id from gaoxin.check_runs where return_id = any(:ids)"
                           " group by return_id", ids=list(runs))
        ids: dict[str, int] = {row.return_id: row.id for row in newest}
        for table, of in (("check_results", attrgetter("checks")), ("findings", attrgetter("findings"))):
            self._put_many(table, ({"check_id": ids[return_id], "position": i, **vars(item), "seq": run["seq"]}
                                   for return_id, run in runs.items() for i, item in enumerate(of(given[return_id]))))
        return {return_id: return_id in runs for return_id in given}

    def _keep_rules(self, checked: Kept, at: datetime) -> None:
        """The text of a version of a suite, once: the event of the check that it was first used for answers for it."""
        named = checked.suite, checked.suite_version
        if not checked.rules or named in self._suites_there:
            return
        if not self._ask("select exists (select 1 from gaoxin.suites where suite = :s and suite_version = :v)",
                         s=checked.suite, v=checked.suite_version).scalar_one():
            self._put("suites", {"suite": checked.suite, "suite_version": checked.suite_version, "body": checked.rules,
                                 "sha256": sha256(checked.rules.encode()).hexdigest(), "recorded_at": at})
        self._suites_there.add(named)

    def rules(self, suite: str, version: str) -> KeptRules | None:
        """The text of that version as it was first used; None where it was not kept then."""
        found = self._ask("select suite, suite_version, body, sha256, seq, recorded_at from gaoxin.suites"
                          " where suite = :s and suite_version = :v", s=suite, v=version).one_or_none()
        return KeptRules(**found._mapping) if found else None

    def load(self, return_id: str, read: ReadReturn, plan: Plan, at: datetime) -> int:
        """As `load_all`, of one return."""
        return self.load_all([(return_id, read)], plan, at)[return_id]

    def load_all(self, given: Sequence[tuple[str, ReadReturn]], plan: Plan, at: datetime) -> dict[str, int]:
        """Puts accepted returns' values into the facts, each once, in this order, and returns how many rows each holds. Facts of
        earlier versions stay, with their own recorded time. Raises Refused for one not accepted, or when a `read` is not what
        was checked."""
        self._alone(at)
        stored, first = self.several(return_id for return_id, _ in given), dict[StoredReturn, ReadReturn]()
        for return_id, read in given:
            first.setdefault(stored[return_id], read)
        return Loading(self._connection, self._settings, self._ledger).load(first, plan, at)

    def would_replace(self, item: StoredReturn, figures: str) -> bool:
        """Whether it takes the place of a version in force that says something else, when it is loaded."""
        found = self._ask("select version, figures from gaoxin.loads where campaign = :campaign and form = :form and unit = :unit"
                          " and period = :period order by version desc limit 1",
                          **{**vars(item.key), "period": str(item.key.period)}).one_or_none()
        return found is not None and found.version < item.version and found.figures != figures

    def same_as(self, return_ids: Iterable[str], as_of: datetime) -> dict[str, str]:
        """By return the first one in the facts that says the same, of those that say nothing new."""
        found = self._ask("select return_id, same_as from gaoxin.loads where return_id = any(:ids) and same_as is not null"
                          " and recorded_at <= :as_of", ids=list(return_ids), as_of=as_of)
        return {row.return_id: row.same_as for row in found}

    def loaded_since(self, campaign: str, slices: Collection[tuple[str, Period]], own: Collection[ReturnKey], seq: int,
                     at: datetime) -> bool:
        """Whether a return of any of these forms and periods, or any of these themselves, was loaded after that number. From here
        on nobody else records."""
        self._alone(at)
        of = [(form, str(period), None) for form, period in slices] + [(key.form, str(key.period), key.unit) for key in own]
        forms, periods, units = zip(*of, strict=True) if of else ((), (), ())
        return self._ask("select exists (select 1 from gaoxin.loads l"
                         " join unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:units as text[]))"
                         " as asked (form, period, unit) on (l.form, l.period) = (asked.form, asked.period)"
                         " and l.unit = coalesce(asked.unit, l.unit) where l.campaign = :c and l.seq > :seq)",
                         c=campaign, seq=seq, forms=list(forms), periods=list(periods), units=list(units)).scalar_one()

    def findings(self, return_id: str, as_of: datetime | None = None) -> list[Finding]:
        """The findings of the last check, or of the last one by as_of, in its order."""
        return self.findings_of([return_id], as_of)[return_id]

    def origins(self, return_ids: Iterable[str]) -> dict[str, Origin]:
        """Those of them that there are."""
        found = (keyed(row) for row in self._acted("origins", return_ids=list(return_ids)))
        return {row["return_id"]: Origin(**row) for row in found}

    def findings_of(self, return_ids: Iterable[str], as_of: datetime | None = None) -> dict[str, list[Finding]]:
        """As `findings`, of several returns."""
        return self._of_each("findings", Finding, return_ids, as_of)

    def checks(self, return_id: str, as_of: datetime | None = None) -> list[CheckResult]:
        """Each expectation's outcome in the last check, or in the last one by as_of, in its order."""
        return self.checks_of([return_id], as_of)[return_id]

    def checks_of(self, return_ids: Iterable[str], as_of: datetime | None = None) -> dict[str, list[CheckResult]]:
        """As `checks`, of several returns."""
        return self._of_each("check_results", CheckResult, return_ids, as_of)

    def explanations_of(self, return_ids: Iterable[str], as_of: datetime | None = None) -> dict[str, list[Explanation]]:
        """What was explained of several returns, all or by a time, in order."""
        know_words()  # of what it covers
        found: dict[str, list[Explanation]] = defaultdict(list)
        drill = self._unvouched_drill(as_of)
        for row in self._acted("explanations_of", return_ids=list(return_ids), as_of=as_of):
            reviewer, *said = (row.pop(name) for name in ("reviewer", *_REVIEW))
            review = Review(**dict(zip(_REVIEW.values(), said, strict=True)), **told_of(reviewer, drill=drill))
            covered = tuple(map(message, row.pop("covered")))
            found[row["return_id"]].append(Explanation(**row, covered=covered, review=review if review.by else None))
        return found

    def _of_each(self, query: str, kind: type[T], return_ids: Iterable[str], as_of: datetime | None) -> dict[str, list[T]]:
        found: dict[str, list[T]] = defaultdict(list)
        for row in self._known(query, return_ids=list(return_ids), as_of=as_of):
            found[row.pop("return_id")].append(spoken(kind, row))
        return found

    def explain(self, return_id: str, rule: str, text: str, by: str, at: datetime, act: Mapping[str, Any] = AT_ONCE) -> None:
        """Records why a warning is right all the same. Raises UsageError for an unknown return."""
        found = self.get(return_id)
        row = {"return_id": return_id, "rule": rule, "by": by, "text": text, "recorded_at": at, **act}
        self._say("explanations", row, EventKind.RETURN_EXPLAINED, at, "return_id rule by", campaign=found.key.campaign,
                  text=rows.digest(text))

    def explanations(self, return_id: str) -> list[Explanation]:
        return self.explanations_of([return_id])[return_id]


def spoken(kind: type[T], row: dict[str, Any]) -> T:
    """What a check found."""
    know_words()
    return rows.made(kind, row)


def know_words() -> None:
    """The words of what checks found are declared with the checks, which must have been read for them to be known."""
    from gaoxin.quality import checks, review, verdict  # noqa: F401

    checks.checks()
