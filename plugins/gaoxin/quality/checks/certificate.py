"""The number of a high-tech enterprise certificate (高新技术企业证书) has its shape, and its year is that of the issue."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from gaoxin.containers.lines import every, tables
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item, Severity
from gaoxin.quality.blocks import NONE, Block, Made, Spread, coded
from gaoxin.quality.check import BETWEEN, CANARY_TEXT, REGEX, About, Check, Rules, item_rule
from gaoxin.quality.frames import Given
from gaoxin.returns.codes import certificate_year

# GR, until 2016 also GF for a renewal; year from 2008, when the present numbering began; province; six digits.
SHAPE = "^G[RF](?:200[89]|20[1-9][0-9])[1-6][0-9][0-9]{6}$"

_YEAR = slice(2, 6)

SHAPE_TITLE = Code("quality.certificate.title", "编号合规", "a certificate's number")
MISSHAPEN = Code("quality.certificate", "“{value}”不是高新技术企业证书编号；应为 GR + 年份 + 8位数字，如 GR202051100123",
                 "'{value}' is no certificate number: GR, year and 8 digits, such as GR202051100123")
YEAR_TITLE = Code("quality.certificate.year.title", "编号中的年份与发证日期相符", "its year agrees with the date of issue")
OTHER_YEAR = Code("quality.certificate.year", "“{value}”中的年份与发证日期 {issued} 不符；请对照证书，属实请说明",
                  "the year in '{value}' differs from the issue date {issued}")


class Certificate(Check):
    about = About(
        needs=Text("高企证书编号栏和发证日期", "certificate number and date of issue"),
        how=Text("编号形状；编号中年份与发证年份之差", "the number's shape; its year against that of the issue"),
        looks_at=Text("证书编号是否合规、年份是否与发证日期相符", "whether the number is well formed and its year agrees"),
        why=Text("有效期从发证日起三年，错了就误计", "it is valid for three years from its issue: a wrong date miscounts"),
        answer=Text("对照证书改正；属实的在封面说明", "correct it by the certificate, or explain on the cover"),
        source=Text("高新技术企业认定管理办法", "measures for accrediting high-tech enterprises"))
    place = 40

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.HNTE_CERTIFICATE:
            return
        yield item_rule(item, "shape", REGEX, item.id, [CANARY_TEXT, "GR200051100123"], title=SHAPE_TITLE, message=MISSHAPEN,
                        regex=SHAPE)
        pair = certificate_and_issue(form)
        if pair is not None and pair[0] == item.id:
            yield item_rule(item, "year", BETWEEN, f"{item.id}.years_off", [1], title=YEAR_TITLE, message=OTHER_YEAR, max_value=0,
                            severity=Severity.WARNING, level=2)

    def compute(self, given: Given) -> None:
        if (pair := certificate_and_issue(given.form)) is None:
            return
        certificate, issue = pair
        if (block := given.block) is not None:
            given.frame.spread(block, certificate, f"{certificate}.years_off", partial(_years_off, block, certificate, issue),
                               partial(_issued, block, issue))


def _years_off(block: Block, certificate: str, issue: str) -> Spread:
    if (column := block.column(certificate)) and (texts := column.texts_alone) and every(SHAPE, texts):
        return _off_by_year(block, texts, issue)

    def off(issued: object, number: str | None) -> float | None:
        year = certificate_year(number) if number and isinstance(issued, date) else None
        return float(abs(issued.year - year)) if year and isinstance(issued, date) else None

    return coded(map(off, block.values(issue), block.part(certificate)))


def _off_by_year(block: Block, texts: Sequence[str], issue: str) -> Spread:
    """Of numbers that all have the shape."""
    import numpy

    issues, days, many = block.values(issue), block.different(issue), len(texts)
    by_day = numpy.array([*(day.year for day in days.values), 0])  # the last one is that of NONE
    issued = by_day[numpy.fromiter(days.codes or (), dtype=numpy.int64, count=many)]
    digits = numpy.concatenate([table[:, _YEAR] for table in tables(texts) or ()]) - ord("0")
    years = digits @ numpy.array([1000, 100, 10, 1])
    numbers = {float(apart): n for n, apart in enumerate(numpy.unique(abs(issued - years)[issued > 0]).tolist())}

    def number(place: int) -> int:
        issued = issues[place]
        return numbers[_apart(issued, texts[place][_YEAR])] if isinstance(issued, date) else NONE

    return Spread([*numbers], Made(len(texts), lambda: map(number, range(len(texts))), number))


def _apart(issued: date, year: str) -> float:
    return float(abs(issued.year - int(year)))


def _issued(block: Block, issue: str, place: int) -> dict[str, Any]:
    cell = block.cell(place, block.number_of(issue))
    return {"issued": cell.value} if cell and not cell.problem and isinstance(cell.value, date) else {}


def certificate_and_issue(form: Form) -> tuple[str, str] | None:
    """A certificate field and the one date it must agree with by year, where the form leaves no doubt which."""
    certificates = [f.id for f in form.asked if f.type is FieldType.HNTE_CERTIFICATE]
    since = {count.valid.since for count in form.counts if count.valid}
    return (certificates[0], since.pop()) if len(certificates) == 1 and len(since) == 1 else None
