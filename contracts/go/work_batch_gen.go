// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: work_batch.schema.json

package contracts

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// WorkBatch: subjects of a run that one worker visits: a message of the work queue.
type WorkBatch struct {
	// Id of the run: `{source}@{T}`.
	RunID string `json:"run_id" dynamodbav:"run_id"`

	// Name of the source.
	Source string `json:"source" dynamodbav:"source"`

	// T, the scheduled time of the run.
	Time Timestamp `json:"time" dynamodbav:"time"`

	// Id of the attempt that cut the batch.
	AttemptID *string `json:"attempt_id,omitempty" dynamodbav:"attempt_id,omitempty"`

	// Number of the batch, from 0.
	Batch int64 `json:"batch" dynamodbav:"batch"`

	// Number of batches of the run.
	Batches int64 `json:"batches" dynamodbav:"batches"`

	// Which piece of the batch this is: 0 or absent for the batch as it was cut, 1 and up for what a worker handed
	// on when its time was over.
	Piece *int64 `json:"piece,omitempty" dynamodbav:"piece,omitempty"`

	// Place of the batch's first subject in the run, from 0; the parts of the backup are cut by it.
	First *int64 `json:"first,omitempty" dynamodbav:"first,omitempty"`

	// Ids of the subjects, in the run's order.
	Subjects []string `json:"subjects,omitempty" dynamodbav:"subjects,omitempty"`

	absent absent
}

var membersWorkBatch = []member{
	{"run_id", false},
	{"source", false},
	{"time", false},
	{"batch", false},
	{"batches", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *WorkBatch) UnmarshalJSON(data []byte) error {
	type plain WorkBatch
	*r = WorkBatch{}
	gone, err := decodeJSON(data, (*plain)(r), membersWorkBatch)
	r.absent = gone
	r.AttemptID = given(r.AttemptID)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *WorkBatch) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain WorkBatch
	*r = WorkBatch{}
	gone, err := decodeItem(av, (*plain)(r), membersWorkBatch)
	r.absent = gone
	r.AttemptID = given(r.AttemptID)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *WorkBatch) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *WorkBatch) check(c *checker, at string) {
	if !c.missing(r.absent, at, "run_id", r.RunID) {
		c.pattern(at, "run_id", r.RunID, patternRunID)
	}
	if !c.missing(r.absent, at, "source", r.Source) {
		c.pattern(at, "source", r.Source, patternSourceName)
	}
	if !c.missing(r.absent, at, "time", r.Time) {
		c.timestamp(at, "time", r.Time)
	}
	if r.AttemptID != nil {
		c.minLength(at, "attempt_id", *r.AttemptID, 1)
	}
	if !c.missing(r.absent, at, "batch", r.Batch) {
		c.safe(at, "batch", r.Batch)
		c.atLeast(at, "batch", float64(r.Batch), 0)
	}
	if !c.missing(r.absent, at, "batches", r.Batches) {
		c.safe(at, "batches", r.Batches)
		c.atLeast(at, "batches", float64(r.Batches), 1)
	}
	if r.Piece != nil {
		c.safe(at, "piece", *r.Piece)
		c.atLeast(at, "piece", float64(*r.Piece), 0)
	}
	if r.First != nil {
		c.safe(at, "first", *r.First)
		c.atLeast(at, "first", float64(*r.First), 0)
	}
	if r.Subjects != nil {
		c.minItems(at, "subjects", len(r.Subjects), 1)
	}
	c.nulls(r.absent, at, "subjects", r.Subjects)
	for key := range r.Subjects {
		c.minLength(child(at, "subjects"), strconv.Itoa(key), r.Subjects[key], 1)
	}
}
