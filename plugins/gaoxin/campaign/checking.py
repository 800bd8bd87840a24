"""A check of files before they are handed in: no database is touched, and so none is asked what only it knows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gaoxin.campaign.intake import Judged, check_files
from gaoxin.campaign.taking import CheckedFile
from gaoxin.i18n import Code, Message
from gaoxin.settings import Settings

ONLY_IN_A_DRILL = Code("returns.only_in_a_drill", "{count} 份标明为样本数据（虚构）：只有演练收，其他安装一经提交即退回",
                       "{count} marked as made up: taken only in a drill, rejected by any other installation once submitted")


class Checked(Judged, optional="note"):
    """note: what submitting them may meet that no database was asked of; None where there is nothing."""

    note: Message | None


def check(settings: Settings, files: Sequence[Path], now: datetime) -> Checked:
    """As check_files, with what has to be known of made-up figures before they are submitted."""
    found: Sequence[CheckedFile] = check_files(settings, files, now)
    count = sum(one.read.sample for one in found)
    return Checked(found, ONLY_IN_A_DRILL(count=count) if count else None)
