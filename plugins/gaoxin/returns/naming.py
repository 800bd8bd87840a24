"""What stands where a name belongs and is none: 同上, 待定, ########, 共 12 家, 锟斤拷. Pure.

A record is counted by its name; these would be counted as institutions. Elsewhere such words leave unsaid what was asked, and a
register's rows are sorted and taken apart, and what "as above" meant is gone. The words are in words.json.
"""

import re

from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm
from gaoxin.returns.layout import WORDS
from gaoxin.returns.text import name_key, plain, squeezed

TOTALS = frozenset({"合计", "总计", "小计", "共计"})  # what begins a row that is no record
_ABOVE, _NOTHING_THERE, _UNSAID, _NO_NAMES = (frozenset(squeezed(word).casefold() for word in WORDS[kind]) for kind in (
    "as_above", "nothing", "unsaid", "placeholders"))
_PLACEHOLDERS = _ABOVE | _NOTHING_THERE | _UNSAID | _NO_NAMES
_TOTAL = re.compile(r"[(\[]?(小计|合计|总计|共计|总数|累计|总和)[)\]]?(\([百千万亿]*(元|人|家|户|个|平方米|公顷|亩|吨)\)|"
                    r"[:：]?([0-9,.]*[家个户所人项名条]?|[0-9,.]+[家个户所](企业|单位|机构))|[^\u4e00-\u9fff]{0,4})"
                    r"|(以上)?共[计有]?:?[0-9,.]+([家个户所人项名条](企业|单位|机构)?)?"
                    r"|(等|以上)?[0-9,.]+[家个户所人项名条](企业|单位|机构)?|平均|均值"
                    r"|(sub)?total|sum", re.IGNORECASE)
# What stands below a table, or begins a row of some of those above: 备注：…, 填表人：…, 其中：规上企业.
_BESIDE = re.compile("(其中|备注|附注|注|说明|填[表报](说明|人|单位|日期)|(制表|审核|复核)人?|(单位)?负责人|联系(人|电话)|"
                     "报出日期):.*")
# 小计：2家, 装备制造小计（2家）, 本组合计: of what, and which kind of total.
_OF_SOME = re.compile(r"(?P<of>.{0,16}?)(?P<what>合计|总计|小计|共计)[:：(（]?(共?\d+[家个户所人项名条]?)?[)）]?")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")  # 企业名称（盖章）
# 是否上市公司 is no name, nor is 计量单位. Of the second kind a number may be one: a firm by its number.
_CALLED = re.compile("(?!是否|有无|属于).*(名称|全称|姓名|企业|公司|机构|(?<!计量)单位)").fullmatch
_IN_LETTERS = re.compile("(?!是否|有无|属于).*(名称|全称|姓名)").fullmatch
_SIGNS = re.compile(r"[\W_]+")
# What bytes look like that were read in another encoding than they were written in.
_GARBLED = re.compile("锟斤拷|烫烫|屯屯|ï¿½|\ufffd")
_UNREADABLE = re.compile(rf"{_GARBLED.pattern}|^\s*[#＃]{{3,}}\s*$|^\s*[?？]{{2,}}\s*$")
# What a spreadsheet program, or a page, would run, and signs that turn what is read around.
_HOSTILE = re.compile(r"^\s*[=+@＝＋＠-]|[\u202a-\u202e\u2066-\u2069]|<\s*/?\s*script", re.IGNORECASE)
_NOTHING = re.compile(r"[\W\d_]+")  # not one letter
# Longer than any of those words, begun as no total is, and of no letters of the garbled: by its shape a name, for `no_name` too.
_LONGEST = max(len(word) for word in _PLACEHOLDERS if not word.isascii())
_LETTERS = r"[\u4e00-屮屰-\u603a\u603c-烪烬-\u8ba0\u8ba2-锞锠-\u9fffA-Za-z0-9()（）·]"  # but 计 and 总, which stand in totals
_OF_NO_TOTAL = r"[计总](?![共0-9(（])"
SURELY_A_NAME = (rf"(?![小合总共累以锟烫屯])(?=[\u4e00-\u9fff].{{{_LONGEST},}})(?:{_LETTERS}|{_OF_NO_TOTAL})"
                 rf"{_LETTERS}*+(?:{_OF_NO_TOTAL}{_LETTERS}*+)*+(?<!计)")

