"""The connections file: what Airflow's connections say, for an installation or a command line without Airflow.

YAML, `{id: {option: value}}`. It holds secrets, so it is its owner's alone.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gaoxin.errors import UsageError, system_said
from gaoxin.i18n import Text
from gaoxin.sources.base import Options


def read_connections(file: Path) -> Mapping[str, Options]:
    """Raises UsageError for a file that others can read, that cannot be read, or that is no such mapping. What it holds is never
    told."""
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise _wrong(file, "连接文件对他人开放", "the connections file is open to others",
                             Text(f"执行 chmod 600 {file}；其中的密码可能已泄露，请更换",
                                  f"chmod 600 {file}; its secrets may be known to others: change them"))
            given: Any = yaml.safe_load(opened)
    except OSError as error:
        why = system_said(error)
        raise _wrong(file, f"连接文件读不了：{why.zh}", f"the connections file cannot be read: {why.en}",
                     Text("检查 GAOXIN_SOURCES 的路径与权限", "check the path in GAOXIN_SOURCES and its permissions")) from error
    except (yaml.YAMLError, UnicodeDecodeError):  # whose words would quote the line
        given = None
    if not isinstance(given, dict) or not all(isinstance(k, str) and isinstance(v, dict) for k, v in given.items()):
        raise _wrong(file, "连接文件不是“编号: {选项: 值}”", "the connections file is no mapping of ids to options",
                     Text("按 docs/operations.md 的示例改正", "write it as docs/operations.md shows"))
    return {name: Options(options) for name, options in given.items()}


def _wrong(file: Path, zh: str, en: str, todo: Text) -> UsageError:
    return UsageError(Text(zh, en), where=str(file), todo=todo)
