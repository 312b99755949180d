"""Are the entries there, enriched, and plausible? NULL is judged by its type.

Seed 2 counts with ``attribute_exists(weight)``, which is true for the NULL that every new entry has: it would call a
table enriched in which nothing is.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from springhead_contracts import keys

from springhead_runner.golive.gate import Failed, Ticket
from springhead_runner.golive.probes import Probe
from springhead_runner.golive.stack import Stack
from springhead_runner.stores.aws import retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY, EntryStore
from springhead_runner.stores.values import decode, encode_item

__all__ = ["check_entries", "check_enriched", "check_patterns", "read_entries", "tolerated"]

#: Seed 2: fewer than 10 of 400.
_FEWER_THAN, _OF = 10, 400
_BATCH = 100


@dataclass
class Entry:
    """What a probe left of one entry, in DynamoDB's own types."""

    source: str
    weight: dict[str, Any]
    sentiment: dict[str, Any]
    error: str | None = None
    raw: list[str] = field(default_factory=list)

    @property
    def enriched(self) -> bool:
        """True for a number and a text; NULL exists, too, and is neither."""
        return "N" in self.weight and "S" in self.sentiment


def tolerated(count: int, expected: int) -> bool:
    """True where so few are unenriched: fewer than 10 of 400, and as a share of other numbers; none always is."""
    return count == 0 or count * _OF < _FEWER_THAN * expected


def read_entries(stack: Stack, probe: Probe) -> dict[tuple[str, str], Entry]:
    """The probe's entries by their keys, read by key: nothing is scanned."""
    wanted = ((subject, keys.entry_key(source, probe.time)) for source in probe.sources for subject in probe.subjects)
    table, client, found = stack.aws.settings.table, stack.aws.dynamodb, dict[tuple[str, str], Entry]()
    names = {"#pk": PARTITION_KEY, "#sk": SORT_KEY, "#w": "weight", "#s": "sentiment", "#m": "metadata", "#e": "error"}
    while batch := list(islice(wanted, _BATCH)):
        pending: dict[str, Any] = {
            table: {
                "Keys": [encode_item({PARTITION_KEY: subject, SORT_KEY: sort}) for subject, sort in batch],
                "ProjectionExpression": "#pk, #sk, #w, #s, #m.#e",
                "ExpressionAttributeNames": names,
                "ConsistentRead": True,
            }
        }
        while pending:
            answer = retrying(lambda: client.batch_get_item(RequestItems=pending), f"read probes in {table}")  # noqa: B023
            for item in answer["Responses"].get(table, ()):
                key = item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]
                error = item.get("metadata", {}).get("M", {}).get("error", {}).get("S")
                source = key[1].partition("#")[0]
                found[key] = Entry(source, item.get("weight", {}), item.get("sentiment", {}), error)
            pending = answer.get("UnprocessedKeys") or {}
    return found


def check_entries(ticket: Ticket, stack: Stack, probe: Probe) -> None:
    """The table holds what the reports say."""
    counts = Counter(entry.source for entry in read_entries(stack, probe).values())
    for source, report in probe.reports.items():
        if counts[source] != report["items_stored"]:
            raise Failed(
                f"{source}: the report says {report['items_stored']} entries, the table has {counts[source]}",
                "somebody else writes or deletes at the same T, or the function writes elsewhere; begin again",
            )
    told = ", ".join(f"{source} {counts[source]}" for source in probe.reports)
    if not sum(counts.values()):
        raise Failed(
            f"no entry at all appeared: {told}",
            "none of these celebrities is known to any source: seed others first, or look at `springhead preview`",
        )
    ticket.ok(f"{sum(counts.values())} entries appeared: {told}")


