"""A contract at one moment: from a folder, a git revision or a release bundle."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._ir import SchemaFileError
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE
from springhead_contracts.generate._lint import lint_files
from springhead_contracts.generate._lint_rules import Finding

DIGEST = "digest"
EXAMPLES = "examples/"
VECTORS = "vectors/"

# Rules of style say nothing about how data is read: a schema that breaks only these can be judged.
_STYLE = frozenset(
    {"description", "unit", "pattern-anchored", "pattern-portable", "format-pattern", "timestamp-utc", "name-unusable",
     "csv", "row-key", "sunset", "keys", "tables", "header", "description-line", "ttl"}
)  # fmt: skip


class EditedRelease(ValueError):
    """A released bundle is not what was released."""


class OutsideSubset(ValueError):
    """A schema leaves the subset, so no verdict on it can be trusted.

    Attributes:
        findings: What the lint found.
    """

    def __init__(self, name: str, findings: list[Finding]) -> None:
        self.findings = findings
        lines = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"{name} leaves the subset, so no verdict can be trusted:\n{lines}")


@dataclass(frozen=True, slots=True)
class Dangling:
    """A mention of a record type that does not exist.

    Attributes:
        record: Name of the type.
        place: Where it is mentioned.
    """

    record: str
    place: str


@dataclass(frozen=True)
class Snapshot:
    """A contract at one moment.

    Attributes:
        name: Where it comes from, for reports.
        files: The schema files by name, the common one first.
        keys: Content of ``keys.json``.
        tables: Content of ``tables.json``.
        examples: SHA-256 of each example by its path below ``examples/``.
        vectors: Content of each file of vectors by its name.
        surface: Names and types of the generated code when it was released; None to generate them.
        dangling: Mentions of record types that do not exist; an error, or the rest of one that was removed.
    """

    name: str
    files: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    vectors: Mapping[str, Any] = field(default_factory=dict)
    surface: Mapping[str, str] | None = None
    dangling: Sequence[Dangling] = ()

    def record_types(self) -> tuple[str, ...]:
        """Returns the names of the record types."""
        return tuple(name for name in self.files if name != COMMON)


def load_folder(folder: Path, *, released: bool = False) -> Snapshot:
    """Returns the contract of a folder.

    Args:
        folder: A folder with ``*.schema.json``.
        released: True for an old contract, which is not held to rules of style.

    Raises:
        OutsideSubset: A schema leaves the subset.
        ValueError: There is no schema, or a file is no JSON object.
    """
    texts = ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(folder.rglob("*.json")))
    return _snapshot(str(folder), texts, released)


def load_revision(revision: str, folder: Path) -> Snapshot:
    """Returns the contract as a git revision has it.

    Args:
        revision: A revision, for example ``origin/main``.
        folder: The folder of the schemas in the work tree.

    Raises:
        OutsideSubset: A schema leaves the subset.
        ValueError: Git does not know the revision, or the folder did not exist then.
    """
    if revision.startswith("-"):
        raise ValueError(f"{revision!r} is no revision: git would take it for an option; name a branch, tag or commit")
    command = ["git", "-C", str(folder.parent), "archive", "--format=tar", revision, "--", folder.name]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, arguments are ours
    except FileNotFoundError:
        raise ValueError(f"cannot read revision {revision!r}: git is not installed") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(
            f"{revision!r} is neither a folder, a release nor a git revision with {folder.name}: "
            f"{reason[-1] if reason else 'git failed'}"
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        return _snapshot(revision, list(_members(archive, folder.name)), released=True)


def load_bundle(path: Path) -> Snapshot:
    """Returns the contract of a release bundle.

    Raises:
        OutsideSubset: A schema leaves the subset.
        ValueError: The file is no bundle.
    """
    try:
        bundle = json.loads(path.read_bytes())
        parts = {name: bundle[name] for name in ("schemas", "keys", "tables", "examples", "vectors", "surface")}
        parts |= {f"schemas.{name}": schema for name, schema in bundle["schemas"].items()}
        for name, part in parts.items():
            if not isinstance(part, dict):
                raise TypeError(f"{name} is no object")
        snapshot = Snapshot(
            path.stem,
            _ordered(bundle["schemas"]),
            bundle["keys"],
            bundle["tables"],
            bundle["examples"],
            bundle["vectors"],
            bundle["surface"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is no release bundle: {error}") from None
    edited = ""
    if bundle.get(DIGEST) != digest(bundle):
        edited = f"{path.name} was edited after its release: restore it with git; a change is a new release"
    try:
        judged = _judged(snapshot, released=True)
    except OutsideSubset as error:
        raise (EditedRelease(f"{edited}\n{error}") if edited else error) from None
    if edited:
        raise EditedRelease(edited)
    return judged


def digest(bundle: Mapping[str, Any]) -> str:
    """Returns the digest of a bundle's content; white space and the digest itself are left out, order counts."""
    content = {name: part for name, part in bundle.items() if name != DIGEST}
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def refuse_dangling(new: Snapshot, others: Sequence[Snapshot]) -> None:
    """Refuses mentions of record types that never existed; those of a removed one are part of its removal.

    Args:
        new: The new contract.
        others: What it is compared with.

    Raises:
        OutsideSubset: There is such a mention.
    """
    known = {name for one in others for name in one.files}
    reason, fix = "it names a record type that does not exist", "correct its records"
    if never := [one for one in new.dangling if one.record not in known]:
        findings = [Finding("tables", one.place, f"{reason}: {one.record}", fix) for one in never]
        raise OutsideSubset(new.name, findings)


