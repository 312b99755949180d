"""The demo's run: embedded AWS and the simulator up, everything through the deployed functions, then counted."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file
from pathlib import Path
from types import TracebackType
from typing import Any

from springhead.errors import ConfigError, PluginError, Unavailable
from springhead.plugins import load_sources
from springhead.settings import load_settings
from springhead_contracts import keys
from springhead_runner import local
from springhead_runner.cli.run import problems
from springhead_runner.cli.target import OUTPUTS
from springhead_runner.seeds import read_list
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import SORT_KEY, EntryStore
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.subjects import SubjectStore

from springhead_demo import celebrities_file
from springhead_demo.crashes import Crashes
from springhead_demo.simulator import Faults, Simulator, generate_people, load_people

__all__ = ["FAULTS", "Demo"]

#: What the simulated sources do wrong, as shares of requests or of people.
FAULTS = Faults(
    rate_limited=0.01,  # each one halts its host for the second that Retry-After names: most of a demo's time
    server_error=0.02,
    truncated=0.01,
    malformed=0.005,
    namesakes=0.08,
    not_found=0.03,
    wrong_birth_date=0.05,
    alias_only=0.05,
    not_a_person=0.02,
    retry_after=1,
)
RULE = "celebrity-weekly-scrape"
#: Secrets of the rule's sources. News needs none: Google News has no key, and NewsAPI grants 100 questions a day.
SECRETS = ("TMDB_TOKEN", "INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_USER_ID", "THREADS_ACCESS_TOKEN")
#: What the simulated services know us by; Instagram's Graph API knows a reader by number.
SIMULATED = {name: f"simulated-{name.lower().replace('_', '-')}" for name in SECRETS} | {
    "INSTAGRAM_USER_ID": "17841400000000001"
}
#: Functions that can ask nobody without these: their sites' robots.txt forbids the pages.
NEEDED = {"scraper-social": SECRETS[1:]}
#: Faster than the declared rates, which protect the real hosts; the simulator needs no protection.
RATE_SCALE = 60.0
#: Seconds after which a run that does not end is given up, and per subject on top of it.
PATIENCE, PATIENCE_PER_SUBJECT = 120.0, 1.0


class Demo:
    """One demo: a context that owns its embedded AWS and its simulator and ends both.

    Args:
        home: Folder for everything; the caller removes it.
        count: How many celebrities.
        live: Ask the real sources.
        say: Takes the lines that tell what happens.
    """

    def __init__(self, home: Path, count: int, *, live: bool, say: Callable[[str], None]) -> None:
        self._home = home
        self._count = count
        self._live = live
        self._say = say
        self._stack = ExitStack()
        self._entries: dict[str, dict[str, Any]] = {}
        self._reports: dict[str, Any] = {}

    def __enter__(self) -> Demo:
        try:
            return self._start()
        except BaseException:
            self._stack.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> Demo:
        with as_file(celebrities_file()) as path:
            people = load_people(path)[: self._count]
        if self._live and self._count > len(people):
            raise ConfigError(f"--live knows {len(people)} celebrities, not {self._count}", hint="lower --subjects")
        if self._count > len(people):
            people += generate_people(self._count - len(people), seed=1)
        self._list = self._home / "celebrities.json"
        self._list.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
        if self._live:
            secrets = {name: value for name in SECRETS if (value := os.environ.get(name))}
            if "TMDB_TOKEN" not in secrets:
                raise ConfigError("--live needs TMDB_TOKEN, and it is not set", hint="export TMDB_TOKEN=…")
            upstream, scale = "", "1"
            self._say("Sources: the real ones, at their own pace.")
        else:
            secrets = SIMULATED
            simulator = self._stack.enter_context(Simulator(people, seed=1, faults=FAULTS))
            upstream, scale = simulator.url, str(RATE_SCALE)
            self._say(f"Sources: simulated on this machine ({upstream}), faults included; --live asks the real ones.")
        # Built zips are kept between demos: that is most of the second demo's speed.
        cache = load_settings().home / "cache"
        instance = local.up(
            self._home,
            log=lambda line: self._say(f"  {line}"),
            parameters={"Upstream": upstream, "RateScale": scale},
            cache=cache,
            # A scraper that cannot work has its retries behind it within a second, and is named.
            environment={"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2"},
        )
        self._stack.callback(local.down, self._home)
        # The demo's own stack, whatever names the environment has.
        names = {setting: instance.outputs[output] for setting, output in OUTPUTS.items()}
        self.aws = Aws(load_settings(endpoint=instance.endpoint, stage="prod").model_copy(update=names))
        self._secrets = frozenset(secrets)
        for name, value in secrets.items():
            self.aws.ssm.put_parameter(
                Name=f"/springhead/prod/{name}", Value=value, Type="SecureString", Overwrite=True
            )
        return self

    def run(self, *, progress: bool) -> dict[str, Any]:
        """Seed, scrape, wait for the enrichment, count.

        Raises:
            Unavailable: A scraper did not end in time.
        """
        accepted, refused = read_list(self._list, datetime.now(UTC))
        store = SubjectStore(self.aws)
        seeded = sum(store.add(record) for record in accepted)
        self._say(f"Seeded {seeded} metadata records" + (f", refused {len(refused)}" if refused else "") + ".")
        started = time.monotonic()
        time_of_run = keys.format_time(keys.slot(datetime.now(UTC)))
        targets = self._targets()
        self._say(f"Rule {RULE}, T = {time_of_run}: {', '.join(targets)} start together.")
        self._invoke(targets, time_of_run)
        # A function of a group has several sources, each with entries and a report of its own.
        sources = [source.name for name in targets for source in load_sources(name.removeprefix("scraper-"))]
        reports = self._reports = self._wait(sources, time_of_run, started, progress=progress)
        seconds = round(time.monotonic() - started, 2)
        return self._result(reports, seeded, seconds)

    def _targets(self) -> dict[str, str]:
        """Functions that the deployed rule starts, and the input that each is given."""
        events = self.aws.client("events")
        found = events.list_targets_by_rule(Rule=RULE)["Targets"]
        targets = {t["Id"]: t["InputTransformer"]["InputTemplate"] for t in found}
        for name, needed in NEEDED.items():
            if name in targets and (missing := [secret for secret in needed if secret not in self._secrets]):
                self._say(f"Left out, since {', '.join(missing)} is not set: {name}.")
                del targets[name]
        return targets

    def _invoke(self, targets: dict[str, str], time_of_run: str) -> None:
        """Start all targets at once, as EventBridge does: asynchronously, with the transformed event."""
        functions = self.aws.client("lambda")

        def start(name: str, template: str) -> None:
            payload = template.replace("<time>", json.dumps(time_of_run))
            functions.invoke(FunctionName=name, InvocationType="Event", Payload=payload.encode())

        threads = [threading.Thread(target=start, args=item) for item in targets.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _wait(self, sources: list[str], time_of_run: str, started: float, *, progress: bool) -> dict[str, Any]:
        reports: dict[str, Any] = {}
        store, counts, crashes = Reports(self.aws), EntryStore(self.aws), Crashes(self.aws)
        patience = started + PATIENCE + PATIENCE_PER_SUBJECT * self._count * (10 if self._live else 1)
        while True:
            for source in sources:
                report = None if source in reports else store.get(keys.run_id(source, time_of_run))
                if report is not None and report["status"] != "in_progress":
                    reports[source] = report
            found = counts.counts()
            entries = sum(found.get(source, {}).get("entries", 0) for source in sources)
            enriched = sum(found.get(source, {}).get("enriched", 0) for source in sources)
            failed = sum(found.get(source, {}).get("failed", 0) for source in sources)
            if progress:
                line = (
                    f"\r\033[K  {entries} entries, {enriched} enriched, {len(reports)} of {len(sources)} sources done"
                )
                print(line, end="", file=sys.stderr, flush=True)
            # An entry that cannot be enriched has its own dead letter, and nothing more will come of it here.
            if len(reports) == len(sources) and enriched + failed == entries:
                break
            if crash := crashes.look():
                raise PluginError(crash, hint=f"the functions' log has more: {self._kept_log()}")
            if time.monotonic() > patience:
                missing = ", ".join(source for source in sources if source not in reports)
                what = f"{missing} did not end" if missing else f"{entries - enriched} entries are not enriched"
                raise Unavailable(f"{what} in time", hint=f"read the log: {self._kept_log()}")
            time.sleep(0.2)
        if progress:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        return reports

    def _kept_log(self) -> Path:
        """The log, moved to where it outlives the demo's folder."""
        kept = load_settings().home / "demo.log"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._home / "embedded-aws.log", kept)
        return kept

    def _result(self, reports: dict[str, Any], subjects: int, seconds: float) -> dict[str, Any]:
        result: dict[str, Any] = {
            "subjects": subjects,
            "expected": 0,
            "lost": 0,
            "duplicates": 0,
            "seconds": seconds,
            "sources": {},
        }
        stored = self._items()
        letters = list(DeadLetters(self.aws).all())
        for source, report in reports.items():
            items = [item for item in stored if item["metadata"]["source_type"] == source]
            people = Counter(item["celebrity_id"] for item in items)
            # Counted from what is stored, not from what the run says of itself; somebody can have both of these.
            failed = {
                letter["subject_id"] for letter in letters if (letter["source"], letter["kind"]) == (source, "scrape")
            }
            metrics = report["metrics"]
            result["expected"] += subjects - report["not_found"]
            result["lost"] += max(0, subjects - len(people.keys() | failed) - report["not_found"])
            result["duplicates"] += len(items) - len(people)
            result["sources"][source] = {
                "written": len(items),
                "enriched": sum(item["weight"] is not None and item["sentiment"] is not None for item in items),
                "not_found": report["not_found"],
                "dead_letters": report["dead_lettered"],
                "retried": metrics["retried_requests"],
                "requests": metrics["request_count"],
                **(
                    {"units": metrics["quota_units"], "quota": metrics["quota_limit"]}
                    if "quota_units" in metrics
                    else {}
                ),
                "bytes": metrics["total_bytes"],
                "csv_files": report["backup"]["parts"],
                "csv": report["backup"]["prefix"],
                "seconds": round(report["duration"] / 1000, 2),
            }
            self._entries |= {f"{source} {item['celebrity_id']}": item for item in items}
        return result

    def _items(self) -> list[dict[str, Any]]:
        """The entries as they are in the table, read again rather than believed."""
        store = EntryStore(self.aws)
        found = (item for subject in SubjectStore(self.aws).all() for item in store.of_celebrity(subject.id))
        return [item for item in found if item[SORT_KEY] != keys.METADATA_SORT_KEY]

    def unusable(self) -> list[str]:
        """Sources that could not be used at all: no network, no right key, a block."""
        return [source for source, report in self._reports.items() if report["health"] == "unhealthy"]

    def troubles(self) -> list[str]:
        """Why those sources could not be used, one line each."""
        return [f"{source}: {problems(self._reports[source], limit=1)[0]}" for source in self.unusable()]

    def samples(self) -> list[dict[str, Any]]:
        """Three entries that are worth a look: of different people and sources, the heaviest of each."""
        chosen: list[dict[str, Any]] = []
        ranked = sorted(self._entries.values(), key=lambda item: (-(item["weight"] or 0), item["celebrity_id"]))
        for wanted in ("positive", "negative", "neutral"):
            for item in ranked:
                taken = {(c["celebrity_id"]) for c in chosen}
                if item["sentiment"] == wanted and item["celebrity_id"] not in taken:
                    chosen.append(item)
                    break
        for item in ranked:
            if len(chosen) < 3 and item not in chosen:
                chosen.append(item)
        return chosen
