"""Whose table it is, as the sheet says: 填报单位 above or below it, or a title that begins with a unit's name."""

import re
from collections.abc import Iterable, Iterator

from gaoxin.containers.model import Problem, address
from gaoxin.i18n import Code, Worded
from gaoxin.mapping.model import Reading, Titled
from gaoxin.mapping.taking import canonical
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.returns.text import name_key, plain

OF_ANOTHER_UNIT = Code("mapping.of_another_unit",
                       "表上写的是{other}（「{written}」），不是{unit}；拿错文件的请换成本单位的表，写错的请改正，"
                       "确是本单位的由办公室在对照的 entities 里写明这个写法",
                       "the table names {other} ({written!r}), not {unit}: hand in the unit's own table, or correct the "
                       "name; where it does mean this unit the office says so under `entities` of the mapping",
                       written=str, other=Worded, unit=Worded)

_BY = re.compile(r"(?:(?:填\s*[报表]|编\s*[报制]|报\s*送|上\s*报|制\s*表|统\s*计|综\s*合|(?<![\u4e00-\u9fff]))\s*"
                 r"(?:单\s*位|机\s*关|机\s*构|部\s*门)|(?<![\u4e00-\u9fff])(?:填\s*报|编\s*制))\s*(?:名\s*称)?\s*(?:\([^()]*\))?\s*:\s*(\S*)")
_FORMS_OWN = re.compile(r"制\s*[表定]\s*机\s*关")  # whose form it is
_NUMBER = re.compile("^(?:附[件表]?|表)[0-9一二三四五六七八九十-]*[:、.]?")
_LEVEL = re.compile("^[省市州县区旗]")


def another_unit(reading: Reading, mapping: Mapping, plan: Plan, unit: str) -> Iterator[Problem]:
    """The first place that names another unit of the plan as the one whose table it is. Nothing of a mapping that takes from its
    lines or tables whose the figures are, of whichever unit: its file may be of all."""
    lines = [line for table in mapping.tables for line in (*table.columns, *table.rows)]
    of_all = any(line.entity or "entity" in line.captured for line in lines) or any(table.entity for table in mapping.tables)
    if of_all and mapping.entity is None:
        return
    own = {unit, *plan.unit(unit).members}
    names = {u.id: {u.name.zh, u.name.en or "", *(a.name for a in u.aliases)} for u in plan.units}
    names[unit] |= {mapping.entity or "", *mapping.entities.get(canonical(mapping, plan.unit(unit).name.zh), ())}
    known = {one: {short for name in called for short in (name_key(name), _LEVEL.sub("", name_key(name))) if len(short) > 1}
             for one, called in names.items()}
    reporting = {one for form in plan.forms for one in form.units}
    for at, written, begins in _said(reading.titles):
        bare = name_key(written)
        found = {one: max((len(n) for n in called if (bare.startswith(n) if begins else n in bare)), default=0)
                 for one, called in known.items() if not begins or one in reporting or one in own}
        longest = max(found.values(), default=0)
        meant = [one for one, length in found.items() if length == longest > 0]
        if meant and not own & {*meant}:
            told = OF_ANOTHER_UNIT(written=written[:40], other=plan.unit(meant[0]).name, unit=plan.unit(unit).name)
            yield Problem("mapping_other_unit", told, at.sheet, address(at.row, at.column))
            return


def _said(titles: Iterable[Titled]) -> Iterator[tuple[Titled, str, bool]]:
    """Where a name may stand and what is written there; whether it is a title, which begins with the name if it has one."""
    texts = [(at, plain(at.text)) for at in titles]
    for at, text in texts:
        for found in [] if _FORMS_OWN.search(text) else _BY.finditer(text):
            beside = min(((other.column, said) for other, said in texts if (other.sheet, other.row) == (at.sheet, at.row)
                          and other.column > at.column), default=(0, ""))[1]
            yield at, found[1] or beside, False
        if at.above:
            yield at, _NUMBER.sub("", text), True
