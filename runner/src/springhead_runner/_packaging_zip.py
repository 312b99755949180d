"""Writing a zip: the same files give the same bytes, byte code included."""

from __future__ import annotations

import hashlib
import marshal
import sys
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path, PurePosixPath

__all__ = ["sha256_of", "write_zip"]

#: Lambda mounts the zip here; it is what a traceback shows.
_TASK_ROOT = "/var/task"
#: Never look at the source again: it cannot change beside us (PEP 552).
_UNCHECKED = (1).to_bytes(4, "little")


def write_zip(path: Path, files: Mapping[str, Path], *, bytecode: bool) -> dict[str, tuple[int, int]]:
    """Write files into a zip.

    Args:
        path: The zip.
        files: Name in the zip → file.
        bytecode: Add what Python makes of each module. Lambda's disk is read-only: without it every cold start
            compiles everything anew.

    Returns:
        Bytes of each file with its byte code, zipped and unzipped.
    """
    sizes: dict[str, tuple[int, int]] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in sorted(files.items()):
            content = file.read_bytes()
            for member, data in _members(name, content, bytecode=bytecode):
                # Lambda's user is another one: all must be readable for everybody. The time is the earliest there is.
                entry = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
                archive.writestr(entry, data)
                zipped, unzipped = sizes.get(name, (0, 0))
                sizes[name] = zipped + entry.compress_size, unzipped + len(data)
    return sizes


def _members(name: str, content: bytes, *, bytecode: bool) -> Iterator[tuple[str, bytes]]:
    yield name, content
    compiled = _compiled(name, content) if bytecode and name.endswith(".py") else None
    if compiled is not None:
        path = PurePosixPath(name)
        tag = sys.implementation.cache_tag
        yield str(path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc"), compiled


def _compiled(name: str, content: bytes) -> bytes | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(content, f"{_TASK_ROOT}/{name}", "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return None  # a template, or for another Python: whoever imports it is told
    # Version 2 has no references between objects: whether there are any depends on what else is in memory.
    return MAGIC_NUMBER + _UNCHECKED + source_hash(content) + marshal.dumps(code, 2)


def sha256_of(path: Path) -> str:
    """A file's hash, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
