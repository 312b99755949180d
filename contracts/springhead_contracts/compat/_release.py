"""Release bundles: the whole contract in one file, the same bytes for the same contract."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from springhead_contracts.compat._change import Change
from springhead_contracts.compat._snapshot import DIGEST, EditedRelease, OutsideSubset, Snapshot, digest, load_bundle
from springhead_contracts.compat._surface import surface
from springhead_contracts.generate._lint_rules import Finding

RELEASES = "releases"
CHANGELOG = "CHANGELOG.md"

MAJOR = 1
"""Major version that the folder ``v1`` holds; another one has a folder of its own."""

_VERSION = re.compile(r"v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_UNRELEASED = re.compile(r"^## Unreleased.*$", re.MULTILINE)


class ReleaseError(ValueError):
    """Nothing is released; the message says why and what to do."""


def bundles(project: Path) -> list[Path]:
    """Returns the release bundles, oldest first by number and not by text (v1.10 after v1.9)."""
    numbered = {path: _VERSION.fullmatch(path.stem) for path in (project / RELEASES).glob("v*.json")}
    known = {path: (int(match[1]), int(match[2])) for path, match in numbered.items() if match}
    return sorted(known, key=known.__getitem__)


def bundle_text(one: Snapshot, version: str) -> str:
    """Returns the bundle of a contract.

    Args:
        one: The contract.
        version: Its version, for example ``v1.0``.
    """
    bundle: dict[str, Any] = {
        "version": version,
        "schemas": one.files,
        "keys": one.keys,
        "tables": one.tables,
        "examples": one.examples,
        "vectors": one.vectors,
        "surface": surface(one),
    }
    # Members of schemas keep their order, which is that of the generated code; the rest is sorted.
    for key in ("examples", "surface"):
        bundle[key] = dict(sorted(bundle[key].items()))
    whole = {"version": version, DIGEST: digest(bundle), **bundle}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def next_version(project: Path) -> str:
    """Returns the version after the last release: the next minor one, ``v1.0`` at first."""
    known = bundles(project)
    if not known:
        return "v1.0"
    match = _VERSION.fullmatch(known[-1].stem)
    assert match is not None
    return f"v{match[1]}.{int(match[2]) + 1}"


def checked_version(version: str | None, project: Path) -> str:
    """Returns the version to release, the next one when None.

    Raises:
        ReleaseError: The version has another form, is out of order or of another major version.
    """
    due = next_version(project)
    if version is None or version == due:
        return due
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ReleaseError(f"{version!r} is no version; write v, the major and the minor number, such as {due}")
    if int(match[1]) != MAJOR:
        folder = f"v{match[1]}/"
        raise ReleaseError(f"{version} is another major version; a break is a folder {folder} beside v{MAJOR}/")
    if (project / RELEASES / f"{version}.json").exists():
        raise ReleaseError(f"{version} is released already; a release is never written again, the next is {due}")
    raise ReleaseError(f"{version} is out of order; the next release is {due}")


def release_findings(project: Path) -> list[Finding]:
    """Returns a finding for each released bundle that is not what was released.

    Args:
        project: The folder above the schemas; without releases there are no findings.
    """
    findings = []
    for path in bundles(project):
        place = f"{RELEASES}/{path.name}"
        try:
            load_bundle(path)
            if (named := json.loads(path.read_bytes())["version"]) != path.stem:
                findings.append(Finding("release", place, f"it is the release {named}", "restore it with git"))
        except EditedRelease as error:
            reason, _, fix = str(error).partition("\n")[0].partition(": ")
            findings.append(Finding("release", place, reason, fix))
        except OutsideSubset:
            # Released by an older lint; `diff` says what that means.
            continue
        except ValueError as error:
            findings.append(Finding("release", place, str(error), "restore it with git"))
    return findings


def changelog_entry(text: str, version: str, day: date, changes: Sequence[Change]) -> str:
    """Returns the changelog with its unreleased part made the entry of a version, and a new unreleased part before it.

    Raises:
        ReleaseError: The changelog has no unreleased part.
    """
    if not _UNRELEASED.search(text):
        raise ReleaseError(f"{CHANGELOG} has no line '## Unreleased'; add it with what is new")
    machine = [
        f"- `{one.check_id}` {one.place}: {one.detail}"
        for one in changes
        if one.check_id not in ("description-changed", "definition-added")
    ]
    heading = f"## Unreleased\n\n## {version.removeprefix('v')} ({day.isoformat()})"
    if not machine:
        return _UNRELEASED.sub(lambda _: heading, text, count=1)
    before, _, after = _UNRELEASED.sub(lambda _: heading, text, count=1).partition(heading)
    body, mark, rest = after.partition("\n## ")
    return f"{before}{heading}{body.rstrip()}\n{chr(10).join(machine)}\n" + (f"\n## {rest}" if mark else "")
