// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: keys.json

package contracts

import "time"

var formEntityKey = newKeyForm("entity key", "{entity_type}#{entity_id}",
	keyPart{name: "entity_type", kind: partEnum, values: []string{"VENUE", "EVENT", "PROGRAM", "ATTRACTION"}},
	keyPart{name: "entity_id", kind: partID, strip: []string{"VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#"}})

// EntityKey returns the key {entity_type}#{entity_id}.
//
// Partition key of an activity: kind and id.
func EntityKey(entityType EntityType, entityID string) (string, error) {
	return formEntityKey.build(string(entityType), entityID)
}

// ParseEntityKey takes a key {entity_type}#{entity_id} apart.
func ParseEntityKey(key string) (entityType EntityType, entityID string, err error) {
	values, err := formEntityKey.parse(key)
	if err != nil {
		return
	}
	return EntityType(values[0]), values[1], nil
}

var formAgeItemKey = newKeyForm("age item key", "AGE#{age_group}",
	keyPart{name: "age_group", kind: partEnum, values: []string{"infant", "toddler", "preschool", "elementary", "tween", "teen", "adult", "all-ages"}})

// AgeItemKey returns the key AGE#{age_group}.
//
// Sort key of the index item of a further age group.
func AgeItemKey(ageGroup AgeCategory) (string, error) {
	return formAgeItemKey.build(string(ageGroup))
}

// ParseAgeItemKey takes a key AGE#{age_group} apart.
func ParseAgeItemKey(key string) (ageGroup AgeCategory, err error) {
	values, err := formAgeItemKey.parse(key)
	if err != nil {
		return
	}
	return AgeCategory(values[0]), nil
}

var formInstanceKey = newKeyForm("instance key", "INSTANCE#{date}{time}",
	keyPart{name: "date", kind: partDate},
	keyPart{name: "time", kind: partInstanceTime})

// InstanceKey returns the key INSTANCE#{date}{time}.
//
// Sort key of a session of a program; the time is empty where none is known.
func InstanceKey(on Date, at string) (string, error) {
	return formInstanceKey.build(string(on), at)
}

// ParseInstanceKey takes a key INSTANCE#{date}{time} apart.
func ParseInstanceKey(key string) (on Date, at string, err error) {
	values, err := formInstanceKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), values[1], nil
}

var formLocationKey = newKeyForm("location key", "GEO#{region}#{city}",
	keyPart{name: "region", kind: partPlace},
	keyPart{name: "city", kind: partPlace})

// LocationKey returns the key GEO#{region}#{city}.
//
// Partition key of `location-date-index`.
func LocationKey(region string, city string) (string, error) {
	return formLocationKey.build(region, city)
}

// ParseLocationKey takes a key GEO#{region}#{city} apart.
func ParseLocationKey(key string) (region string, city string, err error) {
	values, err := formLocationKey.parse(key)
	if err != nil {
		return
	}
	return values[0], values[1], nil
}

var formDateTypeKey = newKeyForm("date type key", "DATE#{date}#TYPE#{entity_type}#{entity_id}",
	keyPart{name: "date", kind: partDate},
	keyPart{name: "entity_type", kind: partEnum, values: []string{"VENUE", "EVENT", "PROGRAM", "ATTRACTION"}},
	keyPart{name: "entity_id", kind: partID, strip: []string{"VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#"}})

// DateTypeKey returns the key DATE#{date}#TYPE#{entity_type}#{entity_id}.
//
// Sort key of `location-date-index`; the date is the next occurrence in local time, `9999-12-31` for what is ongoing.
func DateTypeKey(on Date, entityType EntityType, entityID string) (string, error) {
	return formDateTypeKey.build(string(on), string(entityType), entityID)
}

// ParseDateTypeKey takes a key DATE#{date}#TYPE#{entity_type}#{entity_id} apart.
func ParseDateTypeKey(key string) (on Date, entityType EntityType, entityID string, err error) {
	values, err := formDateTypeKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), EntityType(values[1]), values[2], nil
}

var formCategoryAgeKey = newKeyForm("category age key", "CAT#{category}#{age_group}",
	keyPart{name: "category", kind: partEnum, values: []string{"arts-creativity", "active-sports", "educational-stem", "entertainment-events", "camps-programs", "free-community"}},
	keyPart{name: "age_group", kind: partEnum, values: []string{"infant", "toddler", "preschool", "elementary", "tween", "teen", "adult", "all-ages"}})

