"""``contract release``: writes the bundle and the entry of the changelog."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime

from springhead_contracts._cli_diff import IGNORE_FILE, once
from springhead_contracts._words import count


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommand."""
    release = subparsers.add_parser("release", help="write the release bundle and the changelog entry")
    release.add_argument("version", metavar="VERSION", nargs="?", help="for example v1.1 (default: the next minor one)")
    release.add_argument("--date", type=date.fromisoformat, help="day of the changelog entry (default: today, UTC)")
    release.add_argument("--dry-run", action="store_true", help="say what would be released")
    release.set_defaults(contract_run=_release)


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
        checked_version,
    )
    from springhead_contracts.compat._report import as_text
    from springhead_contracts.compat._snapshot import refuse_dangling
    from springhead_contracts.generate import check
    from springhead_contracts.generate._write import project_dir

    project = project_dir()
    version = checked_version(args.version, project)
    now = load_folder(project / "v1")
    day = args.date or datetime.now(UTC).date()
    if stale := check(project):
        raise ReleaseError(f"{', '.join(stale)} differ from the schemas; run `contract generate` first")
    known = [load_bundle(path) for path in bundles(project)]
    refuse_dangling(now, known)
    changes = once([one for old in known for one in compare(old, now, today=day, announced=known)])
    changes = accept(changes, read_ignore(project / IGNORE_FILE), day, IGNORE_FILE)
    if broken := [one for one in changes if one.severity == "ERR" and not one.ignored]:
        print(as_text(broken, [old.name for old in known]))
        print("ReleaseError: a release only adds (see above what to do instead)", file=sys.stderr)
        return 1
    if known and not compare(known[-1], now, today=day):
        print(f"nothing to release: the contract is that of {known[-1].name}")
        return 0
    target = project / RELEASES / f"{version}.json"
    since = compare(known[-1], now, today=day) if known else []
    entry = changelog_entry((project / CHANGELOG).read_text(encoding="utf-8"), version, day, since)
    last = known[-1].name if known else "nothing"
    print(f"{version}: {count(len(now.record_types()), 'record type')}, {count(len(since), 'change')} since {last}")
    if not args.dry_run:
        target.parent.mkdir(exist_ok=True)
        target.write_text(bundle_text(now, version), encoding="utf-8", newline="\n")
        (project / CHANGELOG).write_text(entry, encoding="utf-8", newline="\n")
        print(f"written: contracts/{RELEASES}/{target.name} and contracts/{CHANGELOG}")
    return 0
