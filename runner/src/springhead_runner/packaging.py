"""The Lambda zip: our distributions, the plugins that run on Lambda, and all that they require.

With a platform it holds the locked wheels of that platform, whatever machine builds it; without one it holds what is
installed here, which is what embedded AWS runs. boto3 stays out: Lambda's Python brings it along, and so does embedded
AWS. The distributions' metadata goes along, since plugins are found through their entry points in Lambda, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from springhead.errors import ConfigError

from springhead_runner._packaging_closure import require, select
from springhead_runner._packaging_files import distribution_files, is_local
from springhead_runner._packaging_wheels import Platform, checked_tags, fetch, lock_path, locked
from springhead_runner._packaging_zip import sha256_of, write_zip

__all__ = ["MAX_UNZIPPED", "MAX_ZIPPED", "Platform", "Size", "ZipInfo", "build_lambda_zip"]

#: AWS's limits for a zip that is uploaded directly, and for what it unpacks to, in bytes.
MAX_ZIPPED = 50_000_000
MAX_UNZIPPED = 250_000_000

#: Lambda's Python runtimes bring boto3 with all that it requires; so does embedded AWS.
_RUNTIME_ROOT = "boto3"
_KEPT_IN_CACHE = 4
#: Raise it when the zip's layout changes, so that cached ones are not used any more.
_LAYOUT = 2
_LARGEST = 5


class Size(NamedTuple):
    """What a distribution takes, in bytes."""

    name: str
    zipped: int
    unzipped: int


@dataclass(frozen=True, slots=True)
class ZipInfo:
    """A built zip.

    Args:
        path: Where it is.
        sha256: Of the file, in hexadecimal.
        bytes_zipped: Its size.
        bytes_unzipped: What it unpacks to.
        distributions: ``name==version`` of all that is in it, sorted.
        sizes: What each of them takes, the largest first.
        left_out: Plugins that run on Fargate only.
        tags: Tags of the compiled wheels that were fetched; empty for what is installed here.
        bytecode: Whether modules are compiled; not where another Python than ours is to run them.
    """

    path: Path
    sha256: str
    bytes_zipped: int
    bytes_unzipped: int
    distributions: tuple[str, ...]
    sizes: tuple[Size, ...] = ()
    left_out: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bytecode: bool = True


def build_lambda_zip(
    out: Path,
    sources: Iterable[str] | None = None,
    *,
    platform: Platform | None = None,
    lock: Path | None = None,
    cache: Path | None = None,
) -> ZipInfo:
    """Build the zip for all functions. The same inputs give the same bytes.

    Args:
        out: Where to write it.
        sources: Entry points (plugins) to take; all that are installed where None.
        platform: Lambda runtime to build for, from locked wheels; what is installed here where None.
        lock: The lock with their hashes; the checkout's where None.
        cache: Folder that keeps wheels, and built zips by a hash of their inputs; nothing is kept where None.

    Raises:
        ConfigError: A requirement or a plugin is not installed, not locked or not for the platform, or the zip passes
            a limit of Lambda.
        Unavailable: The package index does not answer.
    """
    selection = select(sources)
    with ExitStack() as stack:
        folder = cache or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        chosen, tags = _distributions(selection.roots, platform, lock, folder)
        names = tuple(sorted(f"{name}=={distribution.version}" for name, distribution in chosen.items()))
        bytecode = platform is None or platform.version == sys.version_info[:2]
        owners: dict[str, str] = {}
        files: dict[str, Path] = {}
        for name, distribution in sorted(chosen.items()):
            found = distribution_files(distribution)
            files.update(found)
            owners.update(dict.fromkeys(found, name))
        kept = cache and cache / f"lambda-{_fingerprint(files, names, bytecode=bytecode)}.zip"
        out.parent.mkdir(parents=True, exist_ok=True)
        known = kept and _from_cache(kept, out)
        if known:
            return known
        draft = out.with_name(f"{out.name}.{os.getpid()}")
        try:
            sizes = _by_owner(write_zip(draft, files, bytecode=bytecode), owners)
            unzipped = sum(size.unzipped for size in sizes)
            zipped = draft.stat().st_size
            info = ZipInfo(out, sha256_of(draft), zipped, unzipped, names, sizes, selection.left_out, tags, bytecode)
            _check_limits(info)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    if kept:
        _to_cache(info, kept)
    return info


def _distributions(
    roots: Iterable[str], platform: Platform | None, lock: Path | None, folder: Path
) -> tuple[dict[str, metadata.Distribution], tuple[str, ...]]:
    """All distributions that go in, by canonical name, and the tags of those that were fetched."""
    markers = platform.markers if platform else None
    runtime = require([_RUNTIME_ROOT], markers=markers)
    chosen = require(roots, runtime.keys(), refuse=True, markers=markers)
    if platform is None:
        return chosen, ()
    others = sorted(name for name, distribution in chosen.items() if not is_local(distribution))
    fetched = fetch(locked(lock or lock_path(), others, platform), platform, folder)
    return {**chosen, **fetched}, checked_tags(fetched.values(), platform)


def _by_owner(sizes: Mapping[str, tuple[int, int]], owners: Mapping[str, str]) -> tuple[Size, ...]:
    found: dict[str, Size] = {}
    for file, (zipped, unzipped) in sizes.items():
        own = found.get(owners[file], Size(owners[file], 0, 0))
        found[own.name] = Size(own.name, own.zipped + zipped, own.unzipped + unzipped)
    return tuple(sorted(found.values(), key=lambda size: (-size.unzipped, size.name)))


def _fingerprint(files: Mapping[str, Path], names: tuple[str, ...], *, bytecode: bool) -> str:
    stats = [(name, *_stat(path)) for name, path in sorted(files.items())]
    inputs = [_LAYOUT, sys.version if bytecode else "", names, stats]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:32]


def _stat(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns


def _check_limits(info: ZipInfo) -> None:
    for what, size, limit in (
        ("zipped", info.bytes_zipped, MAX_ZIPPED),
        ("unzipped", info.bytes_unzipped, MAX_UNZIPPED),
    ):
        if size >= limit:
            largest = ", ".join(f"{size.name} {size.unzipped / 1e6:.1f} MB" for size in info.sizes[:_LARGEST])
            raise ConfigError(
                f"the Lambda zip has {size / 1e6:.1f} MB {what}, Lambda takes {limit / 1e6:.0f} MB; "
                f"the largest: {largest} (unzipped)",
                hint="declare Resources(runtime='fargate') where a source needs that much, or leave plugins out",
            )


def _from_cache(kept: Path, out: Path) -> ZipInfo | None:
    try:
        data = json.loads(kept.with_suffix(".json").read_bytes())
        _copy(kept, out)
    except (OSError, ValueError):
        return None
    if sha256_of(out) != data["sha256"]:
        return None
    lists = {name: tuple(data[name]) for name in ("distributions", "left_out", "tags")}
    return ZipInfo(**{**data, **lists, "path": out, "sizes": tuple(Size(*size) for size in data["sizes"])})


def _to_cache(info: ZipInfo, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    _copy(info.path, kept)
    note = kept.with_suffix(f".json.{os.getpid()}")
    note.write_text(json.dumps(asdict(info) | {"path": None}, sort_keys=True))
    note.replace(kept.with_suffix(".json"))
    stored = sorted(kept.parent.glob("lambda-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in stored[_KEPT_IN_CACHE:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".json").unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    # In one step, so that another process never reads half a file.
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copyfile(source, draft)
    draft.replace(target)
