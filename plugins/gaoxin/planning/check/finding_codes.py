"""Every code of `gaoxin plan check`: what it is called, how grave it can be, what is usually to be decided, and by whom.

A code is a promise: plans settle findings by it and scripts look for it. A rule may say more exactly what is to be
decided; what stands here is told where it does not. docs/plan-check.md is made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gaoxin.i18n import Text

Severities = tuple[Literal["error", "warning", "info"], ...]
_E, _W, _I = ("error",), ("warning",), ("info",)
_WI = ("warning", "info")


@dataclass(frozen=True)
class Code:
    """code: stable id. about: whether the document or the plan file is at fault; the office decides on the one, whoever
    keeps the plan mends the other. decide: what is to be decided or mended, where the rule says nothing more exact."""

    code: str
    about: Literal["document", "plan"]
    severities: Severities
    title: Text
    decide: Text


def _document(code: str, severities: Severities, title: tuple[str, str], decide: tuple[str, str]) -> Code:
    return Code(code, "document", severities, Text(*title), Text(*decide))


def _plan(code: str, severities: Severities, title: tuple[str, str], decide: tuple[str, str]) -> Code:
    return Code(code, "plan", severities, Text(*title), Text(*decide))


_ALL = (
    # goals of one indicator
    _document("two_values", _WI, ("一个指标有不同的目标值", "two values for one indicator"),
              ("以哪个数值为准", "which value holds")),
    _document("fewer_alternatives", _W, ("一处有备选、一处没有", "an alternative at one place, none at another"),
              ("备选是否算数", "whether the alternative counts")),
    _document("demand_not_judged", _I, ("另有要求未列入判断", "a further demand that is not judged"),
              ("是否也要判断", "whether it is judged too")),
    _document("two_years", _W, ("一个目标有不同的年份", "different years for one goal"), ("以哪一年为准", "which year holds")),
    _document("two_dates", _W, ("一个目标有不同的月份或日期", "different dates for one goal"),
              ("以哪个日期为准", "which date holds")),
    _document("two_classifications", _W, ("一个名称有不同的口径", "two classifications under one name"),
              ("统一用哪个口径", "which classification is used")),
    _document("two_denominators", _W, ("一个名称有不同的分母", "two denominators under one name"),
              ("统一用哪个分母", "which denominator is used")),
    _document("criterion_above_target", _W, ("目标比认定标准宽", "a goal that asks for less than the standard"),
              ("目标是否提到标准", "whether the goal is raised to the standard")),
    _document("no_comparator", _WI, ("只有数值没有比较词", "a number without comparator"),
              ("是下限、上限还是恰好", "whether it is a floor, a ceiling or exact")),
    _document("target_without_value", _WI, ("目标没有数值", "a target without a number"),
              ("以什么数为准", "which number is meant")),
    _document("target_undated", _W, ("目标没有完成时间", "a target without a date"), ("何时完成", "by when it is due")),
    _document("quotas_do_not_add_up", _W, ("分解数合计达不到目标", "quotas that do not add up to the target"),
              ("差额由谁承担", "who takes the rest")),
    _document("quotas_exceed_target", _I, ("分解数合计超过目标", "quotas beyond the target"),
              ("确认是有意留余量", "that the slack is meant")),
    _document("quota_unit_not_named", _W, ("有分解数的单位未列为牵头或责任", "a quota for a unit that is not named"),
              ("把该单位列为责任单位，还是取消分解数", "whether the unit becomes responsible or loses its quota")),
    _plan("quota_twice", _E, ("一个单位有两个分解数", "two quotas for one unit"), ("合并为一个分解数", "merge them into one")),
    # the way to the goal, and figures that hang together
    _document("steps_miss_the_end", _W, ("每年增量到不了终值", "yearly steps that miss the end value"),
              ("改增量还是改终值", "whether the step or the end value changes")),
    _document("step_without_start", _I, ("有每年增量或增长率而没有起点", "a yearly step or rate without a start"),
              ("补充起点的现值", "the value it starts from")),
    _document("steps_against_growth", _W, ("每年增量、增长率与终值不合", "steps against a growth rate"),
              ("以增量、增长率还是终值为准", "which holds: step, rate or end value")),
    _document("shares_against_counts", _WI, ("比例目标与数量目标不合", "shares against counts"),
              ("改比例还是改数量", "whether the share or a count changes")),
    _document("stated_contradicts", _W, ("文件给出的现值互相矛盾", "stated values that contradict each other"),
              ("核实哪个现值有误", "which stated value is wrong")),
    _document("stated_completion_contradicts", _W, ("完成率与完成数不符", "a claimed completion that the figures do not give"),
              ("核实哪个数有误", "which figure is wrong")),
    _document("tiers_do_not_reach_total", _W, ("各类园区下限合计达不到总目标", "classes of zones that do not reach the total"),
              ("差额由哪些园区承担", "which zones take the rest")),
    _document("parts_without_base", _I, ("园区按倍数定目标而没有基数", "zones with a multiple and no base"),
              ("补充各园区的基数", "what the zones stood at")),
    _document("completion_share_against_dates", _W, ("完成率与各项期限不合", "a completion share against the due dates"),
              ("以完成率还是各项期限为准", "whether the share or the dates hold")),
    _document("magnitude_contradiction", _W, ("同一数量有不同的数", "a magnitude that contradicts itself"),
              ("以哪个数为准", "which number holds")),
    # the calendar
    _document("step_before_document", _WI, ("日期早于文件印发", "a date before the document was issued"),
              ("追认还是改期", "whether it counts as done or gets another date")),
    _document("phases_overlap", _WI, ("阶段重叠", "phases that overlap"), ("是否并行", "whether they run side by side")),
    _document("phases_leave_gap", _W, ("阶段之间有空档", "a gap between phases"),
              ("空档归哪个阶段", "to which phase the gap belongs")),
    _document("step_outside_stage", _W, ("步骤在所属阶段之外", "a step outside its phase"),
              ("改步骤还是改阶段的日期", "whether the step or the phase gets other dates")),
    _document("target_due_after_gate", ("error", "warning"),
              ("目标期限晚于需要它的关口", "a target due after the gate that needs it"),
              ("推迟关口、提前期限还是按进度判断", "whether the gate waits, the targets come earlier, or progress is judged")),
    _document("task_due_after_gate", _W, ("任务期限晚于需要它的关口", "a task due after the gate that wants it"),
              ("推迟关口还是提前任务", "whether the gate waits or the task comes earlier")),
    _document("task_without_gate", _W, ("没有关口要任务的成果", "a task that no gate asks for"),
              ("由哪个关口检查它的成果", "which gate looks at it")),
    _document("task_undated", _W, ("任务没有完成时间", "a task without a date"), ("何时完成", "by when it is due")),
    _plan("deadline_outside_phase", _W, ("关口期限在阶段之外", "a gate's deadline outside its phase"),
          ("改关口期限或阶段起止", "another deadline, or other dates for the phase")),
    _plan("gate_before_its_release", _E, ("关口早于它所等待的关口", "a gate before the one that releases it"),
          ("改期限或 after", "another deadline, or another `after`")),
    _plan("no_return_before_gate", _E, ("关口之前没有一期报表到期", "no return before the gate"),
          ("提前报表期限、增加报告期或推迟关口", "an earlier due rule, more periods, or a later gate")),
    _plan("return_due_after_gate", _W, ("报表在关口之后才到期", "a return due after the gate"),
          ("缩短报送期限，或确认用上一期的数", "a shorter due rule, or judging by the period before")),
    _plan("criterion_without_subject", _W, ("关口条件没有可判断的对象", "a criterion with nothing to judge"),
          ("补上对象或删去条件", "give it something to judge, or drop it")),
    _plan("calendar_provisional", _I, ("放假安排尚未公布", "days off not published yet"),
          ("公布后更新节假日数据", "update the holiday data once they are published")),
    # units and rhythm
    _document("no_lead", _WI, ("没有牵头单位", "nobody leads"), ("由谁牵头", "who leads")),
    _document("several_leads", _I, ("几个单位共同牵头", "several leads"), ("由谁负总责", "who answers for it")),
    _document("lead_not_in_office", _I, ("牵头单位不在办公室", "a lead that is not in the office"),
              ("是否进办公室", "whether it joins the office")),
    _document("office_unit_idle", _W, ("办公室成员无事可做", "in the office with nothing to do"),
              ("分配任务还是不列入", "whether it gets a task or leaves")),
    _plan("unit_unused", _I, ("方案没有用到的单位", "a unit that the plan never uses"),
          ("删去，或给它任务", "drop it, or give it a task")),
    _document("unit_two_names", _WI, ("一个单位有不同叫法", "a unit under two names"), ("统一用哪个名称", "which name is used")),
    _document("units_look_alike", _W, ("两个单位像是同一个", "two units that seem to be one"),
              ("是否同一单位", "whether they are one")),
    _document("group_without_members", _WI, ("组或“有关单位”没有列出成员", "a group without members"),
              ("由哪些单位组成", "which units make it up")),
    _document("power_shared", _W, ("同一职权给了几个单位", "two units given the same power"),
              ("归谁，或怎样分工", "whose it is")),
    _plan("approver_reports", _W, ("审批单位自己报送", "an approver that reports itself"),
          ("改由别的单位审批或报送", "another unit approves, or reports")),
    _document("cadence_by_choice", _I, ("频率由办公室自定", "a rhythm that the office set"), ("多久一次", "how often")),
    _document("cadence_missing", _W, ("没有任何频率", "no rhythm at all"), ("多久一次，由谁负责", "how often, and by whom")),
    # the published text and the standard
    _document("annex_missing", _W, ("引用的附件没有公布", "a cited annex that is missing"), ("索取附件", "to ask for it")),
    _document("annex_two_titles", _I, ("附件有不同叫法", "an annex under two titles"), ("确认是同一个", "that it is one")),
    _document("masked_year", _W, ("年份被遮盖", "a masked year"), ("是哪一年", "which year it is")),
    _document("masked_amount", _W, ("数额被遮盖", "a masked amount"), ("是多少", "how much it is")),
    _document("masked_name", _I, ("名称被遮盖", "a masked name"), ("是谁", "who it is")),
    _document("masked_title", _I, ("文件名被遮盖", "a masked title"), ("是哪份文件", "which document it is")),
    _document("criterion_not_fulfilled", _WI, ("现状不符合认定标准", "a criterion that the zone's statement does not fulfil"),
              ("怎样满足", "how it is fulfilled")),
    _document("criterion_not_stated", _I, ("现状没有写或看不出是否符合", "a criterion on which nothing is stated"),
              ("补充现状", "how the zone stands")),
    _plan("criterion_without_target", _W, ("条件的指标没有 criterion 目标", "a condition whose indicator has no criterion"),
          ("在指标的 targets 中补 role: criterion", "add a target with role: criterion")),
    # measures, formulas and forms
    _document("zone_without_figures", _W, ("园区没有自己的数", "a zone without figures of its own"),
              ("由谁为该园区单独报送", "who reports for this zone alone")),
    _document("unmeasured", _WI, ("没有报表采集", "a target that nobody reports on"),
              ("由谁、用哪张报表、多久报一次", "who reports it, in which form, how often")),
    _plan("formula_unreadable", _E, ("公式不是算式", "a formula that is no arithmetic"), ("改公式", "mend the formula")),
    _plan("formula_unknown_name", _E, ("公式用了未声明的名称", "a name that is no input"),
          ("在 inputs 中声明或改名", "declare or rename it")),
    _plan("input_unused", _W, ("公式没有用到的输入", "an input that is not used"), ("用上或删去", "use it or drop it")),
    _plan("units_do_not_convert", _E, ("计量单位不能换算", "units of measure that do not convert"),
          ("改公式或计量单位", "another formula or unit of measure")),
    _plan("units_not_converted", _E, ("相加的数计量单位不同", "units of measure that are added unconverted"),
          ("在输入上写 unit 换算", "convert with `unit` at the input")),
    _plan("unit_factor", _E, ("公式结果差若干倍", "a result that is off by a factor"),
          ("在公式或输入的 unit 中换算", "convert in the formula or with `unit`")),
    _plan("variable_reported_by_nobody", _E, ("变量没有任何一期要报", "a variable that is asked for in no period"),
          ("增加报告期", "ask for it in some period")),
    _plan("flows_do_not_meet", _W, ("各输入的时段不同", "inputs over different stretches of time"),
          ("统一为累计数或同一报告期", "make them cumulative, or of one period")),
    _plan("years_missing", _E, ("收的年度不够算平均", "too few years for the mean"), ("增加年度", "ask for more years")),
    _plan("check_not_for_series", _E, ("检查只用于名录", "a check that is for registers"),
          ("删去或改用别的检查", "drop or replace it")),
    _plan("check_units_differ", _E, ("检查的两边计量单位不能换算", "a check over units that do not convert"),
          ("改计量单位", "another unit")),
    _plan("check_kinds_differ", _W, ("检查的两边统计类型不同", "a check over different kinds"),
          ("改 kind 或删去检查", "mend kind, or drop it")),
    _plan("code_unknown", _E, ("没有这个代码", "a code that the field does not have"), ("改代码", "another code")),
    _plan("field_type_wrong", _E, ("字段类型不对", "a field of the wrong type"), ("改字段类型或换字段", "another type or field")),
    _plan("form_unused", _I, ("没有指标用到的报表", "a form that no indicator uses"),
          ("删去，或说明用途", "drop it, or say what it is for")),
    # decisions
    _plan("decision_without_finding", _W, ("决定所指的问题不存在", "a decision that meets no finding"),
          ("核对 settles 的 code 和 subject", "check code and subject of `settles`")),
    _plan("decided_twice", _W, ("一个问题有两个决定", "a finding decided twice"), ("只留一个决定", "keep one of them")),
    _plan("error_cannot_be_settled", _E, ("错误不能以决定了结", "an error that a decision cannot settle"),
          ("改正错误", "mend the error")),
    # a plan file that cannot be read
    _plan("plan_unreadable", _E, ("文件读不了", "a file that cannot be read"), ("按提示改正该行", "mend the line")),
    _plan("plan_key_unknown", _E, ("不认识的键", "an unknown key"), ("改正拼写或删去", "mend the spelling, or drop it")),
    _plan("plan_key_missing", _E, ("缺少必填的键", "a missing key"), ("补上", "add it")),
    _plan("plan_key_twice", _E, ("键重复", "a key twice"), ("合并", "merge them")),
    _plan("plan_reference_broken", _E, ("引用的 id 不存在", "an id that leads nowhere"), ("改正 id", "mend the id")),
    _plan("plan_reference_file", _E, ("参照数列文件读不了", "a file of reference values that cannot be read"),
          ("按提示改正文件", "mend the file as told")),
    _plan("plan_id_is_not_folder", _E, ("方案 id 与文件夹不同", "an id that is not the folder's name"),
          ("改 id 或文件夹名", "rename one of them")),
    _plan("plan_value_wrong", _E, ("值不对", "a wrong value"), ("按提示改正", "mend it as told")),
)
CODES: dict[str, Code] = {c.code: c for c in _ALL}
