"""Entries taken out of a register: rows of fields, with group rows, totals and several names in one cell between them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gaoxin.containers.model import Position, address, row_and_column, shown
from gaoxin.i18n import Code, Message
from gaoxin.mapping.dating import Dated
from gaoxin.mapping.figures import Figure, figure_of
from gaoxin.mapping.headings import HAN, UNNUMBERED, heading, indent
from gaoxin.mapping.model import LEFT_AS_SAID, Left, NoValue, Reading, Taken
from gaoxin.mapping.places import Placed
from gaoxin.mapping.taking import (
    NOT_MAPPED,
    TOTAL,
    Context,
    Said,
    counts_others,
    figure_in,
    of_columns,
    of_rows,
    said_of,
    told_missing,
    unit_in,
)
from gaoxin.plan.forms import FieldType, RegisterField
from gaoxin.returns.cover import says_nil
from gaoxin.returns.fields import WITHOUT_DAY, parse_field
from gaoxin.returns.model import CellValue
from gaoxin.returns.naming import total_of
from gaoxin.returns.text import plain, squeezed

TOTAL_DIFFERS = Code("mapping.total_differs", "合计写的是 {written}，所取各项之和是 {summed}",
                     "the total says {written}, what was taken adds up to "
                     "{summed}", written=Decimal, summed=Decimal)
COUNT_DIFFERS = Code("mapping.count_differs", "「{text}」，所取的是 {taken} 条",
                     "{text!r} says another number than was taken: {taken}", text=str,
                     taken=int)
ONE_FOR_SEVERAL = Code("mapping.one_for_several", "这一行有几个名称，只有一个数 {number}，不知各是多少",
                       "the row has several names and one number, {number}: how much is whose is not said", number=Decimal)
ROW_COUNT_DIFFERS = Code("mapping.row_count_differs", "写的是 {written}，本行的名称有 {taken} 个",
                         "it says {written}, the row has {taken} name(s)", written=str, taken=int)
COUNT = Code("mapping.count", "个数：不取，只与本行名称的个数核对", "how many: held against the names of its row, not taken")
AS_ABOVE = Code("mapping.as_above", "与 {cell} 合并，同上", "merged with {cell}, and says the same", cell=str)
NIL = Code("mapping.nil", "零报告：本期没有记录", "a nil report: nothing of this period")
GROUP_COUNT_DIFFERS = Code("mapping.group_count_differs", "「{text}」，其下所取的是 {taken} 条",
                           "{text!r} says another number than was taken below it: {taken}", text=str, taken=int)
GROUP = Code("mapping.group", "分组行", "a row that groups others")
GROUP_CALLED = Code("mapping.group_called", "分组行「{name}」", "{name!r}, a row that groups others", name=str)

_COUNTED = r"(?:\(|共)\s*(?:共|计|合计)?\s*([0-9]{1,6})\s*[家户个条项所]\s*\)?$"
_BESIDE_ENTRIES = re.compile(r"\s*(?:其\s*中\s*:|平\s*均[数值]?\s*$)")
_WHOLE = "全总以上累共"  # 全区合计, 以上合计


def take_entries(one: Placed, fields: Mapping[str, RegisterField], key: tuple[str, ...], dated: Dated, c: Context,
                 reading: Reading) -> int:
    """Takes the entries of one of a register's tables; how many. fields: of the form, by id; a mapping without a form has text in
    every one. key: the fields that identify an entry."""
    columns = said_of(one, one.table.columns, of_columns(one), c, reading, "column")
    rows = said_of(one, one.table.rows, of_rows(one), c, reading, "row") if one.table.rows else {}
    by_field = {number: said for number, said in columns.items() if said.line.field}
    reading.doubt = reading.doubt or dated.doubt
    told_missing(one, reading)
    sums: dict[int, Decimal] = {}
    whole = {n: reading.sums[name] for n, said in columns.items() if (name := _summed(said)) in reading.sums}  # the tables before
    group: dict[int, Decimal] = {}  # since the group began, or the sub-total before
    entries = 0
    groups: list[_Group] = []  # that a row is in, the outermost first
    for row in one.rows:
        reading.seen.setdefault(one.sheet.name, set()).update((row, number) for number in one.columns)
        filled = [n for n in one.columns if one.sheet.cell(row, n) is not None or one.sheet.trouble(row, n)]
        said = rows.get(row)
        if said and said.line.leave:
            _leave(one, row, filled, LEFT_AS_SAID(why=said.line.leave), reading)
        elif len(filled) == 1 and says_nil(one.sheet.text(row, filled[0])):
            _leave(one, row, filled, NIL(), reading)
            reading.nil = True
        elif _is_total(one, row, filled, said):
            _leave(one, row, filled, TOTAL(), reading)
            part = _is_part(one, row, filled)
            _check_total(one, row, group if part else sums, {} if part else whole, c, reading)
            group = {} if part else group
        elif (not any(n in by_field for n in filled) or _is_group(one, row, filled, by_field, fields, c)
              or (len(filled) == 1 and len(by_field) > 1 and not _merged_into(one, row))):
            _leave_group(one, row, filled, columns, c, reading)
            if not _BESIDE_ENTRIES.match(plain(one.sheet.text(row, min(filled)))):
                group = {}
                _next_group(one, row, filled, groups, entries, reading)
        else:
            taken = _entry(one, row, by_field, columns, fields, key, c, reading)
            entries += 1 + max((t.part for t in taken), default=0)
            for t in taken:
                blank = t.value.value is None and t.no_value is None
                (reading.blank if blank else reading.values).append(replace(t, period=dated.period))
            counted = _counted(one, row, columns, 1 + max((t.part for t in taken), default=0), c, reading)
            numbers = [(where, t.value.value) for t in taken if isinstance(t.value.value, Decimal) and (where := _column(t))]
            for where, number in (*numbers, *counted):
                for kept in (sums, group):
                    kept[where] = kept.get(where, Decimal(0)) + number
    _close(one, groups, 0, entries, reading)
    for column, summed in sums.items():
        name = _summed(columns[column])
        reading.sums[name] = reading.sums.get(name, Decimal(0)) + summed
    return entries


def _summed(said: Said) -> str:
    """What a column adds up to over the tables of a register: its field, or how many names there are."""
    return said.line.field or "*"


@dataclass(frozen=True)
class _Group:
    """One that says how many it has: 二、省级（5家）. before: the entries above it."""

    cell: Position
    depth: tuple[int, int]
    text: str
    says: int | None
    before: int


def _next_group(one: Placed, row: int, filled: Iterable[int], groups: list[_Group], entries: int, reading: Reading) -> None:
    """Ends the groups that this one does not stand in; what is numbered (一) stands in 一、."""
    number = min(filled)
    text = one.sheet.text(row, number)
    depth, found = indent(text), re.search(_COUNTED, plain(text))
    # Of what has no number it is not known how deep it is: what is numbered may stand in it.
    ended = (n for n, above in enumerate(groups) if above.depth >= depth and not above.depth[0] == UNNUMBERED != depth[0])
    _close(one, groups, next(ended, len(groups)), entries, reading)
    groups.append(_Group((row, number), depth, text, int(found[1]) if found else None, entries))


def _close(one: Placed, groups: list[_Group], outermost: int, entries: int, reading: Reading) -> None:
    for ended in groups[outermost:]:
        if ended.says is not None and ended.says != entries - ended.before:
            reading.tell("mapping_count_differs", GROUP_COUNT_DIFFERS(text=heading(ended.text).name[:40],
                         taken=entries - ended.before), one.sheet.name, address(*ended.cell))
    del groups[outermost:]


def _counted(one: Placed, row: int, columns: Mapping[int, Said], names: int, c: Context, reading: Reading
             ) -> list[tuple[int, Decimal]]:
    """Columns that say how many names a row has, held against those that were taken; with what they say."""
    found = []
    for number in (n for n in one.columns if n in columns and _counts(columns[n])):
        figure = figure_of(one.sheet, (row, number), None, c.declared.marks, known=one.known)
        if figure.blank:
            continue
        cell = address(row, number)
        if isinstance(written := figure.value.value, Decimal):
            reading.left.append(Left(one.sheet.name, cell, figure.value.raw, COUNT()))
            found.append((number, written))
        if written != names:
            told = figure.value.problem or ROW_COUNT_DIFFERS(written=figure.value.raw, taken=names)
            reading.tell("mapping_count_differs", told, one.sheet.name, cell)
    return found


def _counts(said: Said) -> bool:
    return bool(said.line.total and not said.line.field and not said.line.leave)


def _is_total(one: Placed, row: int, filled: Iterable[int], said: Said | None) -> bool:
    first = next((squeezed(one.sheet.text(row, n)) for n in sorted(filled)), "")
    return bool(said and said.line.total) or total_of(first) is not None


def _is_part(one: Placed, row: int, filled: Iterable[int]) -> bool:
    """Whether a total is of its group alone: one that is called so, or by its group's name."""
    found = (total_of(one.sheet.text(row, n)) for n in filled)
    return any(what == "小计" or (of != "" and of[0] not in _WHOLE) for of, what in filter(None, found))



