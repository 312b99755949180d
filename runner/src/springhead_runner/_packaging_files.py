"""Which files a distribution consists of, be it installed from a wheel or in development mode."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from springhead.errors import ConfigError

__all__ = ["distribution_files", "is_local", "requirements_of"]

_METADATA_FILES = {"METADATA", "entry_points.txt"}
_LEFT_OUT_FOLDERS = {"__pycache__", "fixtures", "tests", "test"}
#: Modules and packages beside a plugin's own that are none of its own.
_LEFT_OUT_NAME = re.compile(r"conftest|setup|tests?|test_.*")
_LEFT_OUT_SUFFIXES = {".pyc", ".pyo", ".pyi", ".pth"}


def distribution_files(distribution: metadata.Distribution) -> dict[str, Path]:
    """Map the names that a distribution's files have in a package to where they are here.

    Console scripts, tests, fixtures, byte code and stubs stay out; of the metadata, what entry points need is in.

    Raises:
        ConfigError: Its files cannot be told.
    """
    recorded = distribution.files
    if recorded is None:
        raise ConfigError(
            f"{distribution.name} has no list of its files (RECORD), it cannot be packaged",
            hint=f"reinstall it with pip: pip install --force-reinstall {distribution.name}",
        )
    project = _editable_project(distribution)
    files: dict[str, Path] = {}
    for file in recorded:
        path = PurePosixPath(file)
        if path.parts[0].endswith(".dist-info"):
            if len(path.parts) == 2 and path.name in _METADATA_FILES:
                files[path.as_posix()] = Path(str(file.locate()))
        # In development mode the other recorded files are the redirection, and copies that may be out of date.
        elif project is None and ".." not in path.parts and not path.is_absolute() and _is_wanted(path):
            files[path.as_posix()] = Path(str(file.locate()))
    if project is not None:
        files.update(_editable_files(distribution, project))
    return files


def is_local(distribution: metadata.Distribution) -> bool:
    """Whether a distribution was installed from a folder (PEP 610): ours are, and no lock has them."""
    return "dir_info" in _direct_url(distribution)


def requirements_of(distribution: metadata.Distribution) -> list[str]:
    """What a distribution requires.

    In development mode its project is asked: what was written down when it was installed may be out of date.
    """
    project = _editable_project(distribution)
    declared = _read_project(project).get("project", {}).get("dependencies") if project else None
    return list(distribution.requires or () if declared is None else declared)


def _is_wanted(path: PurePosixPath) -> bool:
    return path.suffix not in _LEFT_OUT_SUFFIXES and not _LEFT_OUT_FOLDERS.intersection(path.parts[:-1])


def _editable_project(distribution: metadata.Distribution) -> Path | None:
    """The project's folder of a distribution that is installed in development mode (PEP 610), else None."""
    data = _direct_url(distribution)
    if not data.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(data["url"]).path))


def _direct_url(distribution: metadata.Distribution) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(distribution.read_text("direct_url.json") or "{}")
    return found


def _editable_files(distribution: metadata.Distribution, project: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for origin in _importable(distribution):
        files.update(_tree(origin, origin.name))
    if not files:
        raise ConfigError(
            f"{distribution.name} is installed in development mode, but its packages cannot be found under {project}",
            hint=f"reinstall it: pip install -e {project}",
        )
    # What its wheel would take from elsewhere, such as the contracts' schemas.
    for source, target in _forced_inclusions(project).items():
        files.update(_tree((project / source).resolve(), target))
    return files


def _importable(distribution: metadata.Distribution) -> Iterator[Path]:
    """Top-level packages and modules in the folders that the .pth file adds, as the import system finds them."""
    for file in distribution.files or ():
        if file.suffix != ".pth":
            continue
        for line in Path(str(file.locate())).read_text(encoding="utf-8").splitlines():
            root = Path(line.strip())
            if not line.strip() or not root.is_dir():
                continue
            for candidate in sorted([*root.glob("*.py"), *root.glob("*/__init__.py")]):
                origin = candidate.parent if candidate.name == "__init__.py" else candidate
                if not _LEFT_OUT_NAME.fullmatch(origin.stem) and _is_imported_from(origin.stem, candidate):
                    yield origin


def _is_imported_from(name: str, file: Path) -> bool:
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    return bool(spec and spec.origin and Path(spec.origin).resolve() == file.resolve())


def _tree(origin: Path, name: str) -> dict[str, Path]:
    if origin.is_file():
        return {name: origin}
    found = {}
    for path in origin.rglob("*"):
        inside = PurePosixPath(name, *path.relative_to(origin).parts)
        if path.is_file() and _is_wanted(inside):
            found[inside.as_posix()] = path
    return found


def _forced_inclusions(project: Path) -> dict[str, str]:
    config = _read_project(project)
    wheel = config.get("tool", {}).get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
    forced: dict[str, str] = wheel.get("force-include", {})
    return forced


def _read_project(project: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    except OSError:
        return {}
