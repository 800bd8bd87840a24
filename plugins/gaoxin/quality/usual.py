"""How far a figure lies from what its unit's own history, its season and its peers lead to expect. Pure.

Everything is on logarithms, as errors of level are factors: a decimal point, a unit of measure, a nought too many. A figure is
held against the median of its unit's own earlier ones (Iglewicz & Hoaglin 1993), and the distance against a limit that grows
with how much they vary (algorithm A of ISO 13528); to below with how much they vary there, as flows are skewed (so do Hidiroglou
& Berthelot 1986 by the quartiles of either side). What explains it acquits it: the latest figure, where the series moves in small
steps (a level that has shifted is asked about once: Chen & Liu 1993), the same season a year ago, or that the peers moved
alike (the ratio edit of Hidiroglou & Berthelot 1986); after a gap also that it went on as before. How little a short history
says of variation is made up by that of the peers, else by `_PRIOR`. Decimals that the unit never writes, or always does, agree
with a shifted point and let a smaller distance count: two agreeing signals, the smaller the rarer they are on right figures (the
odds of a shifted figure against a right one: Di Zio, Guarnera & Luzi 2005). Limits were measured by bench/detection.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import exp, inf, log, sqrt
from statistics import median

from gaoxin.periods import Period
from gaoxin.plan.forms import VariableKind
from gaoxin.quality.history import Past
from gaoxin.quality.signs import apart, crosses, strange
from gaoxin.quality.spreads import spread as spread_of
from gaoxin.quality.stepped import STEADY

_PRIOR, _PRIOR_COUNTS = 0.65, 1.5        # spread of logarithms where nothing is known, and how many figures it stands for
_PEERS_COUNT, _PEERS_LEAST = 6.0, 0.1    # how many figures the spread among peers stands for, and the least that it may be
_ENOUGH_PEERS = 5
_LEAST = log(3)                          # no smaller factor is asked about
_LEAST_AGREEING = log(2.5)               # … where the decimals agree
_SPREADS = {True: (4.1, 3.6), False: (3.5, 3.5)}  # of a flow, and not: multiples of the spread to below, and up
_LACKING = 1.85                          # … where decimals are lacking, as in one right figure of ten
_LACKING_MORE = 1.2                      # … where more than one is, as in one of a hundred
_TWO_PLACES = log(7)                     # where a figure is about as likely to be shifted so far as to be right
_EXCESS, _EXCESS_OF = 1.3, 3             # … where there are more than any of so many figures had
_ALONE = 1.08                            # more of it where no peers tell how much such figures vary
_FIRST = log(8)                          # of a second figure, where nothing tells how much it varies
_YEAR_END = (log(12), log(6))            # the last period of a year, of which no earlier one is known: flows peak there
_NEAR = log(1.8)                         # what lies so near an expectation is explained by it
_GROWTH = log(1.25)                      # a year, of what may well grow while nothing is reported
_SEASONAL, _TOGETHER = 0.4, 0.6          # spreads of years and among peers up to which they explain anything
_OFF_SEASON, _OFF_SPREADS = log(4), 5.0  # off the season: the least, and multiples of the spread of the years
_SEASONS = ((5, 0.3), (3, 0.12))         # … of so many years' steps, and the spread up to which they tell of a season
_FAR, _FAR_SHARE = 4.0, 0.25             # spreads off the others that no size explains; of a larger share they are a kind of unit
_FEW = 30                                # counts of events of a median below it come one by one: a nought is usual
_MANY_COUNTS = Decimal("2.5")            # … and what lies within this multiple of the highest is too
_NEVER_COUNTED, _NEVER_OF = 20, 3        # … and beyond this multiple of the highest of so many is not
_FIRST_COUNTS = 10                       # a first count of events within this multiple of the peers' median is usual
_PEERS_LEVEL = (3.0, 4.0, 0.5)           # of a first figure among peers: multiples of their spread up and down, its least
_PEERS_LACKING = (2.0, 1.2)              # … up, where one decimal is lacking, and more
_NOUGHT = 9.0                            # how far a nought lies where history has none
_NOUGHT_OF, _NOUGHT_OF_ERRATIC = 2, 4    # figures without one: of others, and of flows whose spread is above the next
_ERRATIC = 0.4                           # … and no peers tell: what comes by fits and starts may pause (Syntetos et al. 2005)
_NOUGHT_AMONG = 8                        # others without one, of a first figure
_NOUGHTS = 0.2                           # share of the peers whose noughts excuse it
_ROUNDS = 8                              # of algorithm A


@dataclass(frozen=True)
class Usual:
    """suspicion: distance over its limit; above 1 it is asked about. limit: the factor that the limit is. latest: of the earlier
    figures, None of a first one. centre: the median that it was held against, as a figure of this period.
    shifted: by how many places its decimals look shifted, 0 where they do not. peers: how many units' figures `centre` is of.
    sign: it has one that was never reported. apart: how far it may lie from `centre`, where the distance counts and no factor.
    season: the figure of a year ago, where it is off its season alone."""

    suspicion: float
    limit: float
    factor: float
    centre: float
    latest: Past | None = None
    shifted: int = 0
    peers: int = 0
    sign: bool = False
    apart: float | None = None
    season: Past | None = None


def usual(value: Decimal, now: Period, own: Sequence[Past], peers: Sequence[Sequence[Past | None]], kind: VariableKind,
          counted: bool = False, most: Decimal | None = None, *, signed: bool = False, rate: bool = False,
          written: Sequence[Decimal] | None = None, since: int | None = None) -> Usual | None:
    """value: of period `now`. own: the unit's earlier figures, the oldest first. peers: of each other unit the figures of `now`
    and of the two periods before it. counted: whether it is a number of things. most: the factor beyond which the plan says to
    ask, in place of one that is learnt. signed: whether it may lie below nought; rate: whether it is a percentage. written: the
    unit's figures as they were reported, since: how many of them on the present level, where that moved.
    None where nothing can be said: no history and too few peers, a figure or history of noughts."""
    one = _Series(value, now, own, peers, kind, counted, written)
    if signed and most is None and own and one.logs and crosses(own, peers, rate):
        return one.crossing(rate)
    if signed and (found := one.strange_sign(rate)) is not None:
        return found
    if value == 0:
        return one.nought() if own else None if signed else one.first_nought()
    if one.few and one.logs and abs(value) <= max(Decimal(10), _MANY_COUNTS * max(abs(p.value) for p in own)):
        return Usual(0.0, exp(_LEAST), one.factor, one.centre, one.latest)
    if one.few and not one.logs and len(own) >= 2:
        return Usual(abs(float(value)) / _FEW, inf, inf, 0.0, one.latest)
    return one.level(most, since or len(own)) if one.logs else one.among_peers()


class _Series:
    """A figure beside those it is held against, on logarithms and, of cumulative ones, by the period of the year."""

    def __init__(self, value: Decimal, now: Period, own: Sequence[Past], peers: Sequence[Sequence[Past | None]],
                 kind: VariableKind, counted: bool, written: Sequence[Decimal] | None) -> None:
        self.written = [p.value for p in own] if written is None else [*written]
        self.value, self.now, self.own, self.cumulative = value, now, own, kind is VariableKind.CUMULATIVE
        self.flows = kind is VariableKind.FLOW
        whole = all(v == v.to_integral_value() for v in (value, *self.written))
        events = counted and kind is not VariableKind.STOCK
        known = [p.value for p in own] or [one[0].value for one in peers if one and one[0]]
        self.few = events and whole and bool(known) and median(abs(float(v)) for v in known) < _FEW
        self._added = 1.0 if self.few else 0.0  # so that counts of 1 and 2 lie near each other
        self.logs = [(p.period, self._log(p.value, p.period)) for p in own if p.value]
        self.peers = peers
        self.latest = own[-1] if own else None
        self.here = self._log(value, now) if value else -inf

    def _log(self, value: Decimal, period: Period) -> float:
        return log(abs(float(value)) / (period.number if self.cumulative else 1) + self._added)

    def _figure(self, at: float) -> float:
        """The figure of this period that has such a logarithm."""
        return (exp(at) - self._added) * (self.now.number if self.cumulative else 1)

    @property
    def centre(self) -> float:
        return self._figure(median(at for _, at in self.logs)) if self.logs else 0.0

    @property
    def factor(self) -> float:
        """By how much it differs from the latest earlier figure, by the period of the year where cumulative."""
        if not self.logs:
            return inf
        return exp(abs(self.here - self.logs[-1][1])) if self.value else inf

    def crossing(self, rate: bool) -> Usual:
        """By the distance, and by the factor too where its sign is none that was never reported."""
        by = self.now.number if self.cumulative else 1
        values = [float(p.value) / (p.period.number if self.cumulative else 1) for p in self.own]
        here = float(self.value) / by
        suspicion, limit = apart(here, values, rate)
        never = len(values) >= _NEVER_OF and all((v < 0) != (here < 0) for v in values if v)
        if suspicion > 1 and self.value and not never:
            suspicion = min(suspicion, self.level(None, len(self.own)).suspicion)
        return Usual(suspicion, inf, self.factor, median(values) * by, self.latest, apart=limit * by)

    def strange_sign(self, rate: bool) -> Usual | None:
        """A sign that was never reported."""
        logs = [at for _, at in self.logs]
        if not strange(float(self.value), self.own, self.peers, _scale(logs) if len(logs) > 1 else inf, rate):
            return None
        now = sum(bool(one and one[0]) for one in self.peers)
        return Usual(_NOUGHT, inf, self.factor, self.centre, self.latest, peers=0 if self.own else now, sign=True)

    def first_nought(self) -> Usual | None:
        """A first figure that is nought, where many others report it and none has any. Small counts may well be nought."""
        now = [abs(float(one[0].value)) for one in self.peers if one and one[0]]
        if self.few or len(now) < _NOUGHT_AMONG or any(at and not at.value for one in self.peers for at in one):
            return None
        return Usual(_NOUGHT, inf, inf, median(now), peers=len(now))

    def nought(self) -> Usual:
        """A nought where there has never been one, here or elsewhere. Small counts may well be nought."""
        now = [one[0].value for one in self.peers if one and one[0]]
        seen = any(p.value == 0 for p in self.own) or now.count(Decimal(0)) > _NOUGHTS * len(now)
        erratic = self.flows and len(self.logs) > 1 and _scale([at for _, at in self.logs]) > _ERRATIC
        told = len(self.own) >= (_NOUGHT_OF_ERRATIC if erratic else _NOUGHT_OF) or len(now) >= _ENOUGH_PEERS
        if self.few:
            told = len(self.own) >= 6 and median(float(p.value) for p in self.own) >= 8
        return Usual(_NOUGHT if told and not seen else 0.0, exp(_LEAST), inf, self.centre, self.latest)

    def among_peers(self) -> Usual | None:
        """A first figure, among those that other units report of this period, or of the one before."""
        found = self._levels(0)
        if len(found) < 3:
            found = self._levels(1)
        if len(found) < 3:
            return None
        if self.few and float(abs(self.value)) <= max(10, _FIRST_COUNTS * (exp(median(found)) - self._added)):
            return Usual(0.0, exp(_LEAST), exp(abs(self.here - median(found))), self._figure(median(found)), peers=len(found))
        middle, spread = median(found), spread_of(found).mad if self.few else _scale(_of_one_kind(found))
        up, down, least = _PEERS_LEVEL
        away = self.here - middle
        shifted = self._shifted(away, [at.value for one in self.peers for at in one if at and at.value])
        limit = max(spread, least) * (
            down if away < 0 else _PEERS_LACKING[shifted > 1] if shifted else up)
        if shifted > 1:
            limit = max(limit, _TWO_PLACES)
        return Usual(abs(away) / limit, exp(limit), exp(abs(away)), self._figure(middle),
                     shifted=_as_much(shifted, away), peers=len(found))

    def level(self, most: Decimal | None, since: int) -> Usual:
        """Against the unit's own figures, unless something explains it. since: of which the last are on the present level."""
        logs = [at for _, at in self.logs]
        away, pooled = self.here - median(logs), self._pooled is not None
        spread = self._own_spread(logs, away < 0) * sqrt((1 + 1 / since) / (1 + 1 / len(self.own)))
        shifted = self._shifted(away, self.written)
        limit = log(float(most)) if most is not None else _limit(
            spread * (1 if pooled else _ALONE), _SPREADS[self.flows][away > 0], shifted, len(self.own))
        if len(logs) == 1 and not pooled and most is None and not shifted:
            limit = min(limit, _FIRST)  # nothing tells how much it varies
        if self.few and len(self.own) >= _NEVER_OF:
            highest = max(abs(float(p.value)) for p in self.own)
            limit = min(limit, log(_NEVER_COUNTED * highest + self._added) - median(logs))
        year_ago = dict(self.logs).get(self.now.year_earlier)
        if year_ago is None and self.flows and self.now.number == self.now.periodicity.per_year > 1 and most is None:
            limit = max(limit, _YEAR_END[bool(shifted)])
        suspicion = abs(away) / limit
        if suspicion > 1 and self._explained(logs, spread, year_ago):
            suspicion = 0.0
        elif suspicion <= 1 and most is None and (off := self._off_season()) is not None and off.suspicion > 1:
            return off
        return Usual(suspicion, exp(limit), self.factor, self.centre, self.latest, _as_much(shifted, away))

    def _own_spread(self, logs: list[float], down: bool) -> float:
        """How much a next figure may well differ from the median, by own figures and, as they are few, by the peers'. down: to
        below."""
        pooled, n = self._pooled, len(logs)
        prior, weight = (_PRIOR, _PRIOR_COUNTS) if pooled is None else (max(pooled, _PEERS_LEAST), _PEERS_COUNT)
        found = prior
        if n > 1:
            own = max(_scale(logs), 0.9 * _below(logs) if down else 0.0)
            found = sqrt((weight * prior**2 + (n - 1) * own**2) / (weight + n - 1))
            found *= 1 + (0.5 if pooled is None else 0.1) / n
        return max(found, 0.5 if self.few else 0.0) * sqrt(1 + 1 / n)

    @cached_property
    def _pooled(self) -> float | None:
        """How much a figure of the peers varies by itself, by their steps into this period and the one before."""
        if self.few:
            return None
        both = [spread_of(steps).mad for steps in (self._steps(0), self._steps(1)) if len(steps) >= _ENOUGH_PEERS]
        return sqrt(sum(one**2 for one in both) / len(both) / 2) if both else None

    def _steps(self, back: int) -> list[float]:
        """The peers' steps into the period that lies so far back."""
        found = [(one[back], one[back + 1]) for one in self.peers if len(one) > back + 1]
        return [self._log(to.value, to.period) - self._log(at.value, at.period)
                for to, at in found if to and at and to.value and at.value]

    def _levels(self, back: int) -> list[float]:
        """The peers' figures of the period that lies so far back."""
        found = [one[back] for one in self.peers if len(one) > back]
        return [self._log(at.value, at.period) for at in found if at and at.value]

    def _shifted(self, away: float, others: list[Decimal]) -> int:
        """By how many places the decimals agree with a point that was shifted: to the right where it lies above and has fewer
        than nearly all others, or than each, to the left where it lies below and has more than any."""
        if self.few or not others:
            return 0
        places, mine = [_places(one) for one in others], _places(self.value)
        usual, least = max(places), min(places)
        lacking = usual - mine
        if away > 0 and lacking > 0 and (3 * sum(one < usual for one in places) <= len(places) or mine < least):
            return lacking
        return min(lacking, 0) if away < 0 else 0

    def _explained(self, logs: list[float], spread: float, year_ago: float | None) -> bool:
        """Whether the latest figure, the season or the peers explain it."""
        steps = [b - a for a, b in pairwise(logs)]
        stepping = spread_of(steps).mad if len(steps) >= 3 else None
        if (stepping <= STEADY if stepping is not None else len(logs) < 4) and (
                self._near(logs[-1], stepping) or self._went_on()):
            return True
        if year_ago is not None:
            known = dict(self.logs)
            years = [at - known[p.year_earlier] for p, at in self.logs if p.year_earlier in known]
            yearly = spread_of(years).mad if len(years) >= 3 else None
            if (spread <= 0.55 or (yearly is not None and yearly <= _SEASONAL)) and self._near(year_ago, yearly):
                return True
        if len(logs) <= 3 and any(self._near(at) for at in logs):
            return True
        together = self._steps(0)
        if len(together) >= _ENOUGH_PEERS and (apart := spread_of(together).mad) <= _TOGETHER:
            return self._near(logs[-1] + median(together), apart)
        return False

    def _off_season(self) -> Usual | None:
        """A figure that may be one of its unit's, and not in this season: by the steps from year to year, where these are alike,
        as far as neither the latest figure nor the peers explain it."""
        known = dict(self.logs)
        years = [at - known[p.year_earlier] for p, at in self.logs if p.year_earlier in known]
        of = next((p for p in self.own if p.period == self.now.year_earlier and p.value), None)
        alike = next((most for many, most in _SEASONS if len(years) >= many), None)
        if of is None or self.few or alike is None or (spread := _scale(years)) > alike:
            return None
        expected = known[of.period] + median(years)
        limit = max(_OFF_SEASON, _OFF_SPREADS * spread)
        together, latest = self._steps(0), self.logs[-1][1]
        if abs(self.here - expected) <= limit or self._near(latest) or (
                len(together) >= _ENOUGH_PEERS and self._near(latest + median(together), spread_of(together).mad)):
            return None
        away = abs(self.here - expected)
        return Usual(away / limit, exp(limit), exp(away), self._figure(expected), self.latest, season=of)

    def _went_on(self) -> bool:
        """After a gap, whether it lies where the series was heading: between the latest figure and what as much more each period
        as before makes of it, or what growth alone may in years where its pace is unknown."""
        ages = [_numbered(self.now) - _numbered(period) for period, _ in self.logs]
        missed, latest = ages[-1], self.logs[-1][1]
        if missed < 2 or self.own[-1].period != self.logs[-1][0]:  # noughts are no gap
            return False
        paces = [(b - a) / (older - newer) for (older, a), (newer, b) in pairwise(
            (age, at) for age, (_, at) in zip(ages, self.logs, strict=True))]
        if len(paces) < 3:
            further = latest + _GROWTH * max(0.0, missed / self.now.periodicity.per_year - 1)
        else:
            further = latest + median(paces) * missed
        apart = spread_of(paces).mad * sqrt(missed) if len(paces) >= 3 else None
        return self._near(sorted((latest, self.here, further))[1], apart)

    def _near(self, expected: float, spread: float | None = None) -> bool:
        return abs(self.here - expected) <= max(_NEAR, 2 * spread if spread is not None else 0)