def _dangling(files: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Dangling]:
    """Returns what tables mention and no file defines, where the table has other records."""
    return [
        Dangling(record, f"{TABLES_FILE}#/tables/{name}")
        for name, table in tables.get("tables", {}).items()
        if isinstance(table, Mapping)
        for record in table.get("records", ())
        if record not in files
    ]


def _members(archive: tarfile.TarFile, folder: str) -> Iterator[tuple[str, bytes]]:
    for member in archive.getmembers():
        file = archive.extractfile(member) if member.isfile() and member.name.endswith(".json") else None
        if file is not None:
            yield member.name.removeprefix(f"{folder}/"), file.read()


def _snapshot(name: str, texts: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]], released: bool) -> Snapshot:
    files: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    examples: dict[str, str] = {}
    for path, data in texts:
        if path.startswith(EXAMPLES):
            at = path.removeprefix(EXAMPLES)
            if not at.endswith("/expected.json"):
                examples[at] = hashlib.sha256(data).hexdigest()
                continue
            # One digest for each example, because the file grows with every new one.
            for example, expected in _object(path, data).items():
                text = json.dumps(expected, sort_keys=True).encode()
                examples[f"{at}#{example}"] = hashlib.sha256(text).hexdigest()
        elif path.startswith(VECTORS):
            # Vectors of keys are objects, by function. A list (weights) is about computing, and no promise of the wire.
            if data.lstrip()[:1] != b"[":
                vectors[path.removeprefix(VECTORS)] = _object(path, data)
        elif path.endswith(SUFFIX) and "/" not in path:
            files[path.removesuffix(SUFFIX)] = _object(path, data)
        elif path in (KEYS_FILE, TABLES_FILE):
            extras[path] = _object(path, data)
    if not files:
        raise ValueError(f"{name} has no *{SUFFIX}; name a folder of schemas, a release or a revision")
    keys, tables = extras.get(KEYS_FILE, {}), extras.get(TABLES_FILE, {})
    return _judged(Snapshot(name, _ordered(files), keys, tables, examples, vectors), released)


def _object(path: str, data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SchemaFileError(f"{path} is not JSON: {error}; correct it") from None
    if not isinstance(value, dict):
        raise SchemaFileError(f"{path} is not a JSON object; write one")
    return value


def _ordered(files: Mapping[str, Any]) -> dict[str, Any]:
    return {name: files[name] for name in sorted(files, key=lambda n: (n != COMMON, n))}


def _judged(snapshot: Snapshot, released: bool) -> Snapshot:
    findings = lint_files(snapshot.files, snapshot.keys, snapshot.tables)
    if released:
        findings = [finding for finding in findings if finding.rule not in _STYLE]
    elif dangling := _dangling(snapshot.files, snapshot.tables):
        # What was removed on purpose or by mistake is for `compare` to say; the lint says the rest.
        places = tuple(f"{one.place}/" for one in dangling)
        findings = [finding for finding in findings if not f"{finding.place}/".startswith(places)]
        snapshot = dataclasses.replace(snapshot, dangling=tuple(dangling))
    if findings:
        raise OutsideSubset(snapshot.name, findings)
    return snapshot
