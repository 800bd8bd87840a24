"""Runs suites. The only module that imports Great Expectations, and only when a suite is run: its import costs seconds.

All returns of a form are one frame and one validation, since each expectation costs some ten milliseconds whatever the
number of rows; of a register each different value is judged once (`asking`). The context is ephemeral, made once a process and
kept: asking for a second one would replace the first in GX's global state. Nothing is written to disk, no Data Docs are built
(their pages load resources from the internet), progress bars are off.

A rule is *broken* when GX dropped it as invalid, when it raised, or when it missed its own known-bad rows; what a
broken rule says about a return is then not evaluated.
"""

import gc
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from gaoxin.i18n import Message
from gaoxin.periods import Period
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.quality.asking import asked_of
from gaoxin.quality.building import build_frame
from gaoxin.quality.checks import rules_of
from gaoxin.quality.frames import ROW, framed
from gaoxin.quality.history import History, Past, Values, entity_fields
from gaoxin.quality.known import Claimed, Entities
from gaoxin.quality.model import Checked
from gaoxin.quality.once import made_once
from gaoxin.quality.overriding import in_force
from gaoxin.quality.suites import Suite, build_suite, unidentified_suite
from gaoxin.quality.verdict import DROPPED, LEFT_OUT, NOT_BY_ROW, RAISED, REFUSED, RuleRun, judge
from gaoxin.returns.model import Entry, ReadReturn, ReturnKey

# COMPLETE lists every failing row; the sample lists and the query string would only cost time and memory.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}
Refused = Mapping[str, Mapping[str, Message]]
_ONE_AT_A_TIME = threading.Lock()  # GX keeps global state: threads of one process (the pages') take turns


def check_many(plan: Plan, reads: Sequence[ReadReturn], history_of: Callable[[ReturnKey], History],
               suites: Mapping[str, Suite] = MappingProxyType({}), refused: Refused = MappingProxyType({})) -> list[Checked]:
    """Returns judged, in the order given. suites: form -> another suite than the one that its plan makes. refused: form
    -> rule of a declared check that cannot be judged as it is written -> why: it is broken, and nothing of it is computed.
    Returns of two units that claim one entity in the same call are told of each other, whatever the history knows."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    forms = {form.id: form for form in plan.forms}
    for position, read in enumerate(reads):
        groups[read.key.form if read.key and read.key.campaign == plan.id and read.key.form in forms else None].append(position)
    found: dict[int, Checked] = {}
    for form_id, positions in groups.items():
        if form_id is None:
            checked = _run(plan, None, [(reads[p], History()) for p in positions], unidentified_suite())
            found.update(zip(positions, checked, strict=True))
            continue
        form = forms[form_id]
        told = dict(zip(positions, _with_history(form, [reads[p] for p in positions], history_of), strict=True))
        for period, alike in _alike(plan, form, reads, positions).items():
            suite = suites.get(form_id) or build_suite(plan, form, period)
            wrong = refused.get(form_id, {})
            found.update(zip(alike, _run(plan, form, [told[p] for p in alike], suite, wrong), strict=True))
    return [found[position] for position in range(len(reads))]


def _alike(plan: Plan, form: Form, reads: Sequence[ReadReturn], positions: Sequence[int]) -> dict[Period, list[int]]:
    """By a period: the returns that the same overrides judge as those of it. One run for all of a form, where none has a life."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position in positions:
        found[tuple(one.id for one in in_force(plan, form, reads[position].known.period))].append(position)
    return {reads[alike[0]].known.period: alike for alike in found.values()}


