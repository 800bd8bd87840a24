from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.later import later_behind, naming
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.gates.stale import stale
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.numerals import plain, telling
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.scoring.combining import seat_name, seats_of
from gaoxin.scoring.model import Score

_DETAIL = Code("gates.score_reached", "{name}得 {total} 分，要求 {wanted} 分；完整评分表 {whole} 张，要求 {sheets} 张{spread}",
               "{name}: {total} points, {wanted} are asked for; {whole} whole sheet(s), {sheets} are asked for{spread}",
               name=Worded, total=Decimal, wanted=str, whole=int, sheets=int, spread=Message | None)
_SPREAD = Code("gates.score_spread", "，{least} 至 {most} 分，标准差 {deviation}",
               ", {least} to {most}, standard deviation {deviation}", least=Decimal, most=Decimal, deviation=Decimal)
_NO_SHEET = Code("gates.score_none", "{name}没有完整的评分表，无法评估", "{name} has no whole sheet: not evaluated", name=Worded)
_NO_FIGURE = Code("gates.score_no_figure", "{name}有 {count} 项按指标计算，指标没有可用的数，没有总分，无法评估",
                  "{name}: {count} item(s) are computed by indicators that have no value, so there is no total: not evaluated",
                  name=Worded, count=int)
_TOO_FEW = Code("gates.score_few", "{name}的完整评分表 {whole} 张，要求 {sheets} 张，无法评估",
                "{name} has {whole} whole sheet(s) of the {sheets} that are asked for: not evaluated", name=Worded, whole=int,
                sheets=int)
_MISSING = Code("gates.score_missing", "{name}：{seat}没有交评分表", "{name}: no sheet of {seat}", name=Worded, seat=Text)
_INCOMPLETE = Code("gates.score_incomplete", "{name}：{seat}的评分表没有填完",
                   "{name}: the sheet of {seat} is not whole", name=Worded, seat=Text)
_UNKNOWN = Code("gates.score_unknown", "{name}：“{item}”按指标计算，指标没有可用的数",
                "{name}: {item} is computed by an indicator that has no value", name=Worded, item=Worded)
_OUTDATED = Code("gates.score_outdated", "{name}：{seat}的评分表是按方案改动前的分值或评法评的，须重评",
                 "{name}: the sheet of {seat} was given for points that the plan has changed since: it is to be given anew",
                 name=Worded, seat=Text)
_UNOPENED = Code("gates.score_unopened", "{name}：“{item}”低于整改线，还没有开出整改，以 gaoxin score conclude 开出",
                 "{name}: {item} falls short and no rectification was opened: open it by gaoxin score conclude",
                 name=Worded, item=Worded)
_BELOW = Code("gates.score_below", "{name}得 {total} 分，低于 {wanted} 分",
              "{name}: {total} points, below {wanted}", name=Worded, total=Decimal, wanted=str)
_PLACES = 2
_OLD = Code("gates.score_old", "{name}得 {total:2} 分，其中 {count} 项按指标计算，指标的数据不是应报的最近一期，无法评估",
            "{name}: {total:2} points, {count} item(s) of which rest on stale figures: not evaluated", name=Worded, total=Decimal,
            count=int)
_OLD_ITEM = Code("gates.score_item_old", "{name}：“{item}”按指标计算，{why}", "{name}: {item} is computed by an indicator; {why}",
                 name=Worded, item=Worded, why=Message)


