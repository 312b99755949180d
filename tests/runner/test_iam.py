"""Roles against what handlers do: all their calls, taken from the wire while they work, and the committed template.

Every handler runs with its function's own settings, in front of embedded AWS, through a proxy that writes down each
request. A request that the function's role does not allow fails the test, and so does a right that nobody used and
nobody has given a reason for.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from springhead import plugins
from springhead_demo.simulator import Faults, Simulator
from springhead_deploy.lake import SOURCE_BUCKETS
from springhead_deploy.units import Unit, units_of
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.values import encode_item

_path = Path(__file__).parents[1] / "deploy" / "deployed.py"
_spec = importlib.util.spec_from_file_location("deployed", _path)
assert _spec is not None and _spec.loader is not None
deployed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(deployed)

pytestmark = pytest.mark.embedded

UNITS = units_of([source for plugin in plugins.catalogue() for source in plugin.sources])
EXEMPT = [
    {"host": host, "until": "2099-01-01", "reason": "a test"} for host in ("www.instagram.com", "www.threads.com")
]
PLACES = [("IL CANTINORI", "NEW YORK"), ("DIN TAI FUNG", "SEATTLE"), ("Chez Panisse", "BERKELEY"), ("Zuni", "PARIS")]
#: Rights that no call of a handler shows, by statement and action → who uses them, or what would be without them.
NOT_CALLED = {
    ("Logs", "logs:CreateLogStream"): "Lambda writes the log with the function's role",
    ("Logs", "logs:PutLogEvents"): "Lambda writes the log with the function's role",
    ("Work", "sqs:ChangeMessageVisibility"): "the queue's mapping polls with the function's role",
    ("Work", "sqs:DeleteMessage"): "the queue's mapping polls with the function's role",
    ("Work", "sqs:GetQueueAttributes"): "the queue's mapping polls with the function's role",
    ("Work", "sqs:ReceiveMessage"): "the queue's mapping polls with the function's role",
    ("Stream", "dynamodb:DescribeStream"): "the stream's mapping reads with the function's role",
    ("Stream", "dynamodb:GetRecords"): "the stream's mapping reads with the function's role",
    ("Stream", "dynamodb:GetShardIterator"): "the stream's mapping reads with the function's role",
    ("Streams", "dynamodb:ListStreams"): "the stream's mapping reads with the function's role",
    ("StreamFailures", "sqs:SendMessage"): "the stream's mapping leaves failed batches with the function's role",
    ("RawKeys", "s3:ListBucket"): "without it, S3 tells of a missing object as denied",
    ("SubjectLists", "s3:ListBucket"): "without it, S3 tells of a missing list as denied",
    ("RowKeys", "s3:ListBucket"): "without it, S3 tells of a missing file as denied",
    ("BackupVersions", "s3:ListBucket"): "without it, S3 tells of a missing file as denied",
    ("Tables", "s3:AbortMultipartUpload"): "only where an upload breaks off",
    ("Tables", "s3:DeleteObject"): "only where a commit did not go through and its files are given up",
    ("DeadLetters", "sqs:SendMessage"): "Lambda leaves an event that failed for good with the function's role",
    ("SettledLetters", "s3:GetObject"): "only where two attempts at one run leave letters at the same time, or a quota",
    ("Entries", "dynamodb:UpdateItem"): "only where a subject's identities were not known before",
}


@dataclass(frozen=True)
class Need:
    """A right that a call takes; ``prefix`` is what S3 compares ``s3:prefix`` with."""

    action: str
    resource: str
    prefix: str | None = None


@dataclass
class Account:
    """Embedded resources under the template's names."""

    aws: Aws
    template: Any
    #: Name in the template as ``Deployed`` shows it → name (or address) here.
    names: dict[str, str] = field(default_factory=dict)

    def environment(self, function: str) -> dict[str, str]:
        """The function's variables with the names of here."""
        variables = self.template.properties(function)["Environment"]["Variables"]
        return {name: self._here(str(value)) for name, value in variables.items() if name != "PYTHONPATH"}

    def _here(self, value: str) -> str:
        for name in sorted(self.names, key=len, reverse=True):
            value = value.replace(name, self.names[name])
        return value

    def arn(self, service: str, name: str, rest: str = "") -> str:
        there = next(there for there, here in reversed(self.names.items()) if here == name)
        if there.startswith("<"):
            return f"<{there.strip('<>')}.Arn>{rest}"
        assert service == "s3"
        return f"arn:aws:s3:::{there}{rest}"

    def needs(self, call: Any) -> Iterator[Need]:
        """What a request on the wire needs."""
        service, _, operation = call.operation.partition(".")
        if service == "DynamoDB":
            yield from self._dynamodb(operation, call.body)
        elif service == "AmazonSQS":
            yield Need(f"sqs:{operation.removesuffix('Batch')}", self.arn("sqs", call.body["QueueUrl"]))
        elif service == "AmazonSSM":
            yield Need(f"ssm:{operation}", f"arn:aws:ssm:us-east-1:1234:parameter{call.body['Name']}")
        elif service == "AWSGlue":
            yield from self._glue(operation, call.body)
        else:
            yield from self._s3(call.operation.partition(" ")[0], call.path)

    def _dynamodb(self, operation: str, body: dict[str, Any]) -> Iterator[Need]:
        if operation == "TransactWriteItems":  # AWS asks for the right to each of its steps
            for step in body["TransactItems"]:
                for kind, inner in step.items():
                    action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                    yield Need(f"dynamodb:{action}", self.arn("dynamodb", inner["TableName"]))
            return
        assert "TableName" in body, f"teach this test {operation}"
        rest = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield Need(f"dynamodb:{operation}", self.arn("dynamodb", body["TableName"], rest))

    def statements(self, role: str) -> dict[str, dict[str, Any]]:
        """A role's statements, with one name for each bucket."""
        found: dict[str, dict[str, Any]] = self.template.statements(role)
        for statement in found.values():
            for own, name in SOURCE_BUCKETS.items():
                arn = f"arn:aws:s3:::{name}"
                statement["Resource"] = [r.replace(f"<{own}.Arn>", arn) for r in statement["Resource"]]
        return found

    def _glue(self, operation: str, body: dict[str, Any]) -> Iterator[Need]:
        database = body.get("DatabaseName") or body["Name"]
        name = {here: there for there, here in self.names.items()}[database]
        table = (body.get("TableInput") or {}).get("Name") or (body.get("Name") if "DatabaseName" in body else None)
        for part in ("catalog", f"database/{name}", *([f"table/{name}/{table}"] if table else [])):
            yield Need(f"glue:{operation}", f"arn:aws:glue:us-east-1:1234:{part}")

    def _s3(self, method: str, path: str) -> Iterator[Need]:
        split = urlsplit(path)
        _, bucket, *parts = unquote(split.path).split("/", 2)
        key, query = "".join(parts), parse_qs(split.query, keep_blank_values=True)
        if not key:
            reading = method in {"GET", "HEAD"}
            assert reading or "delete" in query, f"teach this test {method} {path}"
            if reading:
                action = "s3:ListBucketVersions" if "versions" in query else "s3:ListBucket"
                yield Need(action, self.arn("s3", bucket), query.get("prefix", [""])[0])
            else:
                yield Need("s3:DeleteObject", self.arn("s3", bucket, "/iceberg/many"))
            return
        version = "Version" if "versionId" in query else ""
        if "uploadId" in query and method == "DELETE":
            action = "s3:AbortMultipartUpload"
        else:
            action = {"GET": f"s3:GetObject{version}", "HEAD": f"s3:GetObject{version}", "PUT": "s3:PutObject",
                      "POST": "s3:PutObject", "DELETE": f"s3:DeleteObject{version}"}[method]  # fmt: skip
        yield Need(action, self.arn("s3", bucket, f"/{key}"))


