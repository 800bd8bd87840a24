"""Checks a dump of Gaoxin's database against its own ledger, its landed files and a checkpoint that lay elsewhere.

    python audit_check.py DUMP.sql LANDING_FOLDER [SEQ:HASH | CHECKPOINT.txt [VERIFIER]]

Standard library alone (a checkpoint's signature needs `cryptography`). It shares no line with the product: what it does stands in
docs/audit.md. Exit status 0: everything agrees; 1: it does not, and each difference is printed.
"""

import json
import re
import sys
from base64 import b64decode
from collections import defaultdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WHOLE = ("smallint", "integer", "bigint")


def tables(dump):
    """Of each table its columns' types and its rows, {column: text or None}."""
    types: dict[str, dict[str, str]] = defaultdict(dict)
    rows: dict[str, list[dict[str, str | None]]] = defaultdict(list)
    copying = None
    for line in dump:
        if copying:
            if line == "\\.\n":
                copying = None
                continue
            cells = line.rstrip("\n").split("\t")
            text = [None if c == "\\N" else re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), c) for c in cells]
            rows[copying[0]].append(dict(zip(copying[1], text, strict=True)))
        elif found := re.match(r"COPY gaoxin\.(\w+) \((.*)\) FROM stdin;", line):
            copying = found[1], found[2].replace('"', "").split(", ")
        elif found := re.match(r"CREATE TABLE gaoxin\.(\w+) \(", line):
            table = found[1]
            for column in dump:
                if column.startswith(")"):
                    break
                if found := re.match(r'    "?(\w+)"? ([a-z]+(?: with time zone)?(?:\[\])?)', column):
                    types[table][found[1]] = found[2]
    return types, rows


def moment(text, form="%Y-%m-%dT%H:%M:%S.%fZ"):
    return datetime.fromisoformat(text).astimezone(UTC).strftime(form)


def line_of(row, types):
    """A row's canonical line: JSON of what it holds, by column."""
    parts = []
    for column in sorted(row):
        text, kind = row[column], types[column]
        if text is None or column == "stored_at":
            continue
        if kind in WHOLE:
            value = text
        elif kind == "boolean":
            value = "true" if text == "t" else "false"
        elif kind == "timestamp with time zone":
            value = json.dumps(moment(text))
        elif kind == "text[]":
            items = re.findall(r'"((?:[^"\\]|\\.)*)"|([^{},]+)', text)
            value = "[" + ",".join(json.dumps(re.sub(r"\\(.)", r"\1", q) or p, ensure_ascii=False) for q, p in items) + "]"
        else:
            value = json.dumps(text, ensure_ascii=False)
        parts.append(f'"{column}":{value}')
    return "{" + ",".join(parts) + "}"


def main(dump_file, landing, checkpoint=None, key=None):
    faults = []
    with open(dump_file, encoding="utf-8") as dump:
        types, rows = tables(dump)
    events = sorted(rows.pop("ledger_events"), key=lambda e: int(e["seq"]))
    made: dict[int, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))  # event -> table -> lines
    for table, some in rows.items():
        if "seq" in types[table] and table != "ledger_head":
            for row in some:
                made[int(row["seq"])][table].append(line_of(row, types[table]).encode())
    digests = {seq: {t: [len(s), sha256(b"\n".join(sorted(s))).hexdigest()] for t, s in of.items()} for seq, of in made.items()}

    # 1. The chain: each event's hash over all that it says and the hash before. 2. Its rows.
    last, adopted = "0" * 64, next((int(e["seq"]) for e in events if e["kind"] == "rows.adopted"), 0)
    for number, e in enumerate(events, 1):
        body = [int(e["seq"]), e["campaign"], e["kind"], moment(e["at"], "%Y-%m-%dT%H:%M:%S.%f+00:00"), json.loads(e["payload"]),
                e["prev_hash"]]
        told = json.loads(e["rows"]) if e["rows"] is not None else None
        actor = json.loads(e["actor"]) if e.get("actor") is not None else None
        if told is not None or actor is not None:
            body.append(told)
        if actor is not None:
            body.append(actor)
        found = sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        if (int(e["seq"]), e["prev_hash"], e["hash"]) != (number, last, found):
            faults.append(f"event {number}: the chain does not hold")
        last = e["hash"]
        here = digests.pop(number, {})
        if number == adopted:
            before: dict[str, list] = defaultdict(list)
            here = {}
            for seq in sorted(s for s in digests if s < number):
                for table, (count, digest) in sorted(digests.pop(seq).items()):
                    before[table].append((count, f"{seq} {count} {digest}\n"))
            for table, some in before.items():
                here[table] = [sum(count for count, _ in some), sha256("".join(line for _, line in some).encode()).hexdigest()]
        elif number < adopted:
            digests[number] = here
            continue
        for table in sorted({*(told or {}), *here}):
            if (told or {}).get(table, [0, ""])[:2] != here.get(table, [0, ""]):
                wanted = (told or {}).get(table, "nothing")
                faults.append(f"event {number}, table {table}: expected {wanted}, found {here.get(table)}")
    faults += [f"rows of {', '.join(of)} name event {seq}, which there is not" for seq, of in sorted(digests.items()) if of]
    (head,) = rows["ledger_head"]
    if (int(head["seq"]), head["hash"]) != (len(events), last):
        faults.append(f"the ledger's head is {head['seq']}, there are {len(events)} events")

    # 3. The files.
    for row in rows["landed_files"]:
        file = Path(landing) / row["sha256"][:2] / row["sha256"]
        if not file.is_file() or sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            faults.append(f"{file}: gone or changed")

    # 4. The checkpoint that lay elsewhere.
    if checkpoint:
        if re.fullmatch(r"[0-9]+:[0-9a-f]{64}", checkpoint):
            at, wanted = checkpoint.split(":")
        else:
            text, _, signature = Path(checkpoint).read_text(encoding="utf-8").partition("\n\n")
            _, at, wanted, *_ = text.split("\n")
            wanted = b64decode(wanted).hex()
            if key:
                from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

                public = Ed25519PublicKey.from_public_bytes(b64decode(key.split("+", 2)[2])[1:])
                public.verify(b64decode(signature.split()[-1])[4:], (text + "\n").encode())
        there = events[int(at) - 1]["hash"] if int(at) <= len(events) else "nothing: the tail was cut off"
        if there != wanted:
            faults.append(f"checkpoint {at}: expected {wanted}, found {there}")

    print(*faults, f"{len(events)} events, {sum(map(len, rows.values()))} rows, {len(rows['landed_files'])} files, "
          f"{len(faults)} difference(s)", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
