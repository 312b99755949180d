// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: keys.json

package contracts

var tableKeys = map[string]keyFunctions{
	"entity_key": {
		build: func(in []string) (string, error) {
			return EntityKey(EntityType(in[0]), in[1])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParseEntityKey(key)
			return []string{string(v0), v1}, err
		},
	},
	"age_item_key": {
		build: func(in []string) (string, error) {
			return AgeItemKey(AgeCategory(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseAgeItemKey(key)
			return []string{string(v0)}, err
		},
	},
	"instance_key": {
		build: func(in []string) (string, error) {
			return InstanceKey(Date(in[0]), in[1])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParseInstanceKey(key)
			return []string{string(v0), v1}, err
		},
	},
	"location_key": {
		build: func(in []string) (string, error) {
			return LocationKey(in[0], in[1])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParseLocationKey(key)
			return []string{v0, v1}, err
		},
	},
	"date_type_key": {
		build: func(in []string) (string, error) {
			return DateTypeKey(Date(in[0]), EntityType(in[1]), in[2])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, v2, err := ParseDateTypeKey(key)
			return []string{string(v0), string(v1), v2}, err
		},
	},
	"category_age_key": {
		build: func(in []string) (string, error) {
			return CategoryAgeKey(ActivityCategory(in[0]), AgeCategory(in[1]))
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParseCategoryAgeKey(key)
			return []string{string(v0), string(v1)}, err
		},
	},
	"date_featured_key": {
		build: func(in []string) (string, error) {
			return DateFeaturedKey(Date(in[0]), in[1] == "true", in[2])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, v2, err := ParseDateFeaturedKey(key)
			return []string{string(v0), flag(v1), v2}, err
		},
	},
	"venue_key": {
		build: func(in []string) (string, error) {
			return VenueKey(in[0])
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseVenueKey(key)
			return []string{v0}, err
		},
	},
	"type_date_key": {
		build: func(in []string) (string, error) {
			return TypeDateKey(EntityType(in[0]), Date(in[1]), in[2])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, v2, err := ParseTypeDateKey(key)
			return []string{string(v0), string(v1), v2}, err
		},
	},
	"provider_key": {
		build: func(in []string) (string, error) {
			return ProviderKey(in[0])
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseProviderKey(key)
			return []string{v0}, err
		},
	},
	"type_status_key": {
		build: func(in []string) (string, error) {
			return TypeStatusKey(EntityType(in[0]), ActivityStatus(in[1]), in[2])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, v2, err := ParseTypeStatusKey(key)
			return []string{string(v0), string(v1), v2}, err
		},
	},
	"source_key": {
		build: func(in []string) (string, error) {
			return SourceKey(in[0])
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseSourceKey(key)
			return []string{v0}, err
		},
	},
	"status_key": {
		build: func(in []string) (string, error) {
			return StatusKey(SourceStatus(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseStatusKey(key)
			return []string{string(v0)}, err
		},
	},
	"priority_key": {
		build: func(in []string) (string, error) {
			return PriorityKey(Priority(in[0]), in[1])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParsePriorityKey(key)
			return []string{string(v0), v1}, err
		},
	},
	"schedule_key": {
		build: func(in []string) (string, error) {
			return ScheduleKey(Date(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseScheduleKey(key)
			return []string{string(v0)}, err
		},
	},
	"task_sort_key": {
		build: func(in []string) (string, error) {
			return TaskSortKey(Priority(in[0]), in[1], in[2])
		},
		parse: func(key string) ([]string, error) {
			v0, v1, v2, err := ParseTaskSortKey(key)
			return []string{string(v0), v1, v2}, err
		},
	},
	"task_key": {
		build: func(in []string) (string, error) {
			return TaskKey(in[0])
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseTaskKey(key)
			return []string{v0}, err
		},
	},
	"execution_partition_key": {
		build: func(in []string) (string, error) {
			return ExecutionPartitionKey(in[0])
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseExecutionPartitionKey(key)
			return []string{v0}, err
		},
	},
	"metrics_sort_key": {
		build: func(in []string) (string, error) {
			return MetricsSortKey(Date(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseMetricsSortKey(key)
			return []string{string(v0)}, err
		},
	},
	"run_sort_key": {
		build: func(in []string) (string, error) {
			return RunSortKey(mustTime(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseRunSortKey(key)
			return []string{string(v0)}, err
		},
	},
	"queue_key": {
		build: func(in []string) (string, error) {
			return QueueKey(Date(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseQueueKey(key)
			return []string{string(v0)}, err
		},
	},
	"queue_sort_key": {
		build: func(in []string) (string, error) {
			return QueueSortKey(Priority(in[0]), mustTime(in[1]))
		},
		parse: func(key string) ([]string, error) {
			v0, v1, err := ParseQueueSortKey(key)
			return []string{string(v0), string(v1)}, err
		},
	},
	"next_run_key": {
		build: func(in []string) (string, error) {
			return NextRunKey(mustTime(in[0]))
		},
		parse: func(key string) ([]string, error) {
			v0, err := ParseNextRunKey(key)
			return []string{string(v0)}, err
		},
	},
}
