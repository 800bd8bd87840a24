"""What stands where a name belongs and is none: 同上, 待定, ########, 共 12 家, 锟斤拷. Pure.

A record is counted by its name; these would be counted as institutions. The words are in words.json.
"""

import re

from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm
from gaoxin.returns.layout import WORDS
from gaoxin.returns.text import plain, squeezed

TOTALS = frozenset({"合计", "总计", "小计", "共计"})  # what begins a row that is no record
_PLACEHOLDERS = frozenset(squeezed(word).casefold() for word in WORDS["placeholders"])
_TOTAL = re.compile(r"[(\[]?(小计|合计|总计|共计|总数|累计|总和)[)\]]?(\([百千万亿]*(元|人|家|户|个|平方米|公顷|亩|吨)\)|"
                    r"[:：]?[0-9,.]*[家个户所人项名条]?|[^\u4e00-\u9fff]{0,4})"
                    r"|共[计有]?:?[0-9,.]+[家个户所人项名条]?|等?[0-9,.]+[家个户所人项名条](企业|单位|机构)?|平均|均值"
                    r"|(sub)?total|sum", re.IGNORECASE)
# 小计：2家, 装备制造小计（2家）, 本组合计: of what, and which kind of total.
_OF_SOME = re.compile(r"(?P<of>.{0,16}?)(?P<what>合计|总计|小计|共计)[:：(（]?(\d+[家个户所人项名条]?)?[)）]?")
_SIGNS = re.compile(r"[\W_]+")
# What bytes look like that were read in another encoding than they were written in.
_GARBLED = re.compile("锟斤拷|烫烫|屯屯|ï¿½|\ufffd")
# What a spreadsheet program, or a page, would run, and signs that turn what is read around.
_HOSTILE = re.compile(r"^\s*[=+@＝＋＠-]|[\u202a-\u202e\u2066-\u2069]|<\s*/?\s*script", re.IGNORECASE)
_NOTHING = re.compile(r"[\W\d_]+")  # not one letter
# Longer than any of those words, begun as no total is, and of no letters of the garbled: by its shape a name, for `no_name` too.
_LONGEST = max(len(word) for word in _PLACEHOLDERS if not word.isascii())
SURELY_A_NAME = re.compile(
    rf"(?![小合总共累])(?!.*[锟烫屯])(?!.*计$)[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9()（）·]{{{_LONGEST},}}").fullmatch

# Whether a text names a record by its shape alone, as most do: nothing that `names_none` looks for has it. Longer than any of
# those words, without a sign that each total has.
surely_an_entity = re.compile(
    rf"(?![共等])(?!.*[计总均])[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9()（）·]{{{_LONGEST},}}|[0-9A-Za-z]{{10,}}").fullmatch


def names_of(form: RegisterForm) -> frozenset[str]:
    """The fields that say by a name which entity a record is of."""
    asked = {*form.key, *(count.distinct for count in form.counts)}
    return frozenset(f.id for f in form.fields if f.type is FieldType.TEXT and (f.id in asked or _is_name(f)))


def _is_name(field: RegisterField) -> bool:
    return field.required and (field.id == "name" or field.id.endswith("_name") or field.name.zh.endswith(("名称", "全称")))


def hostile(text: str) -> bool:
    """Whether a text is a formula or a script, or hides how it is to be read: no name is."""
    return _HOSTILE.search(text) is not None


def no_entity(text: str) -> bool:
    """Whether a text names no record, in a field of the key too, where numbers may: a placeholder, a subtotal, signs alone, a
    formula."""
    return not surely_an_entity(text) and names_none(text)


def names_none(text: str) -> bool:
    """As no_entity, whatever its shape."""
    return (squeezed(text).casefold() in _PLACEHOLDERS or is_total(text) or hostile(text)
            or _SIGNS.fullmatch(plain(text)) is not None)


def no_name(text: str) -> bool:
    """Whether a text in a field of names names nothing: no record, and nothing in letters that can be read."""
    return (no_entity(text) or _GARBLED.search(text) is not None
            or _NOTHING.fullmatch(plain(text)) is not None)


def names_nothing(field: RegisterField, text: str) -> bool:
    """Whether a text in a field of `names_of` names nothing: a key may be a plain number, a name may not."""
    return no_name(text) if _is_name(field) else no_entity(text)


def is_total(text: str) -> bool:
    return _TOTAL.fullmatch(squeezed(text)) is not None or total_of(text) is not None


def total_of(text: str) -> tuple[str, str] | None:
    """Of what a text is the total, nothing of all, and which kind of total; None of no total."""
    found = _OF_SOME.fullmatch(squeezed(text))
    return (found["of"], found["what"]) if found else None
