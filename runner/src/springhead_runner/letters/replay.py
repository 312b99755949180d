"""Doing the work of dead letters again. A letter goes when its work has ended well, and stays otherwise.

Everything that a replay calls is idempotent: runs write the same keys under the same conditions, enrichment is
conditional on the content that it read. So a second replay, or a second person's at the same time, changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from springhead.entries import Run
from springhead.errors import ConfigError, NotFound, SpringheadError
from springhead.plugins import load_source

from springhead_runner.letters.batches import enrich_batch
from springhead_runner.letters.calls import Calls
from springhead_runner.letters.view import Letter, View
from springhead_runner.scrape.plan import Batch
from springhead_runner.scrape.queue import WorkQueue
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.values import decode_item

__all__ = ["Replay"]

log = logging.getLogger("springhead.dlq")


class Replay:
    """Replays letters of a view.

    Args:
        view: The view that they come from.
        say: Told of everything that goes wrong: the source, and why.
        step: Told after each letter, for progress.
    """

    def __init__(self, view: View, say: Callable[[str, str], None], step: Callable[[], None] = lambda: None) -> None:
        self._view, self._aws, self._say, self._step = view, view.aws, say, step
        self._calls = Calls(view.aws)
        self.total = {
            "replayed": 0, "stored": 0, "not_found": 0, "enriched": 0, "invoked": 0, "requeued": 0, "still_failing": 0,
        }  # fmt: skip

    def run(self, letters: Iterable[Letter]) -> dict[str, int]:
        """Replay letters, runs together and everything else one by one; return the counts."""
        everything = list(letters)
        of_runs = [letter for letter in everything if letter.key is not None and letter.body["kind"] == "scrape"]
        for (source, time), group in groupby(of_runs, key=lambda one: (one.body["source"], one.body["time"])):
            self._run_again(source, time, list(group))
        for letter in everything:
            if letter.key is None or letter.body["kind"] != "scrape":
                self.total["replayed"] += 1
                self._one(letter)
                self._step()
        # They announce letters that are no more.
        self._view.drop(self._view.stale)
        return self.total

    def _one(self, letter: Letter) -> None:
        body = letter.body
        self._view.hold(letter)
        try:
            self._work(letter, body.get("event") or {})
        except SpringheadError as error:
            self.total["still_failing"] += 1
            self._say(body["source"], f"{error.name}: {error.message}" + (f" ({error.hint})" if error.hint else ""))

    def _work(self, letter: Letter, event: dict[str, Any]) -> None:
        if "keys" in event:
            self._enrich(letter, event["keys"])
        elif "batch" in event:
            done, failed = enrich_batch(self._aws, event["batch"])
            self.total["enriched"] += done
            if failed:
                raise ConfigError(f"{failed} of {done + failed} stream records failed again", hint="replay once more")
            self._view.done(letter)
        elif "work" in event:
            batch = Batch.from_body(event["work"])
            WorkQueue(self._aws, self._work_queue(event, batch.source)).send([batch])
            self.total["requeued"] += 1
            self._view.done(letter)
        elif "payload" in event:
            self._calls.wait_for(event["function"], self._calls.payload_of(event))
            self.total["invoked"] += 1
            self._view.done(letter)
        elif "source" in event and "time" in event:
            self._go_on(letter, Run.at(event["source"], event["time"]))
        elif "body" in event:
            raise ConfigError(
                f"letter {letter.body['id'][:8]} holds a message that means nothing to a worker: it cannot be replayed",
                hint="look at it with `springhead dlq show`, then `springhead dlq purge` it",
            )
        elif letter.body["kind"] == "lake":
            self._load_again(letter)
        else:
            raise ConfigError(f"letter {letter.body['id']} does not say what to do again", hint="look at it; purge it")

    def _enrich(self, letter: Letter, key: dict[str, Any]) -> None:
        from springhead_runner.enrich.enricher import Enricher

        try:
            Enricher(self._aws).replay(decode_item(key))
        except (KeyError, ValueError) as error:
            raise ConfigError(f"letter {letter.body['id']} names no entry: {error}", hint="purge it") from error
        self.total["enriched"] += 1
        self._view.done(letter)

    def _work_queue(self, event: dict[str, Any], source: str) -> str:
        """Where a batch came from: what SQS says of it, or the queue of the source's function."""
        suffix = self._aws.settings.suffix
        arn = str(event.get("queue") or "")
        name = arn.rpartition(":")[2] or f"scraper-{load_source(source).group or source}-work{suffix}"
        sqs = self._aws.sqs
        try:
            return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
        except sqs.exceptions.QueueDoesNotExist as error:
            raise ConfigError(f"there is no queue {name}", hint="deploy it, or purge the letter") from error

    def _load_again(self, letter: Letter) -> None:
        """Put a file to the lake's function as S3 would; it says by a new letter of the same id if it fails again."""
        subject, suffix = letter.body["subject"], self._aws.settings.suffix
        file = {"key": letter.body["subject_id"].partition("/")[2], "size": subject.get("size", 0)}
        file |= {"eTag": subject["etag"]} if "etag" in subject else {}
        file |= {"versionId": subject["version"]} if "version" in subject else {}
        created = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": letter.body["created_at"]}
        record = {**created, "s3": {"bucket": {"name": subject["bucket"]}, "object": file}}
        self._calls.wait_for(f"instagram-ingest-data{suffix}", {"Records": [record]})
        self.total["invoked"] += 1
        assert letter.key is not None
        try:
            now = self._view.store.get(letter.key)
        except NotFound:
            now = letter.body
        if now != letter.body:
            raise ConfigError(f"{letter.body['subject_id']}: {now['error']['message']}", hint=now["error"].get("hint"))
        self._view.done(letter)

    def _go_on(self, letter: Letter, run: Run) -> None:
        """Carry out the rest of a run whose process was told to stop, cut as that process had cut it."""
        from springhead_runner.scrape.fanout import run_in_process
        from springhead_runner.task import WORKERS

        report = asyncio.run(run_in_process(self._aws, run, workers=WORKERS, subject_list=self._list_of(run.source)))
        self._count(run.source, report)
        self._view.done(letter)

    def _run_again(self, source: str, time: str, letters: list[Letter]) -> None:
        """Ask a source again about the subjects of letters, in the run that they belong to."""
        from springhead_runner.scrape.run import run_on_aws

        self.total["replayed"] += len(letters)
        for letter in letters:
            self._view.hold(letter)
        try:
            ids = self._known(source, letters)
            self.total["still_failing"] += len(letters) - len(ids)
            if not ids:
                return
            report = asyncio.run(
                run_on_aws(
                    self._aws, Run.at(source, time), subject_ids=ids, subject_list=self._list_of(source),
                    on_outcome=lambda outcome, kind: self._step(),
                )
            )  # fmt: skip
        except SpringheadError as error:
            # A source that cannot run here (its key is missing, it is not installed) must not stop the others.
            self.total["still_failing"] += len(letters)
            self._say(source, f"{error.name}: {error.message}" + (f" ({error.hint})" if error.hint else ""))
            return
        self._count(source, report)
        left = self._view.store.ids_of_run("scrape", source, time)
        for letter in letters:
            if letter.body["id"] not in left:
                self._view.drop(letter.messages)

    def _count(self, source: str, report: dict[str, Any]) -> None:
        from springhead_runner.cli.run import problems

        self.total["stored"] += report["items_stored"]
        self.total["not_found"] += report["not_found"]
        self.total["still_failing"] += report["dead_lettered"] + report["deferred"] + report["lost"]
        for line in problems(report):
            self._say(source, line)

    def _known(self, source: str, letters: list[Letter]) -> list[str]:
        ids = [letter.body["subject_id"] for letter in letters]
        if load_source(source).subjects is not None:
            return ids
        # Somebody may have been taken out of the table meanwhile; that must not keep the others from their replay.
        known = EntryStore(self._aws)
        gone = [celebrity_id for celebrity_id in ids if known.get(celebrity_id) is None]
        if gone:
            self._say(source, f"without metadata record: {', '.join(gone)}")
        return [celebrity_id for celebrity_id in ids if celebrity_id not in gone]

    def _list_of(self, source: str) -> str | None:
        """Where a source with a subject list has it: the setting, else where the deployment puts it."""
        settings = self._aws.settings
        if load_source(source).subjects is None or settings.subject_list:
            return settings.subject_list
        return f"s3://{settings.backup_bucket}/subjects/{source}.csv"
