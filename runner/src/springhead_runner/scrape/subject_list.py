"""Subjects of a list of one's own: a CSV file, on disk or in S3, whose rows follow a contract type.

A source that declares ``subjects`` (restaurants, hashtags) takes them from here instead of the celebrity table.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from springhead.errors import ConfigError, NotFound
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import load_schema, validate

from springhead_runner.stores.aws import Aws
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.subjects import Unreadable

__all__ = ["ListedSubjects", "read_rows", "subject_id"]


def subject_id(values: Iterable[str]) -> str:
    """Id of a row: its values in lower case with hyphens between, whatever its spelling of case and spaces."""
    text = unicodedata.normalize("NFKC", " ".join(values)).casefold()
    return re.sub(r"[^\w#+]+", "-", text).strip("-") or "-"


def read_rows(body: bytes, source: type[Source], where: str) -> list[Subject | Unreadable]:
    """Read a list (UTF-8 CSV with a header); a row that breaks the contract comes as :class:`Unreadable`.

    The first of several equal rows counts.

    Raises:
        ConfigError: It is no CSV list of the source's subjects at all.
    """
    assert source.subjects is not None
    schema = load_schema(source.subjects)
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{where}: {error}", hint="give a CSV file in UTF-8 with a header") from error
    if not lines:
        raise ConfigError(f"{where} is empty", hint=f"its header must name {', '.join(schema['required'])}")
    header = [name.strip() for name in lines[0]]
    missing = [name for name in schema["required"] if name not in header]
    if missing:
        raise ConfigError(
            f"{where}: the header has no column {', '.join(missing)}",
            hint=f"its columns are those of {source.subjects}: {', '.join(schema['properties'])}",
        )
    known = [name for name in header if name in schema["properties"]]
    found: dict[str, Subject | Unreadable] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        row = {name: value.strip() for name, value in zip(header, line, strict=False) if name in known}
        key = subject_id(value for name, value in row.items() if name != "is_active")
        faults = [f"{v.pointer}: {v.message}" for v in validate(source.subjects, row)]
        if len(line) != len(header):
            faults.append(f"{len(line)} fields under {len(header)} columns")
        if faults:
            why = ConfigError(f"{where}, row {number}: {'; '.join(faults)}", hint="correct the list")
            found.setdefault(f"row-{number}", Unreadable(f"row-{number}", why))
            continue
        name = row[schema["required"][0]]
        active = row.get("is_active") != "false"
        found.setdefault(key, Subject(id=key, name=name, is_active=active, fields=row))
    return list(found.values())


class ListedSubjects:
    """The subject list of one source.

    Args:
        source: A source that declares ``subjects``.
        address: Path of a file, or ``s3://bucket/key``.
        aws: The clients, for an address in S3.
    """

    def __init__(self, source: type[Source], address: str | None, aws: Aws | None = None) -> None:
        if not address:
            raise ConfigError(
                f"{source.name} reads its subjects from a list, and none is named",
                hint="give --from FILE or --from s3://bucket/key, or set SPRINGHEAD_SUBJECTS",
            )
        self._source = source
        self._address = address
        self._aws = aws

    def all(self) -> Iterator[Subject | Unreadable]:
        """All subjects of the list, in its order."""
        yield from read_rows(self._read(), self._source, self._address)

    def some(self, ids: Iterable[str], *, strict: bool = True) -> Iterator[Subject | Unreadable]:
        """The subjects of these ids, in the list's order.

        Args:
            ids: Which.
            strict: False where one that is not in the list comes as :class:`Unreadable`, so that the others go on.

        Raises:
            ConfigError: One of them is not in the list.
        """
        wanted = set(ids)
        found = [subject for subject in self.all() if subject.id in wanted]
        gone = sorted(wanted - {subject.id for subject in found})
        if gone and strict:
            raise ConfigError(f"{self._address} does not list {', '.join(gone)}", hint="check the ids, or the list")
        yield from found
        for one in gone:
            yield Unreadable(one, ConfigError(f"{self._address} does not list {one}", hint="check the list"))

    def _read(self) -> bytes:
        if self._address.startswith("s3://"):
            bucket, _, key = self._address.removeprefix("s3://").partition("/")
            if self._aws is None:
                raise ConfigError(f"{self._address} needs an AWS", hint="leave out --sink dir:, or give a file")
            try:
                return Objects(self._aws, bucket, "subject lists").get(key)
            except NotFound as error:
                raise ConfigError(error.message, hint="put the list there, or name another") from error
        try:
            return Path(self._address).read_bytes()
        except OSError as error:
            raise ConfigError(f"{self._address}: {error.strerror or error}", hint="give the path of a file") from error
