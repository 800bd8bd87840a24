"""What the auditor gets each working day: where the ledger stood, as a signed note, to be kept elsewhere. Pure."""

from datetime import date

from gaoxin.i18n import Code
from gaoxin.reminders.model import Reminder, ReminderLevel

AUDITOR = "auditor"  # its key in the contacts file

_SUBJECT = Code("reminders.checkpoint", "【账本检查点】{day} 第 {seq} 条",
                "【账本检查点】{day} 第 {seq} 条 / Checkpoint of the ledger, event {seq}", seq=int)
_BODY = Code("reminders.checkpoint_body",
             "{note}\n请留存本邮件。日后以它对照（gaoxin ledger verify --against，或 docs/audit.md 的小程序），\n"
             "可发现账本被截断或重写。\n",
             "{note}\n请留存本邮件。 / Keep this mail: held against it (gaoxin ledger verify --against, or the program in "
             "docs/audit.md),\na ledger that was cut or rewritten is found.\n", note=str)


def anchor_key(day: date) -> str:
    """One a day for the whole installation, whichever campaign comes first."""
    return f"checkpoint.{day}"


def anchor(day: date, seq: int, note: str) -> Reminder:
    return Reminder(key=anchor_key(day), audience=AUDITOR, level=ReminderLevel.NOTICE, subject=_SUBJECT(day=day, seq=seq),
                    body=_BODY(note=note), due=day, refs=())
