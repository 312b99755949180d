// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: source_metrics.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternSourceMetricsPK = regexp.MustCompile(`^SOURCE#[^#\x00-\x20]+$`)
var patternSourceMetricsSK = regexp.MustCompile(`^METRICS#[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// SourceMetrics: what the runs of a source did on one day: the item `SOURCE#{source_id}` / `METRICS#{date}` of
// the table `seattle-scraping-operations`.
type SourceMetrics struct {
	// Partition key: `SOURCE#{source_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `METRICS#{date}`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Day, UTC.
	MetricsDate Date `json:"metrics_date" dynamodbav:"metrics_date"`

	// Number of runs.
	TotalRuns int64 `json:"total_runs" dynamodbav:"total_runs"`

	// Number of runs that succeeded.
	SuccessfulRuns int64 `json:"successful_runs" dynamodbav:"successful_runs"`

	// Number of runs that failed.
	FailedRuns int64 `json:"failed_runs" dynamodbav:"failed_runs"`

	// Mean time of a run.
	AverageDuration *int64 `json:"average_duration,omitempty" dynamodbav:"average_duration,omitempty"`

	// Number of items found.
	TotalItemsFound *int64 `json:"total_items_found,omitempty" dynamodbav:"total_items_found,omitempty"`

	// Mean number of items of a run.
	AverageItemsFound *float64 `json:"average_items_found,omitempty" dynamodbav:"average_items_found,omitempty"`

	// Share of runs that succeeded, 0 to 1.
	SuccessRate *float64 `json:"success_rate,omitempty" dynamodbav:"success_rate,omitempty"`

	// Mean quality of the items, 0 to 1.
	DataQualityScore *float64 `json:"data_quality_score,omitempty" dynamodbav:"data_quality_score,omitempty"`

	// Share of the content that stayed the same, 0 to 1.
	ContentStabilityScore *float64 `json:"content_stability_score,omitempty" dynamodbav:"content_stability_score,omitempty"`

	// Trend of response times, for example `stable`.
	ResponseTimeTrend *string `json:"response_time_trend,omitempty" dynamodbav:"response_time_trend,omitempty"`

	// Trend of the number of items.
	VolumeChangeTrend *string `json:"volume_change_trend,omitempty" dynamodbav:"volume_change_trend,omitempty"`

	// Trend of the quality.
	QualityTrend *string `json:"quality_trend,omitempty" dynamodbav:"quality_trend,omitempty"`

	// Moment the record was last changed.
	UpdatedAt *Timestamp `json:"updated_at,omitempty" dynamodbav:"updated_at,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	absent absent
}

var membersSourceMetrics = []member{
	{"PK", false},
	{"SK", false},
	{"source_id", false},
	{"metrics_date", false},
	{"total_runs", false},
	{"successful_runs", false},
	{"failed_runs", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *SourceMetrics) UnmarshalJSON(data []byte) error {
	type plain SourceMetrics
	*r = SourceMetrics{}
	gone, err := decodeJSON(data, (*plain)(r), membersSourceMetrics)
	r.absent = gone
	r.ResponseTimeTrend = given(r.ResponseTimeTrend)
	r.VolumeChangeTrend = given(r.VolumeChangeTrend)
	r.QualityTrend = given(r.QualityTrend)
	r.UpdatedAt = given(r.UpdatedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *SourceMetrics) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain SourceMetrics
	*r = SourceMetrics{}
	gone, err := decodeItem(av, (*plain)(r), membersSourceMetrics)
	r.absent = gone
	r.ResponseTimeTrend = given(r.ResponseTimeTrend)
	r.VolumeChangeTrend = given(r.VolumeChangeTrend)
	r.QualityTrend = given(r.QualityTrend)
	r.UpdatedAt = given(r.UpdatedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *SourceMetrics) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *SourceMetrics) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternSourceMetricsPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternSourceMetricsSK)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "metrics_date", r.MetricsDate) {
		c.date(at, "metrics_date", r.MetricsDate)
	}
	if !c.missing(r.absent, at, "total_runs", r.TotalRuns) {
		c.safe(at, "total_runs", r.TotalRuns)
		c.atLeast(at, "total_runs", float64(r.TotalRuns), 0)
	}
	if !c.missing(r.absent, at, "successful_runs", r.SuccessfulRuns) {
		c.safe(at, "successful_runs", r.SuccessfulRuns)
		c.atLeast(at, "successful_runs", float64(r.SuccessfulRuns), 0)
	}
	if !c.missing(r.absent, at, "failed_runs", r.FailedRuns) {
		c.safe(at, "failed_runs", r.FailedRuns)
		c.atLeast(at, "failed_runs", float64(r.FailedRuns), 0)
	}
	if r.AverageDuration != nil {
		c.safe(at, "average_duration", *r.AverageDuration)
		c.atLeast(at, "average_duration", float64(*r.AverageDuration), 0)
	}
	if r.TotalItemsFound != nil {
		c.safe(at, "total_items_found", *r.TotalItemsFound)
		c.atLeast(at, "total_items_found", float64(*r.TotalItemsFound), 0)
	}
	if r.AverageItemsFound != nil {
		c.finite(at, "average_items_found", *r.AverageItemsFound)
		c.atLeast(at, "average_items_found", float64(*r.AverageItemsFound), 0)
	}
	if r.SuccessRate != nil {
		c.finite(at, "success_rate", *r.SuccessRate)
		c.atLeast(at, "success_rate", float64(*r.SuccessRate), 0)
		c.atMost(at, "success_rate", float64(*r.SuccessRate), 1)
	}
	if r.DataQualityScore != nil {
		c.finite(at, "data_quality_score", *r.DataQualityScore)
		c.atLeast(at, "data_quality_score", float64(*r.DataQualityScore), 0)
		c.atMost(at, "data_quality_score", float64(*r.DataQualityScore), 1)
	}
	if r.ContentStabilityScore != nil {
		c.finite(at, "content_stability_score", *r.ContentStabilityScore)
		c.atLeast(at, "content_stability_score", float64(*r.ContentStabilityScore), 0)
		c.atMost(at, "content_stability_score", float64(*r.ContentStabilityScore), 1)
	}
	if r.UpdatedAt != nil {
		c.timestamp(at, "updated_at", *r.UpdatedAt)
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
}