def _with_history(form: Form, reads: list[ReadReturn],
                  history_of: Callable[[ReturnKey], History]) -> list[tuple[ReadReturn, History]]:
    pairs = [(read, history_of(read.known)) for read in reads]
    if form.kind == "series" and len(form.units) > 1:
        at_hand = _at_hand(form, reads)
        known = {(read.known.period, id(history.peers)): history.peers for read, history in pairs}
        peers = {of: _peers(form, before, at_hand[of[0]]) for of, before in known.items()}
        return [(read, _beside_those_at_hand(form, read, history, at_hand, peers[read.known.period, id(history.peers)]))
                for read, history in pairs]
    if form.kind != "register" or len({read.known.unit for read in reads}) < 2:
        return pairs
    fields = entity_fields(form)
    entries: dict[tuple[Period, str], list[Sequence[Entry]]] = defaultdict(list)
    for read in reads:
        entries[read.known.period, read.known.unit].append(read.entries)
    held, told = {whose: Entities.of_read(found, fields) for whose, found in entries.items()}, []
    for read, history in pairs:
        others = {unit: entities for (period, unit), entities in held.items()
                  if period == read.known.period and unit != read.known.unit}
        claimed = Claimed(others, history.claimed or {})
        # With none known before, those at hand are not all there are: no claim found then means nothing.
        complete = history.claims_complete and history.claimed is not None
        told.append((read, replace(history, claimed=claimed, claims_complete=complete)))
    return told


def _at_hand(form: Form, reads: list[ReadReturn]) -> dict[Period, dict[str, Values]]:
    """What the returns that are judged together say: period -> unit -> values."""
    units = {v.id: v.unit for v in form.variables}
    told: dict[Period, dict[str, Values]] = defaultdict(dict)
    for read in reads:
        period = read.known.period
        told[period][read.known.unit] = {given.variable: Past(value, given.unit_given or units[given.variable], period)
                                         for given in read.series
                                         if given.variable in units and isinstance(value := given.value.value, Decimal)}
    return told


def _peers(form: Form, known: Mapping[str, tuple[Values, ...]], at_hand: Mapping[str, Values]) -> dict[str, tuple[Values, ...]]:
    """What units report, by what is judged together where that says anything. One for all returns that know the same: what is
    asked of it is asked once (`frames.Peers`)."""
    return {unit: (at_hand.get(unit) or (before[0] if before else {}), *before[1:])
            for unit in form.units for before in [known.get(unit, ())]}


def _beside_those_at_hand(form: Form, read: ReadReturn, history: History, at_hand: Mapping[Period, Mapping[str, Values]],
                          peers: Mapping[str, tuple[Values, ...]]) -> History:
    """With what other units report in the returns that are judged together with it."""
    others = {unit: values for unit, values in at_hand[read.known.period].items() if unit != read.known.unit}
    told = {v.id: {**history.others.get(v.id, {}), **{unit: values[v.id] for unit, values in others.items() if v.id in values}}
            for v in form.told_twice}
    return replace(history, others=told or history.others, peers=peers)


def _run(plan: Plan, form: Form | None, pairs: list[tuple[ReadReturn, History]], suite: Suite,
         refused: Mapping[str, Message] = MappingProxyType({})) -> list[Checked]:
    sound = form
    if form is not None and refused:
        periods = {read.known.period for read, _ in pairs}
        wrong = [c for c in form.checks if f"check.{c.id}" in refused and any(c.out_of_force(p) is None for p in periods)]
        refused = {rule: refused[rule] for rule in (f"check.{c.id}" for c in wrong)}
        sound = form.model_copy(update={"checks": tuple(c for c in form.checks if c not in wrong)})
    frame = build_frame(plan, sound, pairs)
    suite, left_out = _whole(form, suite)
    canaries = [{frame.canary(cells) for cells in e.get("meta", {}).get("canary", ())} for e in suite["expectations"]]
    runs: dict[int, RuleRun] = {}
    for asked in asked_of(frame, suite["expectations"]):
        for number, result in _validated(asked.columns, suite, asked.numbers).items():
            run = _ruled(result, partial(asked.rows, number))
            runs[number] = run.beside(runs[number]) if number in runs else run
    dropped = RuleRun((), DROPPED())
    found = [RuleRun((), LEFT_OUT()) if n in left_out else runs.get(n, dropped).watched(canary)
             for n, canary in enumerate(canaries)]
    for number, rule in enumerate(suite["expectations"]):
        if why := refused.get(rule.get("meta", {}).get("rule", "")):
            found[number] = RuleRun((), REFUSED(why=why))
    return judge([read for read, _ in pairs], frame, suite, found)


