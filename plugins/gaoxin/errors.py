"""The one tree of errors. Each says what is wrong, where, and what to do, in Chinese and English.

The class decides two things: the exit status of the command line (INTERFACES: 1 the answer is no, 2 wrong use,
3 a system fault) and whether Airflow may retry.
"""

import errno
from typing import Any

from gaoxin.folders import NotPlainFile
from gaoxin.i18n import Lang, Text, Worded
from gaoxin.unseen import line

# What the system says of a file, a folder or a disk, by its number.
_REASONS = {
    errno.ENOENT: Text("没有这个文件或文件夹", "no such file or folder"),
    errno.ENOTDIR: Text("路径中有一段不是文件夹", "part of the path is no folder"),
    errno.EISDIR: Text("这是文件夹，不是文件", "it is a folder, not a file"),
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EPERM: Text("系统不允许", "the system does not allow it"),
    errno.EROFS: Text("磁盘只读", "the disk is read-only"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EDQUOT: Text("超出磁盘配额", "the disk quota is used up"),
    errno.EEXIST: Text("已经存在", "it exists already"),
    errno.ENOTEMPTY: Text("文件夹不是空的", "the folder is not empty"),
    errno.ENAMETOOLONG: Text("名称太长", "the name is too long"),
    errno.ELOOP: Text("链接绕成了圈，或不是普通文件", "links that go in a circle, or no plain file"),
    errno.EMFILE: Text("打开的文件太多", "too many open files"),
    errno.EBUSY: Text("正被占用", "it is in use"),
    errno.ETXTBSY: Text("正被占用", "it is in use"),
    errno.EIO: Text("磁盘或设备读写出错", "the disk or device failed"),
    errno.ESTALE: Text("网络盘上的文件已失效", "a file of a network drive is stale"),
    errno.EXDEV: Text("不在同一磁盘", "not on the same disk"),
    errno.ETIMEDOUT: Text("超时没有应答", "no answer in time"),
    errno.ECONNREFUSED: Text("连接被拒绝", "the connection was refused"),
}


def system_said(error: OSError | UnicodeError) -> Text:
    """Why the system refused a file, in both languages; of what it seldom says, its own words and number."""
    if isinstance(error, UnicodeError):
        return Text("不是 UTF-8 文字（也许是工作簿或其他文件）", "it is no UTF-8 text (a workbook, perhaps, or another file)")
    if isinstance(error, NotPlainFile):
        return Text("不是普通文件（是设备、管道之类）", "it is no plain file (a device, a pipe or the like)")
    if (known := _REASONS.get(error.errno or 0)) is not None:
        return known
    said = error.strerror or str(error) or type(error).__name__
    return Text(f"系统报错 {error.errno}（{said}）" if error.errno else f"系统报错（{said}）", said)


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
        return super().render(lang) + "".join(
            f"\n  - {problem.to(lang) if isinstance(problem, Worded) else problem}" for problem in self.problems)


class SystemFault(GaoxinError):
    """Something around us failed and will fail again until someone mends it."""


class Transient(SystemFault):
    """Something around us failed and may well succeed when tried again: a refused connection, a busy server."""

    retryable = True