// CategoryAgeKey returns the key CAT#{category}#{age_group}.
//
// Partition key of `category-age-index`.
func CategoryAgeKey(category ActivityCategory, ageGroup AgeCategory) (string, error) {
	return formCategoryAgeKey.build(string(category), string(ageGroup))
}

// ParseCategoryAgeKey takes a key CAT#{category}#{age_group} apart.
func ParseCategoryAgeKey(key string) (category ActivityCategory, ageGroup AgeCategory, err error) {
	values, err := formCategoryAgeKey.parse(key)
	if err != nil {
		return
	}
	return ActivityCategory(values[0]), AgeCategory(values[1]), nil
}

var formDateFeaturedKey = newKeyForm("date featured key", "DATE#{date}#FEATURED#{featured}#{entity_id}",
	keyPart{name: "date", kind: partDate},
	keyPart{name: "featured", kind: partFlag},
	keyPart{name: "entity_id", kind: partID, strip: []string{"VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#"}})

// DateFeaturedKey returns the key DATE#{date}#FEATURED#{featured}#{entity_id}.
//
// Sort key of `category-age-index`.
func DateFeaturedKey(on Date, featured bool, entityID string) (string, error) {
	return formDateFeaturedKey.build(string(on), flag(featured), entityID)
}

// ParseDateFeaturedKey takes a key DATE#{date}#FEATURED#{featured}#{entity_id} apart.
func ParseDateFeaturedKey(key string) (on Date, featured bool, entityID string, err error) {
	values, err := formDateFeaturedKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), values[1] == "true", values[2], nil
}

var formVenueKey = newKeyForm("venue key", "VENUE#{venue_id}",
	keyPart{name: "venue_id", kind: partID, strip: []string{"VENUE#"}})

// VenueKey returns the key VENUE#{venue_id}.
//
// Partition key of `venue-activity-index`.
func VenueKey(venueID string) (string, error) {
	return formVenueKey.build(venueID)
}

// ParseVenueKey takes a key VENUE#{venue_id} apart.
func ParseVenueKey(key string) (venueID string, err error) {
	values, err := formVenueKey.parse(key)
	if err != nil {
		return
	}
	return values[0], nil
}

var formTypeDateKey = newKeyForm("type date key", "TYPE#{entity_type}#{start_date}#{entity_id}",
	keyPart{name: "entity_type", kind: partEnum, values: []string{"VENUE", "EVENT", "PROGRAM", "ATTRACTION"}},
	keyPart{name: "start_date", kind: partDate},
	keyPart{name: "entity_id", kind: partID, strip: []string{"VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#"}})

// TypeDateKey returns the key TYPE#{entity_type}#{start_date}#{entity_id}.
//
// Sort key of `venue-activity-index`.
func TypeDateKey(entityType EntityType, startDate Date, entityID string) (string, error) {
	return formTypeDateKey.build(string(entityType), string(startDate), entityID)
}

// ParseTypeDateKey takes a key TYPE#{entity_type}#{start_date}#{entity_id} apart.
func ParseTypeDateKey(key string) (entityType EntityType, startDate Date, entityID string, err error) {
	values, err := formTypeDateKey.parse(key)
	if err != nil {
		return
	}
	return EntityType(values[0]), Date(values[1]), values[2], nil
}

var formProviderKey = newKeyForm("provider key", "PROVIDER#{provider_id}",
	keyPart{name: "provider_id", kind: partID, strip: []string{"PROVIDER#"}})

// ProviderKey returns the key PROVIDER#{provider_id}.
//
// Partition key of `provider-index`.
func ProviderKey(providerID string) (string, error) {
	return formProviderKey.build(providerID)
}

// ParseProviderKey takes a key PROVIDER#{provider_id} apart.
func ParseProviderKey(key string) (providerID string, err error) {
	values, err := formProviderKey.parse(key)
	if err != nil {
		return
	}
	return values[0], nil
}

var formTypeStatusKey = newKeyForm("type status key", "TYPE#{entity_type}#STATUS#{status}#{entity_id}",
	keyPart{name: "entity_type", kind: partEnum, values: []string{"VENUE", "EVENT", "PROGRAM", "ATTRACTION"}},
	keyPart{name: "status", kind: partEnum, values: []string{"active", "inactive", "expired", "cancelled"}},
	keyPart{name: "entity_id", kind: partID, strip: []string{"VENUE#", "EVENT#", "PROGRAM#", "ATTRACTION#"}})

