"""What can be told by looking: table, rules and targets, functions, stream (seed 1's checklist, seed 2's 4A and 4B)."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from springhead.cli.output import plural
from springhead_contracts import keys
from springhead_contracts.tables import table as contract_table

from springhead_runner.golive.gate import Failed, Ticket
from springhead_runner.golive.stack import Rule, Stack
from springhead_runner.stores.aws import retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY, EntryStore

__all__ = ["SEED_CRON", "SEED_RULE", "SEED_TARGETS", "check_functions", "check_rules", "check_stream", "check_table"]

SEED_RULE, SEED_CRON = "celebrity-weekly-scrape", "cron(0 2 ? * SUN *)"
SEED_TARGETS = ("scraper-news", "scraper-social", "scraper-tmdb", "scraper-wikipedia")
ENRICHER, LETTERS, ALARM = "post-processor", "celebrity-scraper-dlq", "celebrity-scraper-failures"
_WEEK = 7 * 24 * 3600
_DEPLOY = "deploy the stack again: springhead deploy up (embedded: springhead up)"
_ABSENT = frozenset({"ResourceNotFoundException"})


def check_table(ticket: Ticket, stack: Stack, subjects: list[Any], wanted: int) -> None:
    """Keys, indexes, stream, recovery, and the metadata records.

    Args:
        ticket: Where to write.
        stack: The stack.
        subjects: The metadata records, as the runs enumerate them.
        wanted: How many there must be at least.
    """
    table, client = stack.aws.settings.table, stack.aws.dynamodb
    try:
        found = retrying(lambda: client.describe_table(TableName=table), f"look at {table}", expected=_ABSENT)["Table"]
    except ClientError as error:
        raise Failed(f"there is no table {table}", "deploy the stack, or set DYNAMODB_TABLE") from error
    ticket.require(found["TableStatus"] == "ACTIVE", f"{table} is ACTIVE", f"{table} is {found['TableStatus']}", "wait")
    shape = [(key["AttributeName"], key["KeyType"]) for key in found["KeySchema"]]
    right = [(PARTITION_KEY, "HASH"), (SORT_KEY, "RANGE")]
    ticket.require(shape == right, f"keys {PARTITION_KEY}, {SORT_KEY}", f"{table} has the keys {shape}", _other(table))
    mode = (found.get("BillingModeSummary") or {}).get("BillingMode")
    ticket.require(mode == "PAY_PER_REQUEST", "on demand", f"billing is {mode}", "switch the table to on demand")
    _check_indexes(ticket, table, found)
    _check_recovery(ticket, stack, table)
    inactive = sum(not getattr(subject, "is_active", True) for subject in subjects)
    ticket.require(
        len(subjects) >= wanted,
        f"{len(subjects)} metadata records, {inactive} of them inactive",
        f"{table} has {len(subjects)} metadata records, {wanted} are wanted",
        "springhead seed LIST; or say how many there are to be: --subjects N",
    )
    first = subjects[0].id
    record = EntryStore(stack.aws).get(first)
    ticket.require(
        bool(record and record.get("name")), f"metadata of {first} is read under {keys.METADATA_SORT_KEY}",
        f"{first} has no record under {keys.METADATA_SORT_KEY}", "springhead seed LIST writes it under that key",
    )  # fmt: skip


def _other(table: str) -> str:
    return f"{table} is another table: point DYNAMODB_TABLE (or ExistingCelebrityTable) at the right one"


def _check_indexes(ticket: Ticket, table: str, found: dict[str, Any]) -> None:
    there = {
        index["IndexName"]: ([key["AttributeName"] for key in index["KeySchema"]], index.get("IndexStatus", "ACTIVE"))
        for index in found.get("GlobalSecondaryIndexes", [])
    }
    for index in contract_table("celebrity-database").indexes:
        name, wanted = index.name, [part for part in (index.partition_key, index.sort_key) if part]
        shape, state = there.get(name, ([], "absent"))
        ticket.require(
            (shape, state) == (wanted, "ACTIVE"), f"{name} ({', '.join(wanted)})",
            f"index {name} of {table} is {state}, with keys {shape or 'none'}",
            f"add the index {name} with keys {', '.join(wanted)}, and wait until it is ACTIVE",
        )  # fmt: skip


def _check_recovery(ticket: Ticket, stack: Stack, table: str) -> None:
    client = stack.aws.dynamodb
    answer = retrying(lambda: client.describe_continuous_backups(TableName=table), f"look at the backups of {table}")
    told = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    on = told.get("PointInTimeRecoveryStatus") == "ENABLED"
    if not on and stack.embedded:
        ticket.unchecked("point-in-time recovery: embedded AWS leaves it out of a deployment")
        return
    ticket.require(on, "point-in-time recovery", f"{table} has no point-in-time recovery", _DEPLOY)


def check_rules(ticket: Ticket, stack: Stack) -> list[Rule]:
    """Every rule of the stack with its targets; the seed's with all that the seed says of it. Returns the rules."""
    rules = {rule.name: rule for rule in stack.rules()}
    name = f"{SEED_RULE}{stack.suffix}"
    rule = rules.get(name, Rule(name, "GONE"))
    if rule.state == "GONE":
        raise Failed(f"there is no rule {name}", _DEPLOY)
    ticket.require(rule.schedule == SEED_CRON, f"{name}: {SEED_CRON}", f"{name} has {rule.schedule}", _DEPLOY)
    if rule.state == "ENABLED":
        ticket.note(f"{name} is ENABLED already: it may fire while this gate runs")
    else:
        ticket.ok(f"{name} is {rule.state}, as before going live")
    wanted = {f"{target}{stack.suffix}" for target in SEED_TARGETS}
    missing = sorted(wanted - rule.functions.keys())
    ticket.require(
        not missing, f"targets {', '.join(sorted(wanted))}", f"{name} lacks target {', '.join(missing)}", _DEPLOY
    )
    for each in rules.values():
        _check_rule(ticket, stack, each)
    return list(rules.values())