def matches(pattern: str, value: str) -> bool:
    """AWS's wildcards: a star is any text, a question mark any character."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.S) is not None


def granted(statements: dict[str, dict[str, Any]], need: Need) -> list[tuple[str, str]]:
    """Statements that allow it, with the action."""
    found = []
    for sid, statement in statements.items():
        conditions = statement.get("Condition", {})
        assert set(conditions) <= {"StringLike"} and set(conditions.get("StringLike", {})) <= {"s3:prefix"}
        prefixes = conditions.get("StringLike", {}).get("s3:prefix")
        fits = prefixes is None or any(matches(prefix, need.prefix or "") for prefix in prefixes)
        resources = any(matches(resource, need.resource) for resource in statement["Resource"])
        if statement["Effect"] == "Allow" and need.action in statement["Action"] and resources and fits:
            found.append((sid, need.action))
    return found


def judge(account: Account, role: str, calls: Iterable[Any]) -> tuple[set[Need], set[tuple[str, str]]]:
    """What the role lacks, and the rights that nobody used, without those of ``NOT_CALLED``."""
    statements = account.statements(role)
    needs = {need for call in calls for need in account.needs(call)}
    used = {grant for need in needs for grant in granted(statements, need)}
    lacking = {need for need in needs if not granted(statements, need)}
    given = {(sid, action) for sid, statement in statements.items() for action in statement["Action"]}
    return lacking, given - used - NOT_CALLED.keys()


def report(lacking: set[Need], unused: set[tuple[str, str]]) -> str:
    return "\n".join(
        [*(f"lacks {n.action} on {n.resource}" for n in lacking), *(f"never used: {s}: {a}" for s, a in unused)]
    )


def test_the_judge_sees_what_is_lacking_and_what_is_too_much() -> None:
    statements = {
        "Keys": {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["<B.Arn>"],
                 "Condition": {"StringLike": {"s3:prefix": ["scrape/tmdb/*"]}}},
        "Put": {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["<B.Arn>/a_*"]},
    }  # fmt: skip
    account: Any = SimpleNamespace(statements=lambda role: statements, needs=lambda call: [Need(*call)])
    calls = [("s3:ListBucket", "<B.Arn>", "scrape/tmdb/2025/"), ("s3:PutObject", "<B.Arn>/a_1.csv")]
    assert judge(account, "r", calls) == (set(), set())
    assert judge(account, "r", calls[:1]) == (set(), {("Put", "s3:PutObject")})
    for wrong in (
        ("s3:ListBucket", "<B.Arn>", "scrape/wikipedia/"),
        ("s3:ListBucket", "<B.Arn>"),
        ("s3:PutObject", "<B.Arn>/b.csv"),
        ("s3:PutObject", "<C.Arn>/a_1.csv"),
        ("s3:GetObject", "<B.Arn>/a_1.csv"),
    ):
        assert judge(account, "r", [*calls, wrong])[0] == {Need(*wrong)}


# The handlers at work


@pytest.fixture
def account(fresh: Callable[..., Aws]) -> Account:
    aws = fresh()
    template = deployed.Deployed(deployed.committed(), ImageUri="springhead:1")
    mark = uuid.uuid4().hex[:8]
    made = Account(aws, template)
    settings = aws.settings
    buckets = {own: f"{own.lower()}-{mark}" for own in ("LakeBucket", "RestaurantBackupBucket", "PostBackupBucket")}
    for name in buckets.values():
        aws.s3.create_bucket(Bucket=name)
    queues = {own: aws.sqs.create_queue(QueueName=f"{own}-{mark}")["QueueUrl"]
              for own, resource in template.resources.items()
              if resource["Type"] == "AWS::SQS::Queue" and own.endswith("Work")}  # fmt: skip
    made.names = {
        "<CelebrityTable>": settings.table,
        "<OperationsTable>": settings.operations_table,
        "<RawBucket>": str(settings.raw_bucket),
        "<BackupBucket>": str(settings.backup_bucket),
        "<DeadLetterBucket>": str(settings.dead_letter_bucket),
        "<DeadLetterQueue>": str(settings.dead_letter_queue),
        "<LakeDatabase>": f"lake_{mark}",
        "<LakeBucket>": buckets["LakeBucket"],
        **{f"<{own}>": buckets[own] for own in SOURCE_BUCKETS},
        **{name: buckets[own] for own, name in SOURCE_BUCKETS.items()},
        **{f"<{own}>": url for own, url in queues.items()},
    }
    return made


@pytest.fixture
def act(account: Account, kit: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Call a function's handler with its own settings; the proxy's calls are at ``act.calls``."""
    with kit.proxy.proxied(str(account.aws.settings.endpoint)) as proxy:
        for own in {name for unit in UNITS for name in unit.secrets}:
            monkeypatch.delenv(own, raising=False)

        def call(function: str, event: Any, **settings: str) -> Any:
            environment = {
                "AWS_REGION": "us-east-1",
                "SPRINGHEAD_ROBOTS_EXEMPTIONS": json.dumps(EXEMPT),
                "SPRINGHEAD_RATE_SCALE": "1000" if "SPRINGHEAD_UPSTREAM" in settings else "1",
                "AWS_ENDPOINT_URL": proxy.url,
                **settings,
            }
            properties = account.template.properties(function)
            named = properties.get("ImageConfig", {}).get("Command", [properties.get("Handler")])[0]
            module = importlib.import_module(named.rpartition(".")[0])
            for name in ("_aws", "_enricher"):
                if hasattr(module, name):
                    getattr(module, name).cache_clear()
            with monkeypatch.context() as patch:
                for name, value in {**account.environment(function), **environment}.items():
                    patch.setenv(name, value)
                return module.handler(event, None)

        call.calls = proxy.calls  # type: ignore[attr-defined]
        yield call