def _is_group(one: Placed, row: int, filled: Iterable[int], by_field: Mapping[int, Said], fields: Mapping[str, RegisterField],
              c: Context) -> bool:
    """Whether a row has a name of its own (二、省级, 平均) where entries have a number, or one that no entry has (其中：省级),
    and nothing but figures beside it."""
    first, *others = sorted(filled)
    label = one.sheet.text(row, first)
    if first in by_field and not _BESIDE_ENTRIES.match(plain(label)):
        return False

    def is_figure(number: int) -> bool:
        figure = figure_of(one.sheet, (row, number), None, c.declared.marks, known=one.known)
        asked = fields.get(by_field[number].line.field or "") or _unknown_field(by_field[number])
        return figure.is_figure and (asked.type is FieldType.NUMBER or figure.unit is not None)  # 2家 where names stand

    return HAN.search(label) is not None and bool(others) and all(is_figure(n) for n in others if n in by_field)


def _merged_into(one: Placed, row: int) -> bool:
    """Whether what stands above is merged down into a row, which is an entry then, however little else it has."""
    return any((first := one.merged.get((row, n), (row, n))) != (row, n) and first[1] == n and first[0] > one.last_header
               for n in one.columns)


def _leave(one: Placed, row: int, filled: Iterable[int], why: Message, reading: Reading) -> None:
    reading.left += [Left(one.sheet.name, address(row, n), shown(one.sheet.cell(row, n)), why) for n in sorted(filled)]


