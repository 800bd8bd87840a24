"""A check of files before they are handed in: no database is touched, and so none is asked what only it knows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gaoxin.campaign.annotating import annotate
from gaoxin.campaign.intake import Judged, judged_files
from gaoxin.campaign.mapped import Place
from gaoxin.campaign.taking import CheckedFile
from gaoxin.i18n import Code, Lang, Message
from gaoxin.settings import Settings
from gaoxin.unseen import line

ONLY_IN_A_DRILL = Code("returns.only_in_a_drill", "{count} 份标明为样本数据（虚构）：只有演练收，其他安装一经提交即退回",
                       "{count} marked as made up: taken only in a drill, rejected by any other installation once submitted")


class Checked(Judged, optional="note annotated"):
    """note: what submitting them may meet that no database was asked of; None where there is nothing. annotated: by file what was
    written of its findings; None where that was not asked for."""

    note: Message | None
    annotated: Sequence[Sequence[Path]] | None = None


def check(settings: Settings, files: Sequence[Path], now: datetime, place: Place | None = None, annotated: Path | None = None,
          lang: Lang = "zh") -> Checked:
    """As check_files, with what has to be known of made-up figures before they are submitted. annotated: where each workbook is
    written with its findings on its cells."""
    judged = judged_files(settings, files, now, place)
    found = [CheckedFile(line(str(file)), one.read, one.verdict, one.findings, one.checks)
             for file, one in zip(files, judged, strict=True)]
    count = sum(one.read.sample for one in found)
    return Checked(found, ONLY_IN_A_DRILL(count=count) if count else None,
                   annotate(found, files, annotated, [{c.rule: c.title for c in one.checks} for one in judged], lang)
                   if annotated else None)
