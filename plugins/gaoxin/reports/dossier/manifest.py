"""The list of what a dossier consists of: for machines, for people, and for `sha256sum -c`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gaoxin.reports.documents.blocks import Column, Document, Heading, Paragraph, Table, said
from gaoxin.reports.dossier.application import day_zh, marks
from gaoxin.reports.dossier.model import OpenPoint, Snapshot


def manifest(s: Snapshot, files: Mapping[str, tuple[str, str]], points: Sequence[OpenPoint]) -> bytes:
    """files: name -> what it is, and its sha256."""
    stood = s.stood
    told: dict[str, Any] = {
        "campaign": stood.campaign, "as_of": stood.as_of.isoformat(), "drill": stood.drill, "sample": stood.sample,
        "ledger": {"seq": stood.known_seq, "head": stood.head, "checkpoint": stood.checkpoint},
        "plan": {"version": stood.plan_version, "sha256": stood.plan_hash}, "program": stood.program,
        "pages": stood.pages or None,
        "files": [{"path": name, "title": title, "sha256": digest} for name, (title, digest) in files.items()],
        "open_points": [{"kind": p.kind, "called": p.kind.words.zh, "what": p.what.to("zh"),
                         "who": p.who.zh if p.who else "", "ref": p.ref}
                        for p in points],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def sums(digests: Mapping[str, str]) -> bytes:
    """As sha256sum writes it, and reads it with -c."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def contents(s: Snapshot, files: Mapping[str, tuple[str, str]], check_with: str) -> Document:
    """The list as people read it. check_with: the name of the file of sums."""
    stood = s.stood
    rows = tuple((number, title, name, digest) for number, (name, (title, digest)) in enumerate(files.items(), 1))
    facts = (("编制时点", f"{stood.as_of:%Y-%m-%d %H:%M}（北京时间）"),
             ("账本", f"第 {stood.known_seq} 条，{stood.head or '尚无记录'}"),
             ("方案", f"第 {stood.plan_version or '—'} 版，{stood.plan_hash}"), ("程序", f"Gaoxin {stood.program}"))
    return Document(
        f"{s.plan.zone.name.zh}申报材料清单", (s.unit(s.plan.zone.committee or s.plan.governance.office), day_zh(s)), (
            Heading(1, "编制依据"),
            said("全部材料由同一时点的同一份记录生成；由同一记录再次编制，逐字节相同。"),
            Table("编制依据", (Column("项目", 6), Column("内容", 40)), facts, ""),
            Heading(1, "材料"),
            Table("材料清单", (Column("序号", 3), Column("材料", 12), Column("文件", 20), Column("SHA-256", 36)), rows, ""),
            Heading(1, "核验方法"),
            said("在材料所在文件夹执行下面第一条命令，逐个文件核对；在系统中执行第二条，核对账本与本清单所记的编号和散列值一致。"),
            Paragraph((f"sha256sum -c {check_with}",), note=True),
            Paragraph((f"gaoxin ledger verify --against {stood.known_seq}:{stood.head or ''}",), note=True),
        ), head=marks(s), wide=True)
