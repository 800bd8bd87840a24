"""How returns that a check sent back are told after they were pulled or fetched: which, why, where to see the rest."""

from __future__ import annotations

from typing import Any

from gaoxin.cli.layout import Layout, View, each, line, place


def _which(one: Any, v: View) -> str:
    named = f"{v.unit_name(one.unit)}《{v.plan.form(one.form).name.to(v.lang)}》{v.plain(one.period)}"
    return v.say(f"退回 {one.file}：{named}（{one.return_id}），错误 {one.errors} 处",
                 f"rejected {one.file}: {named} ({one.return_id}), {one.errors} error(s)")


def _finding(one: Any, v: View) -> str:
    return ": ".join(filter(None, (place(one, v), v.plain(one.beside))))


def _rest(one: Any, v: View) -> str:
    where = f"/{v.plan.id}/return/{one.return_id}"
    command = f"gaoxin report quality {v.plan.id} --period {one.period}"
    return v.say(f"全部意见：页面 {where}，或 {command}", f"all of it: on the page {where}, or by {command}")


REJECTIONS: Layout = (
    each(lambda a, v: a.rejected or (), line(_which, mark="  ✗ "), each("findings", line(_finding, mark="      - ")),
         line(_rest, mark="      ")),
)