def _numbered(period: Period) -> int:
    """Its place among all of its periodicity."""
    return period.year * period.periodicity.per_year + period.number


def _as_much(shifted: int, away: float) -> int:
    """The places by which decimals look shifted, where the distance is of that size."""
    return shifted if abs(away - shifted * log(10)) <= _LEAST else 0


def _limit(spread: float, spreads: float, shifted: int, many: int) -> float:
    """spreads: how many of them where decimals say nothing. shifted: places by which decimals agree with a shifted point.
    many: figures whose decimals were looked at."""
    if not shifted:
        return max(_LEAST, spreads * spread)
    rare = _EXCESS if shifted < 0 and many >= _EXCESS_OF else _LACKING
    limit = rare * spread
    if shifted > 1:
        limit = min(limit, max(_LACKING_MORE * spread, _TWO_PLACES))
    return max(_LEAST_AGREEING, limit)


def _scale(values: Sequence[float]) -> float:
    """The spread of two figures or more of which some may be outliers: algorithm A of ISO 13528, by which a far one counts as if
    it lay 1.5 spreads off. Where most are alike, nearly the standard deviation."""
    middle, (found, deviation) = median(values), spread_of(values)
    for _ in range(_ROUNDS):
        near = [min(max(v, middle - 1.5 * found), middle + 1.5 * found) for v in values]
        middle = sum(near) / len(near)
        found = 1.134 * sqrt(sum((v - middle) ** 2 for v in near) / (len(near) - 1))
    return max(found, 0.85 * deviation)


def _of_one_kind(values: Sequence[float]) -> Sequence[float]:
    """Without the few that no size explains: each of several units with the same wrong unit of measure hid the others."""
    middle, spread = median(values), spread_of(values).mad
    near = [v for v in values if abs(v - middle) <= max(_FAR * spread, _TWO_PLACES)]
    return near if len(near) >= max(3, (1 - _FAR_SHARE) * len(values)) else values


def _below(values: Sequence[float]) -> float:
    """The spread of the half below the median."""
    middle = median(values)
    return sqrt(2 * sum(min(v - middle, 0.0) ** 2 for v in values) / max(1, len(values) - 1))


def _places(value: Decimal) -> int:
    """Decimals that a figure uses; of 1500 it is −2."""
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and value else 0
