"""Writes docs/plan-format.md and docs/plan.schema.json from the models, their words and plan_examples.yaml: `make docs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from gaoxin.plan import checks, sources
from gaoxin.plan.base import Label, Source
from gaoxin.plan.criteria import CRITERIA
from gaoxin.plan.fields import about, all_models, fields_of
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import PlanYaml, parse_plan
from gaoxin.plan.targets import KINDS, TargetStatement
from gaoxin.plan.words.wording import told
from gaoxin.planning.authoring.schema import of_type, plan_schema
from gaoxin.planning.authoring.starter import new_plan

HERE = Path(__file__).parent
EXAMPLES: dict[str, str] = yaml.safe_load((HERE / "plan_examples.yaml").read_text(encoding="utf-8"))
MODELS = {m.__name__: m for m in all_models(Plan)}

# Part -> title, purpose in both languages, the models whose keys it shows.
PARTS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "document": ("文件 / the issued document", "这份方案依据的文件。文件没有的不写，隐去的照原样记下。",
                 "What the plan is taken from. What it hides is noted as it stands, and nothing is made of it.",
                 ("Document", "Annex", "AnnexColumn", "Citation", "Masked")),
    "zone": ("园区 / the zone", "创建的对象。", "What the campaign is about.", ("Zone",)),
    "zones": ("多个园区 / a portfolio of zones", "几个园区一起推进时写。`zone` 是整体。",
              "Where several zones go together. `zone` is then the whole of them.", ("Tier",)),
    "units": ("单位 / units", "方案里出现的每个单位写一次，别处只写编号。只写单位，不写个人。",
              "Each unit once; elsewhere its id is named. Units only, never a person.", ("Unit", "Alias")),
    "governance": ("组织领导 / governance", "谁担任什么角色。文件没有指定的不写，检查会提示。",
                   "Which unit has which role. What the document does not name is left out, and the check says so.",
                   ("Governance", "Power", "Consequence", "ConsequenceRule", "RankMoves", "Ranking", "Defaults")),
    "phases": ("进度安排 / the schedule", "阶段按先后排列，各以关口结束。文件没有分阶段安排的，`phases` 不写。",
               "Phases in their order, each ended by a gate. Without dated steps in the document there are no `phases`.",
               ("Horizon", "Stage", "Phase", "Gate", *(c.__name__ for c in CRITERIA.values() if not c.implied))),
    "tasks": ("任务 / tasks", "以成果了结的工作；以数值衡量的写成指标。",
              "Work that ends in a deliverable. What is measured is an indicator.",
              ("Task", "Deliverable", "TaskMilestone", "Quantity")),
    "indicators": ("指标 / indicators", "数值如何算出，要达到多少，由谁负责。",
                   "How a value is computed, what it has to reach, who answers for it.",
                   ("Indicator", "Quota", "Measure", "Input", "StatedValue", "PastPace")),
    "targets": ("目标值 / stated targets",
                "文件每一处数值写一条，注明出处和作用；几个 goal 时以 binding 的为准，各年的值都算数时每年一个。",
                "One entry for each value that the document states. Of several goals one is binding, or one of each date.",
                tuple(m.__name__ for m in all_models(TargetStatement) if m not in (Label, Source))),
    "conditions": ("认定条件 / conditions of accreditation", "认定标准逐条，及文件对本园区的自述。",
                   "The standard, condition by condition, and what the document says of the zone.", ("Condition", "Stated")),
    "references": ("参照数列 / references", "目标用 `against` 对比的数据，如全省增速。",
                   "Series for `against`, such as the province's growth.",
                   ("Reference", "ReferenceValue")),
    "tables": ("公布表 / published tables", "他处公布的名单或数表，放在方案文件夹的 `references/` 下，审核规则用 `table` 取用。",
               "Lists and figures that others published, in files under `references/`; checks take them by `table`.",
               ("PublishedTable", "TableColumn")),
    "assessments": ("初评 / pre-assessments", "评分表：部分、评分项、分值、评法，由专家席位或单位评；`plan check` 核加分值。",
                    "Score sheets: parts, items, points and how each is scored, by seats of experts or by units; the check adds "
                    "the points up.", ("Assessment", "ScorePart", "ScoreItem", "Deduction", "Bonus")),
    "forms": ("报表 / forms", "谁、报什么、多久一次、哪些关系必须成立（写法与例：[plan-checks.md](plan-checks.md)）。",
              "Who reports what, how often, and what must hold; how checks are written: [plan-checks.md](plan-checks.md).",
              ("SeriesForm", "RegisterForm", "DueRule", "Variable", "RegisterField", "Count", "Validity",
               *(kind.__name__ for kind in checks.KINDS), "Taken")),
    "sources": ("数据来源 / sources",
                "写在报表里：由系统去单位的文件夹、网络接口或数据库取。服务器和密码只在连接里，方案只写连接的编号。",
                "Within a form: where it is fetched from. Servers and secrets stand in connections, which the plan names by id.",
                (*(kind.__name__ for kind in sources.KINDS), "Rows", "Column", "Pages", "Success")),
    "units_of_measure": ("自有的计量单位 / units of measure of its own",
                         "通用的计量单位不用写。文件或单位的表里另有的，写明一个等于多少；只在本方案里算数。近的优先：格里、栏名、行名、"
                         "标题，再到对照。",
                         "General ones are known. What the document or units' tables have beside them is written here, and holds "
                         "in this plan alone. The nearest wins: the cell, its column and row, the title, then the mapping.",
                         ("OwnUnit",)),
    "overrides": ("规则调整 / overrides",
                  "在 `overrides.yaml`（与 plan.yaml 同一文件夹）里写：比方案更严的审核规则，逐条注明谁、何时、为何审定。",
                  "In `overrides.yaml` beside plan.yaml: rules stricter than the plan's, each with who reviewed it, when, why.",
                  ("Tighter", "Severer", "Written")),
    "calendar": ("工作日历 / working calendar",
                 "在 `calendar.yaml` 里写：与 plan.yaml 同一文件夹只管这一项工作，放在各方案的上一级文件夹则管全部。"
                 "新公布的放假通知、本地的休息日、周末上班；期限随之移动的，登记方案时逐条列出。",
                 "In `calendar.yaml`: beside plan.yaml for one campaign, in the folder of all plans for each of them. A new "
                 "notice, days off of one's own, weekends that are worked; what it moves is listed at registration.",
                 ("DayNotice",)),
    "cadences": ("频率、催报、系统节奏、延期、判断界限 / cadences, reminders, rhythm, extensions, limits",
                 "多久做一次，何时提醒，系统何时检查；延期最多延到何时；何为有风险、须加力。",
                 "How often, when to remind, when the system checks; how far a day is put off; what is at risk, what a stretch.",
                 ("Cadence", "ReminderLadder", "LadderRule", "Card", "Supervised", "Burden", "Rhythm", "Extensions", "Limits")),
    "choices": ("决定 / choices", "文件没有写的、自相矛盾的，由单位决定并写明理由，不藏在别处。",
                "What the document leaves open or contradicts is decided here, by a unit, with the reason.",
                ("Choice", "Settles")),
}

# Every kind of target: what the document says, and how it is written.
TARGETS: tuple[tuple[str, str], ...] = tuple(example for kind in KINDS for example in kind.examples)

_HEAD = """\
<!-- Generated by `make docs`; do not edit. -->
# 方案文件的格式 / The format of plan.yaml

