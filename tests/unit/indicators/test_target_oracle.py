"""Targets from facts to figures, against an evaluator of its own kind: brute force over years, and no World.

The one below shares nothing with the judge but the plan's target models. It knows yearly figures of two units, each the
committee of a zone, and says what a target comes to by the rules as they are documented.
"""

from __future__ import annotations

from decimal import Context, Decimal
from itertools import permutations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.clock import parse_as_of
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Fact, Facts
from tests.certain import certain

DEMO = Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml"
UNITS = {"north": "committee", "south": "science"}
YEARS = range(2020, 2025)
AS_OF = parse_as_of("2025-01-15")
MET, NOT, UNKNOWN = "met", "not_met", "unknown"

# --- random plans and figures -------------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.integers(-3, 12), st.sampled_from(["0.5", "2.25", "99.99"])).map(lambda n: Decimal(str(n)))
COMPARED = st.builds(lambda c, n: {c: n}, st.sampled_from(["at_least", "more_than", "at_most", "less_than"]), NUMBERS)
DERIVED = st.one_of(
    st.just({}), st.just({}), st.sampled_from([{k: "year"} for k in ("growth", "increase", "gain")]),
    st.builds(
        lambda k, y: {k: str(y)},
        st.sampled_from(["average_growth_since", "increase_since", "gain_since", "times_of", "total_since"]),
        st.sampled_from(YEARS),
    ),
    st.integers(2, 3).map(lambda n: {"mean_of_years": n}), st.just({"against": "city"}),
)
SCOPE: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}), st.just({}), st.sampled_from([{"zone": "north"}, {"zone": "south"}])
)
OF = st.sampled_from([{}, {"of": "state"}, {"of": "flow"}])
LEAF = st.builds(lambda *parts: {k: v for p in parts for k, v in p.items()}, COMPARED, DERIVED, SCOPE, OF)
CLASS = st.builds(
    lambda c, n, named: c | ({"zones": len(named), "named": named} if named else {"zones": n}),
    COMPARED, st.integers(1, 2), st.sampled_from([[], [], ["north"], ["south"], ["north", "south"]]),
)
TIERS = st.builds(lambda classes, of: {"tiers": classes} | of, st.lists(CLASS, min_size=1, max_size=3), OF)
WORDS = st.just({"unquantified": "大幅提升"})


def _composed(inner):
    two = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        two.map(lambda x: {"any_of": x}), two.map(lambda x: {"all_of": x}),
        two.map(lambda x: {"whole": x[0], "of_which": x[1:]}),
        st.builds(lambda z, t: {"each_zone": z, "target": t}, st.sampled_from([["all"], ["north"], ["south", "north"]]), inner),
    )


TARGETS = st.recursive(st.one_of(LEAF, LEAF, LEAF, TIERS, WORDS), _composed, max_leaves=6)
FIGURES = st.dictionaries(  # a return that is missing leaves both figures out
    st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from(YEARS)),
    st.tuples(NUMBERS, NUMBERS), max_size=10,
)
POINTS = st.lists(
    st.tuples(st.sampled_from(YEARS), NUMBERS, st.sampled_from(["2023-03-01", "2025-01-15", "2025-01-16", "2024-02-29"])),
    min_size=1, max_size=4, unique_by=lambda p: (p[0], p[2]),
)


def made(target, points) -> Plan:
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    data["zones"] = [{"id": z, "name": z, "committee": u} for z, u in UNITS.items()]
    data["references"] = [{"id": "city", "name": "全市", "unit": "亿元", "source": "公报", "values": [
        {"period": str(y), "value": v, "published": day} for y, v, day in points
    ]}]
    data["forms"] = [{
        "id": "report", "name": "年报", "kind": "series", "periodicity": "year", "first": "2020", "last": "2024",
        "due": {"days": 10},
        "units": list(UNITS.values()), "variables": [
            {"id": i, "name": i, "unit": "亿元", "kind": kind, "min": None} for i, kind in (("s", "stock"), ("f", "flow"))
        ],
    }]
    measures = [
        {"id": i, "unit": "亿元", "formula": "x", "inputs": {"x": {"variable": v}}} for i, v in (("state", "s"), ("flow", "f"))
    ]
    data["indicators"] = [{"id": "one", "name": "一", "source": "附件", "measures": measures, "targets": [
        {"target": target, "due": "2024-12", "source": "附件"},
    ]}]
    data["phases"] = [{**data["phases"][0], "gate": {"deadline": "2024-02", "criteria": [
        {"kind": "deliverables_present", "id": "work_done"}]}}]
    data["tasks"] = data["tasks"][:1]
    return Plan.model_validate(data)


