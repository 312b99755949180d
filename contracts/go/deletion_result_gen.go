// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: deletion_result.schema.json

package contracts

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DeletionResult: what the removal of a source deleted.
type DeletionResult struct {
	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// True when the submission was deleted.
	SubmissionDeleted bool `json:"submission_deleted" dynamodbav:"submission_deleted"`

	// True when the analysis was deleted.
	AnalysisDeleted bool `json:"analysis_deleted" dynamodbav:"analysis_deleted"`

	// True when the configuration was deleted.
	ConfigDeleted bool `json:"config_deleted" dynamodbav:"config_deleted"`

	// Number of activities deleted.
	ActivitiesDeleted int64 `json:"activities_deleted" dynamodbav:"activities_deleted"`

	// Number of records deleted in all.
	TotalRecords int64 `json:"total_records" dynamodbav:"total_records"`

	absent absent
}

var membersDeletionResult = []member{
	{"source_id", false},
	{"submission_deleted", false},
	{"analysis_deleted", false},
	{"config_deleted", false},
	{"activities_deleted", false},
	{"total_records", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *DeletionResult) UnmarshalJSON(data []byte) error {
	type plain DeletionResult
	*r = DeletionResult{}
	gone, err := decodeJSON(data, (*plain)(r), membersDeletionResult)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *DeletionResult) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain DeletionResult
	*r = DeletionResult{}
	gone, err := decodeItem(av, (*plain)(r), membersDeletionResult)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *DeletionResult) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *DeletionResult) check(c *checker, at string) {
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "submission_deleted", r.SubmissionDeleted) {
	}
	if !c.missing(r.absent, at, "analysis_deleted", r.AnalysisDeleted) {
	}
	if !c.missing(r.absent, at, "config_deleted", r.ConfigDeleted) {
	}
	if !c.missing(r.absent, at, "activities_deleted", r.ActivitiesDeleted) {
		c.safe(at, "activities_deleted", r.ActivitiesDeleted)
		c.atLeast(at, "activities_deleted", float64(r.ActivitiesDeleted), 0)
	}
	if !c.missing(r.absent, at, "total_records", r.TotalRecords) {
		c.safe(at, "total_records", r.TotalRecords)
		c.atLeast(at, "total_records", float64(r.TotalRecords), 0)
	}
}