一项创建工作是一个文件夹里的一份 `plan.yaml`。开始写：`gaoxin plan new 编号`，得到一份能用的示例，对照文件逐项改写；改一段，用
`gaoxin plan check 编号` 检查一次，用 `gaoxin plan show 编号` 像附件一样查看，用 `gaoxin plan diff 旧 新` 看改了什么。
编辑器装上 YAML 插件后，凭文件首行的 `$schema` 就能提示和检查（不用上网）；`gaoxin plan schema -o plan.schema.json` 更新它。

A campaign is a folder with a `plan.yaml`. Begin with `gaoxin plan new ID`, rewrite it from your document, and after each part run
`gaoxin plan check ID`; `plan show` prints it as the annex, `plan diff OLD NEW` says what changed. Editors with a YAML plug-in
complete and check it by the `$schema` in its first line, offline.

缩进用空格；列表每项以 `- ` 开头；文字里有冒号、逗号、`#` 时加引号；`%` 也加引号。未知的键一律不收，不会悄悄忽略。
Indent with spaces. Quote texts with a colon, a comma, `#` or `%`. Unknown keys are refused, never overlooked.

## 值的写法 / kinds of values

| 类型 / type | 写法 / written as |
| --- | --- |
| 文字 / text | `园区管委会`，或 `{zh: 园区管委会, en: Park Committee}` |
| 出处 / source | `附件 第4项`，或 `{place: 附件 第4项, note: 备注}` |
| 编号 / id | 小写字母开头，只用小写字母、数字、下划线：`science_bureau` |
| 数字 / number | `600`、`0.6`：不带单位、不带 %、不加逗号、半角 |
| 日期 / date | `2026-12-15`；`2026-12`、`2026` 表示其末日（起始日为其首日） |
| 完整日期 / full date | `2026-12-15` |
| 隐去年份的日期 / masked date | `20xx`、`20xx-09`、`20xx-09-30`：照原样，不推算，永远不会到期 |
| 时期 / period | `2026-06`、`2026-Q2`、`2026-H1`、`2026` |
| 计量单位 / unit of measure | {units}；\
可数的前面可加 十、百、千、万、百万、亿、万亿等；复合单位写成 `吨标准煤/万元`、`件/万人`；\
另有的写进 `units_of_measure` |

