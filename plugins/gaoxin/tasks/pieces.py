"""Which piece of a task's work is meant, where somebody hands one in. Pure."""

from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.plan.model import Plan
from gaoxin.plan.schedule import Piece


def piece_of(plan: Plan, task: str, deliverable: str, by: str, member: str | None = None) -> Piece:
    """The piece of work that a unit hands in. Raises UsageError for an unknown task or deliverable, and where it is not said, or
    said in vain, whose it is."""
    wanted = plan.task(task)
    known = [d.id for d in wanted.deliverables]
    pieces = {p.member: p for p in plan.pieces(wanted) if p.deliverable == deliverable}
    if not pieces:
        raise UsageError(Text(f"任务 {task} 没有成果 {deliverable!r}", f"task {task} has no deliverable {deliverable!r}"),
                         where="deliverable", todo=Text("可用：" + "、".join(known), "known: " + ", ".join(known)))
    whose = member if member or None in pieces else by
    if whose not in pieces:
        units = [plan.unit(m).name for m in pieces if m]
        raise UsageError(Text(f"成果 {deliverable} 由牵头单位统一提交，不分单位" if not units else
                              f"成果 {deliverable} 由各责任单位各交一份，须写明是哪一家的",
                              f"{deliverable} is one for all, of no member" if not units else
                              f"of {deliverable} each member owes one: say whose it is"), where="--member",
                         todo=Text("去掉 --member" if not units else "可用：" + "、".join(u.to("zh") for u in units),
                                   "leave --member out" if not units else "known: " + ", ".join(u.to("en") for u in units)))
    return pieces[whose]