def check_enriched(
    ticket: Ticket, stack: Stack, probe: Probe, within: float, step: Callable[[str], None], *, judge: bool = False
) -> None:
    """Weight and sentiment appear within so many seconds of the scrapers' end; with ``judge``, how they look.

    Raises:
        Failed: Too many stay without.
    """
    until = time.monotonic() + within
    began = time.monotonic()
    while True:
        entries = list(read_entries(stack, probe).values())
        waiting = [entry for entry in entries if not entry.enriched]
        step(f"{len(entries) - len(waiting)} of {len(entries)} enriched")
        # What is noted as failed has its dead letter, and will not change any more.
        if all(entry.error for entry in waiting) or time.monotonic() > until:
            break
        time.sleep(0.2 if stack.embedded else 2)
    seconds = time.monotonic() - began
    exists = sum(bool(entry.weight) for entry in entries)
    told = f"{len(entries) - len(waiting)} of {len(entries)} enriched (attribute_exists would say {exists})"
    if not tolerated(len(waiting), len(entries)):
        reasons = Counter(entry.error or "nothing says why" for entry in waiting).most_common(2)
        raise Failed(
            f"{told} after {seconds:.0f} s: {'; '.join(f'{why} ({n})' for why, n in reasons)}",
            f"read the log of post-processor{stack.suffix} and `springhead dlq list --kind stream`; check its mapping",
        )
    ticket.ok(f"{told}, {seconds:.1f} s after the scrapers ended (limit {within:.0f} s)")
    for entry in waiting:
        ticket.note(f"{entry.source}: not enriched: {entry.error or 'nothing says why'}")
    if judge:
        _judge(ticket, [entry for entry in entries if entry.enriched])


def _judge(ticket: Ticket, entries: list[Entry]) -> None:
    """Distributions by source, and that every value is possible."""
    for source in sorted({entry.source for entry in entries}):
        own = [entry for entry in entries if entry.source == source]
        weights = [float(decode(entry.weight)) for entry in own]
        moods = Counter(entry.sentiment["S"] for entry in own)
        if min(weights) < 0 or max(weights) > 1 or moods.keys() - {"positive", "negative", "neutral"}:
            raise Failed(
                f"{source}: weights from {min(weights)} to {max(weights)}, sentiments {dict(moods)}",
                "another writer sets weight or sentiment: there must be one post-processor only",
            )
        mean = sum(weights) / len(weights)
        told = ", ".join(f"{mood} {count}" for mood, count in sorted(moods.items()))
        ticket.ok(f"{source}: weight {min(weights):.2f} … {max(weights):.2f}, mean {mean:.2f}; {told}")


def check_patterns(ticket: Ticket, stack: Stack, probe: Probe) -> None:
    """Seed 1's query patterns, on one entry of the probe."""
    (subject, sort_key), _ = next(iter(read_entries(stack, probe).items()))
    store, source = EntryStore(stack.aws), sort_key.partition("#")[0]
    entry = store.get(subject, sort_key)
    everything, own = list(store.of_celebrity(subject)), list(store.of_celebrity(subject, source))
    name = entry["name"] if entry else ""
    found: dict[str, bool] = {
        "one entry by its key": entry is not None,
        f"entries of {subject} by source": sort_key in {item[SORT_KEY] for item in own},
        f"everything of {subject}": {keys.METADATA_SORT_KEY, sort_key} <= {item[SORT_KEY] for item in everything},
        "name-index": _appears(lambda: store.by_name(name), subject, sort_key),
        "source-index": entry is not None and _appears(lambda: _by_source(stack, entry), subject, sort_key),
    }
    for pattern, holds in found.items():
        if not holds:
            raise Failed(
                f"query pattern {pattern!r} does not find {subject} {sort_key}", "compare keys and indexes with seed 1"
            )
    ticket.ok(f"seed 1's query patterns: {', '.join(found)}")


def _appears(query: Callable[[], Iterator[dict[str, Any]]], subject: str, sort_key: str) -> bool:
    """True as soon as an index, which lags behind its table, finds an entry; ten seconds at most."""
    until = time.monotonic() + 10
    while True:
        if any((item[PARTITION_KEY], item[SORT_KEY]) == (subject, sort_key) for item in query()):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.5)


def _by_source(stack: Stack, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    request = {
        "TableName": stack.aws.settings.table,
        "IndexName": "source-index",
        "KeyConditionExpression": "#source = :source AND #time = :time",
        "ExpressionAttributeNames": {"#source": "source", "#time": "timestamp"},
        "ExpressionAttributeValues": encode_item({":source": entry["source"], ":time": entry["timestamp"]}),
    }
    while True:
        answer = retrying(lambda: stack.aws.dynamodb.query(**request), "query source-index")
        for item in answer["Items"]:
            yield {name: decode(item[name]) for name in (PARTITION_KEY, SORT_KEY)}
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
