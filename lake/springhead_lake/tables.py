"""The tables of the lake: what they hold, how they are made, and what must be true of them before anything is written.

No table is partitioned: the whole of the real data is less than one file, a million rows are three, and a reader
prunes by the statistics of files anyway. That also lets a large file stream into the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError, TableAlreadyExistsError
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import DateType, IntegerType, NestedField, PrimitiveType, StringType, TimestampType
from springhead.errors import ConfigError

from springhead_lake.catalog import ensure_database
from springhead_lake.names import Kind
from springhead_lake.settings import LakeSettings

__all__ = [
    "METRICS",
    "PROPERTIES",
    "TABLES",
    "VOLATILE",
    "TableSpec",
    "arrow_schema",
    "ensure_table",
    "ensure_tables",
    "load_table",
]

#: Bytes of rows in memory that make one data file; on disk it is a third of that or less.
TARGET_BYTES = 128 * 1024 * 1024
_RETRIES = "commit.retry.num-retries"
PROPERTIES: Mapping[str, str] = {
    # Pyiceberg's own retry commits what was compared with a snapshot that is no longer the newest: every row twice.
    _RETRIES: "0",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "20",
    "write.target-file-size-bytes": str(TARGET_BYTES),
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "50",
}
"""Properties of every table. The first is asserted before each ingest; an operator may change the others."""

VOLATILE = frozenset({"ingested_at"})
"""Columns that tell of the arrival of a file, not of its content.

``ingested_at`` is the time of the version that the row is from: ``LastModified`` in S3, the modification time of a
local file. So a redelivery and a rebuild write the same row again. Two lakes that got copies of the same files at
different times are equal in all other columns.
"""

_ORIGIN = {"file_time": TimestampType(), "source_file": StringType(), "source_sha256": StringType()}


@dataclass(frozen=True)
class TableSpec:
    """One table.

    Attributes:
        name: Its name in the database.
        columns: Names and types in order.
        doc: What it holds, shown to whoever looks at the table.
    """

    name: str
    columns: Mapping[str, PrimitiveType]
    doc: str

    @property
    def schema(self) -> Schema:
        """Its Iceberg schema; every column may be NULL, as in seed 5."""
        fields = enumerate(self.columns.items(), start=1)
        return Schema(*(NestedField(number, name, kind, required=False) for number, (name, kind) in fields))


def _text(*names: str) -> dict[str, PrimitiveType]:
    return {name: StringType() for name in names}


METRICS: Mapping[Kind, str] = {"posts": "post_metrics", "restaurants": "restaurant_metrics"}
"""Table of the history of each kind; the kind itself is the name of the other table."""

TABLES: Mapping[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec(
            "posts",
            {
                **_text("post_id", "search_term", "creator"),
                "posted_date": DateType(),
                "likes": IntegerType(),
                "comments": IntegerType(),
                **_text("hashtags", "caption", "image_description", "post_url", "status"),
                "ingested_at": TimestampType(),
                **_ORIGIN,
            },
            "Posts by (post_id, creator), each as the earliest file has it.",
        ),
        TableSpec(
            "restaurants",
            {
                **_text("restaurant_name", "city", "phone", "instagram_handle", "followers"),
                "posts_count": IntegerType(),
                **_text("bio", "website", "status"),
                "ingested_at": TimestampType(),
                "zip_code": StringType(),
                **_ORIGIN,
            },
            "Restaurants by (restaurant_name, city, phone), each as the latest file has it.",
        ),
        TableSpec(
            "post_metrics",
            {
                **_text("post_id", "creator"),
                "observed_at": TimestampType(),
                "likes": IntegerType(),
                "comments": IntegerType(),
                "source_file": StringType(),
            },
            "Likes and comments of each post in each file; rows are only added.",
        ),
        TableSpec(
            "restaurant_metrics",
            {
                **_text("restaurant_name", "city", "phone"),
                "observed_at": TimestampType(),
                "followers": StringType(),
                "posts_count": IntegerType(),
                "source_file": StringType(),
            },
            "Followers and posts of each restaurant in each file; rows are only added.",
        ),
    )
}
"""All tables by name, with the columns of seed 5 and what the order rules need."""


def load_table(catalog: Catalog, settings: LakeSettings, name: str) -> Table:
    """Load a table as it is now. Everything read through the returned object sees one snapshot.

    Raises:
        ConfigError: It does not exist.
    """
    try:
        return catalog.load_table((settings.database, name))
    except NoSuchTableError as error:
        raise ConfigError(
            f"the lake has no table {settings.database}.{name} yet", hint="load a file first: springhead lake ingest"
        ) from error


def ensure_tables(catalog: Catalog, settings: LakeSettings) -> dict[str, Table]:
    """Create what is missing and return all tables; see :func:`ensure_table`."""
    ensure_database(catalog, settings)
    return {name: ensure_table(catalog, settings, name) for name in TABLES}


def ensure_table(catalog: Catalog, settings: LakeSettings, name: str) -> Table:
    """Load a table, made or mended where needed: created, given columns that it lacks, its retry property set.

    None of this makes a snapshot. The database must exist, see :func:`springhead_lake.catalog.ensure_database`.

    Raises:
        ConfigError: The table has a column of another type than the lake writes, or is partitioned.
        CommitFailedException: Another process changed the table meanwhile; load it again.
    """
    spec = TABLES[name]
    try:
        table = catalog.load_table((settings.database, name))
    except NoSuchTableError:
        table = _create(catalog, settings, spec)
    missing = _check(table, spec)
    wrong = {
        key: value
        for key, value in PROPERTIES.items()
        if key not in table.properties or (key == _RETRIES and table.properties[key] != value)
    }
    if missing or wrong:
        with table.transaction() as change:
            if wrong:
                change.set_properties(wrong)
            if missing:
                with change.update_schema() as update:
                    for column in missing:
                        update.add_column(column, spec.columns[column])
    if table.properties.get(_RETRIES) != PROPERTIES[_RETRIES]:
        raise ConfigError(
            f"table {name}: commit.retry.num-retries is not 0, and the catalog does not keep it",
            hint="set it by hand: with pyiceberg's own retry, two ingests at once write every row twice",
        )
    return table


def _create(catalog: Catalog, settings: LakeSettings, spec: TableSpec) -> Table:
    try:
        return catalog.create_table(
            (settings.database, spec.name),
            schema=spec.schema,
            location=f"{settings.warehouse}/{spec.name}",
            properties={**PROPERTIES, "format-version": "2", "comment": spec.doc},
        )
    except TableAlreadyExistsError:
        return catalog.load_table((settings.database, spec.name))  # another process was faster


def _check(table: Table, spec: TableSpec) -> list[str]:
    """Names of the columns that the table lacks."""
    if table.metadata.spec().fields:
        raise ConfigError(
            f"table {spec.name} is partitioned; the lake writes tables without partitions",
            hint="drop the table and make it from the backups: springhead lake rebuild",
        )
    found = {field.name: field.field_type for field in table.schema().fields}
    for column, kind in spec.columns.items():
        if column in found and found[column] != kind:
            raise ConfigError(
                f"table {spec.name}: column {column} is {found[column]}, but {kind} is written",
                hint="drop the table and make it from the backups: springhead lake rebuild",
            )
    return [column for column in spec.columns if column not in found]


def arrow_schema(spec: TableSpec) -> pa.Schema:
    """The Arrow schema that rows of a table are written with."""
    types = {IntegerType: pa.int32(), DateType: pa.date32(), TimestampType: pa.timestamp("us"), StringType: pa.string()}
    return pa.schema([(name, types[type(kind)]) for name, kind in spec.columns.items()])