@pytest.fixture
def secrets(account: Account) -> Iterator[None]:
    """All sources' keys, in the parameter store and nowhere else."""
    names = sorted({f"/springhead/prod/{name}" for unit in UNITS for name in unit.secrets})
    for name in names:
        value = "17841400000000000" if name.endswith("_USER_ID") else "token-of-the-tests"
        account.aws.ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    yield
    for name in names:
        account.aws.ssm.delete_parameter(Name=name)


@pytest.fixture
def upstream() -> Iterator[Callable[..., str]]:
    """Start simulators of all sources; returns their addresses."""
    places = [{"restaurant_name": name, "city": city} for name, city in PLACES]
    with ExitStack() as stack:

        def start(people: list[dict[str, Any]], **faults: float) -> str:
            asked = Faults(retry_after=0, **faults)  # type: ignore[arg-type]
            return stack.enter_context(Simulator(people, seed=1, faults=asked, places=places)).url

        yield start


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_scraper_may_do_what_it_does_and_no_more(
    unit: Unit,
    account: Account,
    act: Any,
    secrets: None,
    upstream: Any,
    people: Any,
    kit: Any,
    tmp_path: Any,
) -> None:
    function = "".join(part.title() for part in re.split(r"[-_]", unit.function))
    known = people(4)
    kit.Bench(account.aws, known, tmp_path)
    if unit.has_list:
        list_subjects(account, function, unit)
    broken, well = upstream(known, malformed=1.0), upstream(known)
    # Everybody fails, then everybody is done and the letters go.
    act(function, {"time": kit.T}, SPRINGHEAD_UPSTREAM=broken)
    act(function, {"time": kit.T}, SPRINGHEAD_UPSTREAM=well)
    if not unit.has_list:
        act(function, {"time": kit.T, "subjects": [known[0]["celebrity_id"]]}, SPRINGHEAD_UPSTREAM=well)
    # The quota ends, and the rest is done when there is one again.
    quotas = json.dumps({source.name: 1 for source in unit.members})
    act(function, {"time": "2025-11-16T02:00:00Z"}, SPRINGHEAD_UPSTREAM=well, SPRINGHEAD_QUOTAS=quotas)
    act(function, {"resume": True}, SPRINGHEAD_UPSTREAM=well)
    # Too slow for one invocation: batches go to the queue and come back. Rows of one file are never split.
    if not unit.emits_rows:
        slow = {"SPRINGHEAD_RATE_SCALE": "0.0001"}
        act(function, {"time": "2025-11-23T02:00:00Z"}, SPRINGHEAD_UPSTREAM=well, **slow)
        batches = messages(account, f"<{function}Work>")
        assert len(batches) > 1
        for record in batches:
            assert act(function, {"Records": [record]}, SPRINGHEAD_UPSTREAM=well) == {"batchItemFailures": []}
    lacking, unused = judge(account, f"{function}Role", act.calls)
    assert not lacking and not unused, report(lacking, unused)