def _leave_group(one: Placed, row: int, filled: Iterable[int], columns: Mapping[int, Said], c: Context, reading: Reading) -> None:
    """The words of a row that groups others; a figure in it is told, but where its column is left out."""
    name = squeezed(one.sheet.text(row, min(filled)))
    for number in sorted(filled):
        where, said = (row, number), columns.get(number)
        if not figure_of(one.sheet, where, None, c.declared.marks, known=one.known).is_figure:
            _leave(one, row, [number], GROUP(), reading)
        elif said and said.line.leave:
            _leave(one, row, [number], LEFT_AS_SAID(why=said.line.leave), reading)
        else:
            column, called = "/".join(one.columns[number].written) or "—", GROUP_CALLED(name=name)
            reading.tell("mapping_not_mapped", NOT_MAPPED(column=column, row=called), one.sheet.name, address(*where))


def _column(taken: Taken) -> int | None:
    where = row_and_column(taken.value.cell)
    return where and where[1]


def _entry(one: Placed, row: int, by_field: Mapping[int, Said], columns: Mapping[int, Said], fields: Mapping[str, RegisterField],
           key: tuple[str, ...], c: Context, reading: Reading) -> list[Taken]:
    found: list[Taken] = []
    for number in one.columns:
        where, said = (row, number), columns.get(number)
        if said is None or not (said.line.leave or number in by_field or _counts(said)):
            if figure_of(one.sheet, where, None, c.declared.marks, known=one.known).is_figure:
                reading.tell("mapping_not_mapped", NOT_MAPPED(column="/".join(one.columns[number].written) or "—", row=str(row)),
                             one.sheet.name, address(*where))
        elif said.line.leave:
            if (raw := shown(one.sheet.cell(*where))).strip():
                reading.left.append(Left(one.sheet.name, address(*where), raw, LEFT_AS_SAID(why=said.line.leave)))
        elif number in by_field:
            name = said.line.field or ""
            asked = fields.get(name) or _unknown_field(said)
            above = _merged_words(one, where, asked)
            parts = _parts(one.sheet.text(*(above or where)), said.line.split)
            made = [_field(one, above or where, asked, said, text, part, c) for part, text in enumerate(parts)]
            found += [_at(t, where, above) for t in made] if above else made
    many = max((t.part for t in found), default=0)
    if many:  # what stands once in the row is said of each
        once = [t for t in found if not any(o.part and o.variable == t.variable for o in found)]
        found = [t for t in found if t not in once] + [_of_each(t, part) for t in once for part in range(many + 1)]
    named = {(t.variable, t.part): t.value.value for t in found}
    wanted = key or tuple(s.line.field or "" for s in by_field.values() if s.line.key) or tuple(
        s.line.field or "" for s in list(by_field.values())[:1])
    return [replace(t, entity="/".join(str(named.get((k, t.part)) or "") for k in wanted) or None) for t in found]


def _merged_words(one: Placed, where: Position, asked: RegisterField) -> Position | None:
    """The cell whose words are said of this one too, since it is merged with those below: a town beside its firms. What a number
    or a day means for several is not said."""
    first = one.merged.get(where, where)
    words = asked.type in (FieldType.TEXT, FieldType.CODE) and first[1] == where[1] and first[0] > one.last_header
    return first if words and first != where and one.sheet.cell(*where) is None else None


def _at(taken: Taken, where: Position, above: Position) -> Taken:
    """What stands above, said of the cell that is merged with it."""
    value = replace(taken.value, cell=address(*where), repairs=(*taken.value.repairs, AS_ABOVE(cell=address(*above))))
    return replace(taken, row=where[0], value=value)


