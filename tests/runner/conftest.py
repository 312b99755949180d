from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest
from springhead.clock import SystemClock
from springhead.entries import Run
from springhead.settings import Settings
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_runner import local
from springhead_runner.enrich.handler import Enricher
from springhead_runner.local.stack import template_path
from springhead_runner.scrape.run import run_on_aws
from springhead_runner.seeds import read_list
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.subjects import SubjectStore
from springhead_runner.stores.values import encode_item


def _load(name: str) -> Any:
    """A helper module beside this file: test folders are no packages to import from."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dynamodb_local = _load("dynamodb_local")
_load("event_filter")
stream_driver = _load("stream_driver")
queue_driver = _load("queue_driver")
wire_proxy = _load("wire_proxy")

T = "2025-11-09T02:00:00Z"
TOKEN = "token-of-the-tests"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # Where its tools are absent there is no such test: nothing is skipped, and the summary says it once.
    if "judge" in metafunc.fixturenames:
        judges = ["ministack", *([] if dynamodb_local.absent() else ["dynamodb-local"])]
        metafunc.parametrize("judge", judges, indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = dynamodb_local.absent()
    state = f"absent ({', '.join(missing)})" if missing else "judged the stores, too"
    terminalreporter.write_line(f"DynamoDB Local: {state}")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of one embedded AWS for all tests; tables and buckets are made per test."""
    instance = local.start(tmp_path_factory.mktemp("embedded"), log=lambda line: None)
    try:
        yield instance.endpoint
    finally:
        local.stop(instance)


@pytest.fixture(scope="session")
def strict_judge() -> Iterator[str]:
    """Address of DynamoDB Local, started once for all tests."""
    cache = Path(platformdirs.user_cache_dir("springhead-tests", appauthor=False))
    cache.mkdir(parents=True, exist_ok=True)
    with dynamodb_local.running(cache) as endpoint:
        yield endpoint


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> str:
    """Address of the DynamoDB that judges."""
    address: str = request.getfixturevalue({"ministack": "embedded", "dynamodb-local": "strict_judge"}[request.param])
    return address


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(template_path().read_text())
    return loaded


