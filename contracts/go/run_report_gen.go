// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: run_report.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternRunReportPK = regexp.MustCompile(`^EXECUTION#[a-z][a-z0-9_]*@[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)
var patternRunReportSK = regexp.MustCompile(`^RESULT$`)

// RunStatus: state of a run.
type RunStatus string

// Values of RunStatus. A reader keeps a value that it does not know; Validate reports it.
const RunStatusInProgress RunStatus = "in_progress"
const RunStatusCompleted RunStatus = "completed"
const RunStatusFailed RunStatus = "failed"

// Known tells whether the contract lists the value.
func (v RunStatus) Known() bool {
	switch v {
	case RunStatusInProgress, RunStatusCompleted, RunStatusFailed:
		return true
	}
	return false
}

func (v RunStatus) expected() string {
	return "in_progress, completed, failed"
}

// Health: verdict on a run against the source's expectations.
type Health string

// Values of Health. A reader keeps a value that it does not know; Validate reports it.
const HealthHealthy Health = "healthy"
const HealthDegraded Health = "degraded"
const HealthUnhealthy Health = "unhealthy"

// Known tells whether the contract lists the value.
func (v Health) Known() bool {
	switch v {
	case HealthHealthy, HealthDegraded, HealthUnhealthy:
		return true
	}
	return false
}

func (v Health) expected() string {
	return "healthy, degraded, unhealthy"
}

// Backup: where the CSV backup of a run is kept.
type Backup struct {
	// Prefix of the backup's parts.
	Prefix string `json:"prefix" dynamodbav:"prefix"`

	// Address of the manifest.
	Manifest string `json:"manifest" dynamodbav:"manifest"`

	// Number of CSV parts.
	Parts int64 `json:"parts" dynamodbav:"parts"`

	// Number of rows in all parts, headers not counted.
	Rows int64 `json:"rows" dynamodbav:"rows"`

	// Size of all parts, in bytes.
	Bytes int64 `json:"bytes" dynamodbav:"bytes"`

	absent absent
}

var membersBackup = []member{
	{"prefix", false},
	{"manifest", false},
	{"parts", false},
	{"rows", false},
	{"bytes", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Backup) UnmarshalJSON(data []byte) error {
	type plain Backup
	*r = Backup{}
	gone, err := decodeJSON(data, (*plain)(r), membersBackup)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Backup) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Backup
	*r = Backup{}
	gone, err := decodeItem(av, (*plain)(r), membersBackup)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Backup) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Backup) check(c *checker, at string) {
	if !c.missing(r.absent, at, "prefix", r.Prefix) {
		c.pattern(at, "prefix", r.Prefix, patternS3URL)
	}
	if !c.missing(r.absent, at, "manifest", r.Manifest) {
		c.pattern(at, "manifest", r.Manifest, patternS3URL)
	}
	if !c.missing(r.absent, at, "parts", r.Parts) {
		c.safe(at, "parts", r.Parts)
		c.atLeast(at, "parts", float64(r.Parts), 0)
	}
	if !c.missing(r.absent, at, "rows", r.Rows) {
		c.safe(at, "rows", r.Rows)
		c.atLeast(at, "rows", float64(r.Rows), 0)
	}
	if !c.missing(r.absent, at, "bytes", r.Bytes) {
		c.safe(at, "bytes", r.Bytes)
		c.atLeast(at, "bytes", float64(r.Bytes), 0)
	}
}

// RunAttempt: what one attempt of a run did.
type RunAttempt struct {
	// Id of the attempt.
	AttemptID string `json:"attempt_id" dynamodbav:"attempt_id"`

	// Wall time at which the attempt started.
	StartedAt Timestamp `json:"started_at" dynamodbav:"started_at"`

	// Wall time at which the attempt ended; absent while it is in progress.
	CompletedAt *Timestamp `json:"completed_at,omitempty" dynamodbav:"completed_at,omitempty"`

	// How far the attempt is.
	Status RunStatus `json:"status" dynamodbav:"status"`

	// Number of records stored for the first time or with changed content.
	Written int64 `json:"written" dynamodbav:"written"`

	// Number of written records that replaced other content.
	Changed int64 `json:"changed" dynamodbav:"changed"`

	// Number of records whose content was stored already.
	Unchanged int64 `json:"unchanged" dynamodbav:"unchanged"`

	// Number of subjects that the source does not know.
	NotFound int64 `json:"not_found" dynamodbav:"not_found"`

	// Number of subjects or records that became dead letters.
	DeadLettered int64 `json:"dead_lettered" dynamodbav:"dead_lettered"`

	absent absent
}

