"""Which AWS a command talks to, and what its tables and buckets are called there.

``--endpoint URL`` or ``AWS_ENDPOINT_URL`` name an address, ``--endpoint aws`` means AWS itself. Without either it is
the embedded AWS of this home (said on stderr), and an error where that is not running, whatever credentials there are:
nobody who works on a laptop should reach the real table by accident. Names that the environment does not set come from
the outputs of the deployed stack.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from springhead.errors import ConfigError
from springhead.settings import Settings, load_settings

from springhead_runner.local import find
from springhead_runner.stores.aws import Aws, retrying

__all__ = ["OUTPUTS", "embedded_home", "open_aws", "stack_outputs"]

#: Setting → output of the stack.
OUTPUTS = {
    "table_name": "TableName",
    "operations_table_name": "OperationsTableName",
    "raw_bucket": "RawBucketName",
    "backup_bucket": "BackupBucketName",
    "dead_letter_bucket": "DeadLetterBucketName",
    "dead_letter_queue": "DeadLetterQueueUrl",
    "stream_failure_queue": "StreamFailureQueueUrl",
}
#: No such stack, or not ours to read.
_UNREADABLE = frozenset({"AccessDenied", "AccessDeniedException", "ValidationError"})


def embedded_home(settings: Settings) -> Path:
    """Folder of the embedded AWS that ``springhead up`` starts."""
    return settings.home / "embedded"


def open_aws(args: argparse.Namespace, **overrides: Any) -> Aws:
    """Settings and clients for a command.

    Raises:
        ConfigError: A setting is wrong, or there is no AWS to talk to.
        Unavailable: It does not answer.
    """
    endpoint = None if args.endpoint == "aws" else args.endpoint
    settings = load_settings(stage=args.stage, endpoint=endpoint, **overrides)
    if args.endpoint == "aws":
        settings = settings.model_copy(update={"endpoint": None})
    elif settings.endpoint is None:
        instance = find(embedded_home(settings))
        if instance is None:
            raise ConfigError(
                "embedded AWS is not running",
                hint="start it with `springhead up`, or say --endpoint aws for the real one",
            )
        settings = settings.model_copy(update={"endpoint": instance.endpoint})
        # With --json stderr is for one object, should anything fail.
        if not args.quiet and not getattr(args, "json", False):
            print(f"embedded AWS at {instance.endpoint}", file=sys.stderr)
    elif urlsplit(settings.endpoint).scheme not in {"http", "https"} or not urlsplit(settings.endpoint).hostname:
        raise ConfigError(
            f"the endpoint {settings.endpoint!r} is no address", hint="write http://127.0.0.1:4566, or aws"
        )
    missing = [name for name in OUTPUTS if getattr(settings, name) is None]
    outputs = stack_outputs(settings) if missing else {}
    known = {name: outputs[OUTPUTS[name]] for name in missing if OUTPUTS[name] in outputs}
    return Aws(settings.model_copy(update=known))


def stack_outputs(settings: Settings) -> dict[str, str]:
    """Outputs of the deployed stack; none where it cannot be read (commands then say what they miss)."""
    client = Aws(settings).client("cloudformation")
    what = f"read the stack {settings.stack}"
    try:
        stacks = retrying(lambda: client.describe_stacks(StackName=settings.stack), what, expected=_UNREADABLE)[
            "Stacks"
        ]
    except ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
