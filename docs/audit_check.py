"""Checks a dump of Gaoxin's database against its own ledger, its files, its kept reports and a checkpoint that lay elsewhere.

    python audit_check.py DUMP.sql LANDING_FOLDER [CHECKPOINT [VERIFIER]] [--reports FOLDER]

CHECKPOINT: SEQ:HASH, a checkpoint's file, or a report (.html, .json) that has one. VERIFIER: the public key, as one line. Python
3.11, its standard library alone; a signature needs `cryptography`. It shares no line with the product: docs/audit.md says what it
does and what it cannot. Exit status 0: everything agrees; 1: differences, all are printed; 2: it could not be checked.
"""

import argparse
import html
import json
import mmap
import re
import sys
from base64 import b64decode
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path

# Of this version of the product. Each row of these names the event that made it.
ANSWERED = set(re.findall(r"\w+", """approvals bulletin_releases bulletin_words bulletins cadence_moves cards check_results
    check_runs clock_moves correction_outcomes corrections deadline_steps deadlines deliveries evidence
    explanation_reviews explanations extension_rulings extensions facts fetches findings gate_decisions
    indicator_values landed_files loads outbox outbox_marks plan_versions rectification_closings
    rectification_evidence rectification_rechecks rectifications register_entries returns score_sheets suites
    target_verdicts task_moves task_reports usage_slices usages waivers"""))
TABLES = ANSWERED | {"ledger_events", "ledger_head", "ledger_turn", "installation", "alembic_version"}
GUARDS = {"ledger_head.forward_only", "ledger_head.no_truncate", "installation.for_good", "installation.no_truncate",
          "check_runs.placed", "loads.placed", "ledger_events.follow_head"}
GUARDS |= {f"{table}.append_only{when}" for table in ANSWERED | {"ledger_events"} for when in ("", "_truncate")}

# A dump's SQL, piece by piece. Nothing fits a quote without its end, nor /* */, which pg_dump never writes.
PIECE = re.compile(rb"""(?P<gap>\s+ | --[^\n]*+ | (?<=\n)\\(?:un)?restrict\ \w+\r?\n) | (?P<end>;)
    | (?P<text>[eE]'(?:[^'\\]|\\.|'')*+' | '(?:[^']|'')*+' | (?P<tag>\$(?:[a-zA-Z_\x80-\xff][\w\x80-\xff]*)?\$).*?(?P=tag))
    | "(?:[^"]|"")*+" | [a-zA-Z_\x80-\xff][\w$\x80-\xff]* | /(?!\*) | -(?!-) | [^'"$;\\/\s-]""", re.S | re.X)
NAME = r'("(?:[^"]|"")*"|[\w$]+)'
OF = rf"gaoxin\.{NAME}"
HARMLESS = [re.compile(known) for known in (
    r"SET (?:client_encoding = 'UTF8'|standard_conforming_strings = on|(?!client_enc|standard_conf)\w+ = (?:'\w*'|\w+))",
    r"SELECT pg_catalog\.(?:set_config\('search_path', '', false\)|setval\('[^']*', \d+, (?:true|false)\))",
    r"CREATE SCHEMA (?:gaoxin|public)|(?:COMMENT ON|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .*",
    rf"ALTER [A-Z ]+ (?:{NAME}\.)?{NAME}(?:\(.*\))? OWNER TO {NAME}",
    rf"ALTER TABLE {OF} ALTER COLUMN {NAME} ADD GENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY \(.*\)",
    rf"ALTER TABLE ONLY {OF} ADD CONSTRAINT {NAME} (?:PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE) .*",
    rf"CREATE (?:UNIQUE )?INDEX {NAME} ON {OF} USING .*", rf"CREATE (?:FUNCTION|PROCEDURE) {OF}\(.*")]
TRIGGER = re.compile(rf"CREATE TRIGGER {NAME} [A-Z ]+ ON {OF} (?:REFERENCING NEW TABLE AS \w+ )?FOR EACH (?:ROW|STATEMENT)"
                     r" EXECUTE FUNCTION gaoxin\.\w+\(\)")
