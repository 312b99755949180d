# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Builders and parsers of the composite keys of ``keys.json``."""

from datetime import datetime

from springhead_contracts._key_forms import Form, Part

__all__ = [
    "age_item_key",
    "category_age_key",
    "date_featured_key",
    "date_type_key",
    "entity_key",
    "execution_partition_key",
    "instance_key",
    "location_key",
    "metrics_sort_key",
    "next_run_key",
    "parse_age_item_key",
    "parse_category_age_key",
    "parse_date_featured_key",
    "parse_date_type_key",
    "parse_entity_key",
    "parse_execution_partition_key",
    "parse_instance_key",
    "parse_location_key",
    "parse_metrics_sort_key",
    "parse_next_run_key",
    "parse_priority_key",
    "parse_provider_key",
    "parse_queue_key",
    "parse_queue_sort_key",
    "parse_run_sort_key",
    "parse_schedule_key",
    "parse_source_key",
    "parse_status_key",
    "parse_task_key",
    "parse_task_sort_key",
    "parse_type_date_key",
    "parse_type_status_key",
    "parse_venue_key",
    "priority_key",
    "provider_key",
    "queue_key",
    "queue_sort_key",
    "run_sort_key",
    "schedule_key",
    "source_key",
    "status_key",
    "task_key",
    "task_sort_key",
    "type_date_key",
    "type_status_key",
    "venue_key",
]


_ENTITY_KEY = Form(
    "entity key",
    "{entity_type}#{entity_id}",
    Part(
        "entity_type",
        "enum",
        values=(
            "VENUE",
            "EVENT",
            "PROGRAM",
            "ATTRACTION",
        ),
    ),
    Part("entity_id", "id", strip=("VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#")),
)


def entity_key(entity_type: str, entity_id: str) -> str:
    """Returns the key ``{entity_type}#{entity_id}``.

    Partition key of an activity: kind and id.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _ENTITY_KEY.build(entity_type, entity_id)


def parse_entity_key(key: str) -> tuple[str, str]:
    """Returns entity_type, entity_id of a key ``{entity_type}#{entity_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _ENTITY_KEY.parse(key)
    return v0, v1


_AGE_ITEM_KEY = Form(
    "age item key",
    "AGE#{age_group}",
    Part(
        "age_group",
        "enum",
        values=(
            "infant",
            "toddler",
            "preschool",
            "elementary",
            "tween",
            "teen",
            "adult",
            "all-ages",
        ),
    ),
)


def age_item_key(age_group: str) -> str:
    """Returns the key ``AGE#{age_group}``.

    Sort key of the index item of a further age group.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _AGE_ITEM_KEY.build(age_group)


def parse_age_item_key(key: str) -> str:
    """Returns age_group of a key ``AGE#{age_group}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _AGE_ITEM_KEY.parse(key)
    return str(value)


_INSTANCE_KEY = Form("instance key", "INSTANCE#{date}{time}", Part("date", "date"), Part("time", "instance_time"))


def instance_key(date: str, time: str) -> str:
    """Returns the key ``INSTANCE#{date}{time}``.

    Sort key of a session of a program; the time is empty where none is known.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _INSTANCE_KEY.build(date, time)


def parse_instance_key(key: str) -> tuple[str, str]:
    """Returns date, time of a key ``INSTANCE#{date}{time}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _INSTANCE_KEY.parse(key)
    return v0, v1


_LOCATION_KEY = Form("location key", "GEO#{region}#{city}", Part("region", "place"), Part("city", "place"))


def location_key(region: str, city: str) -> str:
    """Returns the key ``GEO#{region}#{city}``.

    Partition key of `location-date-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _LOCATION_KEY.build(region, city)


def parse_location_key(key: str) -> tuple[str, str]:
    """Returns region, city of a key ``GEO#{region}#{city}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _LOCATION_KEY.parse(key)
    return v0, v1


_DATE_TYPE_KEY = Form(
    "date type key",
    "DATE#{date}#TYPE#{entity_type}#{entity_id}",
    Part("date", "date"),
    Part(
        "entity_type",
        "enum",
        values=(
            "VENUE",
            "EVENT",
            "PROGRAM",
            "ATTRACTION",
        ),
    ),
    Part("entity_id", "id", strip=("VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#")),
)


