"""A folder of files that say by their cover what they are, as in the inbox: local, an object store, SFTP."""

from collections.abc import Iterator
from typing import Annotated, Literal

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key, opt
from gaoxin.plan.sources.base import SAME_FOR_ALL, DeclaredSource, in_braces

OUTSIDE = Code("sources.outside", "路径 {path} 不得越出连接的根目录：不以 / 开头，不含 ..",
               "the path {path} must stay within the connection's root: no / first, no .. in it", path=str)


class FolderSource(DeclaredSource):
    """Where the folder is, a local disk, an object store or an SFTP server, the connection alone says."""

    words = Key("文件夹或对象存储", "folder: a folder or object store")
    place = 10

    kind: Literal["folder"]
    path: Annotated[str, Key("路径：在连接的根目录之下，可含 {unit}、{form}、{period}",
                             "path: below the connection's root; {unit}, {form}, {period} may stand in it")]
    names: str = opt("文件名：可含 * 和 ?", "names: of files, with * and ?", "*")
    settle: int = opt("静置：改动不足多少秒的文件先不取", "settle: a file changed within so many seconds waits", 60,
                      ge=0, le=86400)
    at_most: int = opt("最多取多少个文件", "at most: so many files", 200, ge=1, le=10000)

    def placed(self, shared: bool) -> Iterator[Message]:
        named, wrong = in_braces((self.path,))
        yield from wrong
        if self.path.startswith("/") or ".." in self.path.split("/") or "\\" in self.path:
            yield OUTSIDE(path=self.path)
        if shared and "unit" not in named:
            yield SAME_FOR_ALL(sign="{unit}")
