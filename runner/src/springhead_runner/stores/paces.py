"""What sources need, as their last whole run measured it: ``SOURCE#{source}`` / ``PACE`` of the operations table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode_item

__all__ = ["Pace", "Paces"]

#: Subjects from which on a run says something about the pace of its source.
_TELLING = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """What a source needs: requests per subject, and seconds until an answer is there."""

    requests: float = 3.0
    latency: float = 0.3


class Paces:
    """Paces of all sources.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.operations_table

    def get(self, source: str) -> Pace | None:
        """What the source's last whole run needed; None before the first."""
        answer = retrying(
            lambda: self._client.get_item(TableName=self._table, Key=encode_item(_key(source))),
            f"read the pace of {source} from {self._table}",
        )
        if "Item" not in answer:
            return None
        found = decode_item(answer["Item"])
        return Pace(found["requests_per_1000"] / 1000, found["latency_ms"] / 1000)

    def keep(self, report: Mapping[str, Any]) -> None:
        """Remember what a whole run needed; a run over a few subjects, or without answers, says nothing."""
        metrics, subjects = report["metrics"], report["subjects"]
        if subjects < _TELLING or metrics["request_count"] < subjects:
            return
        item = {
            **_key(report["source_id"]),
            "requests_per_1000": 1000 * metrics["request_count"] // subjects,
            "latency_ms": metrics.get("average_response_time", 0),
            "run_id": report["run_id"],
        }
        retrying(
            lambda: self._client.put_item(TableName=self._table, Item=encode_item(item)),
            f"keep the pace of {report['source_id']} in {self._table}",
        )


def _key(source: str) -> dict[str, str]:
    return {"PK": f"SOURCE#{source}", "SK": "PACE"}
