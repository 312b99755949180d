"""The Lambda zip: our distributions, the installed plugins, and all that they require, as installed here.

It holds compiled wheels, so it fits the Python version and the platform that it was built with. The distributions'
metadata goes along, since plugins are found through their entry points in Lambda, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from springhead.errors import ConfigError
from springhead.plugins import GROUP

from springhead_runner._packaging_files import distribution_files

__all__ = ["MAX_UNZIPPED", "MAX_ZIPPED", "ZipInfo", "build_lambda_zip"]

#: AWS's limits for a zip that is uploaded directly, and for what it unpacks to, in bytes.
MAX_ZIPPED = 50_000_000
MAX_UNZIPPED = 250_000_000

_ROOT = "springhead-runner"
#: Lambda's Python runtimes bring boto3 with all that it requires; so does embedded AWS.
_RUNTIME_ROOT = "boto3"
_KEPT_IN_CACHE = 4
#: Raise it when the zip's layout changes, so that cached ones are not used any more.
_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class ZipInfo:
    """A built zip.

    Args:
        path: Where it is.
        sha256: Of the file, in hexadecimal.
        bytes_zipped: Its size.
        bytes_unzipped: What it unpacks to.
        distributions: ``name==version`` of all that is in it, sorted.
    """

    path: Path
    sha256: str
    bytes_zipped: int
    bytes_unzipped: int
    distributions: tuple[str, ...]


def build_lambda_zip(out: Path, sources: Iterable[str] | None = None, *, cache: Path | None = None) -> ZipInfo:
    """Build the zip for all functions. The same inputs give the same bytes.

    Args:
        out: Where to write it.
        sources: Entry points (plugins) to take; all that are installed where None.
        cache: Folder that keeps built zips by a hash of their inputs; nothing is kept where None.

    Raises:
        ConfigError: A requirement or a plugin is not installed, or the zip passes a limit of Lambda.
    """
    chosen = _closure(_roots(sources))
    files: dict[str, Path] = {}
    for distribution in chosen.values():
        files.update(distribution_files(distribution))
    names = tuple(sorted(f"{name}=={distribution.version}" for name, distribution in chosen.items()))

    out.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        kept = cache / f"lambda-{_fingerprint(files, names)}.zip"
        known = _from_cache(kept, out)
        if known:
            return known

    draft = out.with_name(f"{out.name}.{os.getpid()}")
    try:
        unzipped = _write(draft, files)
        info = ZipInfo(out, _sha256(draft), draft.stat().st_size, unzipped, names)
        _check_limits(info)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    if kept is not None:
        _to_cache(info, kept)
    return info


def _roots(sources: Iterable[str] | None) -> list[str]:
    installed = {point.name: point.dist for point in metadata.entry_points(group=GROUP)}
    names = sorted(installed) if sources is None else sorted(set(sources))
    roots = [_ROOT]
    for name in names:
        distribution = installed.get(name)
        if distribution is None:
            raise ConfigError(
                f"plugin {name!r} is not installed, it cannot go into the Lambda zip",
                hint=f"installed plugins: {', '.join(sorted(installed)) or 'none'}",
            )
        roots.append(distribution.name)
    return roots


def _closure(roots: Iterable[str]) -> dict[str, metadata.Distribution]:
    """All distributions that the roots need, by canonical name, without those of Lambda's runtime."""
    runtime = _require([_RUNTIME_ROOT], skip=frozenset())
    return _require(roots, skip=frozenset(runtime))


def _require(roots: Iterable[str], skip: frozenset[str]) -> dict[str, metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    todo = [(name, "", "") for name in roots]
    while todo:
        raw_name, extra, wanted_by = todo.pop()
        name = canonicalize_name(raw_name)
        if name in skip or (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            distribution = found.get(name) or metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise ConfigError(
                f"{name} is not installed{f', but {wanted_by} requires it' if wanted_by else ''}",
                hint=f"pip install {wanted_by or name}",
            ) from None
        found[name] = distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                todo += [(requirement.name, more, name) for more in ("", *requirement.extras)]
    return found


def _fingerprint(files: Mapping[str, Path], names: tuple[str, ...]) -> str:
    stats = [(name, *_stat(path)) for name, path in sorted(files.items())]
    return hashlib.sha256(json.dumps([_LAYOUT, names, stats]).encode()).hexdigest()[:32]


def _stat(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns


def _write(path: Path, files: Mapping[str, Path]) -> int:
    unzipped = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in sorted(files.items()):
            # Lambda's user is another one: all must be readable for everybody. The time is the earliest that a zip has.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
            content = file.read_bytes()
            unzipped += len(content)
            archive.writestr(entry, content)
    return unzipped


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_limits(info: ZipInfo) -> None:
    for what, size, limit in (
        ("zipped", info.bytes_zipped, MAX_ZIPPED),
        ("unzipped", info.bytes_unzipped, MAX_UNZIPPED),
    ):
        if size >= limit:
            raise ConfigError(
                f"the Lambda zip has {size / 1e6:.0f} MB {what}, Lambda takes {limit / 1e6:.0f} MB",
                hint="leave plugins out (sources), or deploy the container image",
            )


def _from_cache(kept: Path, out: Path) -> ZipInfo | None:
    try:
        data = json.loads(kept.with_suffix(".json").read_bytes())
        _copy(kept, out)
    except (OSError, ValueError):
        return None
    if _sha256(out) != data["sha256"]:
        return None
    return ZipInfo(**{**data, "path": out, "distributions": tuple(data["distributions"])})


def _to_cache(info: ZipInfo, kept: Path) -> None:
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
