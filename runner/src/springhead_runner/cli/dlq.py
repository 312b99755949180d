"""Dead letters: what could not be done, and doing it again.

`replay` asks the source again about each letter's subject, in the run that it belongs to (it needs the source's key and
network), or enriches its entry again; a letter goes when that has ended well, and stays otherwise. Twice is harmless.

Example::

    springhead dlq list
    springhead dlq show 4f0c…
    springhead dlq replay --source tmdb
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from itertools import groupby
from typing import Any

from springhead.cli import one_line
from springhead.cli.output import cell, print_json, print_line, table
from springhead.entries import Run
from springhead.errors import NotFound, SpringheadError

from springhead_runner.cli.run import problems
from springhead_runner.cli.target import open_aws
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.values import decode_item

log = logging.getLogger("springhead.dlq")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["list", "show", "replay"], help="list, show one, or replay")
    parser.add_argument("id", nargs="?", help="a letter's id, or its beginning")
    parser.add_argument("--source", help="only letters of this source")
    parser.add_argument("--json", action="store_true", help="letters as JSON lines; for replay, one object")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    aws = open_aws(args)
    letters = list(DeadLetters(aws).all(args.source))
    if args.id:
        letters = [letter for letter in letters if letter["id"].startswith(args.id)]
        if not letters:
            raise NotFound(f"there is no dead letter {args.id}", hint="see `springhead dlq list`")
    if args.what == "replay":
        return asyncio.run(_replay(args, aws, letters))
    if args.json or args.what == "show":
        for letter in letters:
            print_json({k: v for k, v in letter.items() if k != "_key"}, pretty=not args.json)
        return 0
    rows = [
        [
            letter["id"][:8],
            letter["kind"],
            letter["source"],
            letter.get("time", "–"),
            letter.get("subject_id", "–"),
            letter["error"]["name"],
            cell(letter["error"]["message"], 80),
        ]
        for letter in letters
    ]
    print_line(table(rows, ["id", "kind", "source", "T", "subject", "error", "why"]) if rows else "no dead letters")
    return 0


async def _replay(args: argparse.Namespace, aws: Aws, letters: list[dict[str, Any]]) -> int:
    """Do the work of the letters again: subjects in their own runs, entries as they are in the table now.

    A letter goes when its subject or its entry has ended well.
    """
    from springhead_runner.scrape.run import run_on_aws

    def of_run(letter: dict[str, Any]) -> tuple[str, str]:
        return letter["source"], letter["time"]

    scrapes = sorted((letter for letter in letters if letter["kind"] == "scrape"), key=of_run)
    total = {"replayed": 0, "stored": 0, "not_found": 0, "enriched": 0, "still_failing": 0}
    for (source, time), group in groupby(scrapes, key=of_run):
        known, ids = EntryStore(aws), [letter["subject_id"] for letter in group]
        # Somebody may have been taken out of the table meanwhile; that must not keep the others from their replay.
        gone = [celebrity_id for celebrity_id in ids if known.get(celebrity_id) is None]
        total["replayed"] += len(ids)
        total["still_failing"] += len(gone)
        if gone:
            log.warning("without metadata record: %s", ", ".join(gone))
        ids = [celebrity_id for celebrity_id in ids if celebrity_id not in gone]
        if not ids:
            continue
        try:
            report = await run_on_aws(aws, Run.at(source, time), subject_ids=ids)
        except SpringheadError as error:
            # A source that cannot run here (its key is missing, it is not installed) must not stop the others.
            total["still_failing"] += len(ids)
            print(f"{source}: {one_line(error)}", file=sys.stderr)
            continue
        total["stored"] += report["items_stored"]
        total["not_found"] += report["not_found"]
        total["still_failing"] += report["dead_lettered"] + report["lost"]
        for line in problems(report):
            print(f"{source}: {line}", file=sys.stderr)
    for letter in letters:
        if letter["kind"] == "stream":
            total["replayed"] += 1
            total["enriched" if _enrich(aws, letter) else "still_failing"] += 1
    if args.json:
        print_json(total)
    else:
        print_line(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in total.items()))
    return 1 if total["still_failing"] else 0


def _enrich(aws: Aws, letter: dict[str, Any]) -> bool:
    from springhead_runner.enrich.handler import Enricher

    try:
        Enricher(aws).replay(decode_item(letter["event"]["keys"]))
    except (SpringheadError, KeyError, ValueError) as error:
        log.warning("%s: %s", letter["id"], error)
        return False
    DeadLetters(aws).remove(letter["_key"])
    return True
