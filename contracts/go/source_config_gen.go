// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: source_config.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternSourceConfigPK = regexp.MustCompile(`^SOURCE#[^#\x00-\x20]+$`)
var patternSourceConfigSK = regexp.MustCompile(`^CONFIG$`)

// ScrapingConfig: how often and how politely a source is scraped.
type ScrapingConfig struct {
	// How often, for example `weekly`.
	Frequency string `json:"frequency" dynamodbav:"frequency"`

	// How urgent.
	Priority Priority `json:"priority" dynamodbav:"priority"`

	// How politely.
	RateLimit *RateLimit `json:"rate_limit,omitempty" dynamodbav:"rate_limit,omitempty"`

	// User agent to send.
	UserAgent *string `json:"user_agent,omitempty" dynamodbav:"user_agent,omitempty"`

	// True when robots.txt is obeyed; true when absent.
	RespectRobotsTxt *bool `json:"respect_robots_txt,omitempty" dynamodbav:"respect_robots_txt,omitempty"`

	// Time-out of a request.
	Timeout *int64 `json:"timeout,omitempty" dynamodbav:"timeout,omitempty"`

	// Repeats of a failed request at most.
	MaxRetries *int64 `json:"max_retries,omitempty" dynamodbav:"max_retries,omitempty"`

	// Factor between two waits.
	BackoffMultiplier *float64 `json:"backoff_multiplier,omitempty" dynamodbav:"backoff_multiplier,omitempty"`

	absent absent
}

var membersScrapingConfig = []member{
	{"frequency", false},
	{"priority", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScrapingConfig) UnmarshalJSON(data []byte) error {
	type plain ScrapingConfig
	*r = ScrapingConfig{}
	gone, err := decodeJSON(data, (*plain)(r), membersScrapingConfig)
	r.absent = gone
	r.UserAgent = given(r.UserAgent)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScrapingConfig) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScrapingConfig
	*r = ScrapingConfig{}
	gone, err := decodeItem(av, (*plain)(r), membersScrapingConfig)
	r.absent = gone
	r.UserAgent = given(r.UserAgent)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScrapingConfig) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScrapingConfig) check(c *checker, at string) {
	if !c.missing(r.absent, at, "frequency", r.Frequency) {
		c.minLength(at, "frequency", r.Frequency, 1)
	}
	if !c.missing(r.absent, at, "priority", r.Priority) {
		if v := r.Priority; !v.Known() {
			c.enum(at, "priority", string(v), v.expected())
		}
	}
	if r.RateLimit != nil {
		r.RateLimit.check(c, child(at, "rate_limit"))
	}
	if r.Timeout != nil {
		c.safe(at, "timeout", *r.Timeout)
		c.atLeast(at, "timeout", float64(*r.Timeout), 0)
	}
	if r.MaxRetries != nil {
		c.safe(at, "max_retries", *r.MaxRetries)
		c.atLeast(at, "max_retries", float64(*r.MaxRetries), 0)
	}
	if r.BackoffMultiplier != nil {
		c.finite(at, "backoff_multiplier", *r.BackoffMultiplier)
		c.atLeast(at, "backoff_multiplier", float64(*r.BackoffMultiplier), 0)
	}
}

// ItemRange: range of a number of items.
type ItemRange struct {
	// Smallest number.
	Min int64 `json:"min" dynamodbav:"min"`

	// Largest number.
	Max int64 `json:"max" dynamodbav:"max"`

	absent absent
}

var membersItemRange = []member{
	{"min", false},
	{"max", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ItemRange) UnmarshalJSON(data []byte) error {
	type plain ItemRange
	*r = ItemRange{}
	gone, err := decodeJSON(data, (*plain)(r), membersItemRange)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ItemRange) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ItemRange
	*r = ItemRange{}
	gone, err := decodeItem(av, (*plain)(r), membersItemRange)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ItemRange) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ItemRange) check(c *checker, at string) {
	if !c.missing(r.absent, at, "min", r.Min) {
		c.safe(at, "min", r.Min)
		c.atLeast(at, "min", float64(r.Min), 0)
	}
	if !c.missing(r.absent, at, "max", r.Max) {
		c.safe(at, "max", r.Max)
		c.atLeast(at, "max", float64(r.Max), 0)
	}
}

