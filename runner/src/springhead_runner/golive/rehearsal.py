"""The probes in a table of its own, run in this process.

The deployed functions have the right to write to the deployed table and to no other, and get none for this. So the very
code that they run is run here, with the rights of whoever rehearses: sources, stores, the stream of the test table and
the enricher. What it cannot prove are the functions, their roles and their schedules; it therefore enables nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from springhead.entries import Run
from springhead.errors import ConfigError, SpringheadError
from springhead.http import HostLimits
from springhead.plugins import catalogue
from springhead.subject import Subject

from springhead_runner.golive.checklist import check_table
from springhead_runner.golive.cleanup import clean_up
from springhead_runner.golive.gate import YEARS, Failed, probe_time
from springhead_runner.golive.probes import Probe, check_reports
from springhead_runner.golive.quality import check_enriched, check_entries, check_patterns
from springhead_runner.golive.run import Gate
from springhead_runner.golive.stack import Stack, Unit
from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.subjects import SubjectStore

__all__ = ["rehearse"]

_ABSENT = frozenset({"ResourceNotFoundException"})
_SHAPE = ("KeySchema", "AttributeDefinitions")


class _Rehearsal:
    """One rehearsal.

    Args:
        gate: The gate, for its ticket and limits.
        table: Name of the test table.
    """

    def __init__(self, gate: Gate, table: str) -> None:
        self.real, self.gate, self.ticket = gate.stack.aws, gate, gate.ticket
        if table == self.real.settings.table:
            raise ConfigError(f"{table} is the real table", hint="name another one, or leave --table out")
        # `table` as well: the copy would keep the name that the original has computed.
        self.aws = Aws(self.real.settings.model_copy(update={"table_name": table, "table": table}))
        self.stack, self.table, self.made = Stack(self.aws), table, False
        found = [subject for subject in SubjectStore(self.real).all() if isinstance(subject, Subject)]
        self.subjects = [subject.id for subject in found if subject.is_active]
        sources = [s for p in catalogue() for s in p.sources if s.emits == "scraper_entry" and s.subjects is None]
        self.units = [Unit("this process", source.name, [source], {}) for source in sources]

    def prepare(self) -> None:
        """The test table as the real one is, with its metadata records."""
        self.ticket.begin(f"1 Table {self.table}")
        if not self.subjects:
            raise Failed(f"{self.real.settings.table} has no active celebrity", "springhead seed LIST")
        client = self.aws.dynamodb
        try:
            retrying(lambda: client.describe_table(TableName=self.table), f"look at {self.table}", expected=_ABSENT)
        except ClientError:
            self._create()
        reading, writing = EntryStore(self.real), SubjectStore(self.aws)
        written = sum(writing.add(record) for one in self.subjects if (record := reading.get(one)) is not None)
        self.ticket.ok(f"{written} metadata records copied from {self.real.settings.table}")
        check_table(self.ticket, self.stack, list(SubjectStore(self.aws).all()), len(self.subjects))

    def _create(self) -> None:
        name, client = self.real.settings.table, self.aws.dynamodb
        real = retrying(lambda: client.describe_table(TableName=name), f"look at {name}")["Table"]
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in real.get("GlobalSecondaryIndexes", [])
        ]
        request = {
            "TableName": self.table,
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            "GlobalSecondaryIndexes": indexes,
            **{key: real[key] for key in _SHAPE},
        }
        retrying(lambda: client.create_table(**request), f"create {self.table}")
        client.get_waiter("table_exists").wait(TableName=self.table)
        recovery = {"PointInTimeRecoveryEnabled": True}
        retrying(
            lambda: client.update_continuous_backups(
                TableName=self.table, PointInTimeRecoverySpecification=recovery
            ),
            f"switch on the recovery of {self.table}",
        )  # fmt: skip
        self.made = True
        self.ticket.ok(f"{self.table} created like {name}")

    def probe(self, which: str, subjects: list[str]) -> None:
        """Run all sources over these subjects, then enrich what the stream tells."""
        probe = Probe(probe_time(which, self.gate.started), self.units, subjects)
        probe.reports = asyncio.run(self._run(probe))
        check_reports(self.ticket, probe, strict=which != "one")
        if which == "one":
            return
        check_entries(self.ticket, self.stack, probe)
        self._feed()
        check_enriched(self.ticket, self.stack, probe, self.gate.within, self.gate.step, judge=which == "cycle")
        check_patterns(self.ticket, self.stack, probe)

    async def _run(self, probe: Probe) -> dict[str, dict[str, Any]]:
        from springhead.clock import SystemClock

        from springhead_runner.scrape.run import run_on_aws

        limits = HostLimits(SystemClock(), self.aws.settings.rate_scale)
        runs = [
            run_on_aws(self.aws, Run.at(name, probe.time), subject_ids=probe.subjects, limits=limits)
            for name in probe.sources
        ]
        ends = await asyncio.gather(*runs, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return {end["source_id"]: end for end in ends if not isinstance(end, BaseException)}

    def _feed(self) -> None:
        """What the mapping does: hand the stream's records to the enricher, each for itself."""
        from springhead_runner.enrich.enricher import Enricher
        from springhead_runner.stores.values import decode_item

        enricher = Enricher(self.aws)
        for record in self._records():
            if (image := record["dynamodb"].get("NewImage")) is not None:
                enricher.settle(decode_item(image), record)

    def _records(self) -> Iterator[dict[str, Any]]:
        streams, client = self.aws.client("dynamodbstreams"), self.aws.dynamodb
        described = retrying(lambda: client.describe_table(TableName=self.table), f"look at {self.table}")
        stream, what = described["Table"]["LatestStreamArn"], f"read the stream of {self.table}"
        for shard in retrying(lambda: streams.describe_stream(StreamArn=stream), what)["StreamDescription"]["Shards"]:
            start = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = retrying(lambda: streams.get_shard_iterator(**start), what)["ShardIterator"]  # noqa: B023
            while iterator:
                answer = retrying(lambda: streams.get_records(ShardIterator=iterator), what)  # noqa: B023
                yield from answer["Records"]
                # An open shard never ends; a page without records is its end for now.
                iterator = answer.get("NextShardIterator") if answer["Records"] else None

    def clean(self, times: list[str]) -> bool:
        """Take away what was made: the probes, and the table if it was not there before."""
        self.ticket.begin("5 Clean-up")
        if self.gate.keep:
            self.ticket.note(f"{self.table} and its probes stay (--keep)")
            return False
        names = [source.name for unit in self.units for source in unit.sources]
        try:
            removed = clean_up(self.stack, self.subjects, names, times)
            if self.made:
                retrying(lambda: self.aws.dynamodb.delete_table(TableName=self.table), f"delete {self.table}")
        except SpringheadError as error:
            self.ticket.note(f"not cleaned up: {error.message}")
            return False
        gone = f"; {self.table} is deleted again" if self.made else ""
        self.ticket.ok(f"removed {', '.join(f'{count} {what}' for what, count in removed.items())}{gone}")
        return True


def rehearse(gate: Gate, table: str) -> dict[str, Any]:
    """Rehearse in a table; the result is that of a gate, and proves no rule.

    Raises:
        ConfigError: It is the real table.
    """
    own = _Rehearsal(gate, table)
    times = [probe_time(which, gate.started) for which in YEARS]
    result: dict[str, Any] = {"green": False, "times": times, "exit_code": 1, "rules": [], "table": table}
    try:
        own.prepare()
        for number, (which, count) in enumerate((("one", 1), ("five", 5), ("cycle", len(own.subjects))), 2):
            own.ticket.begin(
                f"{number} All sources in this process: {which if which != 'cycle' else 'the whole cycle'}"
            )
            own.probe(which, own.subjects[:count])
        own.ticket.unchecked(
            "functions, roles, rules, mapping: these write to the deployed table only; run without --table"
        )
        result |= {"green": True, "exit_code": 0}
    except Failed as failure:
        result |= gate.failed(failure)
    except SpringheadError as error:
        result |= gate.failed(Failed.by(error, "put it right, and begin again"))
    finally:
        result["cleaned"] = own.clean(times)
    return result
