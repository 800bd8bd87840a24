"""The half of `describe` that speaks of figures: targets, indicators, reference series, forms."""

from __future__ import annotations

from gaoxin.i18n import Text

_T = Text

WORDS: dict[str, dict[str, Text]] = {
    "Compared": {
        "at_least": _T("不低于（≥）：数字，不带单位", "at least (≥): a number without its unit"),
        "more_than": _T("高于（>）：数字，不带单位", "more than (>): a number without its unit"),
        "at_most": _T("不高于（≤）：数字，不带单位", "at most (≤): a number without its unit"),
        "less_than": _T("低于（<）：数字，不带单位", "less than (<): a number without its unit"),
    },
    "Threshold": {
        "": _T("数值目标：一个比较词，可再加一种推算方式", "threshold: one comparator, and one derivation at most"),
        "of": _T("度量：本指标 measures 中的编号；不写即第一个", "of: the measure meant; the first when left out"),
        "zone": _T("园区：只看 zones 中的这一个", "zone: the value of that zone alone"),
        "growth": _T("比上年增长：固定写 year；数字为 %", "growth on the year before: write year; the number is in %"),
        "average_growth_since": _T("年均增长（自基期，复合）：写基期；数字为 % 每年",
                                   "average yearly growth since: the base period; % a year"),
        "increase": _T("比上年增加：固定写 year；数字用度量的单位，% 即百分点",
                       "more than the year before: write year; in the measure's unit"),
        "increase_since": _T("比基期增加：写基期", "more than in the base period: write it"),
        "gain": _T("比上年进位：固定写 year；用于排名", "places gained on the year before: write year; for ranks"),
        "gain_since": _T("比基期进位：写基期；用于排名", "places gained since the base period: for ranks"),
        "times_of": _T("为基期的倍数：写基期；翻一番即 at_least 2", "multiple of the base period: doubling is at_least 2"),
        "mean_of_years": _T("近几年年均：写年数，如 3", "mean of the last years: how many, e.g. 3"),
        "total_since": _T("自某年起累计：写起始年", "total since: the first year"),
        "against": _T("对比参照数列：references 中的编号；数字为高出多少，0 即持平",
                      "against a reference: an id of `references`; 0 is level with it"),
    },
    "AnyOf": {
        "": _T("任一满足", "any of"),
        "any_of": _T("任一：其中一个达到即可", "any of: one of them is enough"),
    },
    "AllOf": {
        "": _T("全部满足", "all of"),
        "all_of": _T("全部：每一个都要达到", "all of: each is needed"),
    },
    "OfWhich": {
        "": _T("总体和其中", "a whole and parts of it"),
        "whole": _T("总体：总数的目标", "whole: the target of the total"),
        "of_which": _T("其中：所含部分的目标", "of which: targets of parts"),
    },
    "EachZone": {
        "": _T("每个园区都要达到", "each zone"),
        "each_zone": _T("哪些园区：zones 或 tiers 的编号，全部写 [all]", "which zones: ids of zones or tiers, or [all]"),
        "target": _T("目标：每个园区的目标", "target: of each"),
    },
    "Tiers": {
        "": _T("分档目标：几个园区达到多少", "tiers: so many zones reach so much"),
        "tiers": _T("各档", "classes"),
        "of": _T("度量：不写即第一个", "of: the measure; the first when left out"),
    },
    "ZoneClass": {
        "": _T("一档", "class"),
        "zones": _T("园区数", "zones: how many"),
        "named": _T("点名的园区：文件点名时写，个数与 zones 相同", "named: which, where the document names them"),
    },
    "PlanShare": {
        "": _T("完成率目标：本方案完成的比例，%", "plan share: how much of the plan is done, in %"),
        "plan_share": _T("范围：indicators 指标、tasks 任务、all 两者", "of what: indicators, tasks or all"),
        "only": _T("只计哪些：指标和任务的编号；不写即全部", "only: which count; all when left out"),
    },
    "Milestone": {
        "": _T("任务目标：任务完成即达到", "milestone: a task is delivered"),
        "milestone": _T("任务：tasks 中的编号", "milestone: an id of `tasks`"),
    },
    "Unquantified": {
        "": _T("无数值的目标：谁也无法判断，始终为“无法判断”", "unquantified: always unknown"),
        "unquantified": _T("原话：如 大幅增加", "unquantified: the words, e.g. 大幅增加"),
    },
    "TargetStatement": {
        "": _T("目标值：文件在一处写的一个数值", "stated target: one value at one place of the document"),
        "target": _T("目标：如 {at_least: 600}", "target: e.g. {at_least: 600}"),
        "role": _T("作用：goal 目标、step 每年进度、horizon 其他年份的数值、criterion 认定标准、aspiration 力争",
                   "role: goal, step (each year), horizon (another date), criterion (of the standard), aspiration"),
        "due": _T("完成时间：2020-12 即当月末日；文件未定时不写", "due: 2020-12 is its last day; left out where none is given"),
        "due_masked": _T("完成时间（年份被隐去）：如 20xx-12", "due, year masked: as printed, e.g. 20xx-12"),
        "binding": _T("是否以此为准：有几个 goal 时恰有一个为 true", "binding: true for exactly one of several goals"),
        "worded_as": _T("原文比较词：以上、不低于等；只写数字时写 \"\"",
                        "worded as: the document's comparator; \"\" for a bare number"),
        "named_as": _T("此处的指标名称：与别处不同时写", "named as: where the name differs at this place"),
        "classification": _T("口径：此处按什么分类计", "classification: what is counted here"),
        "denominator": _T("分母：此处占什么的比重", "denominator: over what, here"),
    },
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
