"""Reads a return: any file in, a `ReadReturn` out. Never raises on bad content; what is wrong stands in its problems.

The kinds of problems and notes, with titles, are listed in `gaoxin.returns.model`.
"""

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

from gaoxin import measures
from gaoxin.containers import apart
from gaoxin.containers.model import Book, Sheet
from gaoxin.i18n import Code
from gaoxin.plan.forms import Variable
from gaoxin.plan.model import Plan
from gaoxin.returns.body import read_body
from gaoxin.returns.cells import Body
from gaoxin.returns.cover import Cover, cover_of_name, cover_of_sheet, explanation_of, names_a_return
from gaoxin.returns.fetched import read_rows
from gaoxin.returns.heads import heads_of, is_whole
from gaoxin.returns.layout import COVER_SHEET, DATA_SHEET, OTHER_SHEETS
from gaoxin.returns.model import Problem, ReadReturn, SeriesValue
from gaoxin.returns.text import squeezed
from gaoxin.unseen import kept_name

SHEET_MISSING = Code("returns.sheet_missing", "缺少工作表「{wanted}」，文件中有：{there}；请使用下发的模板",
                     "the sheet {wanted} is missing; the file has: {there}. Use the template that was sent out")
NO_TEMPLATE = Code("returns.no_template",
                   "没有工作表 {wanted}（有：{there}），看不出是哪个单位的哪张报表；请用下发的模板填报。单位自己的表由对照读取："
                   "审核、提交时用 --unit 写明单位，或在本单位的工作台上传，或放进收件箱里本单位的文件夹",
                   "no sheets {wanted} (there are: {there}), so it does not say whose return it is: use the template that "
                   "was sent out. A unit's own table is read by a mapping: name the unit with --unit, upload it at the unit's "
                   "desk, or put it into the unit's folder of the inbox", wanted=tuple)
NIL_WITH_RECORDS = Code("returns.nil_with_records", "写明是零报告，表中却有 {count} 条记录；请去掉其一",
                        "it says that there is nothing to report, and holds {count} record(s): take one of the two out")
SHEET_RENAMED = Code("returns.sheet_renamed", "没有工作表「{wanted}」，「{sheet}」的表头与本表一致，按它读取",
                     "there is no sheet {wanted}; {sheet} has the headers of this form and was read")
HIDDEN_SHEET = Code("returns.hidden_sheet", "工作表「{sheet}」是隐藏的", "the sheet {sheet} is hidden")



def read_file(content: bytes, name: str, plan_of: Callable[[str], Plan]) -> ReadReturn:
    """Reads one file.
    content: its bytes. name: its file name, which for a CSV is its cover. plan_of: the plan of a campaign's id, raising
    UsageError for an unknown one. Values stay in the unit of measure that the sheet gives (see `in_plan_unit`)."""
    return read_book(opened(content, name), content, name, plan_of)


def has_cover(book: Book, name: str) -> bool:
    """Whether a file says itself which return it is: on its sheet 封面, or a text in its name."""
    return names_a_return(kept_name(name).rsplit(".", 1)[0]) if book.text else _find(book, COVER_SHEET) is not None


def is_foreign(book: Book, name: str) -> bool:
    """Whether a file is no template at all: it has neither a cover nor a data sheet."""
    return bool(book.sheets) and not has_cover(book, name) and _find(book, DATA_SHEET) is None


def read_book(book: Book, content: bytes, name: str, plan_of: Callable[[str], Plan]) -> ReadReturn:
    """As read_file, of a file that is open."""
    file = kept_name(name)
    foreign, covered = False, ""
    if book.text:
        cover = cover_of_name(file.rsplit(".", 1)[0], plan_of) if book.sheets else Cover()
    else:
        sheet = _find(book, COVER_SHEET)
        covered = sheet.name if sheet else ""
        missing = [_missing(book, COVER_SHEET)] if book.sheets else []
        cover = cover_of_sheet(sheet, plan_of) if sheet else Cover(problems=missing)
        if foreign := is_foreign(book, name):
            cover = Cover(problems=[Problem("sheet_missing", NO_TEMPLATE(wanted=(COVER_SHEET, DATA_SHEET),
                                                                       there=tuple(book.sheets)))])
    body = _body(book, cover) if book.sheets and not foreign else Body()
    nil = cover.nil or body.nil
    if nil and body.entries:
        body.tell("nil_with_records", NIL_WITH_RECORDS(count=len(body.entries)))
    return ReadReturn(file=file, sha256=sha256(content).hexdigest(), size=len(content), key=cover.key, template=cover.template,
                      series=tuple(body.series), entries=body.entries,
                      problems=tuple(dict.fromkeys((*book.problems, *cover.problems, *body.problems))),
                      explanation=cover.explanation, reason=cover.explanation or _noted(body), sample=cover.sample, nil=nil,
                      notes=(*cover.notes, *body.notes), signed=tuple(cover.signed), called=cover.called,
                      cover=covered or None)


def _noted(body: Body) -> str | None:
    """What is said beside the figures."""
    return "；".join(dict.fromkeys(said for v in body.series if (said := explanation_of(v.note)))) or None


def opened(content: bytes, name: str) -> Book:
    """The file's sheets as they stand, or the problem why there are none."""
    return apart.open_book(content, kept_name(name))


def in_plan_unit(variable: Variable, given: SeriesValue) -> Decimal | None:
    """The value in the plan's unit of measure. None when there is no number, or its unit is missing, unknown or of
    another dimension: then nobody can say what the number means."""
    value, unit = given.value.value, given.unit_given
    if not isinstance(value, Decimal) or unit is None or not measures.fits(unit, variable.unit):
        return None
    return measures.convert(value, unit, variable.unit)


def _find(book: Book, wanted: str) -> Sheet | None:
    """The sheet of that name, also when its name carries stray spaces or full-width characters."""
    return book.sheets.get(wanted) or next((s for n, s in book.sheets.items() if squeezed(n) == wanted), None)


def _renamed(book: Book, cover: Cover) -> Sheet | None:
    """The one sheet in sight that has the headers of the form, whatever it is called; None where there is none, or several."""
    form = cover.form
    found = [s for s in book.sheets.values() if form and s.visible and s.rows and squeezed(s.name) not in OTHER_SHEETS
             and is_whole(heads_of(s, form), form)]
    return found[0] if len(found) == 1 else None


def _missing(book: Book, wanted: str) -> Problem:
    return Problem("sheet_missing", SHEET_MISSING(wanted=wanted, there=tuple(book.sheets)), wanted)


def _body(book: Book, cover: Cover) -> Body:
    if cover.source is not None and cover.form is not None:
        return read_rows(book, cover.form, cover.source)
    sheet = _find(book, DATA_SHEET) or _renamed(book, cover)
    if sheet is None:
        return Body(problems=[_missing(book, DATA_SHEET)])
    body = read_body(sheet, cover.form) if cover.form is not None else Body()
    if squeezed(sheet.name) != DATA_SHEET:
        body.tell("sheet_renamed", SHEET_RENAMED(sheet=sheet.name, wanted=DATA_SHEET))
    for other in book.sheets.values():
        if not other.visible and squeezed(other.name) not in OTHER_SHEETS and other.rows:
            body.notes.append(Problem("hidden", HIDDEN_SHEET(sheet=other.name), other.name))
    return body
