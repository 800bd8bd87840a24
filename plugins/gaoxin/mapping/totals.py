"""Totals of a table held against their parts: what differs is told, and nothing is mended."""

from decimal import Decimal

from gaoxin import measures
from gaoxin.containers.model import address, row_and_column
from gaoxin.i18n import Code, Message
from gaoxin.mapping.figures import figure_of
from gaoxin.mapping.model import Reading, Taken
from gaoxin.mapping.places import Placed
from gaoxin.mapping.taking import Context, of_rows, said_of
from gaoxin.plan.mappings import Total

BLANK_PARTS = Code("mapping.blank_parts", "；其中 {cells} 空着，没有计入", "; {cells} are blank and count for nothing", cells=str)
PARTS_DIFFER = Code("mapping.parts_differ", "合计写的是 {written}，各项之和是 {summed}{blank}",
                    "the total says {written}, its parts add up to {summed}{blank}",
                    written=Decimal, summed=Decimal, blank=Message | None)


def check_totals(one: Placed, taken: list[Taken], blank: list[Taken], c: Context, reading: Reading) -> None:
    """taken, blank: of this table. A part whose value cannot be told leaves nothing to compare; one that is blank is named."""
    if not any(line.total for line in one.table.rows):
        return
    quiet = Reading()
    rows = said_of(one, one.table.rows, of_rows(one), c, quiet, "row")
    totals = sorted(number for number, said in rows.items() if said.line.total)
    named = {r.number: r.levels for r in one.named}
    whole = {levels for number, levels in named.items() if number not in totals and any(
        where[0] == number for t in taken if (where := row_and_column(t.value.cell)))}
    children = {number for number, levels in named.items() if any(levels[:n] in whole for n in range(1, len(levels)))}
    cells = {where: t for t in taken if (where := row_and_column(t.value.cell))}
    empty = [where for t in blank if (where := row_and_column(t.value.cell))]
    for at in totals:
        first = max((t for t in totals if t < at), default=one.last_header) if rows[at].line.total is Total.ABOVE else 0
        last = at - 1 if rows[at].line.total is Total.ABOVE else one.rows[-1]
        for column in one.columns:
            def is_part(r: int, k: int, column: int = column, first: int = first, last: int = last) -> bool:
                return k == column and first < r <= last and r not in totals and r not in children

            parts = [t for where, t in cells.items() if is_part(*where)]
            units = {t.unit_of_measure for t in parts}
            if not parts or len(units) != 1 or not all(u and measures.adds_up(u) for u in units):
                continue
            figure = figure_of(one.sheet, (at, column), units.pop(), c.declared.marks)
            values = [v for t in parts if isinstance(v := t.value.value, Decimal)]
            if not isinstance(figure.value.value, Decimal) or len(values) < len(parts):
                continue
            summed = sum(values, Decimal(0))
            also = _untaken(one, column, {r for r, k in cells if k == column} | {*totals} | children, first, last, figure.unit, c)
            sums = ([*values], [*values, *also])  # what a mapping leaves may be a part, or one of no whole
            if all(abs(sum(each, Decimal(0)) - figure.value.value) > _rounding([figure.value.value, *each]) for each in sums):
                nothing = "、".join(address(*where) for where in sorted(empty) if is_part(*where))
                told = PARTS_DIFFER(written=figure.value.value, summed=summed,
                                    blank=BLANK_PARTS(cells=nothing) if nothing else None)
                reading.tell("mapping_parts_differ", told, one.sheet.name, address(at, column))


def _untaken(one: Placed, column: int, others: set[int], first: int, last: int, unit: str | None, c: Context) -> list[Decimal]:
    """The figures of a column in rows that nothing is taken of, without those that are part of another of these."""
    rows = [r for r in one.named if first < r.number <= last and r.number not in others]
    paths = {r.levels for r in rows}
    own = [r for r in rows if not any(r.levels[:n] in paths for n in range(1, len(r.levels)))]
    found = (figure_of(one.sheet, (r.number, column), unit, c.declared.marks).value.value for r in own)
    return [v for v in found if isinstance(v, Decimal)]


def _rounding(values: list[Decimal]) -> Decimal:
    """What rounding each figure to its last digit may make of their sum."""
    digits = [int(v.as_tuple().exponent) for v in values]
    return Decimal(len(values)) * Decimal(10) ** min(0, min(digits, default=0)) / 2