def _of_each(taken: Taken, part: int) -> Taken:
    """Words are said of every name in the row; a number is one for all of them, and nobody can say how it is parted."""
    if not isinstance(taken.value.value, Decimal):
        return replace(taken, part=part)
    value = replace(taken.value, value=None, problem=ONE_FOR_SEVERAL(number=taken.value.value))
    return replace(taken, part=part, value=value, no_value=NoValue.AMBIGUOUS)


def _unknown_field(said: Said) -> RegisterField:
    """What the mapping alone says of a field: of codes only that they are text."""
    given = said.line.type
    made = {"id": said.line.field, "name": said.line.field,
            "type": FieldType.TEXT if given is FieldType.CODE else given or FieldType.TEXT,
            "unit": said.line.unit}
    return RegisterField.model_validate(made)


def _parts(text: str, split: str | None) -> list[str | None]:
    """By each of the signs that are given, without the numbers that they may have: 1.甲 2.乙; None: the cell as it is."""
    if not split:
        return [None]
    parts = [part for part in re.split("[" + re.escape(split) + "]", text) if part.strip()]
    numbered = [re.fullmatch(r"\s*[(（]?([0-9]{1,3})[)）.．、]\s*(\D.*)", part, re.DOTALL) for part in parts]
    if len(parts) > 1 and [found and int(found[1]) for found in numbered] == [*range(1, len(parts) + 1)]:
        return [found[2] for found in numbered if found]
    return [*parts] or [None]


def _field(one: Placed, where: tuple[int, int], asked: RegisterField, said: Said, text: str | None, part: int,
           c: Context) -> Taken:
    sheet, cell = one.sheet, address(*where)
    if asked.type is FieldType.NUMBER or ((said.unit or one.columns[where[1]].units) and asked.type is FieldType.TEXT):
        unit, doubt = unit_in(one, asked.id, said, None, one.columns[where[1]], None, c)
        if asked.unit is None and unit is None:
            doubt = None  # a number of no unit of measure
        figure = figure_in(one, where, unit, (said.unit, one.columns[where[1]].units), c)
        doubt = doubt or counts_others(figure.unit, asked.id, c)
        if doubt is not None and figure.no_value is None and not figure.blank and (unit is not None or figure.unit is None):
            figure = Figure(replace(figure.value, value=None, problem=doubt), unit, NoValue.AMBIGUOUS)
        return Taken(asked.id, figure.value, figure.unit, None, None, where[0], part, figure.no_value)
    if trouble := sheet.trouble(*where):
        value = CellValue(sheet.name, cell, sheet.error(*where) or "", None, (), trouble.message)
        return Taken(asked.id, value, None, None, None, where[0], part, NoValue.UNREADABLE)
    raw = sheet.cell(*where) if text is None else text
    if marked := sheet.marked(*where, words=asked.type is FieldType.TEXT):
        return Taken(asked.id, CellValue(sheet.name, cell, shown(raw), None, (), marked), None, None, None, where[0], part,
                     NoValue.AMBIGUOUS)
    made, repairs, problem = parse_field(raw, asked, format=sheet.facts.formats.get(where), typed=sheet.typed, epoch=sheet.epoch)
    no_value = None
    if problem is not None:
        no_value = NoValue.NO_DAY if problem.code == WITHOUT_DAY.code else NoValue.UNREADABLE
    return Taken(asked.id, CellValue(sheet.name, cell, shown(raw), made, repairs, problem), None, None, None, where[0], part,
                 no_value)


def _check_total(one: Placed, row: int, sums: Mapping[int, Decimal], before: Mapping[int, Decimal], c: Context, reading: Reading
                 ) -> None:
    """before: what the same columns of the tables before add up to; the last of several may hold the total of all."""
    for number in dict.fromkeys((*sums, *before)):
        unit = next(iter(one.columns[number].units), None)
        figure = figure_of(one.sheet, (row, number), unit, c.declared.marks, known=one.known)
        summed = sums.get(number, Decimal(0))
        if isinstance(figure.value.value, Decimal) and figure.value.value not in (summed, summed + before.get(number, 0)):
            reading.tell("mapping_total_differs", TOTAL_DIFFERS(written=figure.value.value, summed=summed), one.sheet.name,
                         address(row, number))


def check_counts(tables: Sequence[tuple[Placed, int]], reading: Reading) -> None:
    """A title that says how many there are: （截至2024年6月底，共8家）, in that table or in all that the register has."""
    whole = sum(entries for _, entries in tables)
    for one, entries in tables:
        for row, _, text in one.title():
            found = re.search(r"共\s*([0-9]{1,6})\s*(?:家|户|个|条|项)", plain(text))
            if found and int(found[1]) not in (entries, whole):
                reading.tell("mapping_count_differs", COUNT_DIFFERS(text=heading(text).name[:40], taken=entries), one.sheet.name,
                             address(row, 1))