// DataQuality: how a source has done so far.
type DataQuality struct {
	// Share of scrapes that succeeded, 0 to 1.
	ReliabilityScore *float64 `json:"reliability_score,omitempty" dynamodbav:"reliability_score,omitempty"`

	// Moment of the last scrape that succeeded.
	LastSuccessfulScrape *Timestamp `json:"last_successful_scrape,omitempty" dynamodbav:"last_successful_scrape,omitempty"`

	// Moment of the last scrape.
	LastAttemptedScrape *Timestamp `json:"last_attempted_scrape,omitempty" dynamodbav:"last_attempted_scrape,omitempty"`

	// Number of failures since the last success.
	ConsecutiveFailures *int64 `json:"consecutive_failures,omitempty" dynamodbav:"consecutive_failures,omitempty"`

	// Number of scrapes that succeeded.
	TotalSuccessfulScrapes *int64 `json:"total_successful_scrapes,omitempty" dynamodbav:"total_successful_scrapes,omitempty"`

	// Number of scrapes that failed.
	TotalFailedScrapes *int64 `json:"total_failed_scrapes,omitempty" dynamodbav:"total_failed_scrapes,omitempty"`

	// Mean number of items of a scrape.
	AverageItemsPerScrape *float64 `json:"average_items_per_scrape,omitempty" dynamodbav:"average_items_per_scrape,omitempty"`

	// Number of items to expect.
	ExpectedItemsRange *ItemRange `json:"expected_items_range,omitempty" dynamodbav:"expected_items_range,omitempty"`

	// Moment the content last changed.
	LastContentHashChange *Timestamp `json:"last_content_hash_change,omitempty" dynamodbav:"last_content_hash_change,omitempty"`

	// Share of the content that changes between two scrapes, 0 to 1.
	ContentVolatilityScore *float64 `json:"content_volatility_score,omitempty" dynamodbav:"content_volatility_score,omitempty"`

	absent absent
}

var membersDataQuality []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *DataQuality) UnmarshalJSON(data []byte) error {
	type plain DataQuality
	*r = DataQuality{}
	gone, err := decodeJSON(data, (*plain)(r), membersDataQuality)
	r.absent = gone
	r.LastSuccessfulScrape = given(r.LastSuccessfulScrape)
	r.LastAttemptedScrape = given(r.LastAttemptedScrape)
	r.LastContentHashChange = given(r.LastContentHashChange)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *DataQuality) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain DataQuality
	*r = DataQuality{}
	gone, err := decodeItem(av, (*plain)(r), membersDataQuality)
	r.absent = gone
	r.LastSuccessfulScrape = given(r.LastSuccessfulScrape)
	r.LastAttemptedScrape = given(r.LastAttemptedScrape)
	r.LastContentHashChange = given(r.LastContentHashChange)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *DataQuality) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *DataQuality) check(c *checker, at string) {
	if r.ReliabilityScore != nil {
		c.finite(at, "reliability_score", *r.ReliabilityScore)
		c.atLeast(at, "reliability_score", float64(*r.ReliabilityScore), 0)
		c.atMost(at, "reliability_score", float64(*r.ReliabilityScore), 1)
	}
	if r.LastSuccessfulScrape != nil {
		c.timestamp(at, "last_successful_scrape", *r.LastSuccessfulScrape)
	}
	if r.LastAttemptedScrape != nil {
		c.timestamp(at, "last_attempted_scrape", *r.LastAttemptedScrape)
	}
	if r.ConsecutiveFailures != nil {
		c.safe(at, "consecutive_failures", *r.ConsecutiveFailures)
		c.atLeast(at, "consecutive_failures", float64(*r.ConsecutiveFailures), 0)
	}
	if r.TotalSuccessfulScrapes != nil {
		c.safe(at, "total_successful_scrapes", *r.TotalSuccessfulScrapes)
		c.atLeast(at, "total_successful_scrapes", float64(*r.TotalSuccessfulScrapes), 0)
	}
	if r.TotalFailedScrapes != nil {
		c.safe(at, "total_failed_scrapes", *r.TotalFailedScrapes)
		c.atLeast(at, "total_failed_scrapes", float64(*r.TotalFailedScrapes), 0)
	}
	if r.AverageItemsPerScrape != nil {
		c.finite(at, "average_items_per_scrape", *r.AverageItemsPerScrape)
		c.atLeast(at, "average_items_per_scrape", float64(*r.AverageItemsPerScrape), 0)
	}
	if r.ExpectedItemsRange != nil {
		r.ExpectedItemsRange.check(c, child(at, "expected_items_range"))
	}
	if r.LastContentHashChange != nil {
		c.timestamp(at, "last_content_hash_change", *r.LastContentHashChange)
	}
	if r.ContentVolatilityScore != nil {
		c.finite(at, "content_volatility_score", *r.ContentVolatilityScore)
		c.atLeast(at, "content_volatility_score", float64(*r.ContentVolatilityScore), 0)
		c.atMost(at, "content_volatility_score", float64(*r.ContentVolatilityScore), 1)
	}
}