def _whole(form: Form | None, suite: Suite) -> tuple[Suite, frozenset[int]]:
    """The suite with the rules that it should have and has not, which are thereby told, and these by number: what plan and
    library declare is what is run."""
    there = {e.get("meta", {}).get("rule") for e in suite["expectations"]}
    missing = [rule for rule in rules_of(form) if rule["meta"]["rule"] not in there]
    if not missing:
        return suite, frozenset()
    whole = [*suite["expectations"], *missing]
    return {**suite, "expectations": whole}, frozenset(range(len(suite["expectations"]), len(whole)))


def _ruled(result: dict[str, Any], rows: Callable[[Iterable[int]], Iterable[int]]) -> RuleRun:
    """What became of a rule. rows: of the frame, that stand for some that GX was given.
    GX reports an exception in two shapes: directly, or under the id of each metric."""
    info, told = result.get("exception_info") or {}, result.get("result")
    for shape in [info] if "raised_exception" in info else [v for v in info.values() if isinstance(v, dict)]:
        if shape.get("raised_exception"):
            return RuleRun((), RAISED(error=str(shape.get("exception_message") or "?").strip().splitlines()[0][:200]))
    if not told:
        return RuleRun((), RAISED(error="no result"))
    # A rule by rows without failures lists no rows; any other rule has no `unexpected_count`.
    if (listed := told.get("unexpected_index_list")) is None and told.get("unexpected_count") != 0:
        return RuleRun((), NOT_BY_ROW())
    return RuleRun.of(rows([int(index[ROW]) for index in listed or ()]))


def _validated(columns: Mapping[str, Sequence[Any]], suite: Suite, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Number of the expectation -> its result and what it raised; those that GX would not take are absent. columns: on which
    these expectations are run."""
    chosen = [(number, suite["expectations"][number]) for number in numbers]
    numbered = [{"type": e["type"], "kwargs": e["kwargs"], "severity": e.get("severity", "critical"), "meta": {"number": number}}
                for number, e in chosen]
    built = framed(columns)
    with _ONE_AT_A_TIME:
        gx, batches = _engine()
        from great_expectations.core.id_dict import IDDict
        from great_expectations.execution_engine import pandas_execution_engine
        from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
        from great_expectations.expectations.metrics.metric_provider import MetricProvider

        asked = gx.ExpectationSuite(name=suite["name"], expectations=numbered)
        with made_once(gx.expectations.Expectation, ExpectationConfiguration, IDDict, MetricProvider, pandas_execution_engine):
            batch = batches.get_batch(batch_parameters={"dataframe": built})
            outcome = batch.validate(asked, result_format=_RESULT_FORMAT)
    return {int(result.expectation_config.meta["number"]): _told(result) for result in outcome.results}


def _told(result: Any) -> dict[str, Any]:
    """What is asked of a result. Only one that raised says so in shapes that have to be made plain, as all of it is then."""
    raised = result.exception_info
    if type(raised) is dict and raised.get("raised_exception") is False:
        return {"result": result.result, "exception_info": raised}
    return dict(result.to_json_dict())


def make_ready() -> None:
    """Imports Great Expectations and makes its context, which costs seconds: before anybody waits for a verdict. What was
    imported stays: to look for garbage among it took as long as a verdict, every few verdicts."""
    with _ONE_AT_A_TIME:
        if not _engine.cache_info().currsize:
            _engine()
            gc.collect()
            gc.freeze()


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any]:
    """GX, and the one batch definition for frames, in an ephemeral context."""
    import logging

    # GX logs a traceback for every rule that raises, which the runner tells of in the result, where it belongs; and hundreds of
    # lines while it is imported, into the log of whatever server does so.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("returns")
    return gx, source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
