"""The container image's file tree: all that ``deploy/Dockerfile`` copies, for Lambda and for Fargate.

Our own distributions go in as files, with all plugins and the lake. What they require goes in as a list with hashes,
which the image's own pip installs: so one tree serves both processors.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from springhead.errors import ConfigError

from springhead_runner._packaging_closure import require, select
from springhead_runner._packaging_files import distribution_files, is_local
from springhead_runner._packaging_wheels import Platform, checkout, lock_path, locked
from springhead_runner._pip import run_tool

__all__ = ["PYTHON", "SITE", "ImageInfo", "build_image_tree"]

#: The Python of the base image.
PYTHON = "3.11"
#: Where the requirements are installed for a run without Docker; the image does not copy it.
SITE = "site"
_ALWAYS = ("awslambdaric", "boto3")
_LAKE = "springhead-lake"
_IGNORED = "*\n!Dockerfile\n!app\n!bin\n!requirements.txt\n"
_ARCHITECTURES = ("x86_64", "arm64")


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """A built tree.

    Args:
        path: Where it is: the build context.
        sha256: Of names and contents of all its files but those in ``site/``, in hexadecimal.
        bytes_app: Size of our own files.
        distributions: ``name==version`` of our own, sorted.
        requirements: Names of all others, sorted.
    """

    path: Path
    sha256: str
    bytes_app: int
    distributions: tuple[str, ...]
    requirements: tuple[str, ...]


def build_image_tree(
    out: Path, sources: Iterable[str] | None = None, *, lock: Path | None = None, install: bool = False
) -> ImageInfo:
    """Build the tree; the same inputs give the same files.

    Args:
        out: Folder of the tree; an earlier tree of ours in it is replaced.
        sources: Entry points (plugins) to take; all that are installed where None.
        lock: The lock with hashes; the checkout's where None.
        install: Install the requirements into ``site/``, too, as the Dockerfile does, to run the tree on this machine:
            ``PYTHONPATH=OUT/app:OUT/site``.

    Raises:
        ConfigError: A requirement or a plugin is not installed or not locked, or ``out`` holds something else.
        Unavailable: The package index does not answer.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "Dockerfile").is_file())):
        raise ConfigError(f"{out} holds something else", hint="name an empty folder: --out DIR")
    ours, others = _split(sources)
    requirements = locked(lock or lock_path(), others, Platform(PYTHON))
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for distribution in ours.values():
            for name, file in distribution_files(distribution).items():
                _copy(file, draft / "app" / name)
        (draft / "requirements.txt").write_text(requirements, encoding="utf-8")
        (draft / ".dockerignore").write_text(_IGNORED, encoding="utf-8")
        deploy = checkout() / "deploy"
        _copy(deploy / "Dockerfile", draft / "Dockerfile")
        for script in sorted((deploy / "image").iterdir()):
            _copy(script, draft / "bin" / script.name, mode=0o755)
        info = _describe(draft, out, ours, others)
        if install:
            _install(draft)
        draft.chmod(0o755)
        shutil.rmtree(out, ignore_errors=True)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return info


def _split(sources: Iterable[str] | None) -> tuple[dict[str, metadata.Distribution], list[str]]:
    """Our own distributions by name, and the names of all others, on either processor."""
    lake = [_LAKE] if _is_installed(_LAKE) else []
    roots = [*select(sources, on_lambda=False).roots, *lake, *_ALWAYS]
    chosen: dict[str, metadata.Distribution] = {}
    for architecture in _ARCHITECTURES:
        chosen |= require(roots, markers=Platform(PYTHON, architecture).markers)
    ours = {name: distribution for name, distribution in sorted(chosen.items()) if is_local(distribution)}
    return ours, sorted(chosen.keys() - ours.keys())


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _copy(source: Path, target: Path, *, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    # Another user runs it.
    target.chmod(mode)


def _describe(tree: Path, out: Path, ours: dict[str, metadata.Distribution], others: list[str]) -> ImageInfo:
    digest = hashlib.sha256()
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    for path in files:
        digest.update(f"{path.relative_to(tree)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    size = sum(path.stat().st_size for path in files if path.is_relative_to(tree / "app"))
    names = tuple(f"{name}=={distribution.version}" for name, distribution in ours.items())
    return ImageInfo(out, digest.hexdigest(), size, names, tuple(others))


def _install(tree: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--no-deps"]
    strict = ["--only-binary=:all:", "--require-hashes", "--no-compile"]
    where = ["--target", str(tree / SITE), "-r", str(tree / "requirements.txt")]
    run_tool([*pip, *strict, *where], "installing the image's requirements")