def facts_of(figures) -> Facts:
    series, received = [], set()
    for (zone, year), values in figures.items():
        period, unit = Period.parse(str(year)), UNITS[zone]
        received.add(("report", unit, period))
        series += [
            Fact("demo", "report", unit, v, period, x, "亿元", AS_OF, f"{unit}{year}", 1, "0" * 64, "数据", f"D{n}")
            for n, (v, x) in enumerate(zip(("s", "f"), values, strict=True), 2)
        ]
    return Facts(AS_OF, tuple(series), (), frozenset(received))


# --- the other evaluator: (truth, value, gap, completion) ---------------------------------------------------------------

NOTHING = (UNKNOWN, None, None, None)
HIGHER = ("at_least", "more_than")


def series(figures, of, zone):
    at = {"state": 0, "flow": 1}[of or "state"]
    zones = [zone] if zone else list(UNITS)
    return {y: sum(figures[z, y][at] for z in zones) for y in YEARS if all((z, y) in figures for z in zones)}


def derived(target, years, points):
    """(value, limit, whether it still grows), or None where it cannot be told."""
    key = next((k for k in target if k not in ("of", "zone", "at_least", "more_than", "at_most", "less_than")), None)
    limit = next(target[c] for c in ("at_least", "more_than", "at_most", "less_than") if c in target)
    if not years:
        return None
    last = max(years)
    now, since = years[last], int(target[key]) if key and str(target[key]).startswith("20") else None
    base = years.get(last - 1 if since is None else since)
    if key is None:
        return now, limit, False
    if key == "against":
        known = [p for p in points if p[0] <= last and p[2] <= "2025-01-15"]
        if not known:
            return None
        newest = max(p[0] for p in known)
        return now, limit + max((p[2], p[1]) for p in known if p[0] == newest)[1], False
    if key == "mean_of_years":
        wanted = [last - n for n in range(target[key])]
        return (sum(years[y] for y in wanted) / len(wanted), limit, False) if all(y in years for y in wanted) else None
    if key == "total_since":
        wanted = list(range(certain(since), last + 1))
        if not wanted or any(y not in years for y in wanted):
            return None
        return sum(years[y] for y in wanted), limit, last < 2024
    if base is None:
        return None
    if key in ("increase", "increase_since"):
        return now - base, limit, False
    if key in ("gain", "gain_since"):
        return base - now, limit, False
    if base <= 0:
        return None
    if key == "growth":
        return 100 * (now / base - 1), limit, False
    if key == "times_of":
        return now / base, limit, False
    if last == since or now < 0:
        return None
    root = Context(prec=15).plus((now / base) ** (Decimal(1) / (last - since))) if now else Decimal(0)
    return 100 * (root - 1), limit, False


def leaf(target, figures, points, zone):
    found = derived(target, series(figures, target.get("of"), target.get("zone", zone)), points)
    if found is None:
        return NOTHING
    value, limit, grows = found
    key = next(c for c in ("at_least", "more_than", "at_most", "less_than") if c in target)
    met = {"at_least": value >= limit, "more_than": value > limit, "at_most": value <= limit, "less_than": value < limit}[key]
    if met and grows and key not in HIGHER:
        return UNKNOWN, value, None, None
    digits = max(0, *(-n.as_tuple().exponent for n in (value, limit)))
    gap = Decimal(0) if met else abs(value - limit) or Decimal(10) ** -digits
    quotient = limit > 0 and (key in HIGHER or value > 0)
    done = Decimal(int(met)) if not quotient else max(value, Decimal(0)) / limit if key in HIGHER else limit / value
    return MET if met else NOT, value, gap, done


def tiers(target, figures, points):
    places = [(c, name) for c in target["tiers"] for name in (c.get("named") or [None] * c["zones"])]

    def most(counts):
        best = 0
        for order in permutations([*UNITS, *[None] * len(places)], len(places)):
            ok = 0
            for (c, name), zone in zip(places, order, strict=True):
                plain = {k: v for k, v in c.items() if k not in ("zones", "named")} | {"of": target.get("of", "state")}
                ok += zone is not None and name in (None, zone) and leaf(plain, figures, points, zone)[0] in counts
            best = max(best, ok)
        return best

    surely, perhaps = most((MET,)), most((MET, UNKNOWN))
    if surely == len(places):
        return MET, Decimal(surely), Decimal(0), Decimal(1)
    if perhaps < len(places):
        return NOT, Decimal(surely), Decimal(len(places) - surely), Decimal(surely) / len(places)
    return UNKNOWN, Decimal(surely), None, None