// TypeStatusKey returns the key TYPE#{entity_type}#STATUS#{status}#{entity_id}.
//
// Sort key of `provider-index`.
func TypeStatusKey(entityType EntityType, status ActivityStatus, entityID string) (string, error) {
	return formTypeStatusKey.build(string(entityType), string(status), entityID)
}

// ParseTypeStatusKey takes a key TYPE#{entity_type}#STATUS#{status}#{entity_id} apart.
func ParseTypeStatusKey(key string) (entityType EntityType, status ActivityStatus, entityID string, err error) {
	values, err := formTypeStatusKey.parse(key)
	if err != nil {
		return
	}
	return EntityType(values[0]), ActivityStatus(values[1]), values[2], nil
}

var formSourceKey = newKeyForm("source key", "SOURCE#{source_id}",
	keyPart{name: "source_id", kind: partID, strip: []string{"SOURCE#"}})

// SourceKey returns the key SOURCE#{source_id}.
//
// Partition key of a source, in the tables of sources and of operations.
func SourceKey(sourceID string) (string, error) {
	return formSourceKey.build(sourceID)
}

// ParseSourceKey takes a key SOURCE#{source_id} apart.
func ParseSourceKey(key string) (sourceID string, err error) {
	values, err := formSourceKey.parse(key)
	if err != nil {
		return
	}
	return values[0], nil
}

var formStatusKey = newKeyForm("status key", "STATUS#{status}",
	keyPart{name: "status", kind: partEnum, values: []string{"pending_analysis", "analysis_complete", "active", "inactive", "rejected"}})

// StatusKey returns the key STATUS#{status}.
//
// Partition key of `status-priority-index`.
func StatusKey(status SourceStatus) (string, error) {
	return formStatusKey.build(string(status))
}

// ParseStatusKey takes a key STATUS#{status} apart.
func ParseStatusKey(key string) (status SourceStatus, err error) {
	values, err := formStatusKey.parse(key)
	if err != nil {
		return
	}
	return SourceStatus(values[0]), nil
}

var formPriorityKey = newKeyForm("priority key", "PRIORITY#{priority}#{source_id}",
	keyPart{name: "priority", kind: partEnum, values: []string{"high", "medium", "low"}},
	keyPart{name: "source_id", kind: partID, strip: []string{"SOURCE#"}})

// PriorityKey returns the key PRIORITY#{priority}#{source_id}.
//
// Sort key of `status-priority-index` and of `next-run-index`.
func PriorityKey(priority Priority, sourceID string) (string, error) {
	return formPriorityKey.build(string(priority), sourceID)
}

// ParsePriorityKey takes a key PRIORITY#{priority}#{source_id} apart.
func ParsePriorityKey(key string) (priority Priority, sourceID string, err error) {
	values, err := formPriorityKey.parse(key)
	if err != nil {
		return
	}
	return Priority(values[0]), values[1], nil
}

var formScheduleKey = newKeyForm("schedule key", "SCHEDULE#{date}",
	keyPart{name: "date", kind: partDate})

// ScheduleKey returns the key SCHEDULE#{date}.
//
// Partition key of the tasks of a day.
func ScheduleKey(on Date) (string, error) {
	return formScheduleKey.build(string(on))
}

// ParseScheduleKey takes a key SCHEDULE#{date} apart.
func ParseScheduleKey(key string) (on Date, err error) {
	values, err := formScheduleKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), nil
}

var formTaskSortKey = newKeyForm("task sort key", "TASK#{priority}#{source_id}#{task_id}",
	keyPart{name: "priority", kind: partEnum, values: []string{"high", "medium", "low"}},
	keyPart{name: "source_id", kind: partID, strip: []string{"SOURCE#"}},
	keyPart{name: "task_id", kind: partID})

// TaskSortKey returns the key TASK#{priority}#{source_id}#{task_id}.
//
// Sort key of a task in the schedule of its day.
func TaskSortKey(priority Priority, sourceID string, taskID string) (string, error) {
	return formTaskSortKey.build(string(priority), sourceID, taskID)
}

// ParseTaskSortKey takes a key TASK#{priority}#{source_id}#{task_id} apart.
func ParseTaskSortKey(key string) (priority Priority, sourceID string, taskID string, err error) {
	values, err := formTaskSortKey.parse(key)
	if err != nil {
		return
	}
	return Priority(values[0]), values[1], values[2], nil
}

var formTaskKey = newKeyForm("task key", "TASK#{task_id}",
	keyPart{name: "task_id", kind: partID, strip: []string{"TASK#"}})

