"""What names say of a classification and of a denominator: terms of official statistics that documents confuse. Pure text.

Only what names themselves show is told apart: 高新技术产业 and 高技术产业, 规上 and all, 市级以上 and 区级以上, 占园区企业总数
and 占规上企业总数. A name that says nothing of it agrees with every other.
"""

import re
from collections.abc import Sequence
from itertools import combinations

from gaoxin.i18n import Message
from gaoxin.plan.base import Source

Place = Source | str | Message

_COUNTED = re.compile(r"(?:总数|总量|数量|数)$")


def plain_name(name: str) -> str:
    """A name without blanks, full-width brackets and a closing 数: 高新技术企业数 is 高新技术企业."""
    name = re.sub(r"\s", "", name).replace("（", "(").replace("）", ")")
    return _COUNTED.sub("", name) or name


# Within a family the longer term is looked for first, so that 科技型中小企业 is not read as 科技型企业 too.
_FAMILIES = (
    ("战略性新兴产业", "高新技术产业", "高技术制造业", "高技术产业"),
    ("科技型中小企业", "高新技术企业", "科技型企业", "高成长性企业"),
    ("国家级", "省级", "自治区级", "盟市级", "市级", "区级", "县级"),
    ("全国", "全省", "全市", "全区", "全县", "全旗", "园区"),
)
_SHORT = {"高企": "高新技术企业"}
_ZONE = re.compile(r"(?:高新技术产业开发区|高新区|经开区|开发区|产业园)")
_ABOVE_SIZE = re.compile(r"规模以上|规上|限额以上|限上")
_OVER = re.compile(r"占([^，。；（(]+?)的?(?:比重|比例|比值|比率|百分比|比)")
_PER = re.compile(r"每(?:[百千万亿]+)?(?:名|个|家)?(从业人员|就业人员|常住人口|户籍人口|人口|企业|人)")
_GDP = re.compile(r"(?:地区|国内)?生产总值|GDP", re.IGNORECASE)


def by_terms(calls: Sequence[tuple[str, Place]]) -> list[tuple[str, Place]]:
    """The terms with which places name one thing differently; empty where they agree. calls: (name, place)."""
    for family in _FAMILIES:
        found = [(_terms(text, family), text, source) for text, source in calls]
        found = [one for one in found if one[0]]
        for (a, first, _), (b, other, _) in combinations(found, 2):
            # A level or a region is told only where the names are the same else.
            if not a & b and (family in _FAMILIES[:2] or _without(first, a) == _without(other, b)):
                return [("、".join(sorted(terms)), source) for terms, _, source in found]
    sized = [(bool(_ABOVE_SIZE.search(text)), _ABOVE_SIZE.sub("", text), text, source) for text, source in calls]
    for (told, first, *_), (other_told, other, *_) in combinations(sized, 2):
        if told != other_told and first == other:
            return [(text, source) for _, _, text, source in sized]
    return []


def _terms(text: str, family: tuple[str, ...]) -> frozenset[str]:
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    text, found = _ZONE.sub("园区", text), set()
    for term in family:
        if term in text:
            found.add(term)
            text = text.replace(term, "·")
    return frozenset(found)


def _without(text: str, terms: frozenset[str]) -> str:
    text = _ZONE.sub("园区", text)
    for term in sorted(terms, key=len, reverse=True):
        text = text.replace(term, "")
    return text


def by_denominator(calls: Sequence[tuple[str | None, str, Place]]) -> list[tuple[str, Place]]:
    """The denominators that places give to one share; empty where they agree. calls: (as marked, name, place)."""
    found = [(marked or in_name(name), source) for marked, name, source in calls]
    told = [(_plain(over), over, source) for over, source in found if over]
    for (a, *_), (b, *_) in combinations(told, 2):
        if a not in b and b not in a:
            return [(over, source) for _, over, source in told]
    return []


def in_name(name: str) -> str | None:
    """The denominator that a name spells out: 园区企业总数 of 高企占园区企业总数比例, 从业人员 of 每万名从业人员拥有发明专利."""
    over = _OVER.search(name) or _PER.search(name)
    return over[1] if over else None


def _plain(over: str) -> str:
    return re.sub(r"[\s的]", "", _GDP.sub("GDP", _ZONE.sub("园区", over)))