COLUMN = re.compile(rf" *(?!CONSTRAINT ){NAME} ([a-z]+(?: with time zone)?(?:\[\])?)")
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
ITEM = r'(?:"((?:[^"\\]|\\.)*)"|([^"{},\\\s]+(?: [^"{},\\\s]+)*))'  # of a list of texts
NOTE = re.compile(r"(gaoxin/chain-v1\n([0-9]+)\n([A-Za-z0-9+/=]+)\nat [^\n]+\n(?:drill\n)?)\n((?:— [^\n]+\n?)*)")


class Dump:
    """made: by event and table the lines of its rows; kept: the rows of a few tables. What should not be there is a fault."""

    def __init__(self, file, faults):
        self.faults, self.types, self.filled, self.words = faults, dict[str, dict[str, str]](), set[str](), list[str]()
        self.triggers, self.count = set[str](), 0
        self.made: dict[int, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
        self.kept = {name: list[dict]() for name in ("ledger_events", "ledger_head", "installation", "landed_files")}
        with file.open("rb") as opened:
            if b"PostgreSQL database dump" not in opened.read(200):
                raise ValueError(f"{file} is no dump as plain text by pg_dump")
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as self.text:
                self.read()
        faults += [f"dump: table {name} or its rows are not in it" for name in sorted(TABLES - (self.types.keys() & self.filled))]
        faults += [f"dump: trigger {name} is missing" for name in sorted(GUARDS - self.triggers)]
        faults += [f"dump: trigger {name} is not the product's" for name in sorted(self.triggers - GUARDS)]

    def read(self):
        at, full, words = 0, list[bytes](), list[str]()
        while at < len(self.text):
            if not (piece := PIECE.match(self.text, at)):
                self.faults.append(f"dump: not understood from byte {at}: {self.text[at:at + 60]!r}; the rest was not read")
                return
            at = piece.end()
            if piece["end"]:
                at = self.statement(" ".join("".join(words).split()), b"".join(full).strip().decode(), at)
                full, words = [], []
            elif full or not piece["gap"]:
                full.append(b" " if piece["gap"] else piece[0])
                words.append(" " if piece["gap"] else "''" if piece["text"] else piece[0].decode())
        if full or b"PostgreSQL database dump complete" not in self.text[-200:]:
            self.faults.append("dump: cut short, its end is missing")

    def statement(self, words, full, at):
        """words: with '' for quoted text, which so cannot pass for a part of the statement. Returns where the next one begins."""
        if words.startswith(("CREATE ", "ALTER TABLE ")) and " OWNER TO " not in words:
            self.words.append(full)
        if found := re.fullmatch(rf"COPY (?:{NAME}\.)?{NAME} \((.*)\) FROM stdin", words):
            return self.copy(found[1], plain(found[2]), [plain(c) for c in found[3].split(", ")], at)
        if found := re.match(rf"CREATE ([A-Z ]*)TABLE (?:{NAME}\.)?{NAME} \(", words):
            self.table(found[1], found[2], plain(found[3]), words[found.end():])
        elif found := TRIGGER.fullmatch(words):
            self.triggers.add(f"{plain(found[2])}.{plain(found[1])}")
        elif not any(known.fullmatch(full if words.startswith(("SET ", "SELECT ")) else words) for known in HARMLESS):
            self.faults.append(f"dump: there should be no: {words[:160]}")
        return at

    def table(self, special, schema, name, rest):
        if schema != "gaoxin" or name not in TABLES or name in self.types:
            self.faults.append(f"dump: table {schema}.{name} is not the product's, or comes twice")
        while rest != (rest := re.sub(r"\([^()]*\)", "", rest)):
            pass
        columns, _, more = rest.partition(")")
        if special or more not in ("", " WITH "):
            self.faults.append(f"dump: table {schema}.{name} is no plain table: {special}{more[:100]}")
        if schema == "gaoxin":
            self.types[name] = {plain(c[1]): c[2] for c in map(COLUMN.match, columns.split(",")) if c}

    def copy(self, schema, name, columns, at):
        types = self.types.get(name, {}) if schema == "gaoxin" else {}
        good = set(columns) == types.keys() and len(columns) == len(types) and name not in self.filled
        if not good:
            self.faults.append(f"dump: rows of {schema}.{name} come twice, undefined, or in other columns")
        self.filled.add(name)
        at = self.text.find(b"\n", at) + 1
        while end := self.text.find(b"\n", at) + 1:
            line, at = self.text[at:end].rstrip(b"\r\n"), end
            if line == b"\\.":
                return at
            self.count += 1
            if good:
                self.row(name, columns, types, line)
        self.faults.append(f"dump: cut short within the rows of {name}")
        return len(self.text)

    def row(self, name, columns, types, line):
        try:
            row: dict = {column: None if cell == "\\N" else re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), cell)
                         for column, cell in zip(columns, line.decode().split("\t"), strict=True)}
            if name in ANSWERED:
                self.made[int(row["seq"])][name].append(line_of(row, types).encode())
            if name in self.kept:
                self.kept[name].append(row if name != "ledger_events" else row | {"seq": int(row["seq"])})
        except (ValueError, TypeError, KeyError) as error:
            self.faults.append(f"table {name}: a row names no event or cannot be read ({error!r}): {line[:80]!r}")


