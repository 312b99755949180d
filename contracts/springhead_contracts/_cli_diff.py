"""``contract diff``, ``contract checks`` and ``contract release``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from springhead_contracts._registry import schema_dir

if TYPE_CHECKING:
    from springhead_contracts.compat import Change, Snapshot

ALL_RELEASES = "releases"
IGNORE_FILE = "diff-ignore.txt"

_DIFF_HELP = """\
example:
  contract diff                                  the work tree against every release
  contract diff --against origin/main            against a revision
  contract diff --against v1.0 --format markdown

The ignore file (diff-ignore.txt beside the folder of the schemas) accepts a change until a day:
  2027-01-31 enum-value-added common.schema.json#/$defs/Sentiment the Go team has released a reader that knows it
"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommands."""
    diff = subparsers.add_parser(
        "diff",
        help="judge the changes since a revision or all releases",
        epilog=_DIFF_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    diff.add_argument("dir", metavar="DIR", nargs="?", help="folder of the new schemas (default: contracts/v1)")
    diff.add_argument(
        "--against",
        metavar="REV_OR_DIR",
        action="append",
        help="a revision, a release (v1.0), a bundle, a folder, or `releases` for all (default); may be repeated",
    )
    diff.add_argument("--fail-on", choices=["ERR", "WARN", "INFO"], default="ERR", help="exit 1 at or above (ERR)")
    diff.add_argument("--format", choices=["text", "json", "markdown", "github"], default="text")
    diff.add_argument("--json", action="store_true", help="the same as --format json")
    diff.add_argument(
        "--ignore", metavar="FILE", type=Path, help=f"accepted changes (default: {IGNORE_FILE} beside DIR)"
    )
    diff.add_argument("--today", metavar="DATE", type=date.fromisoformat, help=argparse.SUPPRESS)
    diff.set_defaults(contract_run=_diff)
    checks = subparsers.add_parser("checks", help="list the rules of diff, each with an example")
    checks.add_argument("check", metavar="CHECK", nargs="?", help="one rule only")
    checks.add_argument("--json", action="store_true", help="print the rules as JSON")
    checks.set_defaults(contract_run=_checks)
    release = subparsers.add_parser("release", help="write the release bundle and the changelog entry")
    release.add_argument("version", metavar="VERSION", nargs="?", help="for example v1.1 (default: the next minor one)")
    release.add_argument("--date", type=date.fromisoformat, help="day of the changelog entry (default: today, UTC)")
    release.add_argument("--dry-run", action="store_true", help="say what would be released")
    release.set_defaults(contract_run=_release)


def _diff(args: argparse.Namespace) -> int:
    from springhead_contracts.compat import compare, load_folder
    from springhead_contracts.compat._checks import SEVERITIES
    from springhead_contracts.compat._ignore import accept, read_ignore
    from springhead_contracts.compat._report import FORMATS

    folder = Path(args.dir) if args.dir else schema_dir()
    new = load_folder(folder)
    today = args.today or datetime.now(UTC).date()
    others = [old for against in args.against or [ALL_RELEASES] for old in _others(against, folder)]
    changes = _once([one for old in others for one in compare(old, new, today=today)])
    ignore = args.ignore or folder.resolve().parent / IGNORE_FILE
    changes = accept(changes, read_ignore(ignore), today, ignore.name)
    form = "json" if args.json else args.format
    print(FORMATS[form](changes, [old.name for old in others]))
    bar = SEVERITIES.index(args.fail_on)
    failing = [one for one in changes if not one.ignored and SEVERITIES.index(one.severity) >= bar]
    return 1 if failing else 0


def _others(against: str, folder: Path) -> list[Snapshot]:
    from springhead_contracts.compat import load_bundle, load_folder, load_revision
    from springhead_contracts.compat._release import RELEASES, bundles

    project = folder.resolve().parent
    path = Path(against)
    if against in (ALL_RELEASES, "all", "all releases"):
        found = [load_bundle(bundle) for bundle in bundles(project)]
        if not found:
            # A gate that compares with nothing would pass everything.
            hint = "restore the folder, run `contract release`, or name a revision with --against"
            raise ValueError(f"there is no release in {project / RELEASES}; {hint}")
        return found
    if (bundle := project / RELEASES / f"{against}.json").is_file():
        return [load_bundle(bundle)]
    if path.is_dir():
        return [load_folder(path, released=True)]
    if path.is_file():
        return [load_bundle(path)]
    return [load_revision(against, folder.resolve())]


def _once(changes: list[Change]) -> list[Change]:
    """Keeps each change once, against the oldest contract that shows it."""
    first: dict[tuple[str, str, str], Change] = {}
    for one in changes:
        first.setdefault((one.check_id, one.place, one.detail), one)
    return list(first.values())


def _checks(args: argparse.Namespace) -> int:
    from springhead_contracts.compat import CHECKS
    from springhead_contracts.compat._cases import CASES, described

    if args.check and args.check not in CHECKS:
        print(f"error: there is no check {args.check!r}; `contract checks` lists them", file=sys.stderr)
        return 2
    chosen = [check for check in CHECKS.values() if args.check in (None, check.id)]
    rows = [
        {
            "check": check.id,
            "severity": check.severity,
            "wire": dict(zip(("backward", "forward"), check.wire, strict=True)),
            "source": dict(zip(("backward", "forward"), check.source, strict=True)),
            "who": check.who,
            "instead": check.instead,
            **(described(CASES[check.id]) if check.id in CASES else {}),
        }
        for check in chosen
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for check, row in zip(chosen, rows, strict=True):
        print(f"{check.severity:4} {check.id}: {check.who}")
        print(f"     WIRE backward {check.wire[0]}, forward {check.wire[1]}; ", end="")
        print(f"SOURCE backward {check.source[0]}, forward {check.source[1]}. Instead: {check.instead}")
        for word in ("example", "near_miss"):
            if word in row:
                print(f"     {word.replace('_', ' ')}: {row[word]}")
    return 0


def _release(args: argparse.Namespace) -> int:
    from springhead_contracts.compat import compare, load_bundle, load_folder
    from springhead_contracts.compat._ignore import accept, read_ignore
    from springhead_contracts.compat._release import (
        CHANGELOG,
        RELEASES,
        ReleaseError,
        bundle_text,
        bundles,
        changelog_entry,
        next_version,
    )
    from springhead_contracts.compat._report import as_text
    from springhead_contracts.generate import check
    from springhead_contracts.generate._write import project_dir

    project = project_dir()
    now = load_folder(project / "v1")
    day = args.date or datetime.now(UTC).date()
    if stale := check(project):
        raise ReleaseError(f"{', '.join(stale)} differ from the schemas; run `contract generate` first")
    known = [load_bundle(path) for path in bundles(project)]
    changes = _once([one for old in known for one in compare(old, now, today=day)])
    changes = accept(changes, read_ignore(project / IGNORE_FILE), day, IGNORE_FILE)
    if broken := [one for one in changes if one.severity == "ERR" and not one.ignored]:
        print(as_text(broken, [old.name for old in known]))
        print("error: a release only adds; see above what to do instead", file=sys.stderr)
        return 1
    if known and not compare(known[-1], now, today=day):
        print(f"nothing to release: the contract is that of {known[-1].name}")
        return 0
    version = args.version or next_version(project)
    target = project / RELEASES / f"{version}.json"
    if target.exists() or version not in (next_version(project), args.version):
        raise ReleaseError(f"{target.name} exists already; a release is never written again")
    since = compare(known[-1], now, today=day) if known else []
    entry = changelog_entry((project / CHANGELOG).read_text(encoding="utf-8"), version, day, since)
    last = known[-1].name if known else "nothing"
    print(f"{version}: {len(now.record_types())} record types, {len(since)} change(s) since {last}")
    if not args.dry_run:
        target.parent.mkdir(exist_ok=True)
        target.write_text(bundle_text(now, version), encoding="utf-8", newline="\n")
        (project / CHANGELOG).write_text(entry, encoding="utf-8", newline="\n")
        print(f"written: contracts/{RELEASES}/{target.name} and contracts/{CHANGELOG}")
    return 0
