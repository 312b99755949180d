"""Dead letters of every origin in one view: what could not be done, and doing it again.

A letter is of kind `schedule` (a function that could not be started, or failed), `scrape` (a subject, or a batch of
work), `stream` (an entry, or a batch of the stream) or `lake` (a file). `replay` asks the source again in the run that
the letter belongs to (it needs the source's key and network), invokes the function with what it was given, puts work
back on its queue, or enriches again. A letter goes when that has ended well, and stays otherwise. Twice is harmless.

Example::

    springhead dlq list --kind scrape --error BadResponse --newer-than 2d
    springhead dlq show 4f0c…
    springhead dlq replay --source tmdb
    springhead dlq purge --older-than 30d          # says what it would purge
    springhead dlq purge --older-than 30d --yes
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime

from springhead.cli.output import cell, plural, print_json, print_line, table
from springhead.errors import ConfigError, NotFound

from springhead_runner.cli.target import open_aws
from springhead_runner.letters.replay import Replay
from springhead_runner.letters.view import Filter, Letter, View, age
from springhead_runner.stores.queues import LOOK, WORK


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["list", "show", "replay", "purge"], help="list, show one, replay, or purge")
    parser.add_argument("id", nargs="?", help="a letter's id, or its beginning")
    parser.add_argument("--source", help="only letters of this source, or of the group of its function")
    parser.add_argument("--kind", choices=["schedule", "scrape", "stream", "lake"], help="only letters of this kind")
    parser.add_argument("--error", metavar="NAME", help="only letters with this error, such as BadResponse")
    parser.add_argument("--older-than", metavar="AGE", help="only letters older than 30m, 12h, 2d, 1w …")
    parser.add_argument("--newer-than", metavar="AGE", help="only letters not older than that")
    parser.add_argument("--yes", action="store_true", help="for purge: really delete")
    parser.add_argument("--json", action="store_true", help="letters as JSON lines; for replay and purge, one object")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    if args.what == "show" and not args.id:
        raise ConfigError("dlq show: which letter?", hint="give its id, or the beginning of it: `springhead dlq list`")
    now = datetime.now(UTC)
    chosen = Filter(
        source=args.source,
        kind=args.kind,
        error=args.error,
        before=now - age(args.older_than) if args.older_than else None,
        after=now - age(args.newer_than) if args.newer_than else None,
        id=args.id,
    )
    with View(open_aws(args), chosen, seconds=WORK if args.what in {"replay", "purge"} else LOOK) as view:
        letters = view.letters()
        if args.id and not letters:
            raise NotFound(f"there is no dead letter {args.id}", hint="see `springhead dlq list`")
        if args.what == "replay":
            return _replay(args, view, letters)
        if args.what == "purge":
            return _purge(args, view, letters)
        if args.json or args.what == "show":
            for letter in letters:
                print_json(letter.body, pretty=not args.json)
        else:
            _list(letters)
    return 0


def _list(letters: list[Letter]) -> None:
    rows = [
        [
            letter.body["id"][:8],
            letter.body["kind"],
            letter.body["source"],
            letter.body.get("time", "–"),
            cell(letter.body.get("subject_id", "–"), 40),
            f"{letter.body['error']['name']}{' (deferred)' if letter.deferred else ''}",
            cell(letter.body["error"]["message"], 80),
        ]
        for letter in letters
    ]
    print_line(table(rows, ["id", "kind", "source", "T", "subject", "error", "why"]) if rows else "no dead letters")
    if letters:
        print_line(_summary(letters))


def _summary(letters: list[Letter]) -> str:
    kinds = Counter(letter.body["kind"] for letter in letters)
    told = f"{plural(len(letters), 'letter')}: {', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}"
    deferred = sum(letter.deferred for letter in letters)
    return f"{told}; {deferred} deferred: they run when the quota resets" if deferred else told


def _replay(args: argparse.Namespace, view: View, letters: list[Letter]) -> int:
    live, done = sys.stderr.isatty() and not args.quiet, 0

    def step() -> None:
        nonlocal done
        done += 1
        if live:
            print(f"\r\033[K{done} of {len(letters)}", end="", file=sys.stderr, flush=True)

    def say(source: str, why: str) -> None:
        line = "".join(char if char.isprintable() else " " for char in f"{source}: {why}")
        print("\r\033[K" * live + line, file=sys.stderr)

    total = Replay(view, say, step).run(letters)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if args.json:
        print_json(total)
    else:
        print_line(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in total.items()))
    return 1 if total["still_failing"] else 0


def _purge(args: argparse.Namespace, view: View, letters: list[Letter]) -> int:
    deferred = sum(letter.deferred for letter in letters)
    if args.yes:
        for letter in letters:
            view.done(letter)
        view.drop(view.stale)
    if args.json:
        print_json({"purged" if args.yes else "would_purge": len(letters), "deferred": deferred})
        return 0
    if not args.yes:
        _list(letters)
        if letters:
            print_line("nothing is purged yet: say --yes")
        return 0
    lost = f", {deferred} of them deferred: nobody asks for these any more" if deferred else ""
    print_line(f"{plural(len(letters), 'letter')} purged{lost}")
    return 0
