"""The Iceberg catalog: Glue in AWS and embedded AWS, SQLite and local files on a laptop."""

from __future__ import annotations

import sqlite3
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError
from springhead.errors import ConfigError
from springhead.settings import is_loopback
from springhead_runner.stores.aws import Aws

from springhead_lake.settings import LakeSettings

__all__ = ["ensure_database", "open_catalog"]

_FILE_IO = "pyiceberg.io.pyarrow.PyArrowFileIO"
#: Seconds that a commit of another process may hold SQLite's lock.
_SQLITE_WAIT = 30


def open_catalog(settings: LakeSettings, aws: Aws | None = None) -> Catalog:
    """Open the catalog; nothing is created but the folder of a laptop.

    Open one for each piece of work and close it (``with``): it holds credentials, which expire.

    Args:
        settings: Which catalog, and the names in it.
        aws: Clients to use; made from the settings where None.

    Raises:
        ConfigError: The folder cannot be written, or AWS has no credentials.
    """
    return _sql(settings) if settings.local else _glue(settings, aws or Aws(settings))


def _sql(settings: LakeSettings) -> Catalog:
    # Imported here: a function that opens Glue should not wait for them.
    from pyiceberg.catalog.sql import SqlCatalog
    from sqlalchemy import URL
    from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        # The object, for the text of an address has no form for every path.
        uri: Any = URL.create(
            "sqlite", database=str(settings.folder / "catalog.sqlite"), query={"timeout": str(_SQLITE_WAIT)}
        )
        return SqlCatalog("springhead", **{"uri": uri, "warehouse": settings.warehouse, "py-io-impl": _FILE_IO})
    except DatabaseError as error:
        hint = "set SPRINGHEAD_LAKE_FOLDER to a folder that can be written"
        if not isinstance(error, OperationalError):
            hint = "it is damaged: move it away, and make the tables from the backups: springhead lake rebuild"
        raise ConfigError(f"{settings.folder / 'catalog.sqlite'} cannot be used: {error.orig}", hint=hint) from error
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise ConfigError(
            f"the lake's folder {settings.folder} cannot be used: {error}",
            hint="set SPRINGHEAD_LAKE_FOLDER to a folder that can be written",
        ) from error


def _glue(settings: LakeSettings, aws: Aws) -> Catalog:
    # Our own client, for its retries are off. Botocore would repeat an update whose answer was lost, get "modified
    # concurrently" for it, and pyiceberg would then delete the manifests of a commit that has landed.
    properties: dict[str, Any] = {
        "client": aws.client("glue"),
        "warehouse": settings.warehouse,
        "py-io-impl": _FILE_IO,
        "s3.region": settings.region,
        "glue.skip-archive": "true",
        **_credentials(settings, aws),
    }
    if settings.endpoint:
        properties["s3.endpoint"] = settings.endpoint
        properties["s3.force-virtual-addressing"] = "false"
    return GlueCatalog("springhead", **properties)


def _credentials(settings: LakeSettings, aws: Aws) -> dict[str, str]:
    """What boto signs with, for Arrow's S3 client, which knows fewer places to find credentials."""
    if settings.endpoint and is_loopback(settings.endpoint):
        return {"s3.access-key-id": "test", "s3.secret-access-key": "test"}
    found = aws.session.get_credentials()
    if found is None:
        raise ConfigError("there are no AWS credentials", hint="configure AWS credentials, or use embedded AWS")
    frozen = found.get_frozen_credentials()
    keys = {"s3.access-key-id": frozen.access_key, "s3.secret-access-key": frozen.secret_key}
    return {**keys, **({"s3.session-token": frozen.token} if frozen.token else {})}


def ensure_database(catalog: Catalog, settings: LakeSettings) -> None:
    """Create the database where it does not exist yet; in AWS the stack has done that."""
    if not catalog.namespace_exists(settings.database):
        try:
            catalog.create_namespace(settings.database)
        except NamespaceAlreadyExistsError:
            return  # another process was faster
