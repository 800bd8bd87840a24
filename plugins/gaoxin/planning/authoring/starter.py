"""The files with which a plan begins: a plan.yaml that loads and explains itself, and the stub that makes it DAGs.

The plan has every part in small, made up and marked as such; what begins with `#~ ` is an example that loads too once
the mark is taken away.
"""

from __future__ import annotations

import json
import re
from datetime import date

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
LEVELS = {"municipal": "市级", "provincial": "省级", "national": "国家级"}

STUB = '''"""The DAGs of this campaign, from the plan.yaml beside this file. The same stub stands in every campaign's folder,
so that a broken plan is a visible import error of that campaign alone."""

from pathlib import Path

from airflow.sdk import DAG  # noqa: F401 - Airflow's file scan looks for the words airflow and dag

from gaoxin.airflow.factory import campaign_dags

globals().update(campaign_dags(Path(__file__).with_name("plan.yaml")))
'''


def must_be_id(campaign: str) -> None:
    """Raises UsageError, with the rule and an example, for a text that is no campaign's id."""
    if ID.fullmatch(campaign):
        return
    near = re.sub(r"[^a-z0-9]+", "_", campaign.lower()).strip("_")[:60]
    example = near if ID.fullmatch(near) else "kaizhou_2020"
    raise UsageError(
        Text(f"不能用作编号：{campaign!r}", f"cannot be an id: {campaign!r}"), where="CAMPAIGN",
        todo=Text(
            f"以小写字母开头，只用小写字母、数字和下划线，最多 60 个字符，如 {example}",
            f"begin with a lower-case letter; lower-case letters, digits and _ only, at most 60, e.g. {example}",
        ),
    )


def first_month(text: str) -> date:
    """The first day of the month that a text such as 2026-01 names. Raises UsageError for any other text."""
    found = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", text)
    if not found:
        raise UsageError(
            Text(f"不是年月：{text!r}", f"not a month: {text!r}"), where="--starts", todo=Text("写成 2026-01", "write 2026-01")
        )
    return date(int(found[1]), int(found[2]), 1)


def new_plan(campaign: str, *, name: str | None, level: str, starts: date, schema: str) -> str:
    """The text of a new plan.yaml. name: of the campaign, a made-up one when None. starts: its first month. schema: path of
    the JSON Schema, as seen from the plan."""
    called = name or f"示例区创建{LEVELS[level]}高新区工作"

    def month(later: int) -> str:
        index = starts.year * 12 + starts.month - 1 + later
        return f"{index // 12}-{index % 12 + 1:02d}"

    filled = {
        "SCHEMA": schema, "ID": campaign, "NAME": json.dumps(called, ensure_ascii=False),
        "LEVEL": level, "LEVEL_ZH": LEVELS[level], "YEAR": str(starts.year), "BEFORE": str(starts.year - 1),
        "EARLIER": str(starts.year - 2),
    }
    return re.sub(
        r"@(?:M([0-9]+)|([A-Z_]+))@", lambda m: month(int(m[1])) if m[1] is not None else filled[m[2]], _PLAN
    )


