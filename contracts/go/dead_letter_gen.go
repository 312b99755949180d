// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: dead_letter.schema.json

package contracts

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DeadLetterKind: the step of the flow that failed.
type DeadLetterKind string

// Values of DeadLetterKind. A reader keeps a value that it does not know; Validate reports it.
const DeadLetterKindSchedule DeadLetterKind = "schedule"
const DeadLetterKindScrape DeadLetterKind = "scrape"
const DeadLetterKindStream DeadLetterKind = "stream"
const DeadLetterKindLake DeadLetterKind = "lake"

// Known tells whether the contract lists the value.
func (v DeadLetterKind) Known() bool {
	switch v {
	case DeadLetterKindSchedule, DeadLetterKindScrape, DeadLetterKindStream, DeadLetterKindLake:
		return true
	}
	return false
}

func (v DeadLetterKind) expected() string {
	return "schedule, scrape, stream, lake"
}

// DeadLetter: work that could not be done, with all that is needed to do it again.
type DeadLetter struct {
	// Id of the dead letter: UUIDv5 of run, kind and subject, so a repeated failure has the same id.
	ID string `json:"id" dynamodbav:"id"`

	// The step that failed.
	Kind DeadLetterKind `json:"kind" dynamodbav:"kind"`

	// Name of the source.
	Source string `json:"source" dynamodbav:"source"`

	// Id of the run: `{source}@{T}`.
	RunID *string `json:"run_id,omitempty" dynamodbav:"run_id,omitempty"`

	// Id of the attempt within the run.
	AttemptID *string `json:"attempt_id,omitempty" dynamodbav:"attempt_id,omitempty"`

	// T, the scheduled time of the run.
	Time *Timestamp `json:"time,omitempty" dynamodbav:"time,omitempty"`

	// Id of the subject whose work failed.
	SubjectID *string `json:"subject_id,omitempty" dynamodbav:"subject_id,omitempty"`

	// The subject as the source was given it.
	Subject map[string]any `json:"subject,omitempty" dynamodbav:"subject,omitempty"`

	// Why the work failed.
	Error ErrorInfo `json:"error" dynamodbav:"error"`

	// The record that was rejected.
	Record map[string]any `json:"record,omitempty" dynamodbav:"record,omitempty"`

	// The event that could not be handled.
	Event map[string]any `json:"event,omitempty" dynamodbav:"event,omitempty"`

	// Responses received before the failure, and where their bodies are kept.
	Raw []StoredResponse `json:"raw,omitempty" dynamodbav:"raw,omitempty"`

	// Number of attempts made.
	Attempts int64 `json:"attempts" dynamodbav:"attempts"`

	// Moment the dead letter was written.
	CreatedAt Timestamp `json:"created_at" dynamodbav:"created_at"`

	absent absent
}

var membersDeadLetter = []member{
	{"id", false},
	{"kind", false},
	{"source", false},
	{"error", false},
	{"attempts", false},
	{"created_at", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *DeadLetter) UnmarshalJSON(data []byte) error {
	type plain DeadLetter
	*r = DeadLetter{}
	gone, err := decodeJSON(data, (*plain)(r), membersDeadLetter)
	r.absent = gone
	r.RunID = given(r.RunID)
	r.AttemptID = given(r.AttemptID)
	r.Time = given(r.Time)
	r.SubjectID = given(r.SubjectID)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *DeadLetter) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain DeadLetter
	*r = DeadLetter{}
	gone, err := decodeItem(av, (*plain)(r), membersDeadLetter)
	r.absent = gone
	r.RunID = given(r.RunID)
	r.AttemptID = given(r.AttemptID)
	r.Time = given(r.Time)
	r.SubjectID = given(r.SubjectID)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *DeadLetter) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *DeadLetter) check(c *checker, at string) {
	if !c.missing(r.absent, at, "id", r.ID) {
		c.minLength(at, "id", r.ID, 1)
	}
	if !c.missing(r.absent, at, "kind", r.Kind) {
		if v := r.Kind; !v.Known() {
			c.enum(at, "kind", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "source", r.Source) {
		c.pattern(at, "source", r.Source, patternSourceName)
	}
	if r.RunID != nil {
		c.pattern(at, "run_id", *r.RunID, patternRunID)
	}
	if r.AttemptID != nil {
		c.minLength(at, "attempt_id", *r.AttemptID, 1)
	}
	if r.Time != nil {
		c.timestamp(at, "time", *r.Time)
	}
	if r.SubjectID != nil {
		c.minLength(at, "subject_id", *r.SubjectID, 1)
	}
	c.open(child(at, "subject"), r.Subject)
	if !c.missing(r.absent, at, "error", r.Error) {
		r.Error.check(c, child(at, "error"))
	}
	c.open(child(at, "record"), r.Record)
	c.open(child(at, "event"), r.Event)
	c.nulls(r.absent, at, "raw", r.Raw)
	for key := range r.Raw {
		value := r.Raw[key]
		value.check(c, child(child(at, "raw"), strconv.Itoa(key)))
	}
	if !c.missing(r.absent, at, "attempts", r.Attempts) {
		c.safe(at, "attempts", r.Attempts)
		c.atLeast(at, "attempts", float64(r.Attempts), 0)
	}
	if !c.missing(r.absent, at, "created_at", r.CreatedAt) {
		c.timestamp(at, "created_at", r.CreatedAt)
	}
}
