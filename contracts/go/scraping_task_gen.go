// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: scraping_task.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternScrapingTaskPK = regexp.MustCompile(`^(SCHEDULE#[0-9]{4}-[0-9]{2}-[0-9]{2}|TASK#[^#\x00-\x20]+)$`)
var patternScrapingTaskSK = regexp.MustCompile(`^(TASK#(high|medium|low)#[^#\x00-\x20]+#[^#\x00-\x20]+|STATUS)$`)

// ScrapingTask: A scheduled piece of scraping: an item of the table `seattle-scraping-operations`.
type ScrapingTask struct {
	// Partition key: `SCHEDULE#{date}`, or `TASK#{task_id}` for the task's state.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `TASK#{priority}#{source_id}#{task_id}`, or `STATUS`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the task.
	TaskID string `json:"task_id" dynamodbav:"task_id"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Kind of task.
	TaskType TaskType `json:"task_type" dynamodbav:"task_type"`

	// How urgent the work is.
	Priority Priority `json:"priority" dynamodbav:"priority"`

	// Moment at which the task is due.
	ScheduledTime Timestamp `json:"scheduled_time" dynamodbav:"scheduled_time"`

	// Pages to scrape.
	TargetUrls []string `json:"target_urls,omitempty" dynamodbav:"target_urls,omitempty"`

	// Selectors of the fields.
	ExtractionRules *DataSelectors `json:"extraction_rules,omitempty" dynamodbav:"extraction_rules,omitempty"`

	// How politely.
	RateLimits *RateLimit `json:"rate_limits,omitempty" dynamodbav:"rate_limits,omitempty"`

	// Time-out of the task.
	Timeout *int64 `json:"timeout,omitempty" dynamodbav:"timeout,omitempty"`

	// Repeats at most.
	MaxRetries *int64 `json:"max_retries,omitempty" dynamodbav:"max_retries,omitempty"`

	// State of the task.
	Status TaskStatus `json:"status" dynamodbav:"status"`

	// Number of repeats so far.
	RetryCount *int64 `json:"retry_count,omitempty" dynamodbav:"retry_count,omitempty"`

	// Moment of the last repeat.
	LastRetryAt *Timestamp `json:"last_retry_at,omitempty" dynamodbav:"last_retry_at,omitempty"`

	// Time the task is expected to take.
	EstimatedDuration *int64 `json:"estimated_duration,omitempty" dynamodbav:"estimated_duration,omitempty"`

	// Ids of tasks that must be done before.
	Dependencies []string `json:"dependencies,omitempty" dynamodbav:"dependencies,omitempty"`

	// Moment the task was created.
	CreatedAt Timestamp `json:"created_at" dynamodbav:"created_at"`

	// Moment the record was last changed.
	UpdatedAt *Timestamp `json:"updated_at,omitempty" dynamodbav:"updated_at,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	// Partition key of `next-run-index`: `NEXT_RUN#{timestamp}`, a five-minute slot.
	NextRunKey *string `json:"NextRunKey,omitempty" dynamodbav:"NextRunKey,omitempty"`

	// Sort key of `next-run-index`: `PRIORITY#{priority}#{source_id}`.
	PrioritySourceKey *string `json:"PrioritySourceKey,omitempty" dynamodbav:"PrioritySourceKey,omitempty"`

	absent absent
}

var membersScrapingTask = []member{
	{"PK", false},
	{"SK", false},
	{"task_id", false},
	{"source_id", false},
	{"task_type", false},
	{"priority", false},
	{"scheduled_time", false},
	{"status", false},
	{"created_at", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScrapingTask) UnmarshalJSON(data []byte) error {
	type plain ScrapingTask
	*r = ScrapingTask{}
	gone, err := decodeJSON(data, (*plain)(r), membersScrapingTask)
	r.absent = gone
	r.LastRetryAt = given(r.LastRetryAt)
	r.UpdatedAt = given(r.UpdatedAt)
	r.NextRunKey = given(r.NextRunKey)
	r.PrioritySourceKey = given(r.PrioritySourceKey)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScrapingTask) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScrapingTask
	*r = ScrapingTask{}
	gone, err := decodeItem(av, (*plain)(r), membersScrapingTask)
	r.absent = gone
	r.LastRetryAt = given(r.LastRetryAt)
	r.UpdatedAt = given(r.UpdatedAt)
	r.NextRunKey = given(r.NextRunKey)
	r.PrioritySourceKey = given(r.PrioritySourceKey)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScrapingTask) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScrapingTask) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternScrapingTaskPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternScrapingTaskSK)
	}
	if !c.missing(r.absent, at, "task_id", r.TaskID) {
		c.minLength(at, "task_id", r.TaskID, 1)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "task_type", r.TaskType) {
		if v := r.TaskType; !v.Known() {
			c.enum(at, "task_type", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "priority", r.Priority) {
		if v := r.Priority; !v.Known() {
			c.enum(at, "priority", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "scheduled_time", r.ScheduledTime) {
		c.timestamp(at, "scheduled_time", r.ScheduledTime)
	}
	c.nulls(r.absent, at, "target_urls", r.TargetUrls)
	for key := range r.TargetUrls {
		c.pattern(child(at, "target_urls"), strconv.Itoa(key), r.TargetUrls[key], patternURL)
	}
	if r.ExtractionRules != nil {
		r.ExtractionRules.check(c, child(at, "extraction_rules"))
	}
	if r.RateLimits != nil {
		r.RateLimits.check(c, child(at, "rate_limits"))
	}
	if r.Timeout != nil {
		c.safe(at, "timeout", *r.Timeout)
		c.atLeast(at, "timeout", float64(*r.Timeout), 0)
	}
	if r.MaxRetries != nil {
		c.safe(at, "max_retries", *r.MaxRetries)
		c.atLeast(at, "max_retries", float64(*r.MaxRetries), 0)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.RetryCount != nil {
		c.safe(at, "retry_count", *r.RetryCount)
		c.atLeast(at, "retry_count", float64(*r.RetryCount), 0)
	}
	if r.LastRetryAt != nil {
		c.timestamp(at, "last_retry_at", *r.LastRetryAt)
	}
	if r.EstimatedDuration != nil {
		c.safe(at, "estimated_duration", *r.EstimatedDuration)
		c.atLeast(at, "estimated_duration", float64(*r.EstimatedDuration), 0)
	}
	c.nulls(r.absent, at, "dependencies", r.Dependencies)
	if !c.missing(r.absent, at, "created_at", r.CreatedAt) {
		c.timestamp(at, "created_at", r.CreatedAt)
	}
	if r.UpdatedAt != nil {
		c.timestamp(at, "updated_at", *r.UpdatedAt)
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
	if r.NextRunKey != nil {
		c.pattern(at, "NextRunKey", *r.NextRunKey, patternNextRunKey)
	}
	if r.PrioritySourceKey != nil {
		c.pattern(at, "PrioritySourceKey", *r.PrioritySourceKey, patternPriorityKey)
	}
}
