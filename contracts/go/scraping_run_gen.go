// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: scraping_run.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternScrapingRunPK = regexp.MustCompile(`^SOURCE#[^#\x00-\x20]+$`)
var patternScrapingRunSK = regexp.MustCompile(`^RUN#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)

// ScrapingRun: one run in the history of a source: the item `SOURCE#{source_id}` / `RUN#{timestamp}` of the
// table `seattle-scraping-operations`.
type ScrapingRun struct {
	// Partition key: `SOURCE#{source_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `RUN#{timestamp}`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the run.
	RunID string `json:"run_id" dynamodbav:"run_id"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Id of the execution.
	ExecutionID *string `json:"execution_id,omitempty" dynamodbav:"execution_id,omitempty"`

	// T, the scheduled time of the run.
	Timestamp Timestamp `json:"timestamp" dynamodbav:"timestamp"`

	// Kind of task.
	TaskType *TaskType `json:"task_type,omitempty" dynamodbav:"task_type,omitempty"`

	// Pages to scrape.
	TargetUrls []string `json:"target_urls,omitempty" dynamodbav:"target_urls,omitempty"`

	// User agent that was sent.
	UserAgent *string `json:"user_agent,omitempty" dynamodbav:"user_agent,omitempty"`

	// How the run ended.
	Status TaskStatus `json:"status" dynamodbav:"status"`

	// Number of items found.
	ItemsFound *int64 `json:"items_found,omitempty" dynamodbav:"items_found,omitempty"`

	// Number of items validated.
	ItemsProcessed *int64 `json:"items_processed,omitempty" dynamodbav:"items_processed,omitempty"`

	// Number of items stored.
	ItemsStored *int64 `json:"items_stored,omitempty" dynamodbav:"items_stored,omitempty"`

	// Number of items stored for the first time.
	NewItems *int64 `json:"new_items,omitempty" dynamodbav:"new_items,omitempty"`

	// Number of items that replaced others.
	UpdatedItems *int64 `json:"updated_items,omitempty" dynamodbav:"updated_items,omitempty"`

	// Number of items that were stored already.
	DuplicateItems *int64 `json:"duplicate_items,omitempty" dynamodbav:"duplicate_items,omitempty"`

	// Number of items that were refused.
	ErrorItems *int64 `json:"error_items,omitempty" dynamodbav:"error_items,omitempty"`

	// Hash of the content, to tell whether it changed.
	ContentHash *string `json:"content_hash,omitempty" dynamodbav:"content_hash,omitempty"`

	// Size of the content.
	ContentSize *int64 `json:"content_size,omitempty" dynamodbav:"content_size,omitempty"`

	// True when the content changed since the last run.
	ContentChanged *bool `json:"content_changed,omitempty" dynamodbav:"content_changed,omitempty"`

	// Share of the content that changed, in percent.
	ChangePercent *float64 `json:"change_percent,omitempty" dynamodbav:"change_percent,omitempty"`

	// Time the run took.
	Duration *int64 `json:"duration,omitempty" dynamodbav:"duration,omitempty"`

	// Number of requests sent, repeats included.
	RequestCount *int64 `json:"request_count,omitempty" dynamodbav:"request_count,omitempty"`

	// Bytes received in bodies.
	BytesDownloaded *int64 `json:"bytes_downloaded,omitempty" dynamodbav:"bytes_downloaded,omitempty"`

	// Errors, the first ones when there are many.
	ErrorMessages []string `json:"error_messages,omitempty" dynamodbav:"error_messages,omitempty"`

	// Quality of the items, 0 to 1.
	QualityScore *float64 `json:"quality_score,omitempty" dynamodbav:"quality_score,omitempty"`

	// Parts of the quality score, by name.
	QualityDetails map[string]float64 `json:"quality_details,omitempty" dynamodbav:"quality_details,omitempty"`

	// Some of the items.
	SampleItems []map[string]any `json:"sample_items,omitempty" dynamodbav:"sample_items,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	absent absent
}

var membersScrapingRun = []member{
	{"PK", false},
	{"SK", false},
	{"run_id", false},
	{"source_id", false},
	{"timestamp", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScrapingRun) UnmarshalJSON(data []byte) error {
	type plain ScrapingRun
	*r = ScrapingRun{}
	gone, err := decodeJSON(data, (*plain)(r), membersScrapingRun)
	r.absent = gone
	r.ExecutionID = given(r.ExecutionID)
	r.TaskType = given(r.TaskType)
	r.UserAgent = given(r.UserAgent)
	r.ContentHash = given(r.ContentHash)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScrapingRun) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScrapingRun
	*r = ScrapingRun{}
	gone, err := decodeItem(av, (*plain)(r), membersScrapingRun)
	r.absent = gone
	r.ExecutionID = given(r.ExecutionID)
	r.TaskType = given(r.TaskType)
	r.UserAgent = given(r.UserAgent)
	r.ContentHash = given(r.ContentHash)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScrapingRun) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScrapingRun) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternScrapingRunPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternScrapingRunSK)
	}
	if !c.missing(r.absent, at, "run_id", r.RunID) {
		c.minLength(at, "run_id", r.RunID, 1)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if r.ExecutionID != nil {
		c.minLength(at, "execution_id", *r.ExecutionID, 1)
	}
	if !c.missing(r.absent, at, "timestamp", r.Timestamp) {
		c.timestamp(at, "timestamp", r.Timestamp)
	}
	if r.TaskType != nil {
		if v := *r.TaskType; !v.Known() {
			c.enum(at, "task_type", string(v), v.expected())
		}
	}
	c.nulls(r.absent, at, "target_urls", r.TargetUrls)
	for key := range r.TargetUrls {
		c.pattern(child(at, "target_urls"), strconv.Itoa(key), r.TargetUrls[key], patternURL)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.ItemsFound != nil {
		c.safe(at, "items_found", *r.ItemsFound)
		c.atLeast(at, "items_found", float64(*r.ItemsFound), 0)
	}
	if r.ItemsProcessed != nil {
		c.safe(at, "items_processed", *r.ItemsProcessed)
		c.atLeast(at, "items_processed", float64(*r.ItemsProcessed), 0)
	}
	if r.ItemsStored != nil {
		c.safe(at, "items_stored", *r.ItemsStored)
		c.atLeast(at, "items_stored", float64(*r.ItemsStored), 0)
	}
	if r.NewItems != nil {
		c.safe(at, "new_items", *r.NewItems)
		c.atLeast(at, "new_items", float64(*r.NewItems), 0)
	}
	if r.UpdatedItems != nil {
		c.safe(at, "updated_items", *r.UpdatedItems)
		c.atLeast(at, "updated_items", float64(*r.UpdatedItems), 0)
	}
	if r.DuplicateItems != nil {
		c.safe(at, "duplicate_items", *r.DuplicateItems)
		c.atLeast(at, "duplicate_items", float64(*r.DuplicateItems), 0)
	}
	if r.ErrorItems != nil {
		c.safe(at, "error_items", *r.ErrorItems)
		c.atLeast(at, "error_items", float64(*r.ErrorItems), 0)
	}
	if r.ContentSize != nil {
		c.safe(at, "content_size", *r.ContentSize)
		c.atLeast(at, "content_size", float64(*r.ContentSize), 0)
	}
	if r.ChangePercent != nil {
		c.finite(at, "change_percent", *r.ChangePercent)
		c.atLeast(at, "change_percent", float64(*r.ChangePercent), 0)
		c.atMost(at, "change_percent", float64(*r.ChangePercent), 100)
	}
	if r.Duration != nil {
		c.safe(at, "duration", *r.Duration)
		c.atLeast(at, "duration", float64(*r.Duration), 0)
	}
	if r.RequestCount != nil {
		c.safe(at, "request_count", *r.RequestCount)
		c.atLeast(at, "request_count", float64(*r.RequestCount), 0)
	}
	if r.BytesDownloaded != nil {
		c.safe(at, "bytes_downloaded", *r.BytesDownloaded)
		c.atLeast(at, "bytes_downloaded", float64(*r.BytesDownloaded), 0)
	}
	c.nulls(r.absent, at, "error_messages", r.ErrorMessages)
	if r.QualityScore != nil {
		c.finite(at, "quality_score", *r.QualityScore)
		c.atLeast(at, "quality_score", float64(*r.QualityScore), 0)
		c.atMost(at, "quality_score", float64(*r.QualityScore), 1)
	}
	c.nulls(r.absent, at, "quality_details", r.QualityDetails)
	checkNames(c, child(at, "quality_details"), r.QualityDetails)
	for key := range r.QualityDetails {
		c.finite(child(at, "quality_details"), key, r.QualityDetails[key])
	}
	c.nulls(r.absent, at, "sample_items", r.SampleItems)
	for key := range r.SampleItems {
		c.open(child(child(at, "sample_items"), strconv.Itoa(key)), r.SampleItems[key])
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
}
