"""The files of a table in its storage: a folder of this machine or of a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from springhead.errors import ConfigError, Unavailable
from springhead_runner.stores.aws import Aws, retrying

__all__ = ["StoredFile", "plain_path", "remove_files", "stored_files"]

#: Where Iceberg has the files of a table; nothing else below its location is ours.
_FOLDERS = ("data", "metadata")
#: What writers call S3; it is one.
_S3 = ("s3", "s3a", "s3n")
#: Objects that one request may delete.
_AT_ONCE = 1000


@dataclass(frozen=True)
class StoredFile:
    """A file as it is stored; ``modified`` is aware."""

    path: str
    size: int
    modified: datetime


def plain_path(path: str) -> str:
    """A path or address in the one form in which paths are compared: local ones without a scheme, objects as s3://."""
    scheme, colon, rest = path.partition(":")
    if colon and scheme == "file":
        return "/" + rest.lstrip("/")
    return f"s3:{rest}" if colon and scheme in _S3 else path


def stored_files(aws: Aws | None, location: str) -> list[StoredFile]:
    """All files of a table.

    Args:
        aws: Clients; not needed for a folder of this machine.
        location: Where the table lies.

    Raises:
        ConfigError: It lies in a bucket, and there are no clients.
        SpringheadError: It cannot be listed.
    """
    location = plain_path(location).rstrip("/")
    if "://" in location:
        return [file for folder in _FOLDERS for file in _objects(aws, f"{location}/{folder}/")]
    return [file for folder in _FOLDERS for file in _files(Path(location) / folder)]


def _files(folder: Path) -> Iterator[StoredFile]:
    for path in sorted(folder.rglob("*")):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue  # deleted by another process meanwhile
        if path.is_file():
            yield StoredFile(str(path), found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _objects(aws: Aws | None, address: str) -> Iterator[StoredFile]:
    clients = _needed(aws, address)
    bucket, _, prefix = address.partition("://")[2].partition("/")
    request: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        answer = retrying(lambda: clients.s3.list_objects_v2(**request), f"list {address}")
        for item in answer.get("Contents", []):
            yield StoredFile(f"s3://{bucket}/{item['Key']}", int(item["Size"]), item["LastModified"].astimezone(UTC))
        if not answer.get("IsTruncated"):
            return
        request["ContinuationToken"] = answer["NextContinuationToken"]


def remove_files(aws: Aws | None, files: list[StoredFile]) -> None:
    """Delete files; one that is gone already is no error.

    Raises:
        Unavailable: Some could not be deleted; the next expiry finds them again.
    """
    objects = [file.path for file in files if "://" in file.path]
    for file in files:
        if "://" not in file.path:
            Path(file.path).unlink(missing_ok=True)
    for start in range(0, len(objects), _AT_ONCE):
        _delete_objects(_needed(aws, objects[start]), objects[start : start + _AT_ONCE])


def _delete_objects(aws: Aws, addresses: list[str]) -> None:
    bucket = addresses[0].partition("://")[2].partition("/")[0]
    keys = [{"Key": address.partition("://")[2].partition("/")[2]} for address in addresses]
    what = f"delete {len(keys)} files of s3://{bucket}"
    answer = retrying(lambda: aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True}), what)
    if failed := answer.get("Errors"):
        first = failed[0]
        raise Unavailable(
            f"{len(failed)} files were not deleted, the first is s3://{bucket}/{first['Key']}: {first.get('Message')}",
            hint="check the right to delete in the bucket; the next expiry finds them again",
        )


def _needed(aws: Aws | None, address: str) -> Aws:
    if aws is None:
        raise ConfigError(f"{address} lies in AWS, but the lake is one of this machine", hint="say --endpoint")
    return aws
