"""Whether two names mean one unit: 区发改委 and 区发展改革委员会, with and without the district's prefix. Pure text.

Deliberately narrow: names that merely resemble each other (科技局, 科协; 商务局, 商务委; two supervision offices) belong to
different bodies more often than not, and a rule that cries wolf is not read.
"""

from __future__ import annotations

import re
from functools import lru_cache

# What comes at the end of a name. A department is rebuilt from 局 to 委 now and then; side by side they are two.
_BODIES = (
    ("管理委员会", "管委会"), ("管委会", "管委会"), ("委员会", "委"), ("办公室", "办"), ("办公厅", "办"), ("委", "委"),
    ("办", "办"), ("部门", ""),
    ("分局", "分局"), ("局", "局"), ("中心", "中心"), ("厅", "厅"), ("室", "室"), ("部", "部"), ("协会", "协"), ("协", "协"),
    ("有限公司", "公司"), ("公司", "公司"), ("集团", "集团"), ("院", "院"), ("会", "会"),
)
# Long and short ways of saying one field, as they stand in the names of departments; the first is what they become.
_FIELDS = (
    ("发改", "发展和改革", "发展与改革", "发展改革"),
    ("人社", "人力资源和社会保障", "人力资源社会保障", "人力社保"),
    ("住建", "住房和城乡建设", "住房城乡建设", "住建"),
    ("工信", "工业和信息化", "工业信息化", "工业与信息化"),
    ("经信", "经济和信息化", "经济信息化", "经济信息"),
    ("市监", "市场监督管理", "市场监管"),
    ("科技", "科学技术", "科学和技术"),
    ("资规", "自然资源和规划", "规划和自然资源", "规划自然资源", "自然资源规划", "自规", "规自", "规资"),
    ("文旅", "文化和旅游", "文化旅游", "文化旅游体育"),
    ("卫健", "卫生健康", "卫生和健康"),
    ("城管", "城市管理"),
    ("政务", "政务服务管理", "政务服务", "政务管理"),
    ("国资", "国有资产监督管理", "国有资产管理", "国资监管"),
    ("招商", "招商投资", "招商引资", "招商投资促进", "招商引资促进"),
    ("大数据", "大数据发展", "大数据应用发展", "大数据管理", "大数据发展管理", "大数据应用发展管理"),
    ("政府", "人民政府"),
    ("应急", "应急管理"),
    ("交通", "交通运输"),
    ("农业", "农业农村"),
    ("金融", "金融工作", "地方金融"),
    ("医保", "医疗保障"),
)
_LONG_FIRST = sorted(((long, names[0]) for names in _FIELDS for long in names[1:]), key=lambda pair: -len(pair[0]))
# Fields that are cut to one syllable before 委: 农委, 建委.
_WHOLE = {("农", "委"): "农业", ("建", "委"): "住建", ("住房城乡建", "委"): "住建", ("住建", "委"): "住建"}
# A first syllable that is part of the field and no prefix: 市场, 市政, 市容, 区域, 县域, 省级.
_NO_PREFIX = ("市场", "市政管", "市政设", "市政园", "市政公", "市容", "区域", "县域", "市监", "城市")
_PREFIX = re.compile(r"^(?:自治区|自治州|省|市|州|盟|区|县|旗)(?=\S{2})")
_NAMED_PREFIX = re.compile(r"^[\u4e00-\u9fff]{1,3}?(?:自治区|省|市|州|盟|区|县|旗)(?=\S{2})")
_ZONES = ("新区", "高新区", "经开区", "园区", "开发区", "保税区", "投资区", "试验区", "林区")
# What a document writes where it names nobody: 有关部门, 相关镇街, 各成员单位.
_NOBODY = re.compile(
    r"(?:有关|相关|其他|其它|各|各有关|各相关)(?:市直|市级|区级|区直|县级|县直|职能|成员|责任|牵头|配合)?"
    r"(?:部门|单位|镇街|镇乡|乡镇|街镇|街道|科室|委办局|园区|企业|县区|区县|机构)(?:和单位|、单位|和部门|、部门)?$|等(?:部门|单位)$"
)


def names_nobody(name: str) -> bool:
    """Whether a name stands for units that are not named: 区级有关部门, 相关镇街, 各成员单位."""
    return bool(_NOBODY.search(re.sub(r"[\s（(].*$", "", name)))


@lru_cache(maxsize=4096)
def _taken_apart(name: str) -> tuple[str, str, str]:
    """(prefix, field, body) of a unit's name."""
    name = re.sub(r"[\s（(].*$", "", name)
    prefix = ""
    found = None if name.startswith(_NO_PREFIX) else _PREFIX.match(name) or _NAMED_PREFIX.match(name)
    if found and not found[0].endswith(_ZONES) and not name[found.end() - 1:].startswith(_NO_PREFIX):
        prefix, name = found[0], name[found.end():]
    body = ""
    for ending, canonical in _BODIES:
        if name.endswith(ending) and len(name) > len(ending):
            name, body = name[: -len(ending)], canonical
            break
    for long, short in _LONG_FIRST:
        name = name.replace(long, short)
    return prefix, _WHOLE.get((name, body), name), body


def same_prefix(one: str, other: str) -> bool:
    """Whether two prefixes can belong to one level: the same, or one left out, or one of them spelt with the place's name."""
    return not one or not other or one == other or (one[-1] == other[-1] and 1 in (len(one), len(other)))


def look_alike(one: str, other: str) -> bool:
    """Whether two names abbreviate each other: the same body and the same field, long or short, at one level."""
    if one == other:
        return True
    (p1, f1, b1), (p2, f2, b2) = _taken_apart(one), _taken_apart(other)
    return b1 == b2 and bool(b1) and bool(f1) and f1 == f2 and same_prefix(p1, p2)


def short_form(one: str, other: str) -> bool:
    """Whether one name is plainly the other with words left out, as documents do: 管委会 for 万盛经开区管委会, 市政府 for
    南阳市人民政府, 区财政 for 财政局. Asked only of names that are known to mean one unit."""
    short, long = sorted((re.sub(r"[\s（(].*$", "", n) for n in (one, other)), key=len)
    rest = iter(long)
    if look_alike(one, other) or all(letter in rest for letter in short):
        return True
    (_, f1, b1), (_, f2, b2) = _taken_apart(one), _taken_apart(other)
    return bool(f1) and f1 == f2 and not (b1 and b2)