// FrequencyAdjustment: A change of the frequency.
type FrequencyAdjustment struct {
	// Moment of the change.
	Timestamp Timestamp `json:"timestamp" dynamodbav:"timestamp"`

	// Frequency before.
	OldFrequency string `json:"old_frequency" dynamodbav:"old_frequency"`

	// Frequency after.
	NewFrequency string `json:"new_frequency" dynamodbav:"new_frequency"`

	// Why it changed.
	Reason *string `json:"reason,omitempty" dynamodbav:"reason,omitempty"`

	// Score that triggered the change.
	TriggerScore *float64 `json:"trigger_score,omitempty" dynamodbav:"trigger_score,omitempty"`

	absent absent
}

var membersFrequencyAdjustment = []member{
	{"timestamp", false},
	{"old_frequency", false},
	{"new_frequency", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *FrequencyAdjustment) UnmarshalJSON(data []byte) error {
	type plain FrequencyAdjustment
	*r = FrequencyAdjustment{}
	gone, err := decodeJSON(data, (*plain)(r), membersFrequencyAdjustment)
	r.absent = gone
	r.Reason = given(r.Reason)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *FrequencyAdjustment) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain FrequencyAdjustment
	*r = FrequencyAdjustment{}
	gone, err := decodeItem(av, (*plain)(r), membersFrequencyAdjustment)
	r.absent = gone
	r.Reason = given(r.Reason)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *FrequencyAdjustment) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *FrequencyAdjustment) check(c *checker, at string) {
	if !c.missing(r.absent, at, "timestamp", r.Timestamp) {
		c.timestamp(at, "timestamp", r.Timestamp)
	}
	if !c.missing(r.absent, at, "old_frequency", r.OldFrequency) {
		c.minLength(at, "old_frequency", r.OldFrequency, 1)
	}
	if !c.missing(r.absent, at, "new_frequency", r.NewFrequency) {
		c.minLength(at, "new_frequency", r.NewFrequency, 1)
	}
	if r.TriggerScore != nil {
		c.finite(at, "trigger_score", *r.TriggerScore)
	}
}

// AdaptiveFrequency: how the frequency of scrapes follows the content.
type AdaptiveFrequency struct {
	// Frequency that was set.
	BaseFrequency *string `json:"base_frequency,omitempty" dynamodbav:"base_frequency,omitempty"`

	// Frequency in force.
	CurrentFrequency *string `json:"current_frequency,omitempty" dynamodbav:"current_frequency,omitempty"`

	// Moment of the next review.
	NextAdjustment *Timestamp `json:"next_adjustment,omitempty" dynamodbav:"next_adjustment,omitempty"`

	// Why the frequency in force differs.
	AdjustmentReason *string `json:"adjustment_reason,omitempty" dynamodbav:"adjustment_reason,omitempty"`

	// Changes, oldest first.
	AdjustmentHistory []FrequencyAdjustment `json:"adjustment_history,omitempty" dynamodbav:"adjustment_history,omitempty"`

	absent absent
}

var membersAdaptiveFrequency []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *AdaptiveFrequency) UnmarshalJSON(data []byte) error {
	type plain AdaptiveFrequency
	*r = AdaptiveFrequency{}
	gone, err := decodeJSON(data, (*plain)(r), membersAdaptiveFrequency)
	r.absent = gone
	r.BaseFrequency = given(r.BaseFrequency)
	r.CurrentFrequency = given(r.CurrentFrequency)
	r.NextAdjustment = given(r.NextAdjustment)
	r.AdjustmentReason = given(r.AdjustmentReason)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *AdaptiveFrequency) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain AdaptiveFrequency
	*r = AdaptiveFrequency{}
	gone, err := decodeItem(av, (*plain)(r), membersAdaptiveFrequency)
	r.absent = gone
	r.BaseFrequency = given(r.BaseFrequency)
	r.CurrentFrequency = given(r.CurrentFrequency)
	r.NextAdjustment = given(r.NextAdjustment)
	r.AdjustmentReason = given(r.AdjustmentReason)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *AdaptiveFrequency) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *AdaptiveFrequency) check(c *checker, at string) {
	if r.NextAdjustment != nil {
		c.timestamp(at, "next_adjustment", *r.NextAdjustment)
	}
	c.nulls(r.absent, at, "adjustment_history", r.AdjustmentHistory)
	for key := range r.AdjustmentHistory {
		value := r.AdjustmentHistory[key]
		value.check(c, child(child(at, "adjustment_history"), strconv.Itoa(key)))
	}
}

