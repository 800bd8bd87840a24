"""What falls short in a pre-assessment becomes a problem, whose rectification whoever holds the assessment re-checks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from gaoxin.campaign.rechecking import again
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused
from gaoxin.gates.model import Rectification
from gaoxin.i18n import Code, Text
from gaoxin.numerals import plain, telling
from gaoxin.plan.assessments import Assessment, ScoreItem
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.model import Plan
from gaoxin.problems.model import SUBJECT
from gaoxin.problems.rules import finders_of, is_own, item_problem_id, phase_on
from gaoxin.scoring.combining import below, makes_good, seat_name, seats_of
from gaoxin.scoring.model import Score, Sheet
from gaoxin.warehouse.engine import Store

_FOUND_AGAIN = Code("scores.found_again", "销号后的评分表仍低于整改线：得 {points} 分",
                    "a sheet that came after it was closed finds it below the line: {points} points", points=Decimal)


def is_complete(w: Workplace, asked: Assessment, found: Score) -> bool:
    """Whether as many whole sheets are in as a gate asks for, or all of them: then what falls short is to be made good."""
    wanted = [c.sheets for p in w.plan.phases for c in p.gate.criteria
              if isinstance(c, ScoreReached) and c.assessment == asked.id and c.sheets]
    return found.whole >= min([*wanted, len(seats_of(asked))]) and not (found.incomplete or found.outdated)


def open_short(w: Workplace, store: Store, asked: Assessment, found: Score, by: str) -> list[str]:
    """The problems of an assessment that are not there yet, and those that were closed before a sheet came that finds the same
    amiss. Their ids rest on the item: what it comes to may move, and it stays one problem."""
    items, today = {item.id: item for item in asked.items}, local_day(w.now)
    known = {r.id: r for r in store.decisions.rectifications(w.plan.id, LATEST)}
    newest = {s.seat: s for s in sorted(store.scores.sheets(w.plan.id, LATEST, asked.id), key=lambda s: s.version)}
    opened = []
    for result in below(asked, found):
        item = items[result.item]
        owner, points = makes_good(w.plan, item), result.points or Decimal(0)
        finder = _finder(w.plan, by, owner)
        said = "；".join(f"{seat_name(w.plan, asked, seat).zh}：{words}" for seat, words in result.words)
        points = telling(points, item.points, _line(asked, item), places=2)
        text = f"{item.name.to('zh')}：得 {plain(points)} 分，满分 {plain(item.points)} 分"
        text += f"（{said}）" if said else ""
        id = item_problem_id(w.plan.id, asked.id, owner, item.id)
        standard = item.standard.to("zh") if item.standard else f"达到满分 {plain(item.points)} 分"
        subject = SUBJECT(text=text, source=asked.name.to("zh"))
        due = w.plan.workdays.next_workday(today + timedelta(days=asked.mend_days))
        before = known.get(id)
        if before is not None and before.closed_at is not None and _found_again(asked, item, found, newest, before.closed_at):
            new = store.problems.record(replace(again(before, w.now, due), subject=subject),
                                        because=_FOUND_AGAIN(points=points).zh)
        else:
            new = store.problems.record(Rectification(
                id=id, campaign=w.plan.id, phase=asked.phase or phase_on(w.plan, today), criterion="", ref="", owner=owner,
                subject=subject, opened_at=w.now, due=due, origin="assessment",
                finder=finder, source=asked.name.to("zh"), standard=standard, found_on=today))
        opened += [id] if new else []
    return opened


def _found_again(asked: Assessment, item: ScoreItem, found: Score, newest: Mapping[str, Sheet], closed_at: datetime) -> bool:
    """Whether a sheet that came after the closing has the item below its line itself."""
    line = _line(asked, item)
    return any(s.seat in newest and newest[s.seat].recorded_at > closed_at
               and any(i.item == item.id and i.points is not None and i.points < line for i in s.items) for s in found.sheets)


def _line(asked: Assessment, item: ScoreItem) -> Decimal:
    """The points below which an item is to be made good."""
    return (asked.below if item.below is None else item.below) * item.points


def _finder(plan: Plan, by: str, owner: str) -> str:
    """Who re-checks: the unit that entered it, or, since nobody re-checks their own, the first other one that may."""
    for unit in (by, *finders_of(plan)):
        if unit in finders_of(plan) and not is_own(plan, unit, owner):
            return unit
    raise Refused(Text("方案中没有能复查的其他单位", "the plan has no other unit that could re-check"), where=owner,
                  todo=Text("在方案中写明督查或考核单位", "name a supervision or assessment unit in the plan"))