def list_subjects(account: Account, function: str, unit: Unit) -> None:
    place = urlsplit(account.environment(function)["SPRINGHEAD_SUBJECTS"])
    rows = {
        "instagram_posts": "search_term\n#food\n#ramen\n",
        "instagram_restaurants": "restaurant_name,city\n" + "".join(f"{name},{city}\n" for name, city in PLACES),
    }[unit.name]
    account.aws.s3.put_object(Bucket=place.netloc, Key=place.path[1:], Body=rows.encode())


def messages(account: Account, queue: str) -> list[dict[str, Any]]:
    found = []
    while True:
        url = account.names[queue]
        answer = account.aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600)
        if not answer.get("Messages"):
            return found
        found += [
            {"messageId": message["MessageId"], "body": message["Body"], "receiptHandle": message["ReceiptHandle"],
             "eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}}
            for message in answer["Messages"]
        ]  # fmt: skip


def test_the_post_processor_and_its_sweep_may_do_what_they_do(
    account: Account, act: Any, secrets: None, upstream: Any, people: Any, kit: Any, tmp_path: Any
) -> None:
    known = people(6)
    bench = kit.Bench(account.aws, known, tmp_path)
    act("ScraperTmdb", {"time": kit.T}, SPRINGHEAD_UPSTREAM=upstream(known))
    stored = bench.raw("tmdb#")
    assert len(stored) >= 3
    # One whose text lies in S3, one whose text has gone, one that cannot be read.
    items = list(stored.values())
    items[0], items[1] = (moved(account, item, there) for item, there in ((items[0], True), (items[1], False)))
    poison = {name: value for name, value in items[2].items() if name != "source"}
    for function in ("PostProcessor", "PostProcessorSweep"):
        act.calls.clear()
        if function == "PostProcessor":
            records = [kit.stream_record(item, number) for number, item in enumerate([*items, poison], 1)]
            act(function, {"Records": records})
        else:
            for item in items:
                old = {**item["metadata"]["M"], "last_updated": {"S": kit.T}}
                old_item = {**item, "metadata": {"M": old}}
                account.aws.dynamodb.put_item(TableName=account.aws.settings.table, Item=old_item)
            swept = act(function, {"since": "2025-11-01T00:00:00Z"})
            assert swept["found"] >= 3
        lacking, unused = judge(account, f"{function}Role", act.calls)
        assert not lacking and not unused, report(lacking, unused)


def moved(account: Account, item: dict[str, Any], there: bool) -> dict[str, Any]:
    """The entry with its text in S3, or with a reference to what is not there."""
    bucket, key = str(account.aws.settings.raw_bucket), f"raw/aa/{uuid.uuid4().hex}"
    if there:
        account.aws.s3.put_object(Bucket=bucket, Key=key, Body=item["raw_text"]["S"].encode())
    reference = encode_item({"r": {"bucket": bucket, "key": key, "sha256": "0" * 64, "bytes": 1}})["r"]
    changed = {**item, "raw_text": {"S": ""}, "metadata": {"M": {**item["metadata"]["M"], "raw_ref": reference}}}
    account.aws.dynamodb.put_item(TableName=account.aws.settings.table, Item=changed)
    return changed


COLUMNS = "search_term,post_id,creator,posted_date,likes,comments,hashtags,caption,image_description,post_url,status"


def test_the_lake_may_do_what_it_does(account: Account, act: Any) -> None:
    bucket = account.names["<PostBackupBucket>"]
    account.aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    glue = account.aws.client("glue")
    glue.create_database(DatabaseInput={"Name": account.names["<LakeDatabase>"]})  # the stack does

    def land(name: str, text: str, versioned: bool = True) -> Any:
        answer = account.aws.s3.put_object(Bucket=bucket, Key=name, Body=text.encode())
        version = {"versionId": answer["VersionId"]} if versioned else {}
        event = {"bucket": {"name": bucket}, "object": {"key": name, "size": 1, **version}}
        return act("InstagramIngestData", {"Records": [{"eventName": "ObjectCreated:Put", "s3": event}]})

    rows = [
        f'#food,A{n},ann,"November 2{n}, 2025",7,,#food,x,y,https://www.instagram.com/p/A{n}/,SCRAPED' for n in "123"
    ]
    for number, row in enumerate(rows):
        landed = land(f"post_results_2026011{number}_175319.csv", f"{COLUMNS}\r\n{row}\r\n")
        assert (landed["loaded"], landed["inserted"]) == (1, 1)
    land("post_results_20260110_175319.csv", f"{COLUMNS}\r\n{rows[0]}\r\n", versioned=False)
    assert land("post_results_20260115_000000.csv", "no,header\r\n1,2\r\n")["bad"] == 1
    lacking, unused = judge(account, "InstagramIngestDataRole", act.calls)
    assert not lacking and not unused, report(lacking, unused)
    act.calls.clear()
    act("InstagramLakeMaintenance", {}, SPRINGHEAD_LAKE_KEEP_DAYS="1")
    lacking, unused = judge(account, "InstagramLakeMaintenanceRole", act.calls)
    assert not lacking and not unused, report(lacking, unused)


def test_no_reason_is_out_of_date(account: Account) -> None:
    """Each exception is for a right that some role has."""
    roles = account.template.of_type("AWS::IAM::Role")
    given = {
        (sid, action)
        for role in roles
        for sid, statement in account.template.statements(role).items()
        for action in statement["Action"]
    }
    assert NOT_CALLED.keys() <= given
    # What AWS does with a function's role is asked for where there is such a mapping, and only there.
    for mapping in account.template.of_type("AWS::Lambda::EventSourceMapping").values():
        statements = account.template.statements(f"{mapping['FunctionName'].strip('<>')}Role")
        sid = "Work" if "Work" in mapping["EventSourceArn"] else "Stream"
        needed = {action for statement, action in NOT_CALLED if statement == sid}
        assert needed <= set(statements[sid]["Action"])
        assert mapping["EventSourceArn"] in statements[sid]["Resource"]
