// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: scraping_execution.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternScrapingExecutionPK = regexp.MustCompile(`^EXECUTION#[^#\x00-\x20]+$`)
var patternScrapingExecutionSK = regexp.MustCompile(`^(RESULT|METRICS)$`)

// ScrapingExecution: what one execution of a task did: the item `EXECUTION#{id}` / `RESULT` of the table
// `seattle-scraping-operations`. A run report is one, too.
type ScrapingExecution struct {
	// Partition key: `EXECUTION#{id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `RESULT`, or `METRICS` for an item of metrics alone.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the execution.
	ExecutionID string `json:"execution_id" dynamodbav:"execution_id"`

	// Id of the task.
	TaskID string `json:"task_id" dynamodbav:"task_id"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Moment it started.
	StartedAt Timestamp `json:"started_at" dynamodbav:"started_at"`

	// Moment it ended; absent while it is in progress.
	CompletedAt *Timestamp `json:"completed_at,omitempty" dynamodbav:"completed_at,omitempty"`

	// Time it took; absent while it is in progress.
	Duration *int64 `json:"duration,omitempty" dynamodbav:"duration,omitempty"`

	// How far it is.
	Status TaskStatus `json:"status" dynamodbav:"status"`

	// Number of items that the source yielded.
	ItemsExtracted int64 `json:"items_extracted" dynamodbav:"items_extracted"`

	// Number of items that were validated.
	ItemsProcessed int64 `json:"items_processed" dynamodbav:"items_processed"`

	// Number of items that were stored.
	ItemsStored int64 `json:"items_stored" dynamodbav:"items_stored"`

	// Number of errors.
	ErrorCount int64 `json:"error_count" dynamodbav:"error_count"`

	// Number of warnings.
	WarningCount int64 `json:"warning_count" dynamodbav:"warning_count"`

	// What it cost.
	Metrics *ExecutionMetrics `json:"metrics,omitempty" dynamodbav:"metrics,omitempty"`

	// Errors, the first ones when there are many.
	Errors []ExecutionError `json:"errors,omitempty" dynamodbav:"errors,omitempty"`

	// Warnings, the first ones when there are many.
	Warnings []ExecutionError `json:"warnings,omitempty" dynamodbav:"warnings,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	absent absent
}

var membersScrapingExecution = []member{
	{"PK", false},
	{"SK", false},
	{"execution_id", false},
	{"task_id", false},
	{"source_id", false},
	{"started_at", false},
	{"status", false},
	{"items_extracted", false},
	{"items_processed", false},
	{"items_stored", false},
	{"error_count", false},
	{"warning_count", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScrapingExecution) UnmarshalJSON(data []byte) error {
	type plain ScrapingExecution
	*r = ScrapingExecution{}
	gone, err := decodeJSON(data, (*plain)(r), membersScrapingExecution)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScrapingExecution) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScrapingExecution
	*r = ScrapingExecution{}
	gone, err := decodeItem(av, (*plain)(r), membersScrapingExecution)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScrapingExecution) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScrapingExecution) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternScrapingExecutionPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternScrapingExecutionSK)
	}
	if !c.missing(r.absent, at, "execution_id", r.ExecutionID) {
		c.minLength(at, "execution_id", r.ExecutionID, 1)
	}
	if !c.missing(r.absent, at, "task_id", r.TaskID) {
		c.minLength(at, "task_id", r.TaskID, 1)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "started_at", r.StartedAt) {
		c.timestamp(at, "started_at", r.StartedAt)
	}
	if r.CompletedAt != nil {
		c.timestamp(at, "completed_at", *r.CompletedAt)
	}
	if r.Duration != nil {
		c.safe(at, "duration", *r.Duration)
		c.atLeast(at, "duration", float64(*r.Duration), 0)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "items_extracted", r.ItemsExtracted) {
		c.safe(at, "items_extracted", r.ItemsExtracted)
		c.atLeast(at, "items_extracted", float64(r.ItemsExtracted), 0)
	}
	if !c.missing(r.absent, at, "items_processed", r.ItemsProcessed) {
		c.safe(at, "items_processed", r.ItemsProcessed)
		c.atLeast(at, "items_processed", float64(r.ItemsProcessed), 0)
	}
	if !c.missing(r.absent, at, "items_stored", r.ItemsStored) {
		c.safe(at, "items_stored", r.ItemsStored)
		c.atLeast(at, "items_stored", float64(r.ItemsStored), 0)
	}
	if !c.missing(r.absent, at, "error_count", r.ErrorCount) {
		c.safe(at, "error_count", r.ErrorCount)
		c.atLeast(at, "error_count", float64(r.ErrorCount), 0)
	}
	if !c.missing(r.absent, at, "warning_count", r.WarningCount) {
		c.safe(at, "warning_count", r.WarningCount)
		c.atLeast(at, "warning_count", float64(r.WarningCount), 0)
	}
	if r.Metrics != nil {
		r.Metrics.check(c, child(at, "metrics"))
	}
	c.nulls(r.absent, at, "errors", r.Errors)
	for key := range r.Errors {
		value := r.Errors[key]
		value.check(c, child(child(at, "errors"), strconv.Itoa(key)))
	}
	c.nulls(r.absent, at, "warnings", r.Warnings)
	for key := range r.Warnings {
		value := r.Warnings[key]
		value.check(c, child(child(at, "warnings"), strconv.Itoa(key)))
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
}