def date_type_key(date: str, entity_type: str, entity_id: str) -> str:
    """Returns the key ``DATE#{date}#TYPE#{entity_type}#{entity_id}``.

    Sort key of `location-date-index`; the date is the next occurrence in local time, `9999-12-31` for what is ongoing.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _DATE_TYPE_KEY.build(date, entity_type, entity_id)


def parse_date_type_key(key: str) -> tuple[str, str, str]:
    """Returns date, entity_type, entity_id of a key ``DATE#{date}#TYPE#{entity_type}#{entity_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1, v2) = _DATE_TYPE_KEY.parse(key)
    return v0, v1, v2


_CATEGORY_AGE_KEY = Form(
    "category age key",
    "CAT#{category}#{age_group}",
    Part(
        "category",
        "enum",
        values=(
            "arts-creativity",
            "active-sports",
            "educational-stem",
            "entertainment-events",
            "camps-programs",
            "free-community",
        ),
    ),
    Part(
        "age_group",
        "enum",
        values=(
            "infant",
            "toddler",
            "preschool",
            "elementary",
            "tween",
            "teen",
            "adult",
            "all-ages",
        ),
    ),
)


def category_age_key(category: str, age_group: str) -> str:
    """Returns the key ``CAT#{category}#{age_group}``.

    Partition key of `category-age-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _CATEGORY_AGE_KEY.build(category, age_group)


def parse_category_age_key(key: str) -> tuple[str, str]:
    """Returns category, age_group of a key ``CAT#{category}#{age_group}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _CATEGORY_AGE_KEY.parse(key)
    return v0, v1


_DATE_FEATURED_KEY = Form(
    "date featured key",
    "DATE#{date}#FEATURED#{featured}#{entity_id}",
    Part("date", "date"),
    Part("featured", "flag"),
    Part("entity_id", "id", strip=("VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#")),
)


def date_featured_key(date: str, featured: bool, entity_id: str) -> str:
    """Returns the key ``DATE#{date}#FEATURED#{featured}#{entity_id}``.

    Sort key of `category-age-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _DATE_FEATURED_KEY.build(date, featured, entity_id)


def parse_date_featured_key(key: str) -> tuple[str, bool, str]:
    """Returns date, featured, entity_id of a key ``DATE#{date}#FEATURED#{featured}#{entity_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1, v2) = _DATE_FEATURED_KEY.parse(key)
    return v0, v1, v2


_VENUE_KEY = Form("venue key", "VENUE#{venue_id}", Part("venue_id", "id", strip=("VENUE#",)))


def venue_key(venue_id: str) -> str:
    """Returns the key ``VENUE#{venue_id}``.

    Partition key of `venue-activity-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _VENUE_KEY.build(venue_id)


def parse_venue_key(key: str) -> str:
    """Returns venue_id of a key ``VENUE#{venue_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _VENUE_KEY.parse(key)
    return str(value)


_TYPE_DATE_KEY = Form(
    "type date key",
    "TYPE#{entity_type}#{start_date}#{entity_id}",
    Part(
        "entity_type",
        "enum",
        values=(
            "VENUE",
            "EVENT",
            "PROGRAM",
            "ATTRACTION",
        ),
    ),
    Part("start_date", "date"),
    Part("entity_id", "id", strip=("VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#")),
)


def type_date_key(entity_type: str, start_date: str, entity_id: str) -> str:
    """Returns the key ``TYPE#{entity_type}#{start_date}#{entity_id}``.

    Sort key of `venue-activity-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _TYPE_DATE_KEY.build(entity_type, start_date, entity_id)


def parse_type_date_key(key: str) -> tuple[str, str, str]:
    """Returns entity_type, start_date, entity_id of a key ``TYPE#{entity_type}#{start_date}#{entity_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1, v2) = _TYPE_DATE_KEY.parse(key)
    return v0, v1, v2


_PROVIDER_KEY = Form("provider key", "PROVIDER#{provider_id}", Part("provider_id", "id", strip=("PROVIDER#",)))


