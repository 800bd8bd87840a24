"""No record of a register has the name of another, under another key."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from gaoxin.containers.lines import marks
from gaoxin.folding import folded
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, RegisterField, RegisterForm, Severity
from gaoxin.quality.blocks import Block, Spread, sparse
from gaoxin.quality.check import BETWEEN, About, Check, Rules, item_rule
from gaoxin.quality.checks.listed import Again
from gaoxin.quality.frames import Given
from gaoxin.quality.known import EntityKey, texts_of
from gaoxin.quality.settling import twice

NAMED = "record.named_again"  # 1 where a record has the name of another, under another key
_LEAST = 2  # fields beside the key: else the name alone would be all that is said
# The register's own name of what it lists is known by what field, key and form are called: the name of a firm in a register of
# its projects stands again. Names are held against each other where those before were all different, or few of many are not.
_ITS_NAME = re.compile("(企业|单位|公司|机构|厂商|组织|法人)?(中文)?(名称|全称)").fullmatch
_OF_MORE = re.compile("项目|产品|证书|专利|商标|合同|订单|协议|标准|设备|许可|批文|车|房|地块|案|人员|人才")
_FEW, _KNOWN = 0.05, 20
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")  # 企业名称（盖章）

NAMED_TITLE = Code("quality.listed.named.title", "没有同名而识别栏不同的", "no name over again under another key")
NAMED_TOLD = Code("quality.listed.named",
                  "“{value}”与第 {row} 行同名而识别栏不同，疑似同一对象填报两次；请核对删除，确为两个对象的请说明",
                  "'{value}' is the name of row {row}, too, under another key: one entity listed twice, it seems; delete one, or "
                  "explain if they are two", row=int | str)
UNSURE = Code("quality.listed.named.unsure", "同名的常有，或行数少且没有上期名录，不作比较",
              "names stand again by custom, or rows are few and no register of before is known: not compared")


class NamedAgain(Check):
    about = About(
        needs=Text("名录各行，本单位上期名录", "the rows of a register, and the unit's of the period before"),
        how=Text("识别栏不同而对象名称相同（全半角、括号、空格不计）：上期名录无同名的，或没有上期名录而二十行以上、"
                 "同名不到百分之五的；名录本身是项目、产品、证书等的不查，各栏全同的另行提出",
                 "two rows with another key and one name, whatever its brackets and blanks: where no name stood twice the "
                 "period before, or nothing is known of it and of twenty rows and more less than one in 20 does; not of "
                 "registers of projects, products, certificates; where all else is the same that is told instead"),
        looks_at=Text("同一企业是否用两个编号填报", "whether one firm stands there under two keys"),
        why=Text("会被重复计数", "it would be counted twice"),
        answer=Text("核对后删去一行；确为两个对象的说明", "delete one of them, or explain that they are two"),
        source=Text("名录审核的通行做法；手册 2 级", "practice of registers; ESS validation handbook, level 2"))
    place = 26
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if (name := own_name(form)) is not None:
            yield item_rule(name, "named_again", BETWEEN, NAMED, [1], max_value=0, level=2, severity=Severity.WARNING,
                            title=NAMED_TITLE, message=NAMED_TOLD, unless=("shifted",))

    def compute(self, given: Given) -> None:
        block, name = given.block, own_name(given.form)
        if block is None or not block.entries or name is None:
            return
        named = _NamedAgain(block, given.form, name.id, given.history.entities or {})
        given.because(NAMED, name.id, UNSURE())
        given.frame.spread(block, name.id, NAMED, named.spread, named.told)


def own_name(form: Form) -> RegisterField | None:
    """The field that names what a register lists, each under a key of one part; None where there is none such, or what is listed
    may well have one name with others."""
    if not isinstance(form, RegisterForm) or len(form.key) != 1 or len(form.fields) - 1 < _LEAST:
        return None
    [key] = (field for field in form.fields if field.id in form.key)
    if any(count.distinct not in (None, key.id) for count in form.counts) or _OF_MORE.search(form.name.zh + key.name.zh):
        return None
    named = [field for field in form.fields if field.type is FieldType.TEXT and field is not key
             and _ITS_NAME(_ASIDE.sub("", field.name.zh))]
    return named[0] if len(named) == 1 else None


class _NamedAgain:
    """Which records have the name of an earlier one, and do not say the same in all else: that is told already."""

    def __init__(self, block: Block, form: Form, name: str, before: Mapping[EntityKey, Mapping[str, str | None]]) -> None:
        self._block, self._form, self._name, self._before = block, form, name, before

    @cached_property
    def _found(self) -> dict[int, int]:
        names, keys = self._block.part(self._name), self._block.keys(self._form.key)
        found, first = dict[int, int](), dict[str, int]()
        for place in twice(marks(names)):
            name, key = names[place], keys[place]
            if name is None or key is None or place in self._block.parted:
                continue
            at = first.setdefault(name, place)
            if at != place and keys[at] != key:
                found[place] = at
        return found

    @cached_property
    def _sure(self) -> bool:
        size = len(self._block.entries)
        if not self._found or (size >= _KNOWN and len(self._found) <= _FEW * size and not self._before):
            return True
        if len(self._before) < min(_KNOWN, size / 2):
            return False
        told = [folded(text) for text in map(texts_of(self._before, self._name), self._before)]
        named = [name for name in told if name]
        return bool(named) and len({*named}) == len(named) and 2 * len(self._found) <= size

    def spread(self) -> Spread:
        if not self._sure:
            return self._block.alike(self._name, None)
        told = Again(self._block, self._form).found if self._found else {}
        others = {place: 1.0 for place in self._found if place not in told}
        none = {place: None for place, name in enumerate(self._block.part(self._name)) if name is None} \
            if self._block.lacks((self._name,)) else {}
        return sparse(len(self._block.entries), 0.0, {**none, **others})

    def told(self, place: int) -> dict[str, Any]:
        return {"row": self._block.told_row(self._found[place])} if place in self._found else {}
