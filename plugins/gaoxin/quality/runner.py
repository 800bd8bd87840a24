"""Runs suites. The only module that imports Great Expectations, and only when a suite is run: its import costs seconds.

All returns of a form are one frame and one validation, since each expectation costs some ten milliseconds whatever the
number of rows. The context is ephemeral, made once a process and kept: asking for a second one would replace the
first in GX's global state. Nothing is written to disk, no Data Docs are built (their pages load resources from the
internet), progress bars are off.

A rule is *broken* when GX dropped it as invalid, when it raised, or when it missed its own known-bad rows; what a
broken rule says about a return is then not evaluated.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.quality.building import build_frame
from gaoxin.quality.frames import ROW, Frame
from gaoxin.quality.history import EntityKey, History, entity_fields, key_of
from gaoxin.quality.model import Checked
from gaoxin.quality.suites import Suite, build_suite, identity, unidentified_suite
from gaoxin.quality.verdict import RuleRun, judge
from gaoxin.returns.model import ReadReturn, ReturnKey

# COMPLETE lists every failing row; the sample lists and the query string would only cost time and memory.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


def check_return(plan: Plan, read: ReadReturn, history: History, suite: Suite | None = None) -> Checked:
    """One return judged by its form's suite; `suite` None derives it from the plan."""
    form = read.key.form if read.key else ""
    return check_many(plan, [read], lambda _: history, {form: suite} if suite is not None else {})[0]


def check_many(
    plan: Plan, reads: Sequence[ReadReturn], history_of: Callable[[ReturnKey], History], suites: Mapping[str, Suite]
) -> list[Checked]:
    """Returns judged, in the order given. suites: form -> suite (`load_suites`); a form without one gets it derived.

    Returns of two units that claim one entity in the same call are told of each other, whatever the history knows.
    """
    groups: dict[str | None, list[int]] = {}
    forms = {form.id for form in plan.forms}
    for position, read in enumerate(reads):
        key = read.key
        known = key.form if key is not None and key.campaign == plan.id and key.form in forms else None
        groups.setdefault(known, []).append(position)
    found: dict[int, Checked] = {}
    for form_id, positions in groups.items():
        chosen = [reads[p] for p in positions]
        if form_id is None:
            checked = _run(plan, None, [(read, History()) for read in chosen], unidentified_suite())
        else:
            form = plan.form(form_id)
            suite = suites.get(form_id) or build_suite(plan, form)
            checked = _run(plan, form, _with_history(form, chosen, history_of), suite)
        found.update(zip(positions, checked, strict=True))
    return [found[position] for position in range(len(reads))]


def _with_history(
    form: Form, reads: list[ReadReturn], history_of: Callable[[ReturnKey], History]
) -> list[tuple[ReadReturn, History]]:
    keyed = [(read, read.key) for read in reads if read.key is not None]
    pairs = [(read, key, history_of(key)) for read, key in keyed]
    if form.kind != "register" or len({key.unit for _, key in keyed}) < 2:
        return [(read, history) for read, _, history in pairs]
    claims: dict[tuple[Period, EntityKey], set[str]] = {}
    for read, key in keyed:
        for entity in _entities(form, read):
            claims.setdefault((key.period, entity), set()).add(key.unit)
    return [(read, _also_claimed(form, read, key, history, claims)) for read, key, history in pairs]


def _also_claimed(
    form: RegisterForm, read: ReadReturn, key: ReturnKey, history: History, claims: Mapping[tuple[Period, EntityKey], set[str]]
) -> History:
    found = dict(history.claimed or {})
    for entity in _entities(form, read):
        if others := claims.get((key.period, entity), set()) - {key.unit}:
            found[entity] = tuple(sorted({*found.get(entity, ()), *others}))
    # With none known before, those at hand are not all there are: no claim found then means nothing.
    return replace(history, claimed=found, claims_complete=history.claims_complete and history.claimed is not None)


def _entities(form: RegisterForm, read: ReadReturn) -> Iterable[EntityKey]:
    fields = entity_fields(form)
    return (key for entry in read.entries if (key := key_of(entry, fields)) is not None)