def plain(name):
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def moment(text, form="%Y-%m-%dT%H:%M:%S.%fZ"):
    return datetime.fromisoformat(text).astimezone(UTC).strftime(form)


def line_of(row, types):
    """A row's canonical line: JSON of what it holds, by column."""
    parts = []
    for column in sorted(row):
        value, kind = row[column], types[column]
        if value is None or column == "stored_at":
            continue
        if kind in ("smallint", "integer", "bigint"):
            value = int(value)
        elif kind == "boolean":
            value = {"t": True, "f": False}[value]
        elif kind == "timestamp with time zone":
            value = moment(value)
        elif kind == "text[]":
            if not re.fullmatch(rf"\{{({ITEM}(,{ITEM})*)?\}}", value, re.S):
                raise ValueError("no list of texts")
            items = re.findall(ITEM, value, re.S)
            value = [None if bare == "NULL" else bare or re.sub(r"\\(.)", r"\1", quoted, flags=re.S) for quoted, bare in items]
        parts.append(f'"{column}":{json.dumps(value, ensure_ascii=False, separators=(",", ":"))}')
    return "{" + ",".join(parts) + "}"


def hash_of(e, told):
    at = moment(e["at"], "%Y-%m-%dT%H:%M:%S.%f+00:00")
    body = [e["seq"], e["campaign"], e["kind"], at, json.loads(e["payload"]), e["prev_hash"]]
    actor = json.loads(e["actor"]) if e.get("actor") is not None else None
    body += [told, actor] if actor is not None else [told] if told is not None else []
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def chain(dump, faults):
    """The events in order, and the kept reports. Each event's hash is over all that it says and the hash before, and each answers
    for its rows. What was recorded before the first that does is adopted by that one, once."""
    events = sorted(dump.kept["ledger_events"], key=lambda e: e["seq"])
    digests = {seq: {table: [len(some), sha256(b"\n".join(sorted(some))).hexdigest()] for table, some in of.items()}
               for seq, of in dump.made.items()}
    last, answered, reports = "0" * 64, False, []
    for number, e in enumerate(events, 1):
        before, last = last, e.get("hash")
        try:
            told = json.loads(e["rows"]) if e["rows"] is not None else None
            if (e["seq"], e["prev_hash"], last) != (number, before, hash_of(e, told)):
                faults.append(f"event {number}: the chain does not hold")
            if e["kind"] in ("statistics.run", "report.renewed"):
                reports += [(name, str(digest)) for name, digest in json.loads(e["payload"]).get("reports", {}).items()]
            here = digests.pop(number, {}) if told is not None else {}
            if e["kind"] == "rows.adopted" and told is not None and not answered:
                here |= adopted(digests, number)
            elif e["kind"] == "rows.adopted":  # afterwards it would hide what was changed
                faults.append(f"event {number}: adopts rows, which only the first event that answers for rows may do")
            answered = answered or told is not None
            for table in sorted({*(told or {}), *here}):
                (many, digest), found = (told or {}).get(table, [0, ""])[:2], here.get(table, [0, ""])
                if [many, digest] != found:
                    faults.append(f"event {number}, table {table}: expected {many} row(s) {digest}, found {found[0]} {found[1]}")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            faults.append(f"event {number}: cannot be read ({error!r})")
    faults += [f"event {seq}: rows of {', '.join(sorted(of))} that no event answers for" for seq, of in sorted(digests.items())]
    heads = [(row.get("seq"), row.get("hash")) for row in dump.kept["ledger_head"]]
    if heads != [(str(len(events)), last)]:
        faults.append(f"the ledger's head is {heads}, there are {len(events)} events up to {last}")
    if events and events[0].get("kind") == "drill.started" and [row.get("drill") for row in dump.kept["installation"]] != ["t"]:
        faults.append("the ledger began with a drill, and the installation does not say that it is one")
    return events, reports