# Whether a text names a record by its shape alone, as most do: nothing that `names_none` looks for has it. Longer than any of
# those words, without a sign that each total has.
surely_an_entity = re.compile(
    rf"(?![共等以])(?!.*[计总均])[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9()（）·]{{{_LONGEST},}}|[0-9A-Za-z]{{10,}}").fullmatch


def names_of(form: RegisterForm) -> frozenset[str]:
    """The fields that name something, what a record is of or belongs to: those of the key, those that are counted by, and those
    that are called names."""
    return frozenset(f.id for f in form.fields if f.type is FieldType.TEXT and (_identifies(form, f) or _CALLED(_called(f))))


def _identifies(form: RegisterForm, field: RegisterField) -> bool:
    return field.id in form.key or any(count.distinct == field.id for count in form.counts)


def _called(field: RegisterField) -> str:
    named = field.id == "name" or field.id.endswith("_name")
    return "名称" if named else _ASIDE.sub("", field.name.zh)


def hostile(text: str) -> bool:
    """Whether a text is a formula or a script, or hides how it is to be read: no name is."""
    return _HOSTILE.search(text) is not None


def no_entity(text: str) -> bool:
    """Whether a text names no record, in a field of the key too, where numbers may: a placeholder, a subtotal, signs alone, a
    formula."""
    return not surely_an_entity(text) and names_none(text)


def names_none(text: str) -> bool:
    """As no_entity, whatever its shape."""
    said = squeezed(text)
    return (said.casefold() in _PLACEHOLDERS or is_total(text) or hostile(text) or _BESIDE.fullmatch(said) is not None
            or _SIGNS.fullmatch(plain(text)) is not None)


def no_name(text: str) -> bool:
    """Whether a text in a field of names names nothing: no record, and nothing in letters that can be read."""
    return (no_entity(text) or _GARBLED.search(text) is not None
            or _NOTHING.fullmatch(plain(text)) is not None)


def names_nothing(form: RegisterForm, field: RegisterField, text: str) -> bool:
    """Whether a text in a field of `names_of` names nothing. A key may be a plain number, a name may not; where nothing need
    stand it may be said that there is none: 母公司 无. A heading of the register is a head that stands again."""
    if _ASIDE.sub("", squeezed(text).casefold().rstrip("*")) in heads_of(form):
        return True
    if not field.required and not _identifies(form, field) and squeezed(text).casefold() in _NOTHING_THERE:
        return False
    return no_name(text) if _IN_LETTERS(_called(field)) else no_entity(text)


def heads_of(form: RegisterForm) -> frozenset[str]:
    """What the register's fields are called, as `name_key` has it."""
    return frozenset(name_key(name) for field in form.fields for name in (field.name.zh, _called(field)))


def leaves_unsaid(field: RegisterField, text: str) -> bool:
    """Whether a text in a field that names nothing stands for what is not said: as above, ####, what nobody can read; where
    something must be said also 待定, 不详, 无."""
    said = squeezed(text).casefold()
    return (said in _ABOVE or _UNREADABLE.search(text) is not None
            or (field.required and (said in _UNSAID or said in _NOTHING_THERE)))


def is_total(text: str) -> bool:
    return _TOTAL.fullmatch(squeezed(text)) is not None or total_of(text) is not None


def total_of(text: str) -> tuple[str, str] | None:
    """Of what a text is the total, nothing of all, and which kind of total; None of no total."""
    found = _OF_SOME.fullmatch(squeezed(text))
    return (found["of"], found["what"]) if found else None
