"""Which lake a command works on: a folder of this machine, or Glue and S3."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from springhead.settings import load_settings
from springhead_runner.cli.target import embedded_home, open_aws, stack_outputs
from springhead_runner.local import find
from springhead_runner.stores.aws import Aws

from springhead_lake.catalog import open_catalog
from springhead_lake.ingest import Lake
from springhead_lake.loading import Progress
from springhead_lake.settings import LakeSettings, load_lake_settings

__all__ = ["Target", "open_target"]

#: Setting → output of the stack.
_OUTPUTS = {
    "lake_database": "LakeDatabaseName",
    "lake_bucket_name": "LakeBucketName",
    "restaurant_bucket_name": "RestaurantBackupBucketName",
    "post_bucket_name": "PostBackupBucketName",
}
#: Where the other commands are from, and so their settings.
_SHARED = ("endpoint", "dead_letter_bucket", "dead_letter_queue")


@dataclass(frozen=True)
class Target:
    """A lake that is open.

    Attributes:
        lake: The lake.
        aws: Clients, where it lies in AWS.
    """

    lake: Lake
    aws: Aws | None

    @property
    def settings(self) -> LakeSettings:
        """Its names."""
        return self.lake.settings


@contextmanager
def open_target(args: argparse.Namespace, progress: Progress | None = None) -> Iterator[Target]:
    """Open the lake that a command means.

    Raises:
        ConfigError: A setting is wrong, or there is no such AWS.
    """
    settings, aws = _chosen(args)
    with open_catalog(settings, aws) as catalog:
        yield Target(Lake(settings, catalog, progress=progress), aws)


def _chosen(args: argparse.Namespace) -> tuple[LakeSettings, Aws | None]:
    if not _in_aws(args):
        settings = load_lake_settings(stage=args.stage, lake_catalog="sql")
        _say(args, f"lake in {settings.folder}")
        return settings, None
    aws = open_aws(args)
    settings = load_lake_settings(stage=args.stage, lake_catalog="glue")
    known: dict[str, object] = {name: getattr(aws.settings, name) for name in _SHARED}
    missing = [name for name in _OUTPUTS if getattr(settings, name) is None]
    outputs = stack_outputs(aws.settings) if missing else {}
    known |= {name: outputs[_OUTPUTS[name]] for name in missing if outputs.get(_OUTPUTS[name])}
    # Validated once, copied then: what is derived of the names is not computed yet.
    settings = settings.model_copy(update=known)
    return settings, Aws(settings)


def _in_aws(args: argparse.Namespace) -> bool:
    catalog = args.catalog or os.environ.get("SPRINGHEAD_LAKE_CATALOG")
    if catalog:
        return not load_lake_settings(stage=args.stage, lake_catalog=catalog).local
    if args.endpoint:
        return True
    settings = load_settings(stage=args.stage)
    return settings.endpoint is not None or find(embedded_home(settings)) is not None


def _say(args: argparse.Namespace, text: str) -> None:
    if not args.quiet and not getattr(args, "json", False):
        print(text, file=sys.stderr)
