"""The half of `describe` that speaks of figures: the relations within forms."""

from __future__ import annotations

from gaoxin.i18n import Text

_T = Text

WORDS: dict[str, dict[str, Text]] = {
    "PartOf": {
        "": _T("部分不大于总体", "part of: a part never exceeds its whole"),
        "kind": _T("种类：固定写 part_of", "kind: part_of"),
        "part": _T("部分：变量编号", "part: a variable"),
        "whole": _T("总体：变量编号", "whole: a variable"),
        "severity": _T("程度：error 退回、warning 须说明、info 提示", "severity: error, warning or info"),
    },
    "SumOf": {
        "": _T("各部分之和等于总体", "sum of: parts add up to the total"),
        "kind": _T("种类：固定写 sum_of", "kind: sum_of"),
        "total": _T("总体：变量编号", "total: a variable"),
        "parts": _T("各部分：变量编号", "parts: variables"),
        "tolerance": _T("允许误差：不写即按末位四舍五入计", "tolerance: rounding of the last digit when left out"),
        "severity": _T("程度：error 退回、warning 须说明、info 提示", "severity: error, warning or info"),
    },
    "RatioBetween": {
        "": _T("两数之比在范围内", "ratio between: a quotient is believable"),
        "kind": _T("种类：固定写 ratio_between", "kind: ratio_between"),
        "numerator": _T("分子：变量编号", "numerator: a variable"),
        "denominator": _T("分母：变量编号", "denominator: a variable"),
        "min": _T("下限", "min"),
        "max": _T("上限", "max"),
        "severity": _T("程度：error 退回、warning 须说明、info 提示", "severity: error, warning or info"),
    },
    "NotBefore": {
        "": _T("日期先后", "not before: the order of two dates"),
        "kind": _T("种类：固定写 not_before", "kind: not_before"),
        "earlier": _T("较早的日期栏", "earlier: a date field"),
        "later": _T("较晚的日期栏", "later: a date field"),
        "severity": _T("程度：error 退回、warning 须说明、info 提示", "severity: error, warning or info"),
    },
}
