"""`gaoxin plan check`: what is contradictory or missing in a plan, what is to be decided, and what has been decided."""

from __future__ import annotations

import string
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import PlanArgument, plan_file_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, shown
from gaoxin.cli.words import WORDS, word

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.planning.check.checks import PlanFinding

HELP = "检查方案：矛盾、缺漏、要决定的和已决定的 / find contradictions and gaps, and what is to be decided"


def check(
    campaign: PlanArgument,
    strict: Annotated[
        bool, typer.Option("--strict", help="有未决定的警告也算不通过 / an open warning is a no, too", show_default=False)
    ] = False,
    only_open: Annotated[
        bool, typer.Option("--open", help="只列未决定的 / list only what is not decided yet", show_default=False)
    ] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.errors import PlanError
    from gaoxin.plan.forms import Severity
    from gaoxin.plan.reading.loader import load_plan
    from gaoxin.planning.check.checks import check_plan, unreadable, worst

    session = Session.open(json, as_of, lang)
    file, inside = plan_file_of(campaign, session)
    name, title = file.parent.name if inside else file.stem, ""
    try:
        plan = load_plan(file, id_is_folder=inside)
    except PlanError as error:
        findings = unreadable(error)
    else:
        name, title, findings = plan.id, plan.name.to(session.lang), check_plan(plan)
    gravest = worst(findings)
    ok = gravest is not Severity.ERROR and not (strict and gravest is Severity.WARNING)
    listed = [f for f in findings if f.state == "open"] if only_open else findings

    def show(console: Console) -> None:
        _Page(console, session).show(name, title, findings, listed, ok, strict)

    document = {
        "campaign": name, "file": file,
        "totals": {
            **{s: sum(f.severity == s for f in findings) for s in ("error", "warning", "info")},
            **{s: sum(f.state == s for f in findings) for s in ("open", "decided")},
        },
        "findings": [_document(f, session) for f in listed],
    }
    emit(session, document, show, ok=ok)


def _document(finding: PlanFinding, session: Session) -> dict[str, Any]:
    lang, d = session.lang, finding.decision
    return {
        "code": finding.code, "severity": finding.severity, "subject": finding.subject, "mark": finding.mark,
        "message": finding.message.to(lang),
        "sources": finding.sources, "decide": finding.decide.to(lang) if finding.decide else None, "state": finding.state,
        "decision": d and {
            "choice": d.choice, "by": d.by.to(lang), "on": d.on, "reason": d.reason.to(lang), "decision": d.decision.to(lang),
        },
    }


class _Page:
    """The findings for people: by class, what is to be decided once under all findings that ask for the same."""

    def __init__(self, console: Console, session: Session) -> None:
        self.console, self.session, self.say = console, session, session.say
        # Piped, a line is as long as it needs to be: what is searched or copied must not be broken.
        self.width = console.width if console.is_terminal else 100_000

    def show(self, name: str, title: str, findings: list[PlanFinding], listed: list[PlanFinding], ok: bool, strict: bool) -> None:
        self.console.print(f"[bold]{shown(name)}[/]" + (f"  {shown(title)}" if title else ""), soft_wrap=True)
        counts = "  ".join(f"{word(s, self.session.lang)} {sum(f.severity == s for f in findings)}" for s in ("error", "warning",
            "info"))
        decided = sum(f.state == "decided" for f in findings)
        self.console.print(counts + self.say(f"  其中已决定 {decided}", f"  of which decided: {decided}"), soft_wrap=True)
        for severity in ("error", "warning", "info"):
            classes: dict[str, list[PlanFinding]] = {}
            for f in listed:
                if f.severity == severity:
                    classes.setdefault(f.code, []).append(f)
            for code, group in classes.items():
                self._class(severity, code, group)
        if findings:
            self._totals(findings, listed)
        self._verdict(findings, ok, strict)

    def _class(self, severity: str, code: str, group: list[PlanFinding]) -> None:
        of = self.say(f"{len(group)} 条", f"{len(group)}")
        mark, style = WORDS[severity].mark, WORDS[severity].style
        self.console.print()
        self.console.print(f"[{style}]{mark}[/] [bold]{shown(_title(code, self.session))}[/]  [dim]{code}[/]  {of}",
                           soft_wrap=True)
        clusters: dict[tuple[Any, Any], list[PlanFinding]] = {}
        for f in group:
            clusters.setdefault((f.decision, f.decide if f.decision is None else None), []).append(f)
        for (decision, _), members in clusters.items():
            self._members(members)
            if decision is None:
                if members[0].decide:
                    self._line(members[0].decide.to(self.session.lang), "    → ", "cyan")
            else:
                self._decision(members[0])

    def _members(self, members: list[PlanFinding]) -> None:
        """One finding a line, its subject beside it where there is room and under it where not. In a terminal, what many
        findings say alike is said once above them."""
        from rich.cells import cell_len

        texts, indent = [f.message.to(self.session.lang) for f in members], "    "
        before, after = _alike(texts) if self.console.is_terminal else ("", "")
        if before or after:
            self._line(f"{before}…{after}", indent)
            texts = [t[len(before):len(t) - len(after)] for t in texts]
            indent = "      "
        for short, f in zip(texts, members, strict=True):
            text = short + self._places(f)
            if self.console.is_terminal and cell_len(f"{indent}{text}  {f.subject} {f.mark}") <= self.width:
                self.console.print(f"{indent}{shown(text)}  [dim]{shown(f.subject)} {f.mark}[/]", soft_wrap=True)
            else:
                self._line(text, indent)
                self._line(f"{f.subject} {f.mark}", indent + "  ", "dim")

    def _places(self, finding: PlanFinding) -> str:
        """The places that a message does not name itself, in brackets."""
        more = [s for s in finding.sources if s not in finding.message.to(self.session.lang)]
        if not more:
            return ""
        few = self.say("、",
                       ", ").join(more[:4]) + (self.say(f" 等 {len(more)} 处",
                                                        f" and {len(more) - 4} more") if len(more) > 4 else "")
        return self.say(f"（{few}）", f" ({few})")

    def _decision(self, finding: PlanFinding) -> None:
        d, lang = finding.decision, self.session.lang
        if d is None:
            return
        self._line(
            self.say(
                f"已决定：{d.decision.zh}（{d.by.zh}，{d.on}，{d.choice}）；理由：{d.reason.zh}",
                f"decided: {d.decision.to(lang)} ({d.by.to(lang)}, {d.on}, {d.choice}); because: {d.reason.to(lang)}",
            ),
            "    ✓ ", "green",
        )

    def _totals(self, findings: list[PlanFinding], listed: list[PlanFinding]) -> None:
        from rich import box
        from rich.table import Table

        self.console.print()
        rows = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
        for head, right in (("程度|severity", 0), ("类别|class", 0), ("代码|code", 0), ("未决定|open", 1), ("已决定|decided", 1)):
            rows.add_column(
                self.say(*head.split("|", 1)), justify="right" if right else "left", overflow="fold",
                no_wrap=not head.startswith("类别"),
            )
        counted = Counter((f.severity, f.code, f.state) for f in findings)
        for severity, code in dict.fromkeys((f.severity, f.code) for f in findings):
            open_, decided = (counted[severity, code, state] for state in ("open", "decided"))
            rows.add_row(word(severity, self.session.lang), shown(_title(code, self.session)), f"[dim]{code}[/]",
                         shown(open_), shown(decided))
        self.console.print(rows)
        if hidden := len(findings) - len(listed):
            self.console.print(self.say(f"另有 {hidden} 条已决定，没有列出。", f"{hidden} decided findings are not listed."),
                               soft_wrap=True)

    def _verdict(self, findings: list[PlanFinding], ok: bool, strict: bool) -> None:
        errors = sum(f.severity == "error" for f in findings)
        waiting = sum(f.severity == "warning" and f.state == "open" for f in findings)
        self.console.print()
        if errors:
            text = self.say(f"方案不通过：{errors} 个错误须先改正。",
                            f"The plan does not pass: {errors} error(s) have to be mended first.")
        elif not ok and strict:
            text = self.say(f"方案不通过（--strict）：{waiting} 条警告未决定。",
                            f"The plan does not pass (--strict): {waiting} warning(s) are not decided.")
        elif waiting:
            text = self.say(
                f"方案可用；{waiting} 条警告待决定。决定记在方案的 choices 里，用 settles 指明代码和对象。",
                f"The plan can be used; {waiting} warning(s) wait for a decision, to be recorded under `choices` with "
                "`settles`.",
            )
        else:
            text = self.say("方案可用。", "The plan can be used.")
        self._line(text, "", "red" if not ok else "")

    def _line(self, text: str, indent: str, style: str = "") -> None:
        from gaoxin.cli.wrapping import wrapped

        self.console.print(wrapped(text, self.width, indent), style=style or None, soft_wrap=True, markup=False)


_MANY, _MUCH = 3, 6
_WORD = ".-_" + string.digits + string.ascii_letters


def _alike(texts: list[str]) -> tuple[str, str]:
    """What many texts begin and end with; nothing where they are few or have little in common."""
    if len(texts) < _MANY:
        return "", ""
    before = _common(texts)
    after = _common([t[len(before):][::-1] for t in texts])[::-1]
    # Cut between words, not within a figure, a Latin word or a bracket.
    before, after = before.rstrip(f"{_WORD}（("), after.lstrip(f"{_WORD}）)")
    rest_is_there = all(len(t) > len(before) + len(after) for t in texts)
    return (before, after) if len(before) + len(after) >= _MUCH and rest_is_there else ("", "")


def _common(texts: list[str]) -> str:
    """The letters that all texts begin with."""
    shortest = min(texts, key=len)
    return next((shortest[:at] for at, letter in enumerate(shortest) if any(t[at] != letter for t in texts)), shortest)


def _title(code: str, session: Session) -> str:
    from gaoxin.planning.check.checks import FINDINGS

    return FINDINGS[code].title.to(session.lang) if code in FINDINGS else code