表中“必填”为 ● 的必须写 / ● marks what is required.
"""


def page() -> str:
    """The page as Markdown."""
    from gaoxin import measures

    units = " ".join(f"`{s}`" for s in measures.symbols())
    text = _HEAD.replace("{units}", units) + "\n## 整体 / the whole plan\n\n" + table_of(MODELS["Plan"])
    for part, (title, zh, en, models) in PARTS.items():
        text += f"\n## {title}\n\n{zh}\n{en}\n\n```yaml\n{EXAMPLES[part]}```\n"
        if part == "targets":
            text += _targets()
        if part == "references":
            text += f"\nCSV（`file`）：UTF-8，表头固定 / the CSV, with this header:\n\n```csv\n{EXAMPLES['csv']}```\n"
        for name in models:
            words = about(MODELS[name]).text
            heading = f"{words.zh} / {words.en}"
            text += f"\n### {name}\n\n{heading}\n\n{table_of(MODELS[name])}"
    return text


def table_of(model: type[BaseModel]) -> str:
    rows = ["| 键 / key | 必填 | 类型 / type | 默认 / default | 含义 / meaning |", "| --- | --- | --- | --- | --- |"]
    for name, field in fields_of(model).items():
        words = about(model, name).text
        made = of_type(field.annotation, (field,) if field.discriminator else tuple(field.metadata))
        needed = "●" if field.is_required() else ""
        row = f"| `{field.alias or name}` | {needed} | {_type(made)} | {_default(field)} | {words.zh}<br>{words.en} |"
        rows.append(row.replace("|  |", "| |"))
    return "\n".join(rows) + "\n"


_NAMES = {
    "id": "编号 id", "number": "数字 number", "date": "日期 date", "full_date": "完整日期 full date",
    "masked_date": "隐去年份的日期 masked date", "period": "时期 period", "unit_of_measure": "计量单位 unit",
    "unit_name": "计量单位的名称 name of a unit", "factor": "大于 0 的数 positive number",
    "Label": "文字 text", "Source": "出处 source", "Mapping": "[Mapping](mappings.md)",
}


def _type(made: dict[str, Any]) -> str:
    """A schema in words: names of values, links to other parts, the words of a fixed list."""
    if "allOf" in made:
        return _type(made["allOf"][0])
    if "$ref" in made:
        name = made["$ref"].rpartition("/")[2]
        return _NAMES.get(name, f"[{name}](#{name.lower()})")
    if "anyOf" in made:
        options = [_type(one) for one in made["anyOf"] if one != {"type": "null"}]
        return "[目标 target](#threshold)" if len(options) == 9 else " · ".join(options)
    if "enum" in made or "const" in made:
        return " · ".join(f"`{v}`" for v in made.get("enum", [made.get("const")]))
    if made.get("type") == "array":
        return f"列表 list: {_type(made['items'])}"
    if made.get("type") == "object":
        return f"名称: {_type(made['additionalProperties'])}"
    return {"boolean": "`true` · `false`", "integer": "整数 integer", "string": "文字 text"}[made["type"]]


def _default(field: Any) -> str:
    value = field.default
    if field.is_required() or value is None or value == () or isinstance(value, BaseModel) or field.default_factory:
        return ""
    value = getattr(value, "value", value)
    if isinstance(value, tuple):
        return f"`{list(value)}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _targets() -> str:
    rows = ["", "目标的全部写法 / every kind of target:", "", "| 文件怎么写 | 方案怎么写 / written as | 含义 / means |",
            "| --- | --- | --- |"]
    for said, written in TARGETS:
        plan = parse_plan(yaml.safe_dump(with_target(written), allow_unicode=True))
        indicator = plan.indicator("gross_output")
        words = told(plan, indicator, indicator.binding.target)
        rows.append(f"| {said} | `{written}` | {words.zh}<br>{words.en} |")
    unknown = "算不出来的目标结论是“无法判断”，从不算达标 / a target that cannot be computed is unknown, never met."
    return "\n".join(rows) + f"\n\n{unknown}\n"


def skeleton() -> dict[str, Any]:
    """A new plan, with the zones that it only offers, as data: what the examples are merged into."""
    text = new_plan("example", name=None, level="municipal", starts=date(2026, 1, 1), schema="plan.schema.json")
    return yaml.load(text.replace("#~ ", ""), Loader=PlanYaml)


def with_target(written: str) -> dict[str, Any]:
    """The skeleton with a target in its first indicator."""
    plan = skeleton()
    plan["indicators"][0]["targets"] = [{"target": yaml.load(written, Loader=PlanYaml), "source": "附件 第1项"}]
    return plan


def merged(plan: Any, piece: Any) -> Any:
    """A piece put into a plan: keys replace keys, items with an id replace that item or come after the others."""
    if isinstance(plan, dict) and isinstance(piece, dict):
        return {**plan, **{key: merged(plan.get(key), value) for key, value in piece.items()}}
    if isinstance(plan, list) and isinstance(piece, list) and all(isinstance(x, dict) and "id" in x for x in (*plan, *piece)):
        new = {x["id"]: x for x in piece}
        return [*(new.pop(x["id"], x) for x in plan), *new.values()]
    return piece


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each example as a whole plan, by the name of its part."""
    for part, text in EXAMPLES.items():
        if part != "csv":
            yield part, merged(skeleton(), yaml.load(text, Loader=PlanYaml))


def schema_text() -> str:
    return json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    (HERE / "plan-format.md").write_text(page(), encoding="utf-8")
    (HERE / "plan.schema.json").write_text(schema_text(), encoding="utf-8")