def _check_rule(ticket: Ticket, stack: Stack, rule: Rule) -> None:
    if rule.state == "GONE":
        raise Failed(f"there is no rule {rule.name}, though the stack made it", _DEPLOY)
    if not rule.targets:
        raise Failed(f"{rule.name} has no target", _DEPLOY)
    for function, target in rule.functions.items():
        where = f"{rule.name} → {function}"
        if stack.function(function) is None:
            raise Failed(f"{where}: there is no such function", _DEPLOY)
        retry = target.get("RetryPolicy") or {}
        policy = (retry.get("MaximumRetryAttempts"), retry.get("MaximumEventAgeInSeconds"))
        if policy != (3, 300):
            raise Failed(f"{where}: retries and seconds are {policy}, not (3, 300)", _DEPLOY)
        if not str((target.get("DeadLetterConfig") or {}).get("Arn", "")).endswith(f":{LETTERS}{stack.suffix}"):
            raise Failed(f"{where}: its dead letters do not go to {LETTERS}{stack.suffix}", _DEPLOY)
        transformer = target.get("InputTransformer") or {}
        if rule.starts_runs and transformer.get("InputPathsMap") != {"time": "$.time"}:
            raise Failed(f"{where}: no input transformer passes the scheduled time on", _DEPLOY)
        _check_permission(stack, rule, function)
    ticket.ok(f"{rule.name}: {rule.schedule}, {plural(len(rule.targets), 'target')}; retries, letters, permission")


def _check_permission(stack: Stack, rule: Rule, function: str) -> None:
    client = stack.functions_client
    try:
        what = f"read who may invoke {function}"
        policy = retrying(lambda: client.get_policy(FunctionName=function)["Policy"], what, expected=_ABSENT)
    except ClientError:
        policy = ""
    if "events.amazonaws.com" not in policy or f"rule/{rule.name}" not in policy:
        raise Failed(f"{rule.name} may not invoke {function}", _DEPLOY)


