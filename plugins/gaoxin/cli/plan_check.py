"""`gaoxin plan check`: what is contradictory or missing in a plan, what is to be decided, and what has been decided.

The findings stand by class; what is to be decided is said once, under all findings that ask for the same.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING, Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import PlanArgument, option
from gaoxin.cli.layout import Column, Layout, Markup, View, bold, line, rows, state
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import WORDS, word

if TYPE_CHECKING:
    from gaoxin.campaign.plans import FindingClass, PlanChecked
    from gaoxin.planning.check.findings import PlanFinding

HELP = "检查方案：矛盾、缺漏、要决定的和已决定的 / find contradictions and gaps, and what is to be decided"


@asked
def check(session: Session, campaign: PlanArgument,
          strict: Annotated[bool, option("--strict", None, "有未决定的警告也算不通过 / an open warning is a no, too")] = False,
          only_open: Annotated[bool,
                               option("--open", None, "只列未决定的 / list only what is not decided yet")] = False) -> Answered:
    return cases.plans.check_plan(session.settings, campaign, strict=strict, only_open=only_open), CHECK


def _counts(a: PlanChecked, v: View) -> Markup:
    counts = "  ".join(f"{word(s, v.lang)} {a.totals[s]}" for s in ("error", "warning", "info"))
    return Markup(counts + v.say(f"  其中已决定 {a.totals['decided']}", f"  of which decided: {a.totals['decided']}"))


def _classes(a: PlanChecked, v: View) -> None:
    for one in a.classes:
        if one.listed:
            _class(one, v)


def _class(one: FindingClass, v: View) -> None:
    mark, style = WORDS[one.severity].mark, WORDS[one.severity].style
    v.line()
    v.line(f"[{style}]{mark}[/] [bold]{v.cell(one.title)}[/]  [dim]{one.code}[/]  "
           + v.say(f"{len(one.listed)} 条", f"{len(one.listed)}"))
    clusters: dict[object, list[PlanFinding]] = {}
    for f in one.listed:
        clusters.setdefault((f.decision, f.decide if f.decision is None else None), []).append(f)
    for members in clusters.values():
        _members(members, v)
        d, decide = members[0].decision, members[0].decide
        if d is not None:
            by, decision, reason = (v.plain(x) for x in (d.by, d.decision, d.reason))
            _wrapped(v, v.say(f"已决定：{decision}（{by}，{d.on}，{d.choice}）；理由：{reason}",
                              f"decided: {decision} ({by}, {d.on}, {d.choice}); because: {reason}"), "    ✓ ", "green")
        elif decide is not None:
            _wrapped(v, v.plain(decide), "    → ", "cyan")


def _members(members: Sequence[PlanFinding], v: View) -> None:
    """One finding a line, its subject beside it where there is room and under it where not. In a terminal, what many findings
    say alike is said once above them."""
    from rich.cells import cell_len

    texts, indent = [v.plain(f.message) for f in members], "    "
    before, after = _alike(texts) if v.narrow else ("", "")
    if before or after:
        _wrapped(v, f"{before}…{after}", indent)
        texts = [t[len(before):len(t) - len(after)] for t in texts]
        indent = "      "
    for short, f in zip(texts, members, strict=True):
        text = short + _places(f, v)
        if v.narrow and cell_len(f"{indent}{text}  {f.subject} {f.mark}") <= v.width:
            v.line(f"{indent}{v.cell(text)}  [dim]{v.cell(f.subject)} {f.mark}[/]")
        else:
            _wrapped(v, text, indent)
            _wrapped(v, f"{f.subject} {f.mark}", indent + "  ", "dim")


def _places(finding: PlanFinding, v: View) -> str:
    """The places that a message does not name itself, in brackets."""
    if not (more := finding.beside):
        return ""
    few = v.listed(more[:4])
    if len(more) > 4:
        few += v.say(f" 等 {len(more)} 处", f" and {len(more) - 4} more")
    return v.say(f"（{few}）", f" ({few})")


def _hidden(a: PlanChecked, v: View) -> str | None:
    hidden = len(a.every) - len(a.findings)
    return v.say(f"另有 {hidden} 条已决定，没有列出。", f"{hidden} decided findings are not listed.") if hidden else None


def _verdict(a: PlanChecked, v: View) -> None:
    errors, waiting = a.totals["error"], a.waiting
    v.line()
    if errors:
        text = v.say(f"方案不通过：{errors} 个错误须先改正。",
                     f"The plan does not pass: {errors} error(s) have to be mended first.")
    elif a.exit_status:
        text = v.say(f"方案不通过（--strict）：{waiting} 条警告未决定。",
                     f"The plan does not pass (--strict): {waiting} warning(s) are not decided.")
    elif waiting:
        text = v.say(
            f"方案可用；{waiting} 条警告待决定。决定记在方案的 choices 里，用 settles 指明代码和对象。",
            f"The plan can be used; {waiting} warning(s) wait for a decision, to be recorded under `choices` with `settles`.",
        )
    else:
        text = v.say("方案可用。", "The plan can be used.")
    _wrapped(v, text, "", "red" if a.exit_status else "")


CHECK: Layout = (
    line(bold("campaign"), "title"),
    line(_counts),
    _classes,
    lambda a, v: v.line() if a.every else None,
    rows(
        "classes", Column("severity", state("severity"), "whole"), Column("class", "title"),
        Column("code", lambda c, v: Markup(f"[dim]{c.code}[/]"), "whole"), Column("open", "open", "right"),
        Column("decided", "decided", "right"),
    ),
    line(_hidden),
    _verdict,
)


def _wrapped(v: View, text: str, indent: str, style: str = "") -> None:
    """Text in lines of the window's width. Piped, a line is as long as it needs to be: what is searched or copied must not be
    broken."""
    from gaoxin.cli.wrapping import wrapped

    v.console.print(wrapped(text, v.width, indent), style=style or None, soft_wrap=True, markup=False)


_MANY, _MUCH = 3, 6
_WORD = ".-_" + string.digits + string.ascii_letters


def _alike(texts: list[str]) -> tuple[str, str]:
    """What many texts begin and end with; nothing where they are few or have little in common."""
    if len(texts) < _MANY:
        return "", ""
    before = commonprefix(texts)  # noqa: RUF071 - by letters, as it does
    after = commonprefix([t[len(before):][::-1] for t in texts])[::-1]  # noqa: RUF071
    # Cut between words, not within a figure, a Latin word or a bracket.
    before, after = before.rstrip(f"{_WORD}（("), after.lstrip(f"{_WORD}）)")
    rest_is_there = all(len(t) > len(before) + len(after) for t in texts)
    return (before, after) if len(before) + len(after) >= _MUCH and rest_is_there else ("", "")
