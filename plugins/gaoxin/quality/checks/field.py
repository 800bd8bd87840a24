"""A register's fields by their type: codes, credit codes, certificates of high-tech enterprises, dates."""

import re
from datetime import date

from gaoxin.i18n import Code, Worded
from gaoxin.plan.forms import FieldType, Form, Item, Severity
from gaoxin.quality.check import BETWEEN, CANARY_TEXT, IN_SET, REGEX, Check, Rules, item_rule
from gaoxin.quality.frames import Given
from gaoxin.quality.history import part_of_key
from gaoxin.returns.codes import certificate_year, credit_code_check

CODE_TITLE = Code("quality.code.title", "属于代码表", "one of the codes")
A_CODE = Code("quality.code.known", "{code}（{name}）", "{code} ({name})", name=Worded)
NO_CODE = Code("quality.code", "“{value}”不在代码表中；可填：{codes}", "'{value}' is not a code; known: {codes}")

# Two characters, six digits of a region, ten characters; no I, O, S, V, Z.
CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"

CREDIT_CODE_TITLE = Code("quality.credit_code.title", "18位，字符合规", "18 characters of the code's alphabet")
NO_CREDIT_CODE = Code(
    "quality.credit_code", "“{value}”不是统一社会信用代码；应为18位数字和大写字母（不用 I、O、S、V、Z），请对照营业执照",
    "'{value}' is no unified social credit code: 18 digits and capitals, no I, O, S, V, Z; see the licence")
CHECK_TITLE = Code("quality.credit_code.check.title", "校验码正确", "the check character is right")
MISTYPED = Code("quality.credit_code.check", "“{value}”的校验码不对（GB 32100-2015）；多为录错一位，请对照营业执照",
                "the check character of '{value}' is wrong (GB 32100-2015): mostly a typing error; see the licence")

# GR, until 2016 also GF for a renewal; year from 2008, when the present numbering began; province; six digits.
CERTIFICATE = "^G[RF](?:200[89]|20[1-9][0-9])[1-6][0-9][0-9]{6}$"

CERTIFICATE_TITLE = Code("quality.certificate.title", "编号合规", "a certificate's number")
NO_CERTIFICATE = Code("quality.certificate", "“{value}”不是高新技术企业证书编号；应为 GR + 年份 + 8位数字，如 GR202051100123",
                 "'{value}' is no certificate number: GR, year and 8 digits, such as GR202051100123")
YEAR_TITLE = Code("quality.certificate.year.title", "编号中的年份与发证日期相符", "its year agrees with the date of issue")
OTHER_YEAR = Code("quality.certificate.year", "“{value}”中的年份与发证日期 {issued} 不符；请对照证书，属实请说明",
                  "the year in '{value}' differs from the issue date {issued}")

FOUNDED = 1949

SENSIBLE_TITLE = Code("quality.dates.title", "年份合理", "a sensible year")
NOT_SENSIBLE = Code("quality.dates", "{value} 的年份不合理；请核对，属实请说明",
                    "the year of {value} is not believable; check it, and explain if true")
FUTURE_TITLE = Code("quality.dates.future.title", "不晚于报告期末", "not after the period's end")
IN_FUTURE = Code("quality.dates.future", "{value} 晚于报告期末 {period_end}；请核对，属实请说明",
                 "{value} lies after the period's end {period_end}; check it")


class Coded(Check):
    place = 20

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is FieldType.CODE:
            yield item_rule(item, "code", IN_SET, item.id, [CANARY_TEXT], title=CODE_TITLE, message=NO_CODE,
                            value_set=list(item.codes or {}))

    def compute(self, given: Given) -> None:
        for cell in given.cells():
            if known := cell.item.codes:
                codes = tuple(A_CODE(code=code, name=label) for code, label in known.items())
                given.frame.note(cell.row, cell.item.id, codes=codes)