def _run(plan: Plan, form: Form | None, pairs: list[tuple[ReadReturn, History]], suite: Suite) -> list[Checked]:
    frame = build_frame(plan, form, pairs)
    canaries = [[frame.canary(cells) for cells in e.get("meta", {}).get("canary", ())] for e in suite["expectations"]]
    runs = _validate(frame, suite, canaries)
    missing = _left_out(plan, form, suite)
    return judge([read for read, _ in pairs], frame, suite, runs, missing)


def _left_out(plan: Plan, form: Form | None, suite: Suite) -> list[dict[str, Any]]:
    """Expectations that the form asks for and the suite's file has no longer: shown as not evaluated, never forgotten."""
    if form is None or suite["meta"].get("origin") != "file":
        return []
    there = {identity(e) for e in suite["expectations"]}
    return [e for e in build_suite(plan, form)["expectations"] if identity(e) not in there]


def _validate(frame: Frame, suite: Suite, canaries: list[list[int]]) -> list[RuleRun]:
    engine = _engine()
    numbered = [
        {"type": e["type"], "kwargs": e["kwargs"], "severity": e.get("severity", "critical"), "meta": {"number": number}}
        for number, e in enumerate(suite["expectations"])
    ]
    results = engine.validate(suite["name"], numbered, frame.build())
    runs = []
    for number, watched in enumerate(canaries):
        result = results.get(number)
        if result is None:
            runs.append(RuleRun(frozenset(), DROPPED()))
        elif broke := _broken(result):
            runs.append(RuleRun(frozenset(), RAISED(error=broke)))
        # A rule by rows without failures lists no rows; any other rule has no `unexpected_count`.
        elif (listed := (told := result["result"]).get("unexpected_index_list")) is None and told.get("unexpected_count") != 0:
            runs.append(RuleRun(frozenset(), NOT_BY_ROW()))
        else:
            failing = frozenset(int(index[ROW]) for index in listed or ())
            runs.append(RuleRun(failing, None if failing.issuperset(watched) else CANARY_MISSED()))
    return runs


RAISED = Code("quality.raised", "规则运行出错：{error}", "the rule raised an error: {error}", error=str)
DROPPED = Code(
    "quality.dropped", "Great Expectations 不接受这条规则的写法", "Great Expectations refuses this rule as it is written",
)
NOT_BY_ROW = Code(
    "quality.not_by_row", "不是逐行规则，无法落到单元格", "the rule does not judge row by row and cannot be led back to a cell",
)
CANARY_MISSED = Code(
    "quality.canary_missed", "规则没有查出本次运行自带的已知错误样例", "the rule missed the known-bad rows that this run carried",
)


def _broken(result: dict[str, Any]) -> str | None:
    """Why a rule raised, or None. GX reports it in two shapes: directly, or under the id of each metric."""
    info = result.get("exception_info") or {}
    shapes = [info] if "raised_exception" in info else [v for v in info.values() if isinstance(v, dict)]
    for shape in shapes:
        if shape.get("raised_exception"):
            return str(shape.get("exception_message") or "?").strip().splitlines()[0][:200]
    return None if result.get("result") else "no result"


@dataclass(frozen=True)
class _Engine:
    """GX, an ephemeral context and one batch definition for frames."""

    gx: Any
    context: Any
    batch: Any

    def validate(self, name: str, expectations: list[dict[str, Any]], frame: Any) -> dict[int, dict[str, Any]]:
        """Number of the expectation -> its result as plain JSON; those that GX would not take are absent."""
        suite = self.gx.ExpectationSuite(name=name, expectations=expectations)
        batch = self.batch.get_batch(batch_parameters={"dataframe": frame})
        outcome = batch.validate(suite, result_format=_RESULT_FORMAT)
        found = {}
        for result in outcome.results:
            plain = result.to_json_dict()
            found[int(plain["expectation_config"]["meta"]["number"])] = plain
        return found


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    import logging

    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # GX logs a traceback for every rule that raises; the runner tells of it in the result, where it belongs.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("returns")
    return _Engine(gx, context, source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole"))
