"""What could not be loaded: the file, or some of its rows, kept under ``dlq/`` and announced as a dead letter.

The keys follow from the version of the source, not from the moment: a second delivery finds what the first has kept.
(Seed 5 names a letter by the moment of the failure, which makes a letter of each delivery.)
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

from botocore.exceptions import ClientError
from springhead.errors import SpringheadError
from springhead_contracts import keys
from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.dead_letters import DeadLetters

from springhead_lake.backups import Source, origin
from springhead_lake.errors import BadFile
from springhead_lake.loading import Loaded
from springhead_lake.names import classify
from springhead_lake.settings import LakeSettings

__all__ = ["FolderLetters", "Letters", "ObjectLetters", "RejectedRows", "letter_key"]

log = logging.getLogger("springhead.lake")

SOURCE = "lake"
#: Bytes of a key in S3, and of a file's name.
MAX_KEY, MAX_NAME = 1024, 255
#: Characters of the seed's metadata member ``error``.
MAX_ERROR = 256
#: All metadata of an object may have 2 KB together.
MAX_SOURCE_KEY = 1000


class RejectedRows(SpringheadError):
    """Rows of a file that could not be loaded; its other rows were."""

    default_hint = "correct the rows, and upload them as a file of their own or as a new version of theirs"


class Letters(Protocol):
    """Where letters are kept."""

    def keep_file(self, source: Source, error: BadFile) -> tuple[str, str]:
        """Keep a copy of a file of which no row can be loaded; returns its address and that of the letter."""

    def keep_rows(self, loaded: Loaded) -> tuple[str, str]:
        """Keep the rejected rows of a file; returns the address of the rows and that of the letter."""


def letter_key(source: Source, suffix: str = "", *, distinct: bool = False, limit: int = MAX_NAME) -> str:
    """Name below ``dlq/`` for a version of a source: ``{YYYYmmdd_HHMMSS}_{bucket}_{key with / as _}``.

    Args:
        source: The source; the time is that of its version.
        suffix: Appended.
        distinct: With a hash of the source, for where two sources have one name: ``a/b.csv`` and ``a_b.csv``.
        limit: Bytes that it may have; a longer one is cut and gets the hash, too.
    """
    plain = f"{source.arrived:%Y%m%d_%H%M%S}_{source.bucket}_{source.key}"
    safe = "".join("_" if mark in "/\\" or not mark.isprintable() else mark for mark in plain)
    if safe.endswith(".csv"):
        safe, suffix = safe.removesuffix(".csv"), f".csv{suffix}"
    encoded = safe.encode("utf-8", "replace")
    if not distinct and len(encoded) + len(suffix) <= limit:
        return encoded.decode() + suffix
    mark = f"_{hashlib.sha256(_identity(source).encode()).hexdigest()[:16]}"
    return encoded[: limit - len(mark) - len(suffix)].decode("utf-8", "ignore") + mark + suffix


def _identity(source: Source) -> str:
    # Without versions, content tells; a local file has neither, but a time.
    content = source.version or source.etag or source.arrived.isoformat()
    return quote(f"{source.bucket}/{source.key}", safe="/") + f"?{content}"


def dead_letter(source: Source, error: SpringheadError, what: str) -> dict[str, Any]:
    """The letter in the contract's form (``dead_letter``); its id is the same for each delivery.

    Args:
        source: The file.
        error: What is wrong.
        what: ``file`` or ``rows``.
    """
    identity = _identity(source)
    letter: dict[str, Any] = {
        "id": keys.dead_letter_id(identity, "lake", what),
        "kind": "lake",
        "source": SOURCE,
        "subject_id": quote(f"{source.bucket}/{source.key}", safe="/"),
        "subject": {
            name: value
            for name in ("bucket", "key", "version", "etag", "size")
            if (value := getattr(source, name)) is not None
        },
        "error": error.to_info(),
        "attempts": 1,
        "created_at": _stamp(datetime.now(UTC)),
    }
    name = classify(source.key)
    if name is not None:
        letter["time"] = _stamp(origin(source, name, "").file_time)
    return letter


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _rows_error(loaded: Loaded, where: str) -> RejectedRows:
    first = loaded.first_rejected
    assert first is not None
    return RejectedRows(
        f"{loaded.source.url}: {loaded.rejected_count} of {loaded.rows_read} rows are not loaded, "
        f"the first is line {first.line}: {first.reason}; all are in {where}"
    )


def _ascii(text: str, limit: int) -> str:
    """Text as the metadata of an object may have it: one line, ASCII, at most so many characters."""
    plain = text.encode("ascii", "backslashreplace").decode()
    return "".join(mark if mark.isprintable() else " " for mark in plain)[:limit]


class ObjectLetters:
    """Letters in the lake's bucket, announced with all dead letters of the stack where there is a bucket for them.

    Args:
        aws: The clients.
        settings: Names of bucket and prefix.
    """

    def __init__(self, aws: Aws, settings: LakeSettings) -> None:
        self._s3 = aws.s3
        self._bucket, self._prefix = settings.lake_bucket, settings.lake_dlq_prefix
        self._letters = DeadLetters(aws) if aws.settings.dead_letter_bucket else None

    def keep_file(self, source: Source, error: BadFile) -> tuple[str, str]:
        """Copy the object as it is, with what is wrong in its metadata."""
        metadata = {**_metadata(source), "error": _ascii(error.message, MAX_ERROR)}
        key, there = self._place(source, "")
        if not there:
            copied = {"Bucket": source.bucket, "Key": source.key}
            request = {
                "Bucket": self._bucket,
                "Key": key,
                "CopySource": {**copied, **({"VersionId": source.version} if source.version else {})},
                "CopySourceIfMatch": f'"{source.etag}"',
                "Metadata": metadata,
                "MetadataDirective": "REPLACE",
                # Tags of the source would ask for rights to read and write tags.
                "TaggingDirective": "REPLACE",
            }
            retrying(lambda: self._s3.copy_object(**request), f"copy {source.url} to s3://{self._bucket}/{key}")
        url = f"s3://{self._bucket}/{key}"
        return url, self._announce(dead_letter(source, error, "file"), url)

    def keep_rows(self, loaded: Loaded) -> tuple[str, str]:
        """Write the rows as JSON lines."""
        source = loaded.source
        key, there = self._place(source, ".rejected.jsonl")
        url = f"s3://{self._bucket}/{key}"
        error = _rows_error(loaded, url)
        if not there:
            metadata = {**_metadata(source), "error": _ascii(error.message, MAX_ERROR)}

            def put() -> None:
                loaded.rejected.seek(0)
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=loaded.rejected.read(),
                    ContentType="application/jsonl",
                    Metadata=metadata,
                )

            retrying(put, f"write {url}")
        return url, self._announce(dead_letter(source, error, "rows"), url)

    def _place(self, source: Source, suffix: str) -> tuple[str, bool]:
        """Key for a source, and whether what belongs there lies there already."""
        wanted = _metadata(source)
        for distinct in (False, True):
            limit = MAX_KEY - len(self._prefix.encode())
            key = self._prefix + letter_key(source, suffix, distinct=distinct, limit=limit)
            found = self._look(key)
            if found is None:
                return key, False
            if all(found.get(name) == value for name, value in wanted.items()):
                return key, True
        return key, False

    def _look(self, key: str) -> Mapping[str, str] | None:
        where = f"look up s3://{self._bucket}/{key}"
        try:
            found: Mapping[str, str] = retrying(
                lambda: self._s3.head_object(Bucket=self._bucket, Key=key), where, expected=frozenset({"404"})
            )["Metadata"]
        except ClientError:
            return None
        return found

    def _announce(self, letter: dict[str, Any], url: str) -> str:
        if self._letters is None:
            log.warning("no bucket for dead letters is set; %s tells what is wrong in its metadata", url)
            return url
        return self._letters.keep(letter)


def _metadata(source: Source) -> dict[str, str]:
    found = {
        "source_bucket": source.bucket,
        "source_key": quote(source.key, safe="/")[:MAX_SOURCE_KEY],
        "source_version": source.version or "",
        "source_etag": source.etag or "",
    }
    return {name: value for name, value in found.items() if value}


class FolderLetters:
    """Letters in the lake's folder of a laptop: each beside what it is about, as ``….letter.json``.

    Args:
        settings: Names of folder and prefix.
    """

    def __init__(self, settings: LakeSettings) -> None:
        self._folder = settings.folder / settings.lake_dlq_prefix

    def keep_file(self, source: Source, error: BadFile) -> tuple[str, str]:
        """Copy the file as it is."""
        with source.open() as stream:
            return self._keep(source, "", stream, error, "file")

    def keep_rows(self, loaded: Loaded) -> tuple[str, str]:
        """Write the rows as JSON lines."""
        loaded.rejected.seek(0)
        suffix = ".rejected.jsonl"
        where = self._folder / letter_key(loaded.source, suffix, limit=MAX_NAME - 20)
        return self._keep(loaded.source, suffix, loaded.rejected, _rows_error(loaded, str(where)), "rows")

    def _keep(
        self, source: Source, suffix: str, content: BinaryIO | Any, error: SpringheadError, what: str
    ) -> tuple[str, str]:
        letter = dead_letter(source, error, what)
        self._folder.mkdir(parents=True, exist_ok=True)
        for distinct in (False, True):
            # Room for the names of the letter and of the copy that is not complete yet.
            path = self._folder / letter_key(source, suffix, distinct=distinct, limit=MAX_NAME - 20)
            told = path.with_name(path.name + ".letter.json")
            if not told.exists() or json.loads(told.read_text())["id"] == letter["id"]:
                break
        part = path.with_name(path.name + ".part")
        with part.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        part.replace(path)
        _write(told, json.dumps(letter, indent=2))
        return str(path), str(told)


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)
