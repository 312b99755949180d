// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: task_queue.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternTaskQueuePK = regexp.MustCompile(`^QUEUE#[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
var patternTaskQueueSK = regexp.MustCompile(`^PRIORITY#(high|medium|low)#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)

// QueuedTask: A task in a queue.
type QueuedTask struct {
	// Id of the task.
	TaskID string `json:"task_id" dynamodbav:"task_id"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Kind of task.
	TaskType *TaskType `json:"task_type,omitempty" dynamodbav:"task_type,omitempty"`

	// How urgent the work is.
	Priority *Priority `json:"priority,omitempty" dynamodbav:"priority,omitempty"`

	// Time the task is expected to take.
	EstimatedDuration *int64 `json:"estimated_duration,omitempty" dynamodbav:"estimated_duration,omitempty"`

	// Ids of tasks that must be done before.
	Dependencies []string `json:"dependencies,omitempty" dynamodbav:"dependencies,omitempty"`

	// True when nothing has to be done before.
	ReadyToExecute *bool `json:"ready_to_execute,omitempty" dynamodbav:"ready_to_execute,omitempty"`

	absent absent
}

var membersQueuedTask = []member{
	{"task_id", false},
	{"source_id", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *QueuedTask) UnmarshalJSON(data []byte) error {
	type plain QueuedTask
	*r = QueuedTask{}
	gone, err := decodeJSON(data, (*plain)(r), membersQueuedTask)
	r.absent = gone
	r.TaskType = given(r.TaskType)
	r.Priority = given(r.Priority)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *QueuedTask) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain QueuedTask
	*r = QueuedTask{}
	gone, err := decodeItem(av, (*plain)(r), membersQueuedTask)
	r.absent = gone
	r.TaskType = given(r.TaskType)
	r.Priority = given(r.Priority)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *QueuedTask) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *QueuedTask) check(c *checker, at string) {
	if !c.missing(r.absent, at, "task_id", r.TaskID) {
		c.minLength(at, "task_id", r.TaskID, 1)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if r.TaskType != nil {
		if v := *r.TaskType; !v.Known() {
			c.enum(at, "task_type", string(v), v.expected())
		}
	}
	if r.Priority != nil {
		if v := *r.Priority; !v.Known() {
			c.enum(at, "priority", string(v), v.expected())
		}
	}
	if r.EstimatedDuration != nil {
		c.safe(at, "estimated_duration", *r.EstimatedDuration)
		c.atLeast(at, "estimated_duration", float64(*r.EstimatedDuration), 0)
	}
	c.nulls(r.absent, at, "dependencies", r.Dependencies)
}

// TaskQueue: tasks that are due together: the item `QUEUE#{date}` / `PRIORITY#{priority}#{scheduled_time}` of
// the table `seattle-scraping-operations`.
type TaskQueue struct {
	// Partition key: `QUEUE#{date}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `PRIORITY#{priority}#{scheduled_time}`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Day, UTC.
	QueueDate Date `json:"queue_date" dynamodbav:"queue_date"`

	// Moment at which the tasks are due.
	ScheduledTime Timestamp `json:"scheduled_time" dynamodbav:"scheduled_time"`

	// How urgent the work is.
	Priority Priority `json:"priority" dynamodbav:"priority"`

	// Number of tasks.
	TaskCount int64 `json:"task_count" dynamodbav:"task_count"`

	// The tasks.
	Tasks []QueuedTask `json:"tasks,omitempty" dynamodbav:"tasks,omitempty"`

	// Time the tasks are expected to take.
	EstimatedDuration *int64 `json:"estimated_duration,omitempty" dynamodbav:"estimated_duration,omitempty"`

	// Number of requests to expect.
	EstimatedRequests *int64 `json:"estimated_requests,omitempty" dynamodbav:"estimated_requests,omitempty"`

	// Bytes to expect.
	EstimatedDataVolume *int64 `json:"estimated_data_volume,omitempty" dynamodbav:"estimated_data_volume,omitempty"`

	// How far the queue is.
	Status TaskStatus `json:"status" dynamodbav:"status"`

	// Moment the queue was worked off.
	ProcessedAt *Timestamp `json:"processed_at,omitempty" dynamodbav:"processed_at,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	absent absent
}

var membersTaskQueue = []member{
	{"PK", false},
	{"SK", false},
	{"queue_date", false},
	{"scheduled_time", false},
	{"priority", false},
	{"task_count", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *TaskQueue) UnmarshalJSON(data []byte) error {
	type plain TaskQueue
	*r = TaskQueue{}
	gone, err := decodeJSON(data, (*plain)(r), membersTaskQueue)
	r.absent = gone
	r.ProcessedAt = given(r.ProcessedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *TaskQueue) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain TaskQueue
	*r = TaskQueue{}
	gone, err := decodeItem(av, (*plain)(r), membersTaskQueue)
	r.absent = gone
	r.ProcessedAt = given(r.ProcessedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *TaskQueue) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *TaskQueue) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternTaskQueuePK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternTaskQueueSK)
	}
	if !c.missing(r.absent, at, "queue_date", r.QueueDate) {
		c.date(at, "queue_date", r.QueueDate)
	}
	if !c.missing(r.absent, at, "scheduled_time", r.ScheduledTime) {
		c.timestamp(at, "scheduled_time", r.ScheduledTime)
	}
	if !c.missing(r.absent, at, "priority", r.Priority) {
		if v := r.Priority; !v.Known() {
			c.enum(at, "priority", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "task_count", r.TaskCount) {
		c.safe(at, "task_count", r.TaskCount)
		c.atLeast(at, "task_count", float64(r.TaskCount), 0)
	}
	c.nulls(r.absent, at, "tasks", r.Tasks)
	for key := range r.Tasks {
		value := r.Tasks[key]
		value.check(c, child(child(at, "tasks"), strconv.Itoa(key)))
	}
	if r.EstimatedDuration != nil {
		c.safe(at, "estimated_duration", *r.EstimatedDuration)
		c.atLeast(at, "estimated_duration", float64(*r.EstimatedDuration), 0)
	}
	if r.EstimatedRequests != nil {
		c.safe(at, "estimated_requests", *r.EstimatedRequests)
		c.atLeast(at, "estimated_requests", float64(*r.EstimatedRequests), 0)
	}
	if r.EstimatedDataVolume != nil {
		c.safe(at, "estimated_data_volume", *r.EstimatedDataVolume)
		c.atLeast(at, "estimated_data_volume", float64(*r.EstimatedDataVolume), 0)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.ProcessedAt != nil {
		c.timestamp(at, "processed_at", *r.ProcessedAt)
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
}
