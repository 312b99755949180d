// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: source_submission.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternSourceSubmissionPK = regexp.MustCompile(`^SOURCE#[^#\x00-\x20]+$`)
var patternSourceSubmissionSK = regexp.MustCompile(`^SUBMISSION$`)

// SourceSubmission: A source that a founder proposes: the item `SOURCE#{source_id}` / `SUBMISSION` of the table
// `seattle-source-management`.
type SourceSubmission struct {
	// Partition key: `SOURCE#{source_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `SUBMISSION`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Name of the source.
	SourceName string `json:"source_name" dynamodbav:"source_name"`

	// Address of the source's site.
	BaseURL string `json:"base_url" dynamodbav:"base_url"`

	// Kind of source.
	SourceType ActivitySourceType `json:"source_type" dynamodbav:"source_type"`

	// How urgent the source is.
	Priority Priority `json:"priority" dynamodbav:"priority"`

	// What the founder expects there, for example `events`.
	ExpectedContent []string `json:"expected_content,omitempty" dynamodbav:"expected_content,omitempty"`

	// Pages worth a look.
	HintUrls []string `json:"hint_urls,omitempty" dynamodbav:"hint_urls,omitempty"`

	// Who proposed the source.
	SubmittedBy string `json:"submitted_by" dynamodbav:"submitted_by"`

	// Moment of the proposal.
	SubmittedAt Timestamp `json:"submitted_at" dynamodbav:"submitted_at"`

	// Moment the record was last changed.
	UpdatedAt *Timestamp `json:"updated_at,omitempty" dynamodbav:"updated_at,omitempty"`

	// State of the source.
	Status SourceStatus `json:"status" dynamodbav:"status"`

	// Partition key of `status-priority-index`: `STATUS#{status}`.
	StatusKey *string `json:"StatusKey,omitempty" dynamodbav:"StatusKey,omitempty"`

	// Sort key of `status-priority-index`: `PRIORITY#{priority}#{source_id}`.
	PriorityKey *string `json:"PriorityKey,omitempty" dynamodbav:"PriorityKey,omitempty"`

	absent absent
}

var membersSourceSubmission = []member{
	{"PK", false},
	{"SK", false},
	{"source_id", false},
	{"source_name", false},
	{"base_url", false},
	{"source_type", false},
	{"priority", false},
	{"submitted_by", false},
	{"submitted_at", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *SourceSubmission) UnmarshalJSON(data []byte) error {
	type plain SourceSubmission
	*r = SourceSubmission{}
	gone, err := decodeJSON(data, (*plain)(r), membersSourceSubmission)
	r.absent = gone
	r.UpdatedAt = given(r.UpdatedAt)
	r.StatusKey = given(r.StatusKey)
	r.PriorityKey = given(r.PriorityKey)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *SourceSubmission) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain SourceSubmission
	*r = SourceSubmission{}
	gone, err := decodeItem(av, (*plain)(r), membersSourceSubmission)
	r.absent = gone
	r.UpdatedAt = given(r.UpdatedAt)
	r.StatusKey = given(r.StatusKey)
	r.PriorityKey = given(r.PriorityKey)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *SourceSubmission) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *SourceSubmission) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternSourceSubmissionPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternSourceSubmissionSK)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "source_name", r.SourceName) {
		c.minLength(at, "source_name", r.SourceName, 1)
	}
	if !c.missing(r.absent, at, "base_url", r.BaseURL) {
		c.pattern(at, "base_url", r.BaseURL, patternURL)
	}
	if !c.missing(r.absent, at, "source_type", r.SourceType) {
		if v := r.SourceType; !v.Known() {
			c.enum(at, "source_type", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "priority", r.Priority) {
		if v := r.Priority; !v.Known() {
			c.enum(at, "priority", string(v), v.expected())
		}
	}
	c.nulls(r.absent, at, "expected_content", r.ExpectedContent)
	c.nulls(r.absent, at, "hint_urls", r.HintUrls)
	for key := range r.HintUrls {
		c.pattern(child(at, "hint_urls"), strconv.Itoa(key), r.HintUrls[key], patternURL)
	}
	if !c.missing(r.absent, at, "submitted_by", r.SubmittedBy) {
		c.minLength(at, "submitted_by", r.SubmittedBy, 1)
	}
	if !c.missing(r.absent, at, "submitted_at", r.SubmittedAt) {
		c.timestamp(at, "submitted_at", r.SubmittedAt)
	}
	if r.UpdatedAt != nil {
		c.timestamp(at, "updated_at", *r.UpdatedAt)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.StatusKey != nil {
		c.pattern(at, "StatusKey", *r.StatusKey, patternStatusKey)
	}
	if r.PriorityKey != nil {
		c.pattern(at, "PriorityKey", *r.PriorityKey, patternPriorityKey)
	}
}
