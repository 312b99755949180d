"""``contract diff``: judges the changes of the contract."""

from __future__ import annotations

import argparse
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
    """Adds the subcommand."""
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


def _diff(args: argparse.Namespace) -> int:
    from springhead_contracts.compat import compare, load_bundle, load_folder
    from springhead_contracts.compat._checks import SEVERITIES
    from springhead_contracts.compat._ignore import accept, read_ignore
    from springhead_contracts.compat._release import bundles
    from springhead_contracts.compat._report import FORMATS
    from springhead_contracts.compat._snapshot import refuse_dangling

    folder = Path(args.dir) if args.dir else schema_dir()
    new = load_folder(folder)
    today = args.today or datetime.now(UTC).date()
    others = [old for against in args.against or [ALL_RELEASES] for old in _others(against, folder)]
    refuse_dangling(new, others)
    # Only what a release announced counts as announced; without a release, what is compared with does.
    announced = [*others, *([load_bundle(path) for path in bundles(folder.resolve().parent)] if args.against else [])]
    changes = once([one for old in others for one in compare(old, new, today=today, announced=announced)])
    ignore = args.ignore or folder.resolve().parent / IGNORE_FILE
    changes = accept(changes, read_ignore(ignore), today, ignore.name)
    form = "json" if args.json else args.format
    print(FORMATS[form](changes, [old.name for old in others], folder))
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


def once(changes: list[Change]) -> list[Change]:
    """Returns each change once, against the oldest contract that shows it."""
    first: dict[tuple[str, str, str], Change] = {}
    for one in changes:
        first.setdefault((one.check_id, one.place, one.detail), one)
    return list(first.values())
