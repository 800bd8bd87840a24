"""What every key of a plan means, in both languages: for editors (schema), for the page of the format, for `plan diff`.

The models say what is allowed, this says what it is for. A text reads `short name：what to write`; the part before the
colon names the key within a sentence. Words of a base class hold for the models made of it. A test compares the words
with the models: none is missing, none is left over.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gaoxin.i18n import Text
from gaoxin.plan.criteria import CRITERIA
from gaoxin.plan.words.describe_measures import WORDS as OF_MEASURES

_T = Text

_OF_SCHEDULE: dict[str, dict[str, Text]] = {
    "Model": {
        "id": _T("编号：小写字母开头，只用小写字母、数字和下划线，同类之内不重复",
                 "id: lower-case letters, digits and _, beginning with a letter; once among its kind"),
        "name": _T("名称：与文件用语一致", "name: in the document's words"),
        "source": _T("出处：在文件中的位置，如 附件 第4项、正文 六(二)5", "source: its place in the document, e.g. 附件 第4项"),
    },
    "Label": {
        "": _T("文字：直接写中文，或写 {zh: 中文, en: English}", "text: Chinese as it is, or {zh: 中文, en: English}"),
        "zh": _T("中文", "Chinese"),
        "en": _T("英文：可不写，界面选英文时显示", "English: may be left out"),
    },
    "Source": {
        "": _T("出处：直接写位置，或写 {place, note}", "source: the place as text, or {place, note}"),
        "place": _T("位置：读者能据此在文件中找到", "place: as a reader would look it up"),
        "note": _T("备注", "note"),
    },
    "Plan": {
        "": _T("工作方案：一项创建工作的全部内容", "plan: the whole of one campaign"),
        "schema_version": _T("格式版本：固定写 1", "version of the format: always 1"),
        "id": _T("编号：与方案所在文件夹同名", "id: the name of the plan's folder"),
        "name": _T("名称：创建工作的名称", "name: of the campaign"),
        "document": _T("文件：印发的方案文件", "document: the issued document"),
        "zone": _T("园区：创建的对象；多个园区时为其整体", "zone: what the campaign is about; in a portfolio the whole of it"),
        "zones": _T("各园区：多个园区时逐个列出", "zones: the zones of a portfolio"),
        "tiers": _T("园区类别：多个园区分档时写", "tiers: classes of the zones of a portfolio"),
        "units": _T("单位：方案中出现的全部单位，从不写个人", "units: every unit that the plan names, never a person"),
        "governance": _T("组织领导：领导小组、办公室、督查等由谁担任", "governance: which unit has which role"),
        "defaults": _T("通用规定：对全部指标和任务都适用", "defaults: what holds for all indicators and tasks"),
        "horizon": _T("规划期：文件没有分步安排时，它所规划的起止年限",
                      "horizon: the years planned for, where there are no dated steps"),
        "stages": _T("阶段分组：文件中含若干步骤的大阶段", "stages: parts of the schedule that hold several phases"),
        "phases": _T("阶段：有起止时间、以关口结束；按先后排列", "phases: dated, each ended by a gate; in their order"),
        "conditions": _T("认定条件：认定标准逐条及文件自述",
                         "conditions: of the accreditation standard, and what the document says"),
        "references": _T("参照数列：目标要对比的外部数据", "references: series that targets are held against"),
        "tasks": _T("任务：以成果了结的工作", "tasks: work that ends in a deliverable"),
        "indicators": _T("指标：以数值衡量的内容及目标", "indicators: what is measured, with its targets"),
        "forms": _T("报表：各单位报送什么、多久一报", "forms: what units report, and how often"),
        "cadences": _T("工作频率：调度、通报等多久一次", "cadences: how often something is done"),
        "reminders": _T("催报：何时提醒、何时升级", "reminders: when units are reminded, when matters climb"),
        "rhythm": _T("系统节奏：何时检查、请示等待多久", "rhythm: when the system checks, how long consent waits"),
        "choices": _T("办公室的决定：文件未定或自相矛盾之处由谁如何决定",
                      "choices: what the office decided where the document is silent"),
    },
    "Document": {
        "": _T("文件：印发的方案文件", "document: the issued document"),
        "title": _T("标题", "title"),
        "number": _T("文号", "number: of the document"),
        "issuer": _T("印发单位：单位编号", "issuer: a unit's id"),
        "issued": _T("成文日期：到日，如 2020-06-28", "day of issue: a full day such as 2020-06-28"),
        "published": _T("公布日期：只知公布日时写", "day of publication: where only that is known"),
        "issued_masked": _T("成文日期（年份被隐去）：如 20xx-06", "day of issue, year masked: as printed, e.g. 20xx-06"),
        "annexes": _T("附件：文件提到的附件", "annexes: that the document names"),
        "masked": _T("隐去之处：公开文本隐去了什么", "masked places: what the published text hides"),
    },
    "Annex": {
        "": _T("附件", "annex"),
        "title": _T("附件标题", "title"),
        "present": _T("是否附有：公开文本未附时写 false", "present: false where the published text lacks it"),
        "cited": _T("引用之处：正文在哪里、用什么名称提到它", "citations: where the text speaks of it, and by which title"),
    },
    "Citation": {
        "": _T("引用", "citation"),
        "title": _T("引用时的标题：与附件本身不同时写", "title there: where it differs from the annex's own"),
    },
    "Masked": {
        "": _T("隐去之处", "masked place"),
        "kind": _T("隐去的内容：name 名称、year 年份、amount 数额、title 标题", "what is hidden: name, year, amount or title"),
        "text": _T("原样：公开文本的写法", "text: as published"),
    },
    "Zone": {
        "": _T("园区", "zone"),
        "level": _T("级别：municipal 市级、provincial 省级、national 国家级", "level: municipal, provincial or national"),
        "area_km2": _T("面积：平方公里", "area: in square kilometres"),
        "blocks": _T("区块：组团或片区", "blocks: the parts it is made of"),
        "committee": _T("管理机构：单位编号", "committee: id of the unit that runs it"),
        "tier": _T("类别：tiers 中的编号", "tier: an id of `tiers`"),
    },
    "Tier": {"": _T("园区类别", "tier")},
    "Unit": {
        "": _T("单位：部门、管委会、企业或其组合，从不写个人", "unit: a department, committee, company or group, never a person"),
        "kind": _T("性质：government 政府、committee 管委会、department 部门、company 企业、association 团体、group 组合",
                   "kind: government, committee, department, company, association or group"),
        "aliases": _T("别名：其他写法，收报表时也认", "aliases: other names, also understood in returns"),
        "members": _T("成员：组合所含单位的编号", "members: of a group, by id"),
        "open_ended": _T("成员未列全：文件写“等”“有关”时为 true", "open-ended: true where the document adds “and others”"),
    },
    "Alias": {
        "": _T("别名：直接写名称；文件自己这样称呼时写 {name, source}",
               "alias: the name; {name, source} where the document uses it"),
        "name": _T("别名", "other name"),
    },
    "Governance": {
        "": _T("组织领导：文件未指定的角色不写", "governance: leave out what the document does not name"),
        "office": _T("办公室：负责日常工作的单位", "office: the unit that runs the campaign"),
        "leading_group": _T("领导小组：单位编号", "leading group: a unit's id"),
        "head_role": _T("组长职务：写职务，不写姓名", "head: an office, never a name"),
        "deputy_role": _T("副组长职务：写职务，不写姓名", "deputy: an office, never a name"),
        "office_staff": _T("办公室成员单位", "units that staff the office"),
        "supervision": _T("督查单位：逾期首先报给它", "supervision: the unit first told of what is late"),
        "assessment": _T("考核单位", "assessment: the unit that grades"),
        "consent": _T("审批单位：同意上报申请的单位", "consent: the unit that agrees to the application"),
        "powers": _T("职权：文件给各单位的职权", "powers: that the document gives to units"),
        "consequences": _T("奖惩：做得好坏的后果", "consequences: of doing well or badly"),
    },
    "Power": {
        "": _T("职权", "power"),
        "power": _T("职权编号：同一职权写同一编号，如 coordination", "power: the same id for the same power, e.g. coordination"),
        "unit": _T("单位：有此职权的单位", "unit: that has it"),
    },
    "Consequence": {
        "": _T("奖惩", "consequence"),
        "when": _T("情形", "when"),
        "then": _T("后果：表彰、约谈、通报等", "then: praise, a talk, criticism"),
    },
    "Defaults": {
        "": _T("通用规定", "defaults"),
        "responsible": _T("通用责任单位：每项都参与的单位", "units that share in everything"),
    },
    "Horizon": {
        "": _T("规划期：如五年规划的起止", "horizon: such as that of a five-year plan"),
        "starts": _T("起：日、月或年，月和年指其第一天", "starts: a day, a month or a year, for its first day"),
        "ends": _T("止：日、月或年，月和年指其最后一天", "ends: a day, a month or a year, for its last day"),
    },
    "Stage": {
        "": _T("阶段分组", "stage"),
        "starts": _T("起：2020-05 即当月首日", "starts: 2020-05 is its first day"),
        "ends": _T("止：2020-09 即当月末日", "ends: 2020-09 is its last day"),
    },
    "Phase": {
        "": _T("阶段", "phase"),
        "kind": _T("种类：launch 启动、planning 方案、collection 数据采集、publicity 宣传、pre_assessment 初评、"
                   "application 申请、review 评审、acceptance 验收", "kind: what happens in it"),
        "summary": _T("概要：这一阶段做什么", "summary: what is done in it"),
        "stage": _T("所属阶段分组：stages 中的编号", "stage: an id of `stages`"),
        "starts": _T("起：2020-05 即当月首日", "starts: 2020-05 is its first day"),
        "ends": _T("止：2020-09 即当月末日", "ends: 2020-09 is its last day"),
        "after": _T("前置阶段：其关口通过后本阶段才开始；须排在前面",
                    "waits for: phases whose gates release it; they stand before it"),
        "gate": _T("关口：结束本阶段的决定", "gate: the decision that ends it"),
    },
    "Gate": {
        "": _T("关口：条件全部满足才通过，缺数据即不通过", "gate: passes when every criterion holds; what is missing holds it"),
        "deadline": _T("关口期限：最迟在这一天作出决定", "gate deadline: the last day for the decision"),
        "criteria": _T("关口条件：逐条列出", "criteria: one by one"),
        "rehearse_days": _T("预演天数：期限前多少天起每日预演", "rehearsal days: rehearsed daily from so many days before"),
        "decide_days": _T("判定天数：期限前多少天起可作决定", "decision days: decided from so many days before"),
    },
    "Condition": {
        "": _T("认定条件：标准的一条及文件自述", "condition: of the standard, with what the document says to it"),
        "requires": _T("要求：标准怎么说", "requires: what the standard asks"),
        "indicator": _T("衡量指标：由指标判断时写其编号", "indicator: that measures it"),
        "stated": _T("自述：文件对本园区情况的表述", "stated: what the document says of the zone"),
    },
    "Stated": {
        "": _T("自述", "statement"),
        "value": _T("情况：文件的表述", "value: in the document's words"),
        "fulfils": _T("是否符合：true、false；看不出时不写", "fulfils: true, false; left out where that cannot be told"),
    },
    "Task": {
        "": _T("任务：以成果了结的工作", "task: work that ends in a deliverable"),
        "row": _T("附件序号：在附件中的第几项；不在附件中不写", "row: its number in the annex; left out where it has none"),
        "section": _T("重点内容：附件中的类别", "section: its heading in the annex"),
        "lead": _T("牵头单位：文件未指定时不写", "lead: left out where the document names nobody"),
        "co_leads": _T("并列牵头单位", "co-leads: who leads beside the first"),
        "responsible": _T("责任单位：单位编号", "responsible: ids of units"),
        "starts_by": _T("启动期限：最迟何时开始", "to be begun by"),
        "due": _T("完成时间：2020-12 即当月末日；文件未定时不写", "due: 2020-12 is its last day; left out where none is given"),
        "due_masked": _T("完成时间（年份被隐去）：如 20xx-12", "due, year masked: as printed, e.g. 20xx-12"),
        "phase": _T("所属阶段：由哪个阶段的关口查验；写了须有 due", "phase: whose gate asks for it; then `due` is needed"),
        "deliverables": _T("成果：每项成果须登记佐证", "deliverables: for each, evidence is recorded"),
        "quantities": _T("任务中的数量：规模、投资等", "quantities: capacities, investments within it"),
    },
    "Deliverable": {"": _T("成果", "deliverable")},
    "Quantity": {
        "": _T("数量", "quantity"),
        "what": _T("所指：同一事物写同一编号，两处须一致", "what: the same id for the same thing; both must agree"),
        "value": _T("数值", "value"),
        "unit": _T("计量单位", "unit of measure"),
        "by": _T("截至：文件写明日期时写", "by: the day for which it holds"),
    },
    "Cadence": {
        "": _T("工作频率：写 source（文件所定）或 choice（办公室所定）之一",
               "cadence: with source (the document's) or choice (the office's)"),
        "who": _T("经办单位：单位编号", "who: a unit's id"),
        "every": _T("频率：day 日、week 周、month 月、quarter 季、half 半年、year 年、two_years 两年、once 一次",
                    "how often: day, week, month, quarter, half, year, two_years or once"),
        "day": _T("第几日：1 到 31", "day: 1 to 31"),
        "choice": _T("决定：choices 中的编号", "choice: an id of `choices`"),
    },
    "ReminderLadder": {
        "": _T("催报：每一级只发一次", "reminders: each rung once"),
        "before": _T("到期前几天提醒", "days before the due day"),
        "on_due_day": _T("当日是否提醒", "on the due day itself"),
        "overdue": _T("逾期几天催报", "days after the due day"),
        "supervision_after": _T("逾期几天报督查单位", "days after which supervision is told"),
        "leading_group_after": _T("逾期几天报领导小组", "days after which the leading group is told"),
        "choice": _T("决定：choices 中的编号", "choice: an id of `choices`"),
    },
    "Rhythm": {
        "": _T("系统节奏：文件不会规定，由办公室决定", "rhythm: no document gives it; the office's choice"),
        "supervision": _T("检查时刻：cron，北京时间", "supervision: cron, Asia/Shanghai"),
        "reminders": _T("提醒时刻：cron，北京时间", "reminders: cron, Asia/Shanghai"),
        "aftermath_days": _T("收尾天数：结束后继续收报更正多少天", "aftermath: days for late corrections"),
        "consent_days": _T("请示等待天数：过期重新请示", "consent: days before it is asked for again"),
        "choice": _T("决定：choices 中的编号", "choice: an id of `choices`"),
    },
    "Choice": {
        "": _T("决定：文件未定或自相矛盾之处，由单位决定并说明理由",
               "choice: what a unit decided where the document is silent or at odds"),
        "subject": _T("事项", "subject"),
        "decision": _T("决定内容", "decision"),
        "reason": _T("理由", "reason"),
        "decided_by": _T("决定单位：单位编号", "decided by: a unit's id"),
        "decided_on": _T("决定日期：写了 settles 时必填", "decided on: needed with settles"),
        "settles": _T("所解决的检查问题：plan check 的代码和对象", "settles: code and subject of findings of plan check"),
        "sources": _T("有关出处", "sources: places it speaks of"),
    },
    "Settles": {
        "": _T("所解决的问题", "settled finding"),
        "code": _T("代码：plan check 给出的代码", "code: as plan check gives it"),
        "subject": _T("对象：plan check 给出的对象", "subject: as plan check gives it"),
        "mark": _T("标记：plan check 在对象后显示，内容变了决定即失效",
                   "mark: shown by plan check beside the subject; where the finding changes it is open again"),
    },
}

_OF_CRITERIA = {c.__name__: c.all_words(kind) for kind, c in CRITERIA.items() if not c.implied}
WORDS: dict[str, dict[str, Text]] = {**_OF_SCHEDULE, **_OF_CRITERIA, **OF_MEASURES}


def about(model: type[BaseModel], key: str = "") -> Text:
    """The words for a key of a model, or for the model itself. Raises KeyError where there are none."""
    for one in model.__mro__:
        words = WORDS.get(one.__name__, {})
        if key in words:
            return words[key]
    raise KeyError(f"{model.__name__}.{key}")


def name_of(model: type[BaseModel], key: str = "") -> Text:
    """The short name of a key within a sentence: 关口期限, gate deadline."""
    words = about(model, key)
    return Text(words.zh.partition("：")[0], words.en.partition(": ")[0])


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by name, with their types resolved: targets hold targets, which pydantic looks up only on demand."""
    model.model_rebuild()
    return model.model_fields


def models_in(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models that a type is made of, those of unions and containers too, in the order written."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    if get_origin(annotation) in (Union, UnionType) or get_args(annotation):
        return tuple(m for part in get_args(annotation) for m in models_in(part))
    return ()


def all_models(root: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """Every model that a model is made of, itself first, each once, in the order of its keys."""
    found: dict[type[BaseModel], None] = {}

    def look(model: type[BaseModel]) -> Iterator[None]:
        if model in found:
            return
        found[model] = None
        for field in fields_of(model).values():
            for inner in models_in(field.annotation):
                yield from look(inner)

    list(look(root))
    return tuple(found)