_PLAN = """\
# yaml-language-server: $schema=@SCHEMA@
#
# 工作方案（示例内容，请逐项换成文件的内容；格式见 docs/plan-format.md）。
# A new plan. Everything in it is made up: replace it part by part with what your document says.
#
# 每改一段就检查一次 / check after every change:  gaoxin plan check @ID@
# 像附件一样查看 / see it as the annex:           gaoxin plan show @ID@
# 行首的“#~ ”是可启用的例子，去掉即可 / lines with “#~ ” are examples: take the mark away to use them.
#
# 写法 / how to write
# · 编号（id）用小写英文、数字和下划线；名称照文件写 / ids in lower-case English, names as in the document.
# · source 写出处，让读者能在文件中找到 / source: the place in the document.
# · 日期：2026-12 表示当月末（起始日为当月初） / a month stands for its last day, as a start for its first.
# · 文件没有写的，不要补：留空，或写进 choices，注明由谁决定、为什么。
#   What the document does not say is not made up: leave it out, or decide it under `choices`, with the reason.
schema: 1
id: @ID@                     # 与文件夹同名 / the folder's name
name: @NAME@

# ── 文件 / the issued document ─────────────────────────────────────────────
document:
  title: 示例区创建@LEVEL_ZH@高新技术产业开发区工作方案
  number: 示例发〔@YEAR@〕1号          # 没有文号就删去 / leave out where there is none
  issuer: government
  issued: @M0@-01                  # 成文日期；年份被隐去时改写 issued_masked: 20xx-01
  annexes:
    - id: annex_1
      title: 指标任务分解表
      cited: [{source: 正文 四(二)}]

# ── 园区 / the zone ───────────────────────────────────────────────────────
zone:
  id: example_zone
  name: {zh: 示例园区, en: Example Park}
  level: @LEVEL@                 # municipal 市级 · provincial 省级 · national 国家级
  area_km2: 5
  blocks: [东片区, 西片区]
  committee: park_committee
  source: 正文 一
# 多个园区一起创建时列出各园区和类别 / the zones of a portfolio, and their classes:
#~ tiers:
#~   - {id: core, name: 核心园区, source: 正文 一}
#~ zones:
#~   - {id: east_zone, name: 东园区, tier: core, committee: park_committee}
#~   - {id: west_zone, name: 西园区, tier: core}

# ── 单位 / units：只写单位，不写个人 / never a person ─────────────────────
units:
  - {id: government, kind: government, name: {zh: 示例区人民政府, en: Example District Government}, aliases: [区政府]}
  - {id: leading_group, kind: group, name: {zh: 创建工作领导小组, en: Leading Group}, members: [government, science_bureau]}
  - {id: office, kind: group, name: {zh: 领导小组办公室, en: Office of the Leading Group}, members: [science_bureau]}
  - {id: supervision_office, name: {zh: 区政府督查室, en: Supervision Office}}
  - {id: park_committee, kind: committee, name: {zh: 示例园区管委会, en: Park Committee}, aliases: [管委会]}
  - {id: science_bureau, name: {zh: 区科技局, en: Science and Technology Bureau}}
  - {id: statistics_bureau, name: {zh: 区统计局, en: Statistics Bureau}}

# ── 组织领导 / roles, by unit；文件没有指定的不写 ─────────────────────────
governance:
  office: office                   # 办公室：必填 / the unit that runs the campaign
  leading_group: leading_group
  head_role: {zh: 区长, en: District head}
  office_staff: [science_bureau, statistics_bureau]
  supervision: supervision_office
  consent: government
  powers:
    - {power: coordination, name: 统筹协调, unit: office, source: 正文 五(一)}
  consequences:
    - {when: 未按期完成, then: 通报批评, source: 正文 五(三)}
  source: 正文 五(一)

# 每项都参与的单位 / units that share in everything; leave out where the document names none
defaults: {responsible: [statistics_bureau], source: 附件 注}

# ── 进度安排 / the schedule：阶段依次排列，每个阶段以关口结束 ─────────────
stages:
  - {id: building, name: 创建阶段, starts: @M0@, ends: @M9@, source: 正文 四}
phases:
  - id: launch
    kind: launch                   # launch planning collection publicity pre_assessment application review acceptance
    name: {zh: 启动, en: Launch}
    stage: building
    starts: @M0@
    ends: @M1@
    source: 正文 四(一)
    gate:
      deadline: @M1@
      criteria:
        - {kind: deliverables_present, id: survey_done}
  - id: collection
    kind: collection
    name: {zh: 指标提升, en: Indicators}
    stage: building
    starts: @M2@
    ends: @M8@
    after: [launch]                # 等哪些阶段的关口通过 / released by their gates
    source: 正文 四(二)
    gate:
      deadline: @M8@
      criteria:
        - {kind: returns_complete, id: returns_complete}
        - {kind: no_open_errors, id: no_open_errors}
  - id: application
    kind: application
    name: {zh: 申请, en: Application}
    stage: building
    starts: @M9@
    ends: @M9@
    after: [collection]
    source: 正文 四(三)
    gate:
      deadline: @M9@
      criteria:
        - {kind: returns_complete, id: returns_complete}
        - {kind: no_open_errors, id: no_open_errors}
        - {kind: warnings_explained, id: warnings_explained}
        - {kind: rectifications_closed, id: rectified}
        # 1 表示全部达标；没有数据的指标不算达标 / 1 is all; what has no figures is never met
        - {kind: targets_met, id: targets, share: 1, indicators: [gross_output, hnte, rd_intensity]}
        - {kind: deliverables_present, id: dossier_ready}
        - {kind: approval, id: consent, by: government}

# ── 认定条件 / the accreditation standard, and what the document says to it ─
conditions:
  - id: area
    name: 规划面积
    requires: 不超过 10 平方公里
    stated: {value: 规划面积 5 平方公里, fulfils: true, source: 正文 一}
    source: 认定办法 第三条
  - {id: output, name: 经济规模, requires: 工业总产值 60 亿元以上, indicator: gross_output, source: 认定办法 第四条}

# ── 参照数列 / what targets are held against (or `file: province_rd.csv`) ──
references:
  - id: province_rd
    name: 全省研发投入强度
    unit: "%"
    values:
      - {period: @EARLIER@, value: 2.1, published: @BEFORE@-09-01}
    source: 省统计局年度公报

# ── 任务 / tasks：以成果了结的工作 ────────────────────────────────────────
tasks:
  - id: survey
    name: {zh: 开展调研, en: Survey}
    lead: office
    responsible: [park_committee]
    due: @M1@
    phase: launch                  # 由哪个阶段的关口查验 / whose gate asks for it
    deliverables: [{id: survey_report, name: {zh: 调研报告, en: Survey report}}]
    source: 正文 四(一)
  - id: dossier
    name: {zh: 编制申报材料, en: Dossier}
    lead: office
    responsible: [park_committee, science_bureau]
    due: @M9@
    phase: application
    deliverables: [{id: dossier, name: {zh: 申报材料, en: Dossier}}]
    source: 正文 四(三)
  - id: industrial_plan
    row: 4                         # 附件第几项 / its row in the annex
    name: {zh: 编制产业规划, en: Industrial plan}
    section: 其他
    lead: park_committee
    # 【待定】文件没有写完成时间：检查会提示 / no date is given: the check says so
    deliverables: [{id: industrial_plan, name: {zh: 产业规划, en: Industrial plan}}]
    quantities:
      - {what: plan_cost, name: 编制经费, value: 80, unit: 万元, source: 附件 第4项}
    source: 附件 第4项

# ── 指标 / indicators：数值如何算出（measures），要达到多少（targets）──────
indicators:
  - id: gross_output
    row: 1
    name: {zh: 工业总产值, en: Gross industrial output}
    section: 产业基础
    lead: park_committee
    measures:
      - {id: value, unit: 亿元, formula: output, inputs: {output: {variable: gross_output}}}
    stated:
      - {value: 48, on: @BEFORE@, source: 正文 二}
    targets:
      - {target: {at_least: 60}, due: @M8@, worded_as: 以上, source: 附件 第1项}
      - {target: {at_least: 60}, role: criterion, worded_as: 以上, source: 认定办法 第四条}   # 认定标准的要求
    source: 附件 第1项
  - id: hnte
    row: 2
    name: {zh: 高新技术企业数, en: High and new technology enterprises}
    section: 创新能力
    lead: science_bureau
    responsible: [park_committee]
    quotas:                        # 分解数，相加应等于目标 / shares of the units
      - {unit: park_committee, value: 20}
      - {unit: science_bureau, value: 10}
    measures:
      - {id: value, unit: 家, formula: n, inputs: {n: {variable: hnte_count}}}
    targets:                       # 两处数值不一致时都写上，以 binding 为准 / two values: both, one of them binding
      - {target: {at_least: 30}, due: @M8@, worded_as: "", binding: true, source: 附件 第2项}
      - {target: {growth: year, at_least: 20}, due: @M8@, source: 正文 二}
    source: 附件 第2项
  - id: rd_intensity
    row: 3
    name: {zh: 研发投入强度, en: R&D intensity}
    section: 创新能力
    lead: science_bureau
    measures:
      - id: value
        unit: "%"
        formula: 100 * rd / output
        inputs: {rd: {variable: rd_expenditure}, output: {variable: gross_output, unit: 万元}}
    targets:
      - {target: {against: province_rd, at_least: 0}, due: @M8@, worded_as: 不低于, source: 附件 第3项}
    source: 附件 第3项
  - id: brand
    name: {zh: 园区知名度, en: Renown of the park}
    # 【待定】没有牵头单位、没有数值、没有期限：检查会逐条提示 / no lead, no number, no date: the check says so
    targets:
      - {target: {unquantified: 大幅提升}, source: 正文 二}
    source: 正文 二

# ── 报表 / forms：谁、报什么、多久一次 ────────────────────────────────────
forms:
  - id: park_industry
    kind: series                   # 数据表 / a row for each variable
    name: {zh: 园区工业月报, en: Monthly industry report}
    periodicity: month
    first: @M2@
    last: @M8@
    skip: [1]                      # 一月不单独报 / none for January alone
    units: [park_committee]
    due: {days: 10}                # 期后 10 日内 / within 10 days of the month's end
    variables:
      - {id: gross_output, name: 工业总产值, unit: 亿元, kind: cumulative}
      - {id: rd_expenditure, name: 研发经费, unit: 万元, kind: cumulative}
      - {id: enterprises, name: 规模以上工业企业数, unit: 家, kind: stock, integer: true}
    checks:
      - {kind: part_of, id: rd_within_output, part: rd_expenditure, whole: gross_output}
  - id: hnte_register
    kind: register                 # 名录 / a row for each enterprise, never a person
    name: {zh: 高新技术企业名录, en: Register of HNTEs}
    periodicity: month
    first: @M2@
    last: @M8@
    units: [science_bureau]
    due: {days: 10}
    key: [credit_code]
    fields:
      - {id: credit_code, name: 统一社会信用代码, type: credit_code}
      - {id: enterprise, name: 企业名称}
      - {id: certificate, name: 证书编号, type: hnte_certificate}
      - {id: issued, name: 发证日期, type: date}
    counts:                        # 名录的计数可用于公式 / its counts may stand in formulas
      - {id: hnte_count, name: 有效期内高新技术企业数, unit: 家, distinct: credit_code, valid: {since: issued, years: 3}}

# ── 工作频率 / how often something is done ────────────────────────────────
cadences:
  - {id: bulletin, name: 督查通报, who: supervision_office, every: month, day: 20, choice: bulletin_cadence}
reminders: {before: [7, 3, 1], overdue: [1, 3], supervision_after: 5, leading_group_after: 10, choice: office_rhythm}
rhythm: {supervision: "0 8-20 * * *", reminders: "30 9 * * *", choice: office_rhythm}

# ── 决定 / choices：文件没有写的，由谁决定、为什么 ────────────────────────
choices:
  - id: bulletin_cadence
    subject: 督查通报的频率
    decision: 每月 20 日前通报一次
    reason: 文件要求通报但未定频率
    decided_by: office
    decided_on: @M0@-05
    # 照抄 plan check 的代码和对象，表示此问题已有决定 / the finding of plan check that is thereby decided
    settles: [{code: cadence_by_choice, subject: cadences.bulletin}]
    sources: [正文 五(三)]
  - id: office_rhythm
    subject: 催报和检查的时点
    decision: 到期前 7、3、1 日提醒，逾期 1、3 日催报
    reason: 文件未作规定
    decided_by: office
"""
