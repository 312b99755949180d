"""S3: raw answers under their hash, and the texts that are too large for an item."""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import ConfigError, NotFound

from springhead_runner.stores.aws import Aws, retrying

__all__ = ["Objects", "raw_key", "read_raw_text"]


def raw_key(sha256: str) -> str:
    """Key of a body in the raw bucket: by content, so that the same bytes are kept once."""
    return f"raw/{sha256[:2]}/{sha256}"


class Objects:
    """One bucket.

    Args:
        aws: The clients.
        bucket: Its name.
        what: What it is for, said where the name is missing.
    """

    def __init__(self, aws: Aws, bucket: str | None, what: str) -> None:
        if not bucket:
            raise ConfigError(f"no bucket for {what} is set", hint="deploy the stack, or set SPRINGHEAD_*_BUCKET")
        self._client = aws.s3
        self.bucket = bucket

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """Write an object."""
        retrying(
            lambda: self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type),
            f"write s3://{self.bucket}/{key}",
        )

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            NotFound: It does not exist.
        """
        try:
            body: bytes = retrying(
                # The body arrives after the answer: a connection that breaks meanwhile is another try, too.
                lambda: self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read(),
                f"read s3://{self.bucket}/{key}",
                expected=frozenset({"NoSuchKey"}),
            )
        except ClientError as error:
            raise NotFound(f"s3://{self.bucket}/{key} does not exist") from error
        return body

    def keys(self, prefix: str) -> list[str]:
        """Keys under a prefix, sorted."""
        found: list[str] = []
        request: dict[str, Any] = {"Bucket": self.bucket, "Prefix": prefix}
        while True:
            answer = retrying(lambda: self._client.list_objects_v2(**request), f"list s3://{self.bucket}/{prefix}")
            found += [item["Key"] for item in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return found
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def delete(self, key: str) -> None:
        """Delete an object; one that does not exist is fine."""
        retrying(lambda: self._client.delete_object(Bucket=self.bucket, Key=key), f"delete s3://{self.bucket}/{key}")

    def url(self, key: str = "") -> str:
        """``s3://`` address of a key."""
        return f"s3://{self.bucket}/{key}"


def read_raw_text(aws: Aws, entry: dict[str, Any]) -> str:
    """The complete raw text of an entry, from the item or, where it was too large, from S3.

    Raises:
        NotFound: The object is gone.
        ConfigError: The object is not the one that the entry names.
    """
    reference = (entry.get("metadata") or {}).get("raw_ref")
    if entry.get("raw_text") or not reference:
        return str(entry.get("raw_text") or "")
    body = Objects(aws, reference["bucket"], "raw answers").get(reference["key"])
    if hashlib.sha256(body).hexdigest() != reference["sha256"]:
        raise ConfigError(
            f"s3://{reference['bucket']}/{reference['key']} is not what {entry.get('id')} refers to",
            hint="the object was changed: restore its earlier version",
        )
    return body.decode()