class Reached(Judgement[ScoreReached]):
    """A score of too few whole sheets is none. What falls short opens rectifications as sheets come in, not by the gate; a figure
    that came after them opens none, so what falls short by it holds until it is concluded."""

    of = ScoreReached
    mendable = False

    def judge(self, case: Case, c: ScoreReached) -> CriterionResult:
        asked = case.plan.assessment(c.assessment)
        found = _score(case, c)
        lacking = _lacking(case, asked, found)
        wanted = c.at_least if c.at_least is not None else asked.pass_mark
        sheets = c.sheets or len(seats_of(asked))
        if found is None or found.total is None or wanted is None:
            told = (_NO_FIGURE(name=asked.name, count=len(found.unknown)) if found and found.filled and found.unknown
                    else _NO_SHEET(name=asked.name))
            return judged(c, None, told, (), lacking)
        evidence = tuple(f"score:{asked.id}/{s.seat}__v{s.version}" for s in found.sheets)
        if found.whole < sheets or found.incomplete or found.outdated:
            return judged(c, None, _TOO_FEW(name=asked.name, whole=found.whole, sheets=sheets), evidence, lacking)
        if old := tuple(_old_figures(case, asked)):
            return judged(c, None, _OLD(name=asked.name, total=found.total, count=len(old)), evidence, old)
        total = telling(found.total, wanted, places=_PLACES)
        detail = _DETAIL(name=asked.name, total=total, wanted=plain(wanted), whole=found.whole, sheets=sheets,
                         spread=_spread(found, wanted))
        detail = naming(case, detail, later_behind(case, case.plan.indicators_asked(c)))
        if found.total >= wanted:
            unopened = tuple(_unopened(case, asked, found))
            return judged(c, not unopened, detail, evidence, unopened)
        short = _BELOW(name=asked.name, total=total, wanted=plain(wanted))
        return judged(c, False, detail, evidence, (Shortfall(case.plan.governance.office, short, asked.id),))

    def sealed(self, case: Case, c: ScoreReached) -> Mapping[str, list[Any]]:
        found, asked = _score(case, c), case.plan.assessment(c.assessment)
        wanted = c.at_least if c.at_least is not None else asked.pass_mark
        return {"asked": [[c.assessment, "" if wanted is None else plain(wanted), c.sheets or len(seats_of(asked))]],
                "scores": [[c.assessment, s.seat, s.version, "" if s.total is None else plain(s.total)]
                           for s in sorted(found.sheets, key=lambda s: s.seat)] if found else []}


def _score(case: Case, c: ScoreReached) -> Score | None:
    return next((s for s in case.evidence.scores if s.assessment == c.assessment), None)


def _old_figures(case: Case, asked: Assessment) -> Iterator[Shortfall]:
    """Items whose indicator does not rest on what is due by now: a later return is missing, was sent back, or left it blank."""
    results, due = {r.id: r for r in case.evidence.indicators}, case.due()
    for item in asked.items:
        if item.indicator is None:
            continue
        indicator = case.plan.indicator(item.indicator)
        if why := stale(case, indicator, results.get(indicator.id), due, date.max):
            yield Shortfall(case.plan.answerable(indicator), _OLD_ITEM(name=asked.name, item=item.name, why=why),
                            f"{asked.id}~{item.id}")


def _unopened(case: Case, asked: Assessment, found: Score) -> Iterator[Shortfall]:
    for item in asked.items:
        if item.id in found.unopened:
            yield Shortfall(case.plan.governance.office, _UNOPENED(name=asked.name, item=item.name), f"{asked.id}~{item.id}")


def _spread(found: Score, wanted: Decimal) -> Message | None:
    if (s := found.spread) is None or found.whole < 2:
        return None
    least, most = (telling(v, wanted, places=_PLACES) for v in (s.least, s.most))
    return _SPREAD(least=least, most=most, deviation=telling(s.deviation, Decimal(0), places=_PLACES))


def _lacking(case: Case, asked: Assessment, found: Score | None) -> tuple[Shortfall, ...]:
    """Whose sheets are not there or not whole, and items without the figure that they are computed by."""
    missing = found.missing if found else seats_of(asked)
    again = set(found.outdated) if found else set()
    told = [*((seat, _MISSING) for seat in missing),
            *((seat, _OUTDATED if seat in again else _INCOMPLETE)
              for seat in dict.fromkeys((*found.incomplete, *found.outdated) if found else ()))]
    plan, unknown = case.plan, [item for item in asked.items if found and item.id in found.unknown]
    sheets = (Shortfall(plan.governance.office if asked.by == "experts" else seat,
                        code(name=asked.name, seat=seat_name(plan, asked, seat)), f"{asked.id}~{seat}")
              for seat, code in told)
    items = (Shortfall(plan.answerable(plan.indicator(item.indicator or "")), _UNKNOWN(name=asked.name, item=item.name),
                       f"{asked.id}~{item.id}") for item in unknown)
    return (*sheets, *items)
