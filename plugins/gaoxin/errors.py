"""The one tree of errors. Each says what is wrong, where, and what to do, in Chinese and English.

The class decides two things: the exit status of the command line (INTERFACES: 1 the answer is no, 2 wrong use,
3 a system fault) and whether Airflow may retry.
"""

from typing import Any

from gaoxin.i18n import Lang, Text
from gaoxin.unseen import line


class GaoxinError(Exception):
    """Base of all errors raised on purpose.
    what: what is wrong. where: file, field, sheet, cell or server, as one string. todo: what to do about it."""

    exit_status = 3
    retryable = False

    def __init__(self, what: Text, *, where: str = "", todo: Text) -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(self.render("zh") + "\n" + self.render("en"))

    def render(self, lang: Lang) -> str:
        where, todo = ("位置", "处理") if lang == "zh" else ("where", "to do")
        lines = [self.what.to(lang)]
        if self.where:
            lines.append(f"  {where}: {line(self.where)}")
        lines.append(f"  {todo}: {self.todo.to(lang)}")
        return "\n".join(lines)


class UsageError(GaoxinError):
    """The command or call was used wrongly: an unknown campaign, form, unit, period or option."""

    exit_status = 2


class UnknownCampaign(UsageError):
    """There is no campaign of that id. known: those there are."""

    def __init__(self, what: Text, *, where: str = "", todo: Text, known: tuple[str, ...] = ()) -> None:
        self.known = known
        super().__init__(what, where=where, todo=todo)


class Refused(GaoxinError):
    """The answer is no: the input was understood and is not acceptable."""

    exit_status = 1


class PlanError(Refused):
    """A plan that cannot be loaded. `problems` holds every problem found, not the first alone; each as a string is a line."""

    def __init__(self, what: Text, *, where: str = "", todo: Text, problems: tuple[Any, ...] = ()) -> None:
        self.problems = problems
        super().__init__(what, where=where, todo=todo)

    def render(self, lang: Lang) -> str:
        return super().render(lang) + "".join(f"\n  - {problem}" for problem in self.problems)


class SystemFault(GaoxinError):
    """Something around us failed and will fail again until someone mends it."""


class Transient(SystemFault):
    """Something around us failed and may well succeed when tried again: a refused connection, a busy server."""

    retryable = True
