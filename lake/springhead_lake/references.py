"""The files that a table names: in any snapshot that it keeps, of whatever kind."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pyiceberg.manifest import ManifestFile
from pyiceberg.table import Table

from springhead_lake.storage import plain_path

__all__ = ["referenced"]

#: Small files that are read at once.
_READERS = 8


def referenced(table: Table) -> set[str]:
    """Paths of all files that a loaded table names, in the form of :func:`springhead_lake.storage.plain_path`.

    Raises:
        FileNotFoundError: A snapshot was removed meanwhile; load the table again.
    """
    metadata = table.metadata
    found = {
        table.metadata_location,
        *(entry.metadata_file for entry in metadata.metadata_log),
        *(snapshot.manifest_list for snapshot in metadata.snapshots),
        *(file.statistics_path for file in metadata.statistics),
        *(file.statistics_path for file in metadata.partition_statistics),
    }
    manifests: dict[str, ManifestFile] = {}
    with ThreadPoolExecutor(_READERS, "lake-references") as pool:
        for listed in pool.map(lambda snapshot: snapshot.manifests(table.io), metadata.snapshots):
            manifests.update((manifest.manifest_path, manifest) for manifest in listed)

        def files(manifest: ManifestFile) -> list[str]:
            # Not those that the manifest says are deleted: an older snapshot that has them names them by its own.
            return [
                entry.data_file.file_path for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True)
            ]

        for paths in pool.map(files, manifests.values()):
            found.update(paths)
    return _plain([*found, *manifests])


def _plain(paths: Iterable[str]) -> set[str]:
    return {plain_path(path) for path in paths}