@pytest.fixture(scope="session")
def fresh(embedded: str, template: dict[str, Any]) -> Callable[..., Aws]:
    """Make clients with tables (as the committed template has them), buckets and a queue of their own."""

    # Opening a client takes longer than most of what is done with it.
    shared = Aws(Settings(endpoint=embedded, region="us-east-1"))
    clients = {name: getattr(shared, name) for name in ("dynamodb", "s3", "sqs", "ssm")}
    others: dict[str, Any] = {embedded: shared.dynamodb}

    def make(dynamodb: str = embedded, **settings: Any) -> Aws:
        mark = uuid.uuid4().hex[:12]
        aws = Aws(
            Settings(
                endpoint=embedded,
                region="us-east-1",
                table_name=f"celebrity-{mark}",
                operations_table_name=f"operations-{mark}",
                raw_bucket=f"raw-{mark}",
                backup_bucket=f"backup-{mark}",
                dead_letter_bucket=f"letters-{mark}",
                **settings,
            )
        )
        if dynamodb not in others:
            others[dynamodb] = Aws(shared.settings.model_copy(update={"endpoint": dynamodb})).dynamodb
        aws.__dict__.update(clients, dynamodb=others[dynamodb])
        for logical, name in (
            ("CelebrityTable", aws.settings.table),
            ("OperationsTable", aws.settings.operations_table),
        ):
            properties = template["Resources"][logical]["Properties"]
            wanted = {"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"}
            definition = {k: v for k, v in properties.items() if k in wanted}
            if "StreamSpecification" in properties:
                definition["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
            aws.dynamodb.create_table(TableName=name, **definition)
        for bucket in (aws.settings.raw_bucket, aws.settings.backup_bucket, aws.settings.dead_letter_bucket):
            aws.s3.create_bucket(Bucket=bucket)
        url = aws.sqs.create_queue(QueueName=f"letters-{mark}")["QueueUrl"]
        made = Aws(aws.settings.model_copy(update={"dead_letter_queue": url}))
        made.__dict__.update(clients, dynamodb=others[dynamodb])
        return made

    return make


@pytest.fixture
def aws(fresh: Callable[..., Aws]) -> Aws:
    return fresh()


@pytest.fixture
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Start simulators of the sources; they end with the test."""
    with ExitStack() as stack:

        def start(people: list[dict[str, Any]], seed: int = 1, **faults: Any) -> Simulator:
            return stack.enter_context(Simulator(people, seed=seed, faults=Faults(**{"retry_after": 0, **faults})))

        yield start


@pytest.fixture(scope="session")
def people() -> Callable[[int], list[dict[str, Any]]]:
    return lambda count: list(generate_people(count, seed=5))


class QuickClock(SystemClock):
    """The real time, but nobody waits: what would be slept is added."""

    def __init__(self) -> None:
        self._slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._slept

    async def sleep(self, seconds: float) -> None:
        self._slept += max(0.0, seconds)
        await asyncio.sleep(0)


class Bench:
    """A seeded table, a simulator that knows its people, and the steps of a run."""

    def __init__(self, aws: Aws, people: list[dict[str, Any]], folder: Path) -> None:
        self.aws, self.people, self.entries = aws, people, EntryStore(aws)
        path = folder / f"{uuid.uuid4().hex}.json"
        path.write_text(json.dumps(people))
        accepted, refused = read_list(path, SystemClock().now())
        assert not refused
        self.subjects = SubjectStore(aws)
        for record in accepted:
            assert self.subjects.add(record)

    def scrape(
        self, source: str = "tmdb", time: str = T, ids: list[str] | None = None, **options: Any
    ) -> dict[str, Any]:
        run = Run.at(source, time)
        return asyncio.run(run_on_aws(self.aws, run, subject_ids=ids, clock=QuickClock(), **options))

    def raw(self, prefix: str = "") -> dict[tuple[str, str], dict[str, Any]]:
        """All scraper entries in DynamoDB's own form, by their keys."""
        found, request = {}, {"TableName": self.aws.settings.table, "ConsistentRead": True}
        while True:
            answer = self.aws.dynamodb.scan(**request)
            for item in answer["Items"]:
                key = item["celebrity_id"]["S"], item["source_type#timestamp"]["S"]
                if not key[1].startswith("metadata#") and key[1].startswith(prefix):
                    found[key] = item
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def enrich(self, items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """What the stream does: hand items, as DynamoDB has them, to the enricher."""
        records = [stream_record(item, n) for n, item in enumerate(items or list(self.raw().values()))]
        return Enricher(self.aws).batch(records)


def stream_record(item: dict[str, Any] | None, number: int = 1, kind: str = "INSERT") -> dict[str, Any]:
    """A record as a DynamoDB stream delivers it."""
    change: dict[str, Any] = {"SequenceNumber": f"{number:021}", "StreamViewType": "NEW_AND_OLD_IMAGES"}
    if item is not None:
        change["Keys"] = {k: item[k] for k in ("celebrity_id", "source_type#timestamp") if k in item}
        change["OldImage" if kind == "REMOVE" else "NewImage"] = item
    return {"eventID": f"event{number}", "eventName": kind, "eventSource": "aws:dynamodb", "dynamodb": change}


def entry(
    celebrity_id: str = "celeb_001", sha: str = "a", raw_text: str = '{"name": "A"}', **more: Any
) -> dict[str, Any]:
    """A scraper entry with the least that a writer gives it."""
    return {
        "celebrity_id": celebrity_id,
        "source_type#timestamp": f"tmdb#{T}",
        "id": f"entry-{celebrity_id}",
        "name": "周潤發",
        "raw_text": raw_text,
        "source": "https://api.themoviedb.org/3/person/search",
        "timestamp": T,
        "weight": None,
        "sentiment": None,
        "metadata": {
            "scraper_name": "scraper-tmdb",
            "source_type": "tmdb",
            "processed": False,
            "error": None,
            "retry_count": 0,
            "raw_sha256": sha * 64 if len(sha) == 1 else sha,
            "run_id": f"tmdb@{T}",
        },
        **more,
    }


@pytest.fixture
def bench(
    fresh: Callable[..., Aws],
    simulate: Callable[..., Simulator],
    people: Callable[[int], list[dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Bench]:
    """Make a bench; several of one test share nothing but the simulator, if it is given."""
    monkeypatch.setenv("TMDB_TOKEN", TOKEN)

    def make(count: int = 8, simulator: Simulator | None = None, **faults: Any) -> Bench:
        known = people(count)
        upstream = simulator or simulate(known, **faults)
        made = Bench(fresh(upstream=upstream.url, rate_scale=1000.0), known, tmp_path)
        made.simulator = upstream  # type: ignore[attr-defined]
        return made

    return make


@pytest.fixture(scope="session")
def kit() -> SimpleNamespace:
    """Helpers, since test folders are no packages to import from."""
    return SimpleNamespace(
        stream=stream_driver, queue=queue_driver, proxy=wire_proxy, T=T, TOKEN=TOKEN, QuickClock=QuickClock,
        Bench=Bench, entry=entry, item=lambda **k: encode_item(entry(**k)), stream_record=stream_record,
    )  # fmt: skip
