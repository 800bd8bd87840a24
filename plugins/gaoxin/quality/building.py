"""Builds the frame of many returns: what is said of each file, then its series or its register."""

from __future__ import annotations

from collections.abc import Iterable

from gaoxin.plan.forms import RegisterForm, SeriesForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.quality.columns import PROBLEM, READABLE, RECORDS
from gaoxin.quality.frames import NOWHERE, Frame, Place
from gaoxin.quality.history import History
from gaoxin.quality.register_frame import add_register
from gaoxin.quality.series_frame import add_series
from gaoxin.quality.structure import KINDS
from gaoxin.returns.model import ReadReturn


def build_frame(
    plan: Plan,
    form: SeriesForm | RegisterForm | None,
    reads: Iterable[tuple[ReadReturn, History]],
) -> Frame:
    """The frame of all given returns of one form; with `form` None, of files that do not say which return they are."""
    frame = Frame()
    for owner, (read, history) in enumerate(reads):
        base = _add_file(frame, owner, form, read)
        if owner in frame.unreadable or form is None:
            continue
        if form.kind == "series":
            add_series(frame, owner, form, read, history)
        else:
            add_register(frame, owner, base, plan, form, read, history)
    return frame


def _add_file(frame: Frame, owner: int, form: SeriesForm | RegisterForm | None, read: ReadReturn) -> int:
    """The row of the return itself, and one a structural problem. Returns the former."""
    first = read.problems[0] if read.problems else None
    base = frame.row(owner, Place(first.sheet, first.cell) if first else NOWHERE)
    readable = _readable(form, read)
    if not readable:
        frame.unreadable.add(owner)
    frame.put(base, READABLE, "yes" if readable else "no")
    frame.put(base, PROBLEM, "none")
    if form is not None and form.kind == "register":
        frame.put(base, RECORDS, float(len(read.entries)) if readable else None)
    for problem in (*read.problems, *read.notes):
        row = frame.row(owner, Place(problem.sheet, problem.cell))
        frame.put(row, PROBLEM, problem.kind, problem_zh=problem.message.zh, problem_en=problem.message.en)
    return base


def _readable(form: SeriesForm | RegisterForm | None, read: ReadReturn) -> bool:
    """Whether there is anything to check. A register may be empty, but not because its file could not be understood."""
    if form is None or read.key is None:
        return False
    if form.kind == "series":
        return bool(read.series)
    return bool(read.entries) or not any(_is_error(problem.kind) for problem in read.problems)


def _is_error(kind: str) -> bool:
    return kind not in KINDS or KINDS[kind][0] is Severity.ERROR
