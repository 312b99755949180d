"""Names of the lake: settings read from the environment, each with the name of seed 5 as its default."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from springhead.settings import Settings, read_settings

__all__ = ["LakeSettings", "load_lake_settings"]

#: Seed 5's names, for stage ``prod``.
DATABASE = "instagram_db"
LAKE_BUCKET = "instagram-analytics-lake"
RESTAURANT_BUCKET = "instagram-scraper-backups-kishore"
POST_BUCKET = "instagram-post-scraper-backups-kishore"


class LakeSettings(Settings):
    """Settings of the lake beside those that all of Springhead has.

    Stage ``prod`` has the names of the seed, any other stage adds its name: ``-dev`` to buckets, ``_dev`` to the
    database, for Athena takes no hyphen in the name of a database.
    """

    #: ``glue`` in AWS and embedded AWS, ``sql`` for SQLite and local files on a laptop.
    lake_catalog: Literal["glue", "sql"] = Field("glue", validation_alias="SPRINGHEAD_LAKE_CATALOG")
    lake_database: str | None = Field(
        None, validation_alias="SPRINGHEAD_LAKE_DATABASE", pattern=r"^[a-z0-9_]{1,255}$"
    )  # what Glue and Athena both take
    lake_bucket_name: str | None = Field(None, validation_alias="SPRINGHEAD_LAKE_BUCKET")
    restaurant_bucket_name: str | None = Field(None, validation_alias="SPRINGHEAD_RESTAURANT_BACKUPS")
    post_bucket_name: str | None = Field(None, validation_alias="SPRINGHEAD_POST_BACKUPS")
    #: Folder of the tables in the lake's bucket.
    lake_prefix: str = Field("iceberg/", validation_alias="SPRINGHEAD_LAKE_PREFIX", pattern=r"^([^/]+/)*$")
    #: Folder of what could not be loaded.
    lake_dlq_prefix: str = Field("dlq/", validation_alias="SPRINGHEAD_LAKE_DLQ_PREFIX", pattern=r"^([^/]+/)+$")
    lake_folder: Path | None = Field(None, validation_alias="SPRINGHEAD_LAKE_FOLDER")
    #: Days for which scheduled maintenance keeps a snapshot after another took its place.
    lake_keep_days: int = Field(30, validation_alias="SPRINGHEAD_LAKE_KEEP_DAYS", ge=1, le=3650)
    #: Age in days from which on it deletes files that no snapshot names.
    lake_orphan_days: int = Field(3, validation_alias="SPRINGHEAD_LAKE_ORPHAN_DAYS", ge=1, le=3650)

    @cached_property
    def database(self) -> str:
        """The database of the tables."""
        return self.lake_database or DATABASE + self.suffix.replace("-", "_")

    @cached_property
    def lake_bucket(self) -> str:
        """The bucket of the tables and of ``dlq/``."""
        return self.lake_bucket_name or LAKE_BUCKET + self.suffix

    @cached_property
    def source_buckets(self) -> tuple[str, str]:
        """The buckets that backups land in: of restaurants and of posts."""
        return (
            self.restaurant_bucket_name or RESTAURANT_BUCKET + self.suffix,
            self.post_bucket_name or POST_BUCKET + self.suffix,
        )

    @cached_property
    def folder(self) -> Path:
        """The lake on a laptop: catalog, tables and ``dlq/``."""
        return (self.lake_folder or self.home / f"lake{self.suffix}").absolute()

    @property
    def local(self) -> bool:
        """True where the lake is a folder of this machine."""
        return self.lake_catalog == "sql"

    @property
    def warehouse(self) -> str:
        """Address below which every table has a folder, without a slash at its end."""
        if self.local:
            # No file:// before it: pyiceberg would take its percent signs as they stand.
            return f"{self.folder}/{self.lake_prefix}".rstrip("/")
        return f"s3://{self.lake_bucket}/{self.lake_prefix}".rstrip("/")


def load_lake_settings(**overrides: Any) -> LakeSettings:
    """Read the settings; overrides that are None are left to the environment.

    Raises:
        ConfigError: Naming the variable and what is wrong with it.
    """
    return read_settings(LakeSettings, **overrides)
