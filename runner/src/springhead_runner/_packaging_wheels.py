"""Wheels of another machine: what Lambda's Python and processor need, from the lock, and proof that they fit."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, parse_tag
from packaging.utils import canonicalize_name
from springhead.errors import ConfigError

from springhead_runner._pip import run_tool

__all__ = ["Platform", "checked_tags", "checkout", "fetch", "lock_path", "locked"]

#: As the template's parameter ``Architecture`` has it → as wheels have it, and as ELF headers do.
_MACHINES = {"x86_64": ("x86_64", 0x3E), "arm64": ("aarch64", 0xB7)}
#: The lowest glibc that wheels are tagged with: manylinux1.
_OLDEST = 5


@dataclass(frozen=True)
class Platform:
    """A Lambda runtime.

    Args:
        python: Python's version, as in the template's ``PythonRuntime``: ``3.11``.
        architecture: As in the template's ``Architecture``: ``x86_64`` or ``arm64``.
    """

    python: str = "3.11"
    architecture: str = "x86_64"

    def __post_init__(self) -> None:
        if self.architecture not in _MACHINES or not re.fullmatch(r"3\.\d+", self.python):
            raise ConfigError(
                f"no Lambda runtime has Python {self.python} on {self.architecture}",
                hint=f"write --python 3.11 and --architecture {' or '.join(_MACHINES)}",
            )

    @property
    def machine(self) -> str:
        """The processor's name in wheels."""
        return _MACHINES[self.architecture][0]

    @property
    def elf_machine(self) -> int:
        """The processor's number in ELF headers."""
        return _MACHINES[self.architecture][1]

    @property
    def version(self) -> tuple[int, int]:
        """Python's version as numbers."""
        major, _, minor = self.python.partition(".")
        return int(major), int(minor)

    @property
    def glibc(self) -> int:
        """Minor version of the C library: up to Python 3.11 the runtimes are Amazon Linux 2, then Amazon Linux 2023."""
        return 26 if self.version <= (3, 11) else 34

    @property
    def tags(self) -> list[str]:
        """The platform tags that run there, the newest first."""
        manylinux = [f"manylinux_2_{minor}_{self.machine}" for minor in range(self.glibc, _OLDEST - 1, -1)]
        return [
            *manylinux,
            f"manylinux2014_{self.machine}",
            f"manylinux2010_{self.machine}",
            f"manylinux1_{self.machine}",
        ]

    @property
    def markers(self) -> dict[str, str]:
        """What environment markers are judged by."""
        return {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }

    def supported(self) -> frozenset[Tag]:
        """All wheel tags that run there."""
        interpreter = f"cp{self.python.replace('.', '')}"
        return frozenset(
            [
                *cpython_tags(self.version, platforms=self.tags),
                *compatible_tags(self.version, interpreter, platforms=self.tags),
            ]
        )


def checkout() -> Path:
    """Folder of the checkout that this is installed from, in development mode.

    Raises:
        ConfigError: It is installed from elsewhere.
    """
    folder = Path(__file__).resolve().parents[3]
    if not (folder / "deploy" / "Dockerfile").is_file():
        raise ConfigError(
            f"{folder} is no checkout of Springhead, and packages are made from one", hint="git clone, then make setup"
        )
    return folder


def lock_path() -> Path:
    """The checkout's ``requirements.lock``; errors as for :func:`checkout`."""
    return checkout() / "requirements.lock"


def locked(lock: Path, names: Iterable[str], platform: Platform) -> str:
    """The lines of a lock for these distributions, with their hashes, sorted.

    Raises:
        ConfigError: One is not in the lock for this platform.
    """
    wanted = sorted({canonicalize_name(name) for name in names})
    found = {}
    for block in _blocks(lock.read_text(encoding="utf-8")):
        requirement = Requirement(block.partition("--hash=")[0].replace("\\\n", " ").strip())
        if requirement.marker is None or requirement.marker.evaluate({**platform.markers, "extra": ""}):
            found[canonicalize_name(requirement.name)] = block
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ConfigError(
            f"{', '.join(missing)}: not in {lock.name}, so there is no hash to trust",
            hint="add what requires it to requirements.in, then: make lock",
        )
    return "".join(f"{found[name]}\n" for name in wanted)


