"""Backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import argument, option
from gaoxin.cli.layout import Layout, Markup, View, each, line, says
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.upkeep import FAULTS
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.actor import Way

BackupArgument = Annotated[Path, argument("FILE", "备份文件 / the backup")]
PassphraseOption = Annotated[Path | None, option("--passphrase-file", "FILE", "口令短语所在文件；默认 FILE.passphrase"
                                                                            " / has the passphrase; default FILE.passphrase")]


def _keys(a: cases.safekeeping.BackedUp, v: View) -> str | None:
    if a.keys == "none":
        return None
    if a.keys == "left_out":
        return v.say("签名密钥未备份：恢复后另生成新密钥。",
                     "the signing key is not in it: a restored installation makes a new one.")
    kept = v.say(f"签名密钥以口令短语封存，口令短语在 {a.passphrase_file}",
                 f"the signing key is closed with the passphrase in {a.passphrase_file}")
    return kept + v.say("：请移到备份以外的地方妥存。", ": keep it apart from the backup.") if a.passphrase_made else kept


def _came_in(a: cases.safekeeping.Restored, v: View) -> Markup:
    whole = says("已恢复并核验无误：{events} 条事件，核对 {rows_checked} 行记录、{files_checked} 个文件",
                 "restored and verified: {events} event(s); {rows_checked} row(s) and {files_checked} file(s) checked")
    wrong = says("已按备份恢复，但有 {faults_found} 处与账本不符。保全此安装与备份并报告督查室。",
                 "restored as the backup has it, and {faults_found} thing(s) are not as the ledger says. "
                 "Keep installation and backup as they are and tell the supervision office.")
    return Markup(f"[green]✓[/] {whole(a, v)}" if a.intact else f"[red]✗[/] {wrong(a, v)}")


_LEFT_OUT = (line(says("备份不含、须另行准备的：", "not in a backup, to be brought otherwise:")),
             each("left_out", line(lambda told, v: v.plain(told), mark="  - ")))
BACKED_UP: Layout = (
    line(says("已备份到 {file}（{size} 字节）：{events} 条事件、{rows} 行记录、{files} 个文件",
              "backed up to {file} ({size} bytes): {events} event(s), {rows} row(s), {files} file(s)")),
    line(_keys),
    line(lambda a, v: v.say(f"有 {len(a.faults)} 个文件与账本不符，已原样备份：",
                            f"{len(a.faults)} file(s) are not as the ledger says, and are backed up as they are:")
         if a.faults else None),
    FAULTS, *_LEFT_OUT,
)
RESTORED: Layout = (
    line(_came_in), FAULTS,
    line(lambda a, v: None if a.keys else v.say(
        "没有恢复签名密钥：第一次写入时另生成新密钥，请把新公钥交给审计员。",
        "no signing key was restored: the first act makes a new one; give the auditor its public key.")),
    *_LEFT_OUT,
)


def _now(session: Session) -> None:
    if session.dated:
        raise UsageError(Text("备份与恢复只认现在，不能指定时点", "a backup is of now, and cannot be asked for as of a time"),
                         where="as_of", todo=Text("去掉 --as-of", "leave --as-of out"))


@asked
def backup(session: Session, file: BackupArgument, passphrase_file: PassphraseOption = None,
           without_keys: Annotated[bool, option("--without-keys", None, "不备份签名密钥 / leave the signing key out")] = False
           ) -> Answered:
    _now(session)
    with session.through(Text("备份", "backing up")) as done:
        made = cases.safekeeping.backup(session.settings, file, passphrase_file, keys=not without_keys, done=done,
                                        way=Way.COMMAND_LINE)
    session.marked()
    return made, BACKED_UP


@asked
def restore(session: Session, file: BackupArgument, passphrase_file: PassphraseOption = None,
            without_keys: Annotated[bool, option("--without-keys", None,
                                                 "不恢复签名密钥 / leave the signing key out")] = False,
            against: Annotated[str | None, option("--against", "FILE|SEQ:HASH", "与外部留存的检查点相对照"
                                                                               " / hold it against a checkpoint")] = None
            ) -> Answered:
    _now(session)
    with session.through(Text("恢复", "restoring")) as done:
        found: Any = cases.safekeeping.restore(session.settings, file, passphrase_file, keys=not without_keys, anchor=against,
                                               done=done)
    session.marked()
    return found, RESTORED
