"""Office files whose bytes follow from their content alone: no clock, no machine, no order that is chance."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

_CORE, _APP = "docProps/core.xml", "docProps/app.xml"
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_OURS = (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
         b'officeDocument/2006/extended-properties"><Application>Gaoxin</Application></Properties>')  # no office program made it
_FIRST = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows


def packed(raw: bytes, stamp: datetime, replaced: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The same package with its parts in a fixed order, uncompressed: another zlib would compress them otherwise, and two
    machines are to agree on its hash. stamp: what its times say, which the format has in UTC. replaced: parts that are others
    than they were."""
    out, said = io.BytesIO(), f"{stamp.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    others = {_APP: _OURS, **replaced}
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = others.get(name) or source.read(name)
            if name == _CORE:
                content = _MODIFIED.sub(rb"\g<1>" + said, content)
            info = zipfile.ZipInfo(name, _FIRST)
            info.create_system, info.external_attr = 3, 0o600 << 16
            target.writestr(info, content)
    return out.getvalue()
