"""Where a backup lies: an object in S3, in one version of it, or a local file. Both can be opened again and again."""

from __future__ import annotations

import io
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

from botocore.exceptions import ClientError
from springhead.errors import ConfigError, NotFound, Unavailable
from springhead_runner.stores.aws import Aws, error_code, retrying

from springhead_lake.names import FileName

__all__ = ["LocalSource", "ObjectSource", "Origin", "Source", "find_object", "origin", "shown", "spelt"]

#: Bytes of one request: what is lost when a connection breaks.
PART_BYTES = 16 * 1024 * 1024
_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"})
_CHANGED = frozenset({"PreconditionFailed", "412"})


@dataclass(frozen=True)
class Origin:
    """What orders the files of a table (decision 22). Times are in UTC, without a zone, as Iceberg has them.

    Attributes:
        file_time: Stamp in the file's name, or the time of its version where there is none.
        arrived: Time of the version; decides between files of one stamp, then the hash does.
        sha256: Hash of the content.
        source_file: Name of the file without folders.
        versioned: Whether the bucket tells versions apart. Where it does not, the same name with the same content is
            the same file, whenever it was written.
    """

    file_time: datetime
    arrived: datetime
    sha256: str
    source_file: str
    versioned: bool


class Source(Protocol):
    """A file to load."""

    @property
    def bucket(self) -> str:
        """Bucket, or folder of a local file."""

    @property
    def key(self) -> str:
        """Key, or name of a local file."""

    @property
    def version(self) -> str | None:
        """Version of the object; None where there are none."""

    @property
    def etag(self) -> str | None:
        """The object's ETag without quotes; None for a local file."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def arrived(self) -> datetime:
        """Time of the version, UTC without zone."""

    @property
    def url(self) -> str:
        """Address, for people and logs."""

    def open(self) -> BinaryIO:
        """Open it from its beginning."""


def shown(address: str) -> str:
    """An address in one line of text that does nothing to a terminal; a key may hold any character."""
    return "".join(mark if mark.isprintable() else quote(mark, errors="replace") for mark in address)


def spelt(path: str) -> str:
    """A local path as text. Its bytes that are no UTF-8 have none; they are spelt in ASCII (PEP 383's escapes)."""
    return path.encode("utf-8", "backslashreplace").decode()


def origin(source: Source, name: FileName, sha256: str) -> Origin:
    """The place of a file in the order of all files."""
    stamp = source.arrived if name.stamp is None else name.stamp.astimezone(UTC).replace(tzinfo=None)
    return Origin(stamp, source.arrived, sha256, name.name, source.version is not None)


@dataclass(frozen=True)
class LocalSource:
    """A file of this machine; its modification time is its version.

    Raises:
        ConfigError: It cannot be read.
    """

    path: Path
    version: None = None
    etag: None = None
    size: int = field(init=False)
    arrived: datetime = field(init=False)

    def __post_init__(self) -> None:
        try:
            found = self.path.stat()
        except OSError as error:
            raise ConfigError(f"{self.url} cannot be read: {error.strerror}", hint="check the path") from error
        if not stat.S_ISREG(found.st_mode):
            # A pipe would be waited for, and gives its rows only once.
            raise ConfigError(f"{self.url} is no regular file", hint="give the backup itself")
        object.__setattr__(self, "size", found.st_size)
        arrived = datetime(1970, 1, 1) + timedelta(microseconds=found.st_mtime_ns // 1000)
        object.__setattr__(self, "arrived", arrived)

    @property
    def bucket(self) -> str:
        """The folder."""
        return spelt(str(self.path.absolute().parent))

    @property
    def key(self) -> str:
        """The name."""
        return spelt(self.path.name)

    @property
    def url(self) -> str:
        """The path."""
        return shown(spelt(str(self.path)))

    def open(self) -> BinaryIO:
        """Open it."""
        try:
            return self.path.open("rb")
        except OSError as error:
            raise ConfigError(f"{self.url} cannot be read: {error.strerror}", hint="check the path") from error


@dataclass(frozen=True)
class ObjectSource:
    """One version of an object, read in ranges: a broken connection costs one range, not the file."""

    client: Any
    bucket: str
    key: str
    version: str | None
    etag: str | None
    size: int
    arrived: datetime

    @property
    def url(self) -> str:
        """Address with the version."""
        return shown(f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else ""))

    def open(self) -> BinaryIO:
        """Open it."""
        return io.BufferedReader(_Ranges(self), PART_BYTES)

    def part(self, start: int, length: int) -> bytes:
        """Read bytes.

        Raises:
            NotFound: The version has been deleted.
            Unavailable: S3 does not answer, or another content lies there now.
        """
        request = {"Bucket": self.bucket, "Key": self.key, "Range": f"bytes={start}-{start + length - 1}"}
        if self.version:
            request["VersionId"] = self.version
        elif self.etag:
            request["IfMatch"] = f'"{self.etag}"'
        try:
            found: bytes = retrying(
                lambda: self.client.get_object(**request)["Body"].read(), f"read {self.url}", expected=_GONE | _CHANGED
            )
        except ClientError as error:
            if error_code(error) in _CHANGED:
                raise Unavailable(f"{self.url} changed while it was read", hint="load it again") from error
            raise NotFound(f"{self.url} does not exist any more") from error
        if len(found) != length:
            raise Unavailable(f"{self.url} gave {len(found)} of {length} bytes", hint="load it again")
        return found


class _Ranges(io.RawIOBase):
    def __init__(self, source: ObjectSource) -> None:
        self._source = source
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._source.size - self._at)
        if length <= 0:
            return 0
        buffer[:length] = self._source.part(self._at, length)
        self._at += length
        return length


