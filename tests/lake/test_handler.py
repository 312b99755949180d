from __future__ import annotations

import pytest
from springhead.errors import ConfigError
from springhead_lake.handler import Arrival, arrivals


def test_all_records_of_an_event_with_decoded_keys_and_versions(kit):
    records = [
        kit.record("b", "2026/Köln + Bonn/post_results_1.csv", "v7"),
        kit.record("b", "a%20b.csv"),
        kit.record("b", "x.csv", "null", "ObjectCreated:CompleteMultipartUpload"),
    ]
    assert records[0]["s3"]["object"]["key"] == "2026/K%C3%B6ln+%2B+Bonn/post_results_1.csv"
    assert list(arrivals({"Records": records})) == [
        Arrival("b", "2026/Köln + Bonn/post_results_1.csv", "v7"),
        Arrival("b", "a%20b.csv", None),
        Arrival("b", "x.csv", None),
    ]


def test_eventbridge_has_keys_as_they_are():
    event = {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "b"}, "object": {"key": "a+b %2B.csv", "version-id": "v1"}},
    }
    assert list(arrivals(event)) == [Arrival("b", "a+b %2B.csv", "v1")]
    assert list(arrivals({**event, "detail-type": "Object Deleted"})) == []


def test_the_test_event_of_s3_is_no_file():
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b", "RequestId": "1", "HostId": "2"}
    assert list(arrivals(event)) == []


@pytest.mark.parametrize(
    "record",
    [
        {},
        None,
        7,
        {"eventName": "ObjectRemoved:Delete"},
        {"eventName": "ObjectCreated:Put"},
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": None}},
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": None}}},
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": 7}, "object": {"key": "k"}}},
        {"eventName": None, "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}},
    ],
)
def test_a_record_that_tells_of_no_object_is_said_and_left(record, kit, caplog):
    assert list(arrivals({"Records": [record, kit.record("b", "k.csv")]})) == [Arrival("b", "k.csv", None)]
    assert "left alone" in caplog.text


def test_a_record_without_the_name_of_its_event_is_an_arrival(kit):
    record = kit.record("b", "k.csv")
    del record["eventName"]
    assert list(arrivals({"Records": [record]})) == [Arrival("b", "k.csv", None)]


@pytest.mark.parametrize("event", [None, [], "x", {}, {"Records": None}, {"source": "aws.ec2", "detail": {}}])
def test_an_event_that_is_none_of_s3_is_refused(event):
    with pytest.raises(ConfigError, match="event"):
        list(arrivals(event))
