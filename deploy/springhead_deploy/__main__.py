"""``python -m springhead_deploy [--check]``: write the template, or tell whether the committed one is up to date."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from springhead import plugins
from springhead.errors import SpringheadError

from springhead_deploy.synth import build, render, sources_of

_TEMPLATE = Path(__file__).resolve().parents[1] / "template.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m springhead_deploy", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the template is out of date")
    parser.add_argument("--template", type=Path, default=_TEMPLATE, metavar="FILE", help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        sources = sources_of(plugins.catalogue())
        wanted = render(build(sources))
    except SpringheadError as error:
        print(f"{error.name}: {error.message}\n  {error.hint}", file=sys.stderr)
        return error.exit_code
    if options.check:
        return _check(options.template, wanted)
    options.template.write_text(wanted, encoding="utf-8")
    print(f"{options.template}: {len(sources)} sources ({', '.join(source.name for source in sources)})")
    return 0


def _check(path: Path, wanted: str) -> int:
    present = path.read_text(encoding="utf-8") if path.is_file() else ""
    if present == wanted:
        return 0
    changes = difflib.unified_diff(present.splitlines(), wanted.splitlines(), "committed", "generated", lineterm="")
    print(*list(changes)[:40], sep="\n", file=sys.stderr)
    print(f"{path} is out of date; run: python -m springhead_deploy", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