// TaskKey returns the key TASK#{task_id}.
//
// Partition key of a task's state; the sort key is `STATUS`.
func TaskKey(taskID string) (string, error) {
	return formTaskKey.build(taskID)
}

// ParseTaskKey takes a key TASK#{task_id} apart.
func ParseTaskKey(key string) (taskID string, err error) {
	values, err := formTaskKey.parse(key)
	if err != nil {
		return
	}
	return values[0], nil
}

var formExecutionPartitionKey = newKeyForm("execution partition key", "EXECUTION#{execution_id}",
	keyPart{name: "execution_id", kind: partID, strip: []string{"EXECUTION#"}})

// ExecutionPartitionKey returns the key EXECUTION#{execution_id}.
//
// Partition key of an execution; the sort key is `RESULT` or `METRICS`.
func ExecutionPartitionKey(executionID string) (string, error) {
	return formExecutionPartitionKey.build(executionID)
}

// ParseExecutionPartitionKey takes a key EXECUTION#{execution_id} apart.
func ParseExecutionPartitionKey(key string) (executionID string, err error) {
	values, err := formExecutionPartitionKey.parse(key)
	if err != nil {
		return
	}
	return values[0], nil
}

var formMetricsSortKey = newKeyForm("metrics sort key", "METRICS#{date}",
	keyPart{name: "date", kind: partDate})

// MetricsSortKey returns the key METRICS#{date}.
//
// Sort key of the metrics of a day.
func MetricsSortKey(on Date) (string, error) {
	return formMetricsSortKey.build(string(on))
}

// ParseMetricsSortKey takes a key METRICS#{date} apart.
func ParseMetricsSortKey(key string) (on Date, err error) {
	values, err := formMetricsSortKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), nil
}

var formRunSortKey = newKeyForm("run sort key", "RUN#{time}",
	keyPart{name: "time", kind: partTime})

// RunSortKey returns the key RUN#{time}.
//
// Sort key of a run in the history of its source.
func RunSortKey(at time.Time) (string, error) {
	return formRunSortKey.build(FormatTime(at))
}

// ParseRunSortKey takes a key RUN#{time} apart.
func ParseRunSortKey(key string) (at Timestamp, err error) {
	values, err := formRunSortKey.parse(key)
	if err != nil {
		return
	}
	return Timestamp(values[0]), nil
}

var formQueueKey = newKeyForm("queue key", "QUEUE#{date}",
	keyPart{name: "date", kind: partDate})

// QueueKey returns the key QUEUE#{date}.
//
// Partition key of the queues of a day.
func QueueKey(on Date) (string, error) {
	return formQueueKey.build(string(on))
}

// ParseQueueKey takes a key QUEUE#{date} apart.
func ParseQueueKey(key string) (on Date, err error) {
	values, err := formQueueKey.parse(key)
	if err != nil {
		return
	}
	return Date(values[0]), nil
}

var formQueueSortKey = newKeyForm("queue sort key", "PRIORITY#{priority}#{time}",
	keyPart{name: "priority", kind: partEnum, values: []string{"high", "medium", "low"}},
	keyPart{name: "time", kind: partTime})

// QueueSortKey returns the key PRIORITY#{priority}#{time}.
//
// Sort key of a queue.
func QueueSortKey(priority Priority, at time.Time) (string, error) {
	return formQueueSortKey.build(string(priority), FormatTime(at))
}

// ParseQueueSortKey takes a key PRIORITY#{priority}#{time} apart.
func ParseQueueSortKey(key string) (priority Priority, at Timestamp, err error) {
	values, err := formQueueSortKey.parse(key)
	if err != nil {
		return
	}
	return Priority(values[0]), Timestamp(values[1]), nil
}

var formNextRunKey = newKeyForm("next run key", "NEXT_RUN#{time}",
	keyPart{name: "time", kind: partSlot})

// NextRunKey returns the key NEXT_RUN#{time}.
//
// Partition key of `next-run-index`; the time is floored to its five-minute slot.
func NextRunKey(at time.Time) (string, error) {
	return formNextRunKey.build(FormatTime(NextRunSlot(at)))
}

// ParseNextRunKey takes a key NEXT_RUN#{time} apart.
func ParseNextRunKey(key string) (at Timestamp, err error) {
	values, err := formNextRunKey.parse(key)
	if err != nil {
		return
	}
	return Timestamp(values[0]), nil
}