// SourceConfig: how a source is scraped in production: the item `SOURCE#{source_id}` / `CONFIG` of the table
// `seattle-source-management`.
type SourceConfig struct {
	// Partition key: `SOURCE#{source_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `CONFIG`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the source.
	SourceID *string `json:"source_id,omitempty" dynamodbav:"source_id,omitempty"`

	// Name of the source.
	SourceName string `json:"source_name" dynamodbav:"source_name"`

	// Kind of source.
	SourceType *ActivitySourceType `json:"source_type,omitempty" dynamodbav:"source_type,omitempty"`

	// Address of the source's site.
	BaseURL string `json:"base_url" dynamodbav:"base_url"`

	// Pages to scrape.
	TargetUrls []string `json:"target_urls,omitempty" dynamodbav:"target_urls,omitempty"`

	// Selectors of the fields.
	ContentSelectors *DataSelectors `json:"content_selectors,omitempty" dynamodbav:"content_selectors,omitempty"`

	// How often and how politely.
	ScrapingConfig *ScrapingConfig `json:"scraping_config,omitempty" dynamodbav:"scraping_config,omitempty"`

	// How the source has done so far.
	DataQuality *DataQuality `json:"data_quality,omitempty" dynamodbav:"data_quality,omitempty"`

	// How the frequency follows the content.
	AdaptiveFrequency *AdaptiveFrequency `json:"adaptive_frequency,omitempty" dynamodbav:"adaptive_frequency,omitempty"`

	// State of the source.
	Status SourceStatus `json:"status" dynamodbav:"status"`

	// Who activated the source.
	ActivatedBy *string `json:"activated_by,omitempty" dynamodbav:"activated_by,omitempty"`

	// Moment of activation.
	ActivatedAt *Timestamp `json:"activated_at,omitempty" dynamodbav:"activated_at,omitempty"`

	// Moment the record was last changed.
	LastModified *Timestamp `json:"last_modified,omitempty" dynamodbav:"last_modified,omitempty"`

	// Partition key of `status-priority-index`: `STATUS#{status}`.
	StatusKey *string `json:"StatusKey,omitempty" dynamodbav:"StatusKey,omitempty"`

	// Sort key of `status-priority-index`: `PRIORITY#{priority}#{source_id}`.
	PriorityKey *string `json:"PriorityKey,omitempty" dynamodbav:"PriorityKey,omitempty"`

	absent absent
}

var membersSourceConfig = []member{
	{"PK", false},
	{"SK", false},
	{"source_name", false},
	{"base_url", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *SourceConfig) UnmarshalJSON(data []byte) error {
	type plain SourceConfig
	*r = SourceConfig{}
	gone, err := decodeJSON(data, (*plain)(r), membersSourceConfig)
	r.absent = gone
	r.SourceID = given(r.SourceID)
	r.SourceType = given(r.SourceType)
	r.ActivatedBy = given(r.ActivatedBy)
	r.ActivatedAt = given(r.ActivatedAt)
	r.LastModified = given(r.LastModified)
	r.StatusKey = given(r.StatusKey)
	r.PriorityKey = given(r.PriorityKey)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *SourceConfig) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain SourceConfig
	*r = SourceConfig{}
	gone, err := decodeItem(av, (*plain)(r), membersSourceConfig)
	r.absent = gone
	r.SourceID = given(r.SourceID)
	r.SourceType = given(r.SourceType)
	r.ActivatedBy = given(r.ActivatedBy)
	r.ActivatedAt = given(r.ActivatedAt)
	r.LastModified = given(r.LastModified)
	r.StatusKey = given(r.StatusKey)
	r.PriorityKey = given(r.PriorityKey)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *SourceConfig) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *SourceConfig) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternSourceConfigPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternSourceConfigSK)
	}
	if r.SourceID != nil {
		c.minLength(at, "source_id", *r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "source_name", r.SourceName) {
		c.minLength(at, "source_name", r.SourceName, 1)
	}
	if r.SourceType != nil {
		if v := *r.SourceType; !v.Known() {
			c.enum(at, "source_type", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "base_url", r.BaseURL) {
		c.pattern(at, "base_url", r.BaseURL, patternURL)
	}
	c.nulls(r.absent, at, "target_urls", r.TargetUrls)
	for key := range r.TargetUrls {
		c.pattern(child(at, "target_urls"), strconv.Itoa(key), r.TargetUrls[key], patternURL)
	}
	if r.ContentSelectors != nil {
		r.ContentSelectors.check(c, child(at, "content_selectors"))
	}
	if r.ScrapingConfig != nil {
		r.ScrapingConfig.check(c, child(at, "scraping_config"))
	}
	if r.DataQuality != nil {
		r.DataQuality.check(c, child(at, "data_quality"))
	}
	if r.AdaptiveFrequency != nil {
		r.AdaptiveFrequency.check(c, child(at, "adaptive_frequency"))
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.ActivatedAt != nil {
		c.timestamp(at, "activated_at", *r.ActivatedAt)
	}
	if r.LastModified != nil {
		c.timestamp(at, "last_modified", *r.LastModified)
	}
	if r.StatusKey != nil {
		c.pattern(at, "StatusKey", *r.StatusKey, patternStatusKey)
	}
	if r.PriorityKey != nil {
		c.pattern(at, "PriorityKey", *r.PriorityKey, patternPriorityKey)
	}
}