def find_object(aws: Aws, bucket: str, key: str, version: str | None = None) -> ObjectSource:
    """Look an object up.

    Args:
        aws: The clients.
        bucket: Bucket.
        key: Key, not encoded.
        version: Version; the newest where None.

    Raises:
        NotFound: There is no such object or version, or it is a mark of deletion.
        SpringheadError: S3 refuses or does not answer.
    """
    request = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
    url = shown(f"s3://{bucket}/{key}")
    try:
        head = retrying(lambda: aws.s3.head_object(**request), f"look up {url}", expected=_GONE)
    except ClientError as error:
        raise NotFound(f"{url} does not exist" + (f" in version {version}" if version else "")) from error
    found = head.get("VersionId") or version
    version = None if found == "null" else found
    arrived = _naive(head["LastModified"])
    etag = head["ETag"].strip('"')
    if version:
        arrived = _time_of_version(aws, bucket, key, version, arrived)
    return ObjectSource(aws.s3, bucket, key, version, etag, int(head["ContentLength"]), arrived)


def _time_of_version(aws: Aws, bucket: str, key: str, version: str, arrived: datetime) -> datetime:
    """Time that orders the versions of one key, whichever of them is loaded first.

    ``LastModified`` has whole seconds: versions of one second get one microsecond more each, in their order. A version
    with the content of the one before it is that version uploaded again, and has its time.
    """
    older: list[tuple[datetime, str]] = []
    for found in reversed(list(_versions(aws, bucket, key))):
        when = _naive(found["LastModified"])
        etag = found["ETag"]
        if not older or older[-1][1] != etag:
            while older and when <= older[-1][0]:
                when = older[-1][0] + timedelta(microseconds=1)
            older.append((when, etag))
        if found["VersionId"] == version:
            return older[-1][0]
    return arrived  # expired between two requests


def _versions(aws: Aws, bucket: str, key: str) -> Any:
    """Versions of one key, the newest first, as S3 lists them."""
    request: dict[str, Any] = {"Bucket": bucket, "Prefix": key}
    address = f"s3://{bucket}/{key}"
    while True:
        answer = retrying(lambda: aws.s3.list_object_versions(**request), f"list versions of {shown(address)}")
        found = answer.get("Versions", [])
        yield from (version for version in found if version["Key"] == key)
        # Longer keys with this one as their beginning come after it.
        if not answer.get("IsTruncated") or any(version["Key"] != key for version in found):
            return
        request.update(KeyMarker=answer["NextKeyMarker"], VersionIdMarker=answer["NextVersionIdMarker"])


def _naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None, microsecond=0)