def contradicts(target, figures, zone):
    """A plain part of the same zone and year above its plain whole."""
    def plain(t):
        return set(t) <= {"of", "zone", "at_least", "more_than", "at_most", "less_than"}

    def last(t):
        years = series(figures, t.get("of"), t.get("zone", zone))
        return (max(years), years[max(years)]) if years else None

    whole = target["whole"]
    if not plain(whole) or last(whole) is None:
        return False
    same = [t for t in target["of_which"] if plain(t) and t.get("zone", zone) == whole.get("zone", zone) and last(t)]
    return any(last(t)[0] == last(whole)[0] and last(t)[1] > last(whole)[1] for t in same)


def expected(target, figures, points, zone=None):
    if "unquantified" in target:
        return NOTHING
    if "tiers" in target:
        return tiers(target, figures, points)
    if "any_of" in target:
        parts = [expected(t, figures, points, zone) for t in target["any_of"]]
        truths = [p[0] for p in parts]
        truth = MET if MET in truths else UNKNOWN if UNKNOWN in truths else NOT
        best = max(parts, key=lambda p: (p[0] == MET, p[3] is not None, p[3] or 0, -(p[2] or 0)))
        return truth, *best[1:]
    if "each_zone" in target:
        zones = UNITS if target["each_zone"] == ["all"] else [z for z in UNITS if z in target["each_zone"]]
        parts = [expected(target["target"], figures, points, z) for z in zones]
    elif "all_of" in target or "whole" in target:
        of = target.get("all_of") or [target["whole"], *target["of_which"]]
        parts = [expected(t, figures, points, zone) for t in of]
        if "whole" in target and contradicts(target, figures, zone):
            return UNKNOWN, parts[0][1], None, None
    else:
        return leaf(target, figures, points, zone)
    truths = [p[0] for p in parts]
    truth = NOT if NOT in truths else UNKNOWN if UNKNOWN in truths else MET
    rank = {NOT: 0, UNKNOWN: 1, MET: 2}
    worst = min(parts, key=lambda p: (rank[p[0]], -1 if p[3] is None else p[3], -(p[2] or 0)))
    return truth, *worst[1:]


def close(found, figures):
    for seen, meant in zip((found.value, found.gap, found.completion), figures, strict=True):
        assert (seen is None) == (meant is None)
        assert seen is None or float(seen) == pytest.approx(float(meant), rel=1e-12, abs=1e-12)


def leaf_of(target):
    return not {"any_of", "all_of", "each_zone", "whole"} & set(target)


def of_whole(target):
    """The one value that a whole, or the whole within it, asks for; None where it asks for several."""
    return target if leaf_of(target) else of_whole(target["whole"]) if "whole" in target else None


@settings(max_examples=150)
@given(target=TARGETS, figures=FIGURES, points=POINTS)
def test_every_target_comes_to_what_brute_force_makes_of_it(target, figures, points):
    (found,) = evaluate_indicators(made(target, points), facts_of(figures), AS_OF)
    truth, value, gap, done = expected(target, figures, points)
    assert found.truth.value == truth
    decides = found.part or found
    if value is None:  # of what decides nothing is known; the whole's own figure may be known all the same
        assert found.part is None
    else:
        close(decides, (value, gap, done))
    if "whole" in target and not contradicts(target, figures, None):  # whatever part decides
        if (whole := of_whole(target["whole"])) is not None:
            close(found, expected(whole, figures, points)[1:])
    elif leaf_of(target):
        close(found, (value, gap, done))
        assert found.part is None
    assert (found.reason is not None) == (found.status.value == "unknown")
    verdict = found.at_due.verdict if found.at_due else None
    if truth == MET:  # by what came later, or by what is too old, it is not simply met
        assert found.status.value in ((MET,) if verdict in (None, MET) else ("met_late", UNKNOWN))
    else:
        assert found.status.value == (UNKNOWN if truth == UNKNOWN else "since_lost" if verdict == MET else "off_track")