def provider_key(provider_id: str) -> str:
    """Returns the key ``PROVIDER#{provider_id}``.

    Partition key of `provider-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _PROVIDER_KEY.build(provider_id)


def parse_provider_key(key: str) -> str:
    """Returns provider_id of a key ``PROVIDER#{provider_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _PROVIDER_KEY.parse(key)
    return str(value)


_TYPE_STATUS_KEY = Form(
    "type status key",
    "TYPE#{entity_type}#STATUS#{status}#{entity_id}",
    Part(
        "entity_type",
        "enum",
        values=(
            "VENUE",
            "EVENT",
            "PROGRAM",
            "ATTRACTION",
        ),
    ),
    Part(
        "status",
        "enum",
        values=(
            "active",
            "inactive",
            "expired",
            "cancelled",
        ),
    ),
    Part("entity_id", "id", strip=("VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#")),
)


def type_status_key(entity_type: str, status: str, entity_id: str) -> str:
    """Returns the key ``TYPE#{entity_type}#STATUS#{status}#{entity_id}``.

    Sort key of `provider-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _TYPE_STATUS_KEY.build(entity_type, status, entity_id)


def parse_type_status_key(key: str) -> tuple[str, str, str]:
    """Returns entity_type, status, entity_id of a key ``TYPE#{entity_type}#STATUS#{status}#{entity_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1, v2) = _TYPE_STATUS_KEY.parse(key)
    return v0, v1, v2


_SOURCE_KEY = Form("source key", "SOURCE#{source_id}", Part("source_id", "id", strip=("SOURCE#",)))


def source_key(source_id: str) -> str:
    """Returns the key ``SOURCE#{source_id}``.

    Partition key of a source, in the tables of sources and of operations.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _SOURCE_KEY.build(source_id)


def parse_source_key(key: str) -> str:
    """Returns source_id of a key ``SOURCE#{source_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _SOURCE_KEY.parse(key)
    return str(value)


_STATUS_KEY = Form(
    "status key",
    "STATUS#{status}",
    Part(
        "status",
        "enum",
        values=(
            "pending_analysis",
            "analysis_complete",
            "active",
            "inactive",
            "rejected",
        ),
    ),
)


def status_key(status: str) -> str:
    """Returns the key ``STATUS#{status}``.

    Partition key of `status-priority-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _STATUS_KEY.build(status)


def parse_status_key(key: str) -> str:
    """Returns status of a key ``STATUS#{status}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _STATUS_KEY.parse(key)
    return str(value)


_PRIORITY_KEY = Form(
    "priority key",
    "PRIORITY#{priority}#{source_id}",
    Part(
        "priority",
        "enum",
        values=(
            "high",
            "medium",
            "low",
        ),
    ),
    Part("source_id", "id", strip=("SOURCE#",)),
)


def priority_key(priority: str, source_id: str) -> str:
    """Returns the key ``PRIORITY#{priority}#{source_id}``.

    Sort key of `status-priority-index` and of `next-run-index`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _PRIORITY_KEY.build(priority, source_id)


def parse_priority_key(key: str) -> tuple[str, str]:
    """Returns priority, source_id of a key ``PRIORITY#{priority}#{source_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _PRIORITY_KEY.parse(key)
    return v0, v1


_SCHEDULE_KEY = Form("schedule key", "SCHEDULE#{date}", Part("date", "date"))


def schedule_key(date: str) -> str:
    """Returns the key ``SCHEDULE#{date}``.

    Partition key of the tasks of a day.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _SCHEDULE_KEY.build(date)


def parse_schedule_key(key: str) -> str:
    """Returns date of a key ``SCHEDULE#{date}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _SCHEDULE_KEY.parse(key)
    return str(value)


_TASK_SORT_KEY = Form(
    "task sort key",
    "TASK#{priority}#{source_id}#{task_id}",
    Part(
        "priority",
        "enum",
        values=(
            "high",
            "medium",
            "low",
        ),
    ),
    Part("source_id", "id", strip=("SOURCE#",)),
    Part("task_id", "id"),
)


