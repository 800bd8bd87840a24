"""A unit's own table, as a mapping of the demo reads it."""

_MAPPING = """\
id: own_table
name: 管委会经济月报
version: 1
form: industry
units: [committee]
tables:
- at: 指标
  columns:
  - {at: 累计, what: value}
  - {at: 上年同期, leave: 上年数另有来源}
  rows:
  - {at: 工业总产值, variable: gross_output}
  - {at: [工业总产值, 轻工业], variable: light_output}
  - {at: [工业总产值, 重工业], variable: heavy_output}
  - {at: 工业增加值, variable: value_added}
  - {at: 规上企业数, variable: enterprises}
  headings: [指标, 计量单位, 累计, 上年同期, 工业总产值({unit}), 工业总产值/轻工业({unit}), 工业总产值/重工业({unit}),
             工业增加值({unit}), 规上企业数(家)]
  units: 计量单位
"""


def own_table(unit: str) -> str:
    """unit: in which its sums of money stand."""
    return _MAPPING.replace("{unit}", unit)
