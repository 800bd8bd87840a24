"""The pre-assessments (初评) in a dossier: what each came to, and its items."""

from collections.abc import Iterator

from gaoxin.plan.assessments import Assessment
from gaoxin.reports.documents.blocks import Cell, Column, Table, shown
from gaoxin.reports.dossier.model import Snapshot
from gaoxin.scoring.combining import seat_name, seats_of
from gaoxin.scoring.model import ItemResult, Score

_NONE = "—"
_COMBINED = {"mean": "平均", "median": "中位数", "trimmed": "去掉最高、最低后平均，不足三份时为全部平均"}
_VERDICTS = {True: "合格", False: "不合格", None: "无法评定"}


def score_table(s: Snapshot) -> Table:
    columns = (Column("初评", 14), Column("由谁评", 12), Column("满分", 5, True), Column("合格分", 5, True),
               Column("得分", 5, True), Column("结论", 6), Column("评分表", 10), Column("最低至最高（标准差）", 11),
               Column("合成方法", 10), Column("提示", 18))
    rows = tuple(_score(s, s.plan.assessment(score.assessment), score) for score in s.scores)
    return Table("初评结果", columns, rows, "方案没有设初评。")


def _score(s: Snapshot, asked: Assessment, score: Score) -> tuple[Cell, ...]:
    by = f"专家 {asked.seats} 席" if asked.by == "experts" else "、".join(map(s.unit, asked.assessors))
    sheets = f"完整 {score.whole} 份，应有 {len(seats_of(asked))} 份"
    spread = f"{shown(score.spread.least)} 至 {shown(score.spread.most)}（{shown(round(score.spread.deviation, 2))}）" \
        if score.spread else _NONE
    verdict = "未设合格分" if score.pass_mark is None and score.total is not None else _VERDICTS[score.passed]
    told = [f"未交：{_seats(s, asked, score.missing)}"] if score.missing else []
    unfilled = tuple(seat for seat in score.incomplete if seat not in score.outdated)
    told += [f"未填完：{_seats(s, asked, unfilled)}"] if unfilled else []
    told += [f"分值或评法已改，须重评：{_seats(s, asked, score.outdated)}"] if score.outdated else []
    told += [f"偏离较大：{_seats(s, asked, score.outliers)}"] if score.outliers else []
    told += [f"指标没有数值：{'、'.join(_names(asked, score.unknown))}"] if score.unknown else []
    return (asked.name.zh, by, score.full, score.pass_mark, score.total, verdict, sheets, spread, _COMBINED[asked.combine],
            "；".join(told) or _NONE)


def _seats(s: Snapshot, asked: Assessment, seats: tuple[str, ...]) -> str:
    return "、".join(seat_name(s.plan, asked, seat).to("zh") for seat in seats)


def _names(asked: Assessment, items: tuple[str, ...]) -> Iterator[str]:
    return (item.name.zh for item in asked.items if item.id in items)


def item_table(s: Snapshot) -> Table:
    columns = (Column("初评", 12), Column("部分", 9), Column("评分项", 16), Column("分值", 5, True), Column("得分", 5, True),
               Column("最低", 5, True), Column("最高", 5, True), Column("失分情况", 34), Column("整改", 6))
    rows = tuple(_item(s, s.plan.assessment(score.assessment), item) for score in s.scores for item in score.items)
    note = "注：低于整改线的评分项，评分表交齐或作出初评结论时开出整改，见问题整改清单；最低、最高为各完整评分表中的得分。"
    return Table("初评逐项得分", columns, rows, "方案没有设初评。", note=note)


def _item(s: Snapshot, asked: Assessment, item: ItemResult) -> tuple[Cell, ...]:
    part = next((p.name.zh for p in asked.parts for i in p.items if i.id == item.item), "加分")
    words = [f"{seat_name(s.plan, asked, seat).to('zh')}：{text}" for seat, text in item.words]
    told = [item.told.to("zh")] if item.told else []
    return (asked.name.zh, part, item.name.to("zh"), item.full, item.points, item.least, item.most,
            "\n".join([*told, *words]) or _NONE, "须整改" if item.below else _NONE)