def _blocks(text: str) -> Iterator[str]:
    for block in re.split(r"(?<!\\)\n", text):
        if block.strip() and not block.lstrip().startswith("#"):
            yield block.strip()


def fetch(requirements: str, platform: Platform, cache: Path) -> dict[str, metadata.Distribution]:
    """Unpack the wheels of these locked lines for a platform; nothing is built, and nothing of it runs here.

    Args:
        requirements: Lines of a lock, with hashes.
        platform: Where they are to run.
        cache: Folder that keeps what was unpacked.

    Returns:
        Distributions by canonical name.

    Raises:
        ConfigError: There is no wheel for the platform, or one does not hold what its tag says.
        Unavailable: The package index does not answer.
    """
    mark = hashlib.sha256(f"{requirements}{platform}".encode()).hexdigest()[:32]
    target = cache / f"wheels-{platform.python}-{platform.architecture}-{mark}"
    if not target.is_dir():
        draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=cache))
        try:
            _install(requirements, platform, draft)
            try:
                (draft / "site").rename(target)
            except OSError:
                if not target.is_dir():  # else somebody else was faster
                    raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return {canonicalize_name(found.name): found for found in metadata.distributions(path=[str(target)])}


def _install(requirements: str, platform: Platform, folder: Path) -> None:
    (folder / "site").mkdir()
    listed = folder / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    strict = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile"]
    runtime = ["--implementation", "cp", "--python-version", platform.python]
    runtime += [part for tag in platform.tags for part in ("--platform", tag)]
    doing = f"fetching wheels for Python {platform.python} on {platform.architecture} (glibc 2.{platform.glibc})"
    try:
        run_tool([*pip, *strict, *runtime, "--target", str(folder / "site"), "-r", str(listed)], doing)
    except ConfigError as error:
        # The whole command, with two dozen tags, would help nobody.
        hint = "where no wheel fits, a later --python has a later C library, and the image builds its own"
        raise ConfigError(error.message, hint=hint) from error


def checked_tags(distributions: Iterable[metadata.Distribution], platform: Platform) -> tuple[str, ...]:
    """Hold wheels against the platform: their tags, and each compiled file's processor and C library.

    Returns:
        The tags of all compiled wheels, sorted.

    Raises:
        ConfigError: One would not run there; the message names the file and says why.
    """
    supported = platform.supported()
    compiled = set()
    for distribution in distributions:
        text = distribution.read_text("WHEEL") or ""
        tags = {tag for line in re.findall(r"^Tag: (\S+)", text, re.M) for tag in parse_tag(line)}
        fitting = tags & supported
        if not fitting:
            said = ", ".join(sorted(map(str, tags))) or "no tag"
            raise _unfit(distribution.name, f"has {said}", platform)
        compiled |= {str(tag) for tag in fitting if tag.platform != "any"}
        for file in distribution.files or ():
            if re.search(r"\.so(\.|$)", file.name):
                _check_library(distribution.name, Path(str(file.locate())), platform)
    return tuple(sorted(compiled))


def _check_library(name: str, path: Path, platform: Platform) -> None:
    content = path.read_bytes()
    if content[:4] != b"\x7fELF" or int.from_bytes(content[18:20], "little") != platform.elf_machine:
        raise _unfit(name, f"{path.name} is not for its processor", platform)
    needed = max((int(minor) for minor in re.findall(rb"\0GLIBC_2\.(\d+)", content)), default=0)
    if needed > platform.glibc:
        raise _unfit(name, f"{path.name} needs glibc 2.{needed}", platform)


def _unfit(name: str, why: str, platform: Platform) -> ConfigError:
    where = f"Python {platform.python} on {platform.architecture} (glibc 2.{platform.glibc})"
    return ConfigError(f"{name} does not run in Lambda's {where}: {why}", hint="choose another --python, or the image")