var membersRunAttempt = []member{
	{"attempt_id", false},
	{"started_at", false},
	{"status", false},
	{"written", false},
	{"changed", false},
	{"unchanged", false},
	{"not_found", false},
	{"dead_lettered", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *RunAttempt) UnmarshalJSON(data []byte) error {
	type plain RunAttempt
	*r = RunAttempt{}
	gone, err := decodeJSON(data, (*plain)(r), membersRunAttempt)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *RunAttempt) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain RunAttempt
	*r = RunAttempt{}
	gone, err := decodeItem(av, (*plain)(r), membersRunAttempt)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *RunAttempt) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *RunAttempt) check(c *checker, at string) {
	if !c.missing(r.absent, at, "attempt_id", r.AttemptID) {
		c.minLength(at, "attempt_id", r.AttemptID, 1)
	}
	if !c.missing(r.absent, at, "started_at", r.StartedAt) {
		c.timestamp(at, "started_at", r.StartedAt)
	}
	if r.CompletedAt != nil {
		c.timestamp(at, "completed_at", *r.CompletedAt)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if !c.missing(r.absent, at, "written", r.Written) {
		c.safe(at, "written", r.Written)
		c.atLeast(at, "written", float64(r.Written), 0)
	}
	if !c.missing(r.absent, at, "changed", r.Changed) {
		c.safe(at, "changed", r.Changed)
		c.atLeast(at, "changed", float64(r.Changed), 0)
	}
	if !c.missing(r.absent, at, "unchanged", r.Unchanged) {
		c.safe(at, "unchanged", r.Unchanged)
		c.atLeast(at, "unchanged", float64(r.Unchanged), 0)
	}
	if !c.missing(r.absent, at, "not_found", r.NotFound) {
		c.safe(at, "not_found", r.NotFound)
		c.atLeast(at, "not_found", float64(r.NotFound), 0)
	}
	if !c.missing(r.absent, at, "dead_lettered", r.DeadLettered) {
		c.safe(at, "dead_lettered", r.DeadLettered)
		c.atLeast(at, "dead_lettered", float64(r.DeadLettered), 0)
	}
}

// RunReport: what one scheduled run did: the item `EXECUTION#{run_id}` / `RESULT` of the table
// `seattle-scraping-operations`.
type RunReport struct {
	// Partition key: `EXECUTION#{run_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `RESULT`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the run: `{source}@{T}`.
	RunID string `json:"run_id" dynamodbav:"run_id"`

	// The run id, under the name that the Go services read.
	ExecutionID string `json:"execution_id" dynamodbav:"execution_id"`

	// Id of the scheduled task that asked for the run.
	TaskID string `json:"task_id" dynamodbav:"task_id"`

	// Name or id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Id of the latest attempt.
	AttemptID string `json:"attempt_id" dynamodbav:"attempt_id"`

	// T, the scheduled time of the run.
	Time Timestamp `json:"time" dynamodbav:"time"`

	// Wall time at which the first attempt started.
	StartedAt Timestamp `json:"started_at" dynamodbav:"started_at"`

	// Wall time at which the run ended; absent while it is in progress.
	CompletedAt *Timestamp `json:"completed_at,omitempty" dynamodbav:"completed_at,omitempty"`

	// Time the run took, in milliseconds; absent while it is in progress.
	Duration *int64 `json:"duration,omitempty" dynamodbav:"duration,omitempty"`

	// How far the run is.
	Status RunStatus `json:"status" dynamodbav:"status"`

	// Whether the run met the source's expectations; absent while it is in progress.
	Health *Health `json:"health,omitempty" dynamodbav:"health,omitempty"`

	// Number of batches that the run was split into; absent where it ran in one piece.
	Batches *int64 `json:"batches,omitempty" dynamodbav:"batches,omitempty"`

	// Number of subjects that the run was to visit.
	Subjects int64 `json:"subjects" dynamodbav:"subjects"`

	// Number of subjects skipped because they are inactive.
	SkippedInactive int64 `json:"skipped_inactive" dynamodbav:"skipped_inactive"`

	// Number of records stored for the first time or with changed content.
	Written int64 `json:"written" dynamodbav:"written"`

	// Number of written records that replaced other content.
	Changed int64 `json:"changed" dynamodbav:"changed"`

	// Number of records whose content was stored already.
	Unchanged int64 `json:"unchanged" dynamodbav:"unchanged"`

	// Number of subjects that the source does not know.
	NotFound int64 `json:"not_found" dynamodbav:"not_found"`

	// Number of subjects that the quota did not reach; they run when it resets.
	Deferred *int64 `json:"deferred,omitempty" dynamodbav:"deferred,omitempty"`

	// Number of subjects or records that became dead letters.
	DeadLettered int64 `json:"dead_lettered" dynamodbav:"dead_lettered"`

	// Number of subjects that are accounted for nowhere; anything but 0 is a fault of ours.
	Lost int64 `json:"lost" dynamodbav:"lost"`

	// Number of records that the source yielded.
	ItemsExtracted int64 `json:"items_extracted" dynamodbav:"items_extracted"`

	// Number of records that were validated.
	ItemsProcessed int64 `json:"items_processed" dynamodbav:"items_processed"`

	// Number of records in the store after the run, written or unchanged.
	ItemsStored int64 `json:"items_stored" dynamodbav:"items_stored"`

	// Number of errors.
	ErrorCount int64 `json:"error_count" dynamodbav:"error_count"`

	// Number of warnings.
	WarningCount int64 `json:"warning_count" dynamodbav:"warning_count"`

	// What the run cost.
	Metrics ExecutionMetrics `json:"metrics" dynamodbav:"metrics"`

	// The run's errors, the first ones when there are many.
	Errors []ExecutionError `json:"errors,omitempty" dynamodbav:"errors,omitempty"`

	// The run's warnings, the first ones when there are many.
	Warnings []ExecutionError `json:"warnings,omitempty" dynamodbav:"warnings,omitempty"`

	// Share of records in which a field is present and not empty, 0 to 1, by field.
	Coverage map[string]float64 `json:"coverage,omitempty" dynamodbav:"coverage,omitempty"`

	// The CSV backup that the run wrote.
	Backup *Backup `json:"backup,omitempty" dynamodbav:"backup,omitempty"`

	// The run's attempts, oldest first.
	Attempts []RunAttempt `json:"attempts,omitempty" dynamodbav:"attempts,omitempty"`

	// Moment at which DynamoDB may delete the item, in seconds since 1970-01-01T00:00:00Z.
	TTL *int64 `json:"TTL,omitempty" dynamodbav:"TTL,omitempty"`

	absent absent
}

var membersRunReport = []member{
	{"PK", false},
	{"SK", false},
	{"run_id", false},
	{"execution_id", false},
	{"task_id", false},
	{"source_id", false},
	{"attempt_id", false},
	{"time", false},
	{"started_at", false},
	{"status", false},
	{"subjects", false},
	{"skipped_inactive", false},
	{"written", false},
	{"changed", false},
	{"unchanged", false},
	{"not_found", false},
	{"dead_lettered", false},
	{"lost", false},
	{"items_extracted", false},
	{"items_processed", false},
	{"items_stored", false},
	{"error_count", false},
	{"warning_count", false},
	{"metrics", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *RunReport) UnmarshalJSON(data []byte) error {
	type plain RunReport
	*r = RunReport{}
	gone, err := decodeJSON(data, (*plain)(r), membersRunReport)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	r.Health = given(r.Health)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *RunReport) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain RunReport
	*r = RunReport{}
	gone, err := decodeItem(av, (*plain)(r), membersRunReport)
	r.absent = gone
	r.CompletedAt = given(r.CompletedAt)
	r.Health = given(r.Health)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *RunReport) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *RunReport) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternRunReportPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternRunReportSK)
	}
	if !c.missing(r.absent, at, "run_id", r.RunID) {
		c.pattern(at, "run_id", r.RunID, patternRunID)
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
	if !c.missing(r.absent, at, "attempt_id", r.AttemptID) {
		c.minLength(at, "attempt_id", r.AttemptID, 1)
	}
	if !c.missing(r.absent, at, "time", r.Time) {
		c.timestamp(at, "time", r.Time)
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
	if r.Health != nil {
		if v := *r.Health; !v.Known() {
			c.enum(at, "health", string(v), v.expected())
		}
	}
	if r.Batches != nil {
		c.safe(at, "batches", *r.Batches)
		c.atLeast(at, "batches", float64(*r.Batches), 1)
	}
	if !c.missing(r.absent, at, "subjects", r.Subjects) {
		c.safe(at, "subjects", r.Subjects)
		c.atLeast(at, "subjects", float64(r.Subjects), 0)
	}
	if !c.missing(r.absent, at, "skipped_inactive", r.SkippedInactive) {
		c.safe(at, "skipped_inactive", r.SkippedInactive)
		c.atLeast(at, "skipped_inactive", float64(r.SkippedInactive), 0)
	}
	if !c.missing(r.absent, at, "written", r.Written) {
		c.safe(at, "written", r.Written)
		c.atLeast(at, "written", float64(r.Written), 0)
	}
	if !c.missing(r.absent, at, "changed", r.Changed) {
		c.safe(at, "changed", r.Changed)
		c.atLeast(at, "changed", float64(r.Changed), 0)
	}
	if !c.missing(r.absent, at, "unchanged", r.Unchanged) {
		c.safe(at, "unchanged", r.Unchanged)
		c.atLeast(at, "unchanged", float64(r.Unchanged), 0)
	}
	if !c.missing(r.absent, at, "not_found", r.NotFound) {
		c.safe(at, "not_found", r.NotFound)
		c.atLeast(at, "not_found", float64(r.NotFound), 0)
	}
	if r.Deferred != nil {
		c.safe(at, "deferred", *r.Deferred)
		c.atLeast(at, "deferred", float64(*r.Deferred), 0)
	}
	if !c.missing(r.absent, at, "dead_lettered", r.DeadLettered) {
		c.safe(at, "dead_lettered", r.DeadLettered)
		c.atLeast(at, "dead_lettered", float64(r.DeadLettered), 0)
	}
	if !c.missing(r.absent, at, "lost", r.Lost) {
		c.safe(at, "lost", r.Lost)
		c.atLeast(at, "lost", float64(r.Lost), 0)
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
	if !c.missing(r.absent, at, "metrics", r.Metrics) {
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
	c.nulls(r.absent, at, "coverage", r.Coverage)
	checkNames(c, child(at, "coverage"), r.Coverage)
	for key := range r.Coverage {
		c.finite(child(at, "coverage"), key, r.Coverage[key])
		c.atLeast(child(at, "coverage"), key, float64(r.Coverage[key]), 0)
		c.atMost(child(at, "coverage"), key, float64(r.Coverage[key]), 1)
	}
	if r.Backup != nil {
		r.Backup.check(c, child(at, "backup"))
	}
	c.nulls(r.absent, at, "attempts", r.Attempts)
	for key := range r.Attempts {
		value := r.Attempts[key]
		value.check(c, child(child(at, "attempts"), strconv.Itoa(key)))
	}
	if r.TTL != nil {
		c.safe(at, "TTL", *r.TTL)
		c.atLeast(at, "TTL", float64(*r.TTL), 1000000000)
		c.atMost(at, "TTL", float64(*r.TTL), 9999999999)
	}
}