def check_functions(ticket: Ticket, stack: Stack) -> None:
    """Each function's table, own retries and destination, and log group."""
    table, logs = stack.aws.settings.table, stack.aws.client("logs")
    bare = set()
    for name in stack.function_names:
        found = stack.function(name)
        if found is None:
            raise Failed(f"there is no function {name}, though the stack made it", _DEPLOY)
        variables = (found.get("Environment") or {}).get("Variables", {})
        if variables.get("DYNAMODB_TABLE", table) != table:
            raise Failed(f"{name} writes to {variables['DYNAMODB_TABLE']}, not to {table}", _DEPLOY)
        if not _has_destination(stack, name):
            bare.add(name)
        group = f"/aws/lambda/{name}"
        groups = retrying(lambda: logs.describe_log_groups(logGroupNamePrefix=group), f"look at {group}")["logGroups"]  # noqa: B023
        if not any(g["logGroupName"] == group and g.get("retentionInDays") for g in groups):
            raise Failed(f"{group} is missing, or keeps its lines for ever", _DEPLOY)
    ticket.ok(f"{len(stack.function_names)} functions: DYNAMODB_TABLE, retries, on-failure destination, log group")
    if bare and not stack.embedded:
        raise Failed(f"without retries and on-failure destination of their own: {', '.join(sorted(bare))}", _DEPLOY)
    if bare:
        ticket.unchecked(f"retries and on-failure destination of {', '.join(sorted(bare))}: not deployed here")
    if stack.embedded:
        ticket.unchecked("roles: embedded AWS does not enforce IAM; on AWS the probes below prove them")
    queue = stack.aws.settings.dead_letter_queue
    sqs = stack.aws.sqs
    told = retrying(
        lambda: sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"], f"look at {queue}"
    )
    kept = int(told["MessageRetentionPeriod"])
    ticket.require(kept == _WEEK, f"{LETTERS}{stack.suffix} keeps for 7 days", f"it keeps for {kept} seconds", _DEPLOY)
    alarm = f"{ALARM}{stack.suffix}"
    alarms = retrying(lambda: stack.aws.client("cloudwatch").describe_alarms(AlarmNames=[alarm]), f"look at {alarm}")
    ticket.require(bool(alarms["MetricAlarms"]), f"alarm {alarm}", f"there is no alarm {alarm}", _DEPLOY)


def _has_destination(stack: Stack, name: str) -> bool:
    client, what = stack.functions_client, f"read the retries of {name}"
    asked = {"FunctionName": name, "Qualifier": "$LATEST"}
    try:
        found = retrying(
            lambda: client.get_function_event_invoke_config(**asked),
            what,
            expected=_ABSENT,
        )
    except ClientError:
        return False
    return bool(((found.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination"))


def check_stream(ticket: Ticket, stack: Stack) -> None:
    """The table's stream, and the mapping that feeds the post-processor."""
    table, client = stack.aws.settings.table, stack.aws.dynamodb
    found = retrying(lambda: client.describe_table(TableName=table)["Table"], f"look at {table}")
    stream = found.get("StreamSpecification") or {}
    seen = (stream.get("StreamEnabled"), stream.get("StreamViewType"))
    ticket.require(
        seen == (True, "NEW_AND_OLD_IMAGES"), "stream NEW_AND_OLD_IMAGES",
        f"the stream of {table} is {seen[1] if seen[0] else 'off'}", "enable it with view type NEW_AND_OLD_IMAGES",
    )  # fmt: skip
    name, functions = f"{ENRICHER}{stack.suffix}", stack.functions_client
    listed = retrying(lambda: functions.list_event_source_mappings(FunctionName=name), f"read the mappings of {name}")
    mappings = [m for m in listed["EventSourceMappings"] if m["EventSourceArn"] == found.get("LatestStreamArn")]
    if not mappings:
        raise Failed(f"nothing feeds the stream of {table} to {name}", _DEPLOY)
    mapping = mappings[0]
    own, state = mapping["UUID"], mapping.get("State")
    why = mapping.get("StateTransitionReason", "no reason given")
    remedy = f"aws lambda update-event-source-mapping --uuid {own} --enabled, or deploy the stack again"
    ticket.require(state == "Enabled", f"mapping {own} is enabled", f"mapping {own} is {state} ({why})", remedy)
    settings = {
        "BatchSize": 100, "MaximumBatchingWindowInSeconds": 5, "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }  # fmt: skip
    wrong = {key: mapping.get(key) for key, value in settings.items() if mapping.get(key) != value}
    wrong |= {key: None for key in ("DestinationConfig", "FilterCriteria") if not mapping.get(key)}
    ticket.require(
        not wrong, "batch 100, window 5 s, bisect, partial responses, filter, on-failure destination",
        f"the mapping has {wrong}", _DEPLOY,
    )  # fmt: skip
    if stack.embedded:
        ticket.unchecked("stream retries, bisecting, partial batches, record age: embedded AWS ignores them")
