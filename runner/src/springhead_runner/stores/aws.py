"""Clients for AWS, real or embedded, and the one retry rule for all of them (decision 13)."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)
from springhead.errors import AuthFailed, ConfigError, SpringheadError, Unavailable
from springhead.settings import Settings, is_loopback

__all__ = ["Aws", "error_code", "loopback_session", "retrying", "translate"]

T = TypeVar("T")

#: The first try and five more.
TRIES = 6
BASE, CAP = 0.05, 5.0
_RETRYABLE = {
    "InternalServerError",
    "InternalFailure",
    "InternalError",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "OperationAborted",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionConflictException",
    "500",
    "502",
    "503",
    "504",
}
#: The connection, not what we asked: the only errors of botocore itself that another try can mend.
_BROKEN = (ConnectionError, HTTPClientError, IncompleteReadError, ResponseStreamingError)
_AUTH = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
}


def loopback_session(region: str) -> Any:
    """A boto3 session for an AWS on this machine: dummy keys, nothing of the host's profile, ``~/.aws`` and keys."""
    # A profile that is named but not there would stop botocore before it asks for keys.
    isolated = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    dummy = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.Session(region_name=region, botocore_session=isolated, **dummy)


@dataclass(frozen=True)
class Aws:
    """Opens clients, once each.

    Args:
        settings: Region and endpoint. On a loopback endpoint the credentials are dummies: real ones never go there.
    """

    settings: Settings

    @cached_property
    def _loopback(self) -> bool:
        return self.settings.endpoint is not None and is_loopback(self.settings.endpoint)

    @cached_property
    def session(self) -> Any:
        """The boto3 session that the clients are made from."""
        region = self.settings.region
        return loopback_session(region) if self._loopback else boto3.Session(region_name=region)

    def client(self, service: str, *, read_timeout: int = 60) -> Any:
        """Open a client. Retries are ours, and so is parameter checking: botocore's costs more than the encoding.

        Args:
            service: AWS's name of it.
            read_timeout: Seconds to wait for an answer; a function that is waited for takes up to 900.
        """
        config = Config(
            retries={"total_max_attempts": 1},
            # The settings have read the environment; botocore must not read it again behind `--endpoint aws`.
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # not in the stubs yet
            parameter_validation=False,
            connect_timeout=5,
            read_timeout=read_timeout,
            max_pool_connections=16,
            # A proxy of the host cannot reach its loopback.
            proxies={} if self._loopback else None,
            s3={"addressing_style": "path" if self._loopback else "auto"},
        )
        try:
            return self.session.client(service, endpoint_url=self.settings.endpoint, config=config)
        except (BotoCoreError, ValueError) as error:
            # A profile that does not exist, an address that is none.
            raise ConfigError(f"cannot talk to AWS: {error}", hint="check AWS_PROFILE and --endpoint") from error

    @cached_property
    def dynamodb(self) -> Any:
        """DynamoDB."""
        return self.client("dynamodb")

    @cached_property
    def s3(self) -> Any:
        """S3."""
        return self.client("s3")

    @cached_property
    def sqs(self) -> Any:
        """SQS."""
        return self.client("sqs")

    @cached_property
    def ssm(self) -> Any:
        """SSM Parameter Store."""
        return self.client("ssm")


def error_code(error: ClientError) -> str:
    """The service's own name for an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _can_pass(error: ClientError) -> bool:
    """True for throttling and for the service's own failures, by name or by status."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error_code(error) in _RETRYABLE or status >= 500


def translate(error: BotoCoreError | ClientError, what: str) -> SpringheadError:
    """Turn a boto error into one of ours.

    Args:
        error: What boto raised.
        what: What we were doing, with the name of the resource.
    """
    if isinstance(error, _BROKEN):
        return Unavailable(f"{what}: {error}", hint="is the endpoint right, and reachable?")
    if isinstance(error, BotoCoreError):
        return ConfigError(f"{what}: {error}", hint="configure AWS credentials, or start embedded AWS: springhead up")
    code, message = error_code(error), str(error.response.get("Error", {}).get("Message", ""))
    if _can_pass(error):
        return Unavailable(f"{what}: {code}: {message}", hint="AWS throttles or is unwell; run again later")
    if code in _AUTH:
        return AuthFailed(f"{what}: {code}: {message}", hint="check credentials and permissions")
    if code in {"ResourceNotFoundException", "NoSuchBucket", "AWS.SimpleQueueService.NonExistentQueue"}:
        return ConfigError(f"{what}: it does not exist", hint="deploy the stack first: springhead up, or deploy up")
    return ConfigError(f"{what}: {code}: {message}", hint="a fault in Springhead or in the table's layout")


def retrying(
    call: Callable[[], T],
    what: str,
    *,
    expected: frozenset[str] = frozenset(),
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Call AWS: the first try and five more, with exponential backoff and full jitter.

    Args:
        call: What to do.
        what: Said in the error.
        expected: Error codes that the caller handles itself; they are raised as they are.
        sleep: How to wait.

    Raises:
        SpringheadError: The call cannot succeed, or did not within the tries.
    """
    attempt = 0
    while True:
        try:
            return call()
        except ClientError as error:
            if error_code(error) in expected:
                raise
            attempt += 1
            if not _can_pass(error) or attempt == TRIES:
                raise translate(error, what) from error
        except BotoCoreError as error:
            attempt += 1
            if attempt == TRIES or not isinstance(error, _BROKEN):
                raise translate(error, what) from error
        sleep(random.random() * min(CAP, BASE * 2**attempt))