def adopted(digests, number):
    """What was recorded before an event, by table: how many rows, and one digest of what each event made."""
    made: dict[str, list] = defaultdict(lambda: [0, sha256()])
    for seq in sorted(s for s in digests if s < number):
        for table, (count, digest) in digests.pop(seq).items():
            made[table][0] += count
            made[table][1].update(f"{seq} {count} {digest}\n".encode())
    return {table: [count, lines.hexdigest()] for table, (count, lines) in made.items()}


def same(place, digest):
    try:
        with place.open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def checkpoint_of(given, key, faults):
    """Number and hash of the event that a checkpoint names. Of a report, a page or JSON, the one in it."""
    if re.fullmatch(r"[0-9]+:[0-9a-fA-F]{64}", given):
        return int(given.split(":")[0]), given.split(":")[1].lower()
    text = Path(given).read_text(encoding="utf-8", errors="replace").replace("\\n", "\n").replace("\\u2014", "—")
    notes = {note[0].strip(): note for note in NOTE.finditer(html.unescape(text))}
    if len(notes) != 1:
        raise ValueError(f"{given}: {len(notes) or 'no'} checkpoint(s) in it, one is needed")
    (note,) = notes.values()
    if key:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    for line in note[4].splitlines() if key else ():
        with suppress(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(b64decode(key.split("+", 2)[-1])[1:]).verify(b64decode(line.split()[-1])[4:],
                                                                                           note[1].encode())
            key = None
    if key:
        faults.append(f"{given}: the signature is not by this key")
    return int(note[2]), b64decode(note[3], validate=True).hex()


def main():
    asked = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    for name in ("dump", "landing", "--reports"):
        asked.add_argument(name, type=Path)
    for name in ("checkpoint", "verifier"):
        asked.add_argument(name, nargs="?")
    given, faults = asked.parse_args(), list[str]()
    try:
        if missing := [str(folder) for folder in (given.landing, given.reports) if folder and not folder.is_dir()]:
            raise ValueError(f"{', '.join(missing)}: no such folder")
        anchor = checkpoint_of(given.checkpoint, given.verifier, faults) if given.checkpoint else None
        dump = Dump(given.dump, faults)
    except (OSError, ValueError, ImportError) as error:
        print(f"not checked: {error}")
        return 2
    events, reports = chain(dump, faults)
    remarks = [what for what, holds in {
        "the ledger is empty": not events, "the kept reports were not looked at": not given.reports,
        "no checkpoint was given: who holds all rights may have made all of it anew": not anchor,
        "no public key was given: who signed the checkpoint was not looked at": anchor and not given.verifier,
    }.items() if holds]
    # Landed files lie under their digests; a kept report that gave way in earlier/, or in originals/ if the copy there says so.
    files = {given.landing / of[:2] / of: of for row in dump.kept["landed_files"] for of in [row.get("sha256") or "-"]}
    newest, copies = dict(reports), set[Path]()
    for name, digest in reports if given.reports else ():
        old = given.reports / "earlier" / f"{Path(name).stem}.{digest[:12]}{Path(name).suffix}"
        if newest[name] != digest and (kept := old.parent / "originals" / f"{old.name}.original").exists():
            copies, old = copies | {old}, kept
        files[given.reports / name if newest[name] == digest else old] = digest
    faults += [f"{place}: gone or changed" for place, digest in files.items() if not same(place, digest)]
    remarks += [f"{file}: nothing in the ledger names it" for folder in filter(None, (given.landing, given.reports))
                for file in sorted(folder.rglob("*")) if file.is_file() and file not in files.keys() | copies]
    if anchor:
        there = events[anchor[0] - 1].get("hash") if 0 < anchor[0] <= len(events) else "nothing: the tail was cut off"
        faults += [f"checkpoint {anchor[0]}: expected {anchor[1]}, found {there}"] * (there != anchor[1])
    shape = sha256("\n".join(sorted(dump.words)).encode()).hexdigest()
    print(*faults, *(f"remark: {remark}" for remark in remarks), f"definitions of tables, triggers and functions: {shape}",
          f"{len(events)} events, {dump.count} rows, {len(files)} files, {len(faults)} difference(s)", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