class CreditCode(Check):
    """A unified social credit code (统一社会信用代码, GB 32100-2015) has its shape and the right check character."""

    place = 30

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.CREDIT_CODE:
            return
        yield item_rule(item, "shape", REGEX, item.id, [CANARY_TEXT, "91500154MA5U0000I1"], title=CREDIT_CODE_TITLE,
                        message=NO_CREDIT_CODE, regex=CREDIT_CODE)
        yield item_rule(item, "check_character", IN_SET, f"{item.id}.check", ["wrong"], value_set=["right"], title=CHECK_TITLE,
                        message=MISTYPED)

    def compute(self, given: Given) -> None:
        """Whether the check character is right; of a code whose shape is wrong the other rule tells."""
        for cell in given.cells():
            item, code = cell.item, cell.value
            if item.type is FieldType.CREDIT_CODE and isinstance(code, str) and re.match(CREDIT_CODE, code):
                right = credit_code_check(code[:17]) == code[17]
                given.frame.put(cell.row, f"{item.id}.check", "right" if right else "wrong")


class Certificate(Check):
    """The number of a certificate (高新技术企业证书) has its shape, and its year is that of the issue."""

    place = 40

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.HNTE_CERTIFICATE:
            return
        yield item_rule(item, "shape", REGEX, item.id, [CANARY_TEXT, "GR200051100123"], title=CERTIFICATE_TITLE,
                        message=NO_CERTIFICATE, regex=CERTIFICATE)
        pair = certificate_and_issue(form)
        if pair is not None and pair[0] == item.id:
            yield item_rule(item, "year", BETWEEN, f"{item.id}.years_off", [1], title=YEAR_TITLE, message=OTHER_YEAR, max_value=0,
                            severity=Severity.WARNING, level=2)

    def compute(self, given: Given) -> None:
        if (pair := certificate_and_issue(given.form)) is None:
            return
        certificate, issue = pair
        for record in given.records:
            issued, number = record.cells[issue].value, part_of_key(record.entry, certificate)
            year = certificate_year(number) if number else None
            if isinstance(issued, date) and year:
                row = record.cells[certificate].row
                given.frame.put(row, f"{certificate}.years_off", float(abs(issued.year - year)), issued=issued)


def certificate_and_issue(form: Form) -> tuple[str, str] | None:
    """A certificate field and the one date it must agree with by year, where the form leaves no doubt which."""
    certificates = [f.id for f in form.asked if f.type is FieldType.HNTE_CERTIFICATE]
    since = {count.valid.since for count in form.counts if count.valid}
    return (certificates[0], since.pop()) if len(certificates) == 1 and len(since) == 1 else None


class Dates(Check):
    """A date is of a believable year; one that speaks of something done is not after the period's end."""

    place = 50

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.DATE:
            return
        yield item_rule(item, "sensible", BETWEEN, f"{item.id}.year", [1900], title=SENSIBLE_TITLE, message=NOT_SENSIBLE,
                        min_value=FOUNDED, max_value=2099, severity=Severity.WARNING)
        if item.id in dated_back(form):
            yield item_rule(item, "not_in_future", BETWEEN, f"{item.id}.days_after", [1], title=FUTURE_TITLE, message=IN_FUTURE,
                            max_value=0, severity=Severity.WARNING)

    def compute(self, given: Given) -> None:
        end, done = given.key.period.end, dated_back(given.form)
        for cell in given.cells():
            if isinstance(cell.value, date):
                given.frame.put(cell.row, f"{cell.item.id}.year", float(cell.value.year))
                if cell.item.id in done:
                    days = float((cell.value - end).days)
                    given.frame.put(cell.row, f"{cell.item.id}.days_after", days, period_end=end)


def dated_back(form: Form) -> tuple[str, ...]:
    """Date fields that speak of something done, so never after the period's end: what an entry's validity runs from,
    and what a declared check takes for done. Another date may well be planned."""
    since = [count.valid.since for count in form.counts if count.valid]
    return tuple(dict.fromkeys([*since, *(item for check in form.checks for item in check.done())]))