def task_sort_key(priority: str, source_id: str, task_id: str) -> str:
    """Returns the key ``TASK#{priority}#{source_id}#{task_id}``.

    Sort key of a task in the schedule of its day.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _TASK_SORT_KEY.build(priority, source_id, task_id)


def parse_task_sort_key(key: str) -> tuple[str, str, str]:
    """Returns priority, source_id, task_id of a key ``TASK#{priority}#{source_id}#{task_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1, v2) = _TASK_SORT_KEY.parse(key)
    return v0, v1, v2


_TASK_KEY = Form("task key", "TASK#{task_id}", Part("task_id", "id", strip=("TASK#",)))


def task_key(task_id: str) -> str:
    """Returns the key ``TASK#{task_id}``.

    Partition key of a task's state; the sort key is `STATUS`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _TASK_KEY.build(task_id)


def parse_task_key(key: str) -> str:
    """Returns task_id of a key ``TASK#{task_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _TASK_KEY.parse(key)
    return str(value)


_EXECUTION_PARTITION_KEY = Form(
    "execution partition key",
    "EXECUTION#{execution_id}",
    Part("execution_id", "id", strip=("EXECUTION#",)),
)


def execution_partition_key(execution_id: str) -> str:
    """Returns the key ``EXECUTION#{execution_id}``.

    Partition key of an execution; the sort key is `RESULT` or `METRICS`.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _EXECUTION_PARTITION_KEY.build(execution_id)


def parse_execution_partition_key(key: str) -> str:
    """Returns execution_id of a key ``EXECUTION#{execution_id}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _EXECUTION_PARTITION_KEY.parse(key)
    return str(value)


_METRICS_SORT_KEY = Form("metrics sort key", "METRICS#{date}", Part("date", "date"))


def metrics_sort_key(date: str) -> str:
    """Returns the key ``METRICS#{date}``.

    Sort key of the metrics of a day.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _METRICS_SORT_KEY.build(date)


def parse_metrics_sort_key(key: str) -> str:
    """Returns date of a key ``METRICS#{date}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _METRICS_SORT_KEY.parse(key)
    return str(value)


_RUN_SORT_KEY = Form("run sort key", "RUN#{time}", Part("time", "time"))


def run_sort_key(time: datetime | str) -> str:
    """Returns the key ``RUN#{time}``.

    Sort key of a run in the history of its source.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _RUN_SORT_KEY.build(time)


def parse_run_sort_key(key: str) -> str:
    """Returns time of a key ``RUN#{time}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _RUN_SORT_KEY.parse(key)
    return str(value)


_QUEUE_KEY = Form("queue key", "QUEUE#{date}", Part("date", "date"))


def queue_key(date: str) -> str:
    """Returns the key ``QUEUE#{date}``.

    Partition key of the queues of a day.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _QUEUE_KEY.build(date)


def parse_queue_key(key: str) -> str:
    """Returns date of a key ``QUEUE#{date}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _QUEUE_KEY.parse(key)
    return str(value)


_QUEUE_SORT_KEY = Form(
    "queue sort key",
    "PRIORITY#{priority}#{time}",
    Part(
        "priority",
        "enum",
        values=(
            "high",
            "medium",
            "low",
        ),
    ),
    Part("time", "time"),
)


def queue_sort_key(priority: str, time: datetime | str) -> str:
    """Returns the key ``PRIORITY#{priority}#{time}``.

    Sort key of a queue.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _QUEUE_SORT_KEY.build(priority, time)


def parse_queue_sort_key(key: str) -> tuple[str, str]:
    """Returns priority, time of a key ``PRIORITY#{priority}#{time}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (v0, v1) = _QUEUE_SORT_KEY.parse(key)
    return v0, v1


_NEXT_RUN_KEY = Form("next run key", "NEXT_RUN#{time}", Part("time", "slot5"))


def next_run_key(time: datetime | str) -> str:
    """Returns the key ``NEXT_RUN#{time}``.

    Partition key of `next-run-index`; the time is floored to its five-minute slot.

    Raises:
        KeyFormatError: A part does not fit.
    """
    return _NEXT_RUN_KEY.build(time)


def parse_next_run_key(key: str) -> str:
    """Returns time of a key ``NEXT_RUN#{time}``.

    Raises:
        KeyFormatError: The key has another form.
    """
    (value,) = _NEXT_RUN_KEY.parse(key)
    return str(value)
