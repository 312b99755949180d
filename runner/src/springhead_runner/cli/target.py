"""Which AWS a command talks to, and what its tables and buckets are called there.

``--endpoint URL`` or ``AWS_ENDPOINT_URL`` name an address, ``--endpoint aws`` means AWS itself. Without either, a
running embedded AWS is used (and said on stderr): nobody who works on a laptop should reach the real table by accident.
Names that the environment does not set come from the outputs of the deployed stack.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from springhead.errors import ConfigError
from springhead.settings import Settings, load_settings

from springhead_runner.local import find
from springhead_runner.stores.aws import Aws

__all__ = ["embedded_home", "open_aws"]

#: Setting → output of the stack.
OUTPUTS = {
    "raw_bucket": "RawBucketName",
    "backup_bucket": "BackupBucketName",
    "dead_letter_bucket": "DeadLetterBucketName",
    "dead_letter_queue": "DeadLetterQueueUrl",
}


def embedded_home(settings: Settings) -> Path:
    """Folder of the embedded AWS that ``springhead up`` starts."""
    return settings.home / "embedded"


def open_aws(args: argparse.Namespace, **overrides: Any) -> Aws:
    """Settings and clients for a command.

    Raises:
        ConfigError: A setting is wrong.
    """
    endpoint = None if args.endpoint == "aws" else args.endpoint
    settings = load_settings(stage=args.stage, endpoint=endpoint, **overrides)
    outputs: dict[str, str] = {}
    if args.endpoint == "aws":
        settings = settings.model_copy(update={"endpoint": None})
    elif settings.endpoint is None:
        instance = find(embedded_home(settings))
        if instance is not None:
            settings = settings.model_copy(update={"endpoint": instance.endpoint})
            outputs = dict(instance.outputs)
            if not args.quiet:
                print(f"embedded AWS at {instance.endpoint}", file=sys.stderr)
    missing = [name for name in OUTPUTS if getattr(settings, name) is None]
    if missing and not outputs:
        outputs = _stack_outputs(settings)
    known = {name: outputs[OUTPUTS[name]] for name in missing if OUTPUTS[name] in outputs}
    return Aws(settings.model_copy(update=known))


def _stack_outputs(settings: Settings) -> dict[str, str]:
    """Outputs of the deployed stack; none where it cannot be read (commands then say what they miss)."""
    if settings.endpoint is None and "AWS_PROFILE" not in os.environ and "AWS_ACCESS_KEY_ID" not in os.environ:
        import boto3

        if boto3.Session().get_credentials() is None:
            raise ConfigError(
                "there is no AWS to talk to: embedded AWS is not running, and no credentials are configured",
                hint="start it with `springhead up`, or configure AWS",
            )
    try:
        stacks = Aws(settings).client("cloudformation").describe_stacks(StackName=settings.stack)["Stacks"]
    except (ClientError, BotoCoreError):
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
