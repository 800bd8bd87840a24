"""A register's cells made into values by the type of their field: dates, codes, credit codes, certificates, text. Pure.

As with numbers: a repair is told, an ambiguity has a problem and no value. Whether a code's check character is right or
a date believable is for `gaoxin.quality`, which is why a wrong code keeps its value here.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite

from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import EPOCH, exact, shown
from gaoxin.i18n import Code, Message
from gaoxin.periods import in_figures
from gaoxin.plan.forms import FieldType, RegisterField
from gaoxin.returns.numbers import FULL_WIDTH, NO_FIGURE, parse_number
from gaoxin.returns.text import plain, squeezed, unfit, was_full_width

FieldValue = Decimal | date | str | None
Read = tuple[FieldValue, tuple[Message, ...], Message | None]  # value, repairs, problem

BLANK = Code("returns.blank", "视为空白", "read as blank")
SPACES = Code("returns.spaces", "去掉多余空格或换行", "surplus white space removed")
CODE_LOST = Code("returns.code_lost", "编号按数字存放，15 位以后已丢失；请先把单元格设为文本格式再填",
                 "the code is stored as a number and has lost digits after the 15th: set the cell to text and retype it")
CODE_AS_NUMBER = Code("returns.code_as_number", "编号按数字存放", "code stored as a number")
HYPHENS = Code("returns.hyphens", "去掉空格和连字符", "spaces and hyphens removed")
CAPITALS = Code("returns.capitals", "小写改为大写", "lower case made capital")
CODE_MENDED = Code("returns.code_mended", "去掉多余空格或全角", "white space or full-width characters mended")
CODED = Code("returns.coded", "「{text}」记为代码 {code}", "{text!r} coded as {code}")
TIME_DROPPED = Code("returns.time_dropped", "去掉时刻", "time of day dropped")
NOT_A_DATE = Code("returns.not_a_date", "不是日期", "not a date")
NO_SUCH_DAY = Code("returns.no_such_day", "没有「{text}」这一天", "there is no day {text!r}")
DATE_READ = Code("returns.date_read", "统一了日期的写法", "a date written in another way")
WITHOUT_DAY = Code("returns.without_day", "「{text}」没有写到日", "{text!r} names no day: write year, month and day")
NO_CERTAIN_DATE = Code("returns.no_certain_date", "「{text}」不是可以确认的日期；请写成 2020-06-01",
                       "{text!r} is no certain date: write it as 2020-06-01")
NUMBER_NO_DATE = Code("returns.number_no_date", "{number} 不是可以确认的日期；请写成 2020-06-01",
                      "{number} is no certain date: write it as 2020-06-01")
SERIAL_READ = Code("returns.serial_read", "数字是表格软件的日期序列值", "the number is a spreadsheet's serial of a day")
DIGITS_READ = Code("returns.digits_read", "八位数字是年月日", "eight digits are year, month and day")

_DATE_SHAPES = (
    *(re.compile(rf"([0-9]{{4}}){year}([0-9]{{1,2}}){month}([0-9]{{1,2}}){day}")
      for year, month, day in (("-", "-", ""), ("/", "/", ""), (r"\.", r"\.", r"\.?"), ("年", "月", "[日号]?"))),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"))
_WITH_TIME = re.compile(r"(.*[0-9日号])(?:T|\s+)(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WITHOUT_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?|([0-9]{4})([0-9]{2})|([0-9]{4})年?")
_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
# A break inside a word: Chinese has no blank there. One after a blank, or beside Latin letters, stays a blank.
_BROKEN_LINE = re.compile(rf"(?<={_HAN})[ \t]*[\r\n]+[ \t]*(?={_HAN})")
_SERIALS = (date(1990, 1, 1), date(2100, 1, 1))  # the days that a number may count up to; others are no date of a register


def parse_field(raw: object, field: RegisterField, *, format: NumberFormat | None = None, typed: bool = True,
                share_settled: bool = False, epoch: date = EPOCH) -> Read:
    """(value, repairs, problem) of a register's cell. Numbers are in the field's unit of measure. share_settled: as
    `parse_number` has it. epoch: of the sheet."""
    if (why := unfit(raw)) is not None:
        return None, (), why
    match field.type:
        case FieldType.NUMBER:
            parsed = parse_number(raw, field.unit, format=format, typed=typed, share_settled=share_settled,
                                  bounds=(field.min, field.max) if field.unit == "%" else (None, None))
            return parsed.value, parsed.repairs, parsed.problem
        case FieldType.DATE:
            return read_day(raw, epoch)
        case FieldType.CODE:
            return _code(raw, field)
        case FieldType.CREDIT_CODE | FieldType.HNTE_CERTIFICATE:
            return _long_code(raw)
        case _:
            return _text(raw)


def _blank(text: str) -> bool:
    return text == "" or squeezed(text) in NO_FIGURE


def _text(raw: object) -> Read:
    if isinstance(raw, str):
        text = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", raw)
        text = re.sub(r"\s+", " ", _BROKEN_LINE.sub(r"", text)).strip()
        if _blank(text):
            return None, () if raw == "" else (BLANK(),), None
        return text, (SPACES(),) if text != raw else (), None
    return (shown(raw) or None), (), None


def _long_code(raw: object) -> Read:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if abs(raw) >= 10**15:
            return None, (), CODE_LOST()
        return shown(raw), (CODE_AS_NUMBER(),), None
    text = plain(shown(raw))
    if _blank(text):
        return None, (), None
    repairs: list[Message] = []
    if was_full_width(shown(raw)):
        repairs.append(FULL_WIDTH())
    short = re.sub(r"[\s\-'‘’]", "", text)
    if short != shown(raw) and not repairs:
        repairs.append(HYPHENS())
    if short.upper() != short:
        repairs.append(CAPITALS())
    return short.upper(), tuple(repairs), None


def _code(raw: object, field: RegisterField) -> Read:
    """The code, whether the cell holds code or name. An unknown one is kept as text: quality judges the code list."""
    text = plain(shown(raw))
    if _blank(text) or text == "无":
        return None, (), None
    codes = field.codes or {}
    if text in codes:
        return text, () if text == raw else (CODE_MENDED(),), None
    wanted = squeezed(text).casefold()
    for code, label in codes.items():
        names = [label.zh, *([label.en] if label.en else [])]
        if raw in names:  # what the template's own list offers: nothing to repair
            return code, (), None
        if wanted in {squeezed(n).casefold() for n in (code, *names)}:
            return code, (CODED(text=text, code=code),), None
    for code, label in codes.items():  # "EQ 装备制造", as our own lists show a code
        if wanted in {squeezed(f"{code}{label.zh}").casefold(), squeezed(f"{code}-{label.zh}").casefold()}:
            return code, (CODED(text=text, code=code),), None
    return text, (), None


def read_day(raw: object, epoch: date) -> Read:
    """(day, repairs, problem) of a cell that holds a day; no day where it is blank."""
    if isinstance(raw, datetime):
        return raw.date(), () if raw.time() == datetime.min.time() else (TIME_DROPPED(),), None
    if isinstance(raw, date):
        return raw, (), None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, type(None))):
        return None, (), NOT_A_DATE()
    if isinstance(raw, (int, float)):
        return _date_from_number(exact(raw), epoch) if isfinite(raw) else (None, (), NOT_A_DATE())
    given = plain(raw or "")  # as it was written, for what is told
    text = in_figures(squeezed(given))
    if _blank(text) or text == "无":
        return None, (), None
    if clock := _WITH_TIME.fullmatch(given):
        day, repairs, problem = read_day(clock[1], epoch)
        return day, (*repairs, TIME_DROPPED()), problem and NO_CERTAIN_DATE(text=given)
    for shape in _DATE_SHAPES:
        if found := shape.fullmatch(text):
            day = _day(*(int(part) for part in found.groups()))
            if day is None:
                return None, (), NO_SUCH_DAY(text=given)
            clean = isinstance(raw, str) and _ISO.fullmatch(raw)
            return day, () if clean else (DATE_READ(),), None
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
        return _date_from_number(Decimal(text), epoch)
    if _WITHOUT_DAY.fullmatch(text):
        return None, (), WITHOUT_DAY(text=given)
    return None, (), NO_CERTAIN_DATE(text=given)


def _date_from_number(number: Decimal, epoch: date) -> Read:
    whole, (first, end) = int(number), _SERIALS
    if (first - epoch).days <= whole < (end - epoch).days:
        day = epoch + timedelta(days=whole)
        return day, (SERIAL_READ(), *((TIME_DROPPED(),) if number != whole else ())), None
    found = _day(whole // 10000, whole // 100 % 100, whole % 100) if 19000101 <= number == whole <= 21001231 else None
    return (None, (), NUMBER_NO_DATE(number=number)) if found is None else (found, (DIGITS_READ(),), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
