"""What several sheets come to together: mean, median or trimmed mean, their spread, and which of them lie apart. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median

from gaoxin.i18n import Text
from gaoxin.plan.assessments import Assessment, ScoreItem
from gaoxin.plan.model import Plan
from gaoxin.scoring.model import Computed, ItemResult, Score, Sheet, SheetScore, Spread
from gaoxin.scoring.points import exact, sheet_score

_FEW = 2  # sheets of which none can be left out


def seats_of(asked: Assessment) -> tuple[str, ...]:
    """Whose sheets an assessment waits for: numbers of experts, or units."""
    return tuple(str(n) for n in range(1, (asked.seats or 0) + 1)) or asked.assessors


def seat_name(plan: Plan, asked: Assessment, seat: str) -> Text:
    """专家 3 号; of a unit its name."""
    if asked.by == "experts":
        return Text(f"专家 {seat} 号", f"expert {seat}")
    name = plan.unit(seat).name
    return Text(name.to("zh"), name.to("en"))


def score(asked: Assessment, sheets: Sequence[Sheet], computed: Mapping[str, Computed]) -> Score:
    """By the newest version of each seat's sheet. A sheet of a seat that the plan no longer has does not count."""
    newest = {s.seat: s for s in sorted(sheets, key=lambda s: s.version)}
    scored = tuple(sheet_score(asked, newest[seat], computed) for seat in seats_of(asked) if seat in newest)
    whole = [s for s in scored if s.total is not None]
    counted, bonus = _counted(asked, whole), {item.id for item in asked.bonus.items} if asked.bonus else set()
    total = combined(asked, [s.total for s in whole if s.total is not None])
    return Score(
        asked.id, asked.full, asked.pass_mark, total, scored,
        tuple(_item(asked, item, counted, whole, [newest[s.seat] for s in whole], computed) for item in asked.items),
        spread([s.total for s in whole if s.total is not None]),
        missing=tuple(seat for seat in seats_of(asked) if seat not in newest),
        incomplete=tuple(s.seat for s in scored if any(i.lacking and i.item not in bonus for i in s.items)),
        outliers=tuple(s.seat for s in whole if total is not None and s.total is not None
                       and len(whole) > 1 and abs(s.total - total) > asked.differs_by),
        unknown=tuple(item.id for item in asked.items
                      if item.indicator and computed.get(item.id, Computed(None)).share is None),
        versions={s.seat: s.version for s in scored},
    )


def combined(asked: Assessment, totals: Sequence[Decimal]) -> Decimal | None:
    """What these totals come to; None of none. Between the least and the greatest of them, whatever the way."""
    if not totals:
        return None
    if asked.combine == "median":
        return Decimal(median(totals))
    kept = sorted(totals)[1:-1] if asked.combine == "trimmed" and len(totals) > _FEW else list(totals)
    return _mean(kept)


def _mean(values: Sequence[Decimal]) -> Decimal:
    """Within the values, also where a third cannot be written out."""
    return min(max(exact(sum(values, Decimal(0)) / len(values)), min(values)), max(values))


def spread(totals: Sequence[Decimal]) -> Spread | None:
    if not totals:
        return None
    mean = sum(totals, Decimal(0)) / len(totals)
    variance = sum(((t - mean) ** 2 for t in totals), Decimal(0)) / len(totals)
    return Spread(min(totals), max(totals), variance.sqrt())


def _counted(asked: Assessment, whole: Sequence[SheetScore]) -> list[SheetScore]:
    """The sheets that the total is made of: by the trimmed mean all but one of the highest and one of the lowest."""
    if asked.combine != "trimmed" or len(whole) <= _FEW:
        return list(whole)
    return sorted(whole, key=lambda s: (s.total or Decimal(0), s.seat))[1:-1]


def _item(asked: Assessment, item: ScoreItem, counted: Sequence[SheetScore],
          whole: Sequence[SheetScore], sheets: Sequence[Sheet], computed: Mapping[str, Computed]) -> ItemResult:
    """An item over the sheets that count, combined as the totals are, so that items explain the total; its spread and words are
    those of all whole sheets. A bonus item falls short of nothing."""
    found = [i.points for s in counted for i in s.items if i.item == item.id and i.points is not None]
    every = [i.points for s in whole for i in s.items if i.item == item.id and i.points is not None]
    points = (Decimal(median(found)) if asked.combine == "median" else _mean(found)) if found else None
    share = asked.below if item.below is None else item.below
    bonus = asked.bonus is not None and item in asked.bonus.items
    below = not bonus and points is not None and points < share * item.points
    said = ((s.seat, w) for s in sheets for line in item.lines if line in s.lines and (w := s.lines[line].words))
    words = tuple(dict.fromkeys(said))
    told = computed[item.id].told if item.id in computed else None
    return ItemResult(item.id, item.name, points, item.points, min(every, default=None), max(every, default=None), below, words,
                      told)


def still_given(asked: Assessment, then: Assessment | None, sheet: Sheet) -> Sheet:
    """A sheet with those of its lines alone that were given for the item as it is by now. then: the assessment of the version of
    the plan under which it was entered; None where that had none. Thirty points of forty are not thirty of thirty."""
    before = {item.id: item for item in then.items} if then else {}
    kept = {line for item in asked.items for line in item.lines if _by_what(before.get(item.id)) == _by_what(item)}
    return replace(sheet, lines={name: line for name, line in sheet.lines.items() if name in kept})


def _by_what(item: ScoreItem | None) -> object:
    """What an assessor goes by; names and owners may change."""
    return item and (item.kind, item.points, item.floor or 0, item.of, item.indicator,
                     frozenset((d.id, d.points) for d in item.deductions))


def makes_good(plan: Plan, item: ScoreItem) -> str:
    """The unit that owes what an item falls short of."""
    return item.owner or (plan.answerable(plan.indicator(item.indicator)) if item.indicator else plan.governance.office)


def below(asked: Assessment, found: Score) -> list[ItemResult]:
    """The items that fall short so far that they are to be made good."""
    return [i for i in found.items if i.below]
