"""Totals of a table held against their parts: what differs is told, and nothing is mended."""

from decimal import Decimal

from gaoxin import measures
from gaoxin.containers.model import address, row_and_column
from gaoxin.i18n import Code
from gaoxin.mapping.figures import figure_of
from gaoxin.mapping.model import Reading, Taken
from gaoxin.mapping.places import Placed
from gaoxin.mapping.taking import Context, said_of
from gaoxin.plan.mappings import Total

PARTS_DIFFER = Code("mapping.parts_differ", "合计写的是 {written}，各项之和是 {summed}",
                    "the total says {written}, its parts add up to {summed}",
                    written=Decimal, summed=Decimal)


def check_totals(one: Placed, taken: list[Taken], c: Context, reading: Reading) -> None:
    """taken: of this table. A part without a value leaves nothing to compare."""
    if not any(line.total for line in one.table.rows):
        return
    quiet = Reading()
    rows = said_of(one, one.table.rows, {r.number: (r.levels, r.code) for r in one.named}, c, quiet, "row")
    totals = sorted(number for number, said in rows.items() if said.line.total)
    named = {r.number: r.levels for r in one.named}
    whole = {levels for number, levels in named.items() if number not in totals and any(
        where[0] == number for t in taken if (where := row_and_column(t.value.cell)))}
    children = {number for number, levels in named.items() if any(levels[:n] in whole for n in range(1, len(levels)))}
    cells = {where: t for t in taken if (where := row_and_column(t.value.cell))}
    for at in totals:
        first = max((t for t in totals if t < at), default=one.last_header) if rows[at].line.total is Total.ABOVE else 0
        last = at - 1 if rows[at].line.total is Total.ABOVE else one.rows[-1]
        for column in one.columns:
            parts = [t for (r, k),
                     t in cells.items() if k == column and first < r <= last and r not in totals and r not in children]
            units = {t.unit_of_measure for t in parts}
            if not parts or len(units) != 1 or not all(u and measures.adds_up(u) for u in units):
                continue
            figure = figure_of(one.sheet, (at, column), units.pop(), c.declared.marks)
            values = [t.value.value for t in parts]
            if not isinstance(figure.value.value, Decimal) or not all(isinstance(v, Decimal) for v in values):
                continue
            summed = sum((v for v in values if isinstance(v, Decimal)), Decimal(0))
            if abs(summed - figure.value.value) > _rounding([figure.value.value, *values]):
                reading.tell("mapping_parts_differ", PARTS_DIFFER(written=figure.value.value, summed=summed), one.sheet.name,
                             address(at, column))


def _rounding(values: list[object]) -> Decimal:
    """What rounding each figure to its last digit may make of their sum."""
    digits = [int(v.as_tuple().exponent) for v in values if isinstance(v, Decimal)]
    return Decimal(len(values)) * Decimal(10) ** min(0, min(digits, default=0)) / 2
