// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: common.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	patternTimestamp   = regexp.MustCompile(`^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$`)
	patternDate        = regexp.MustCompile(`^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$`)
	patternCelebrityID = regexp.MustCompile(`^celeb_[0-9]{3,}$`)
	patternSourceName  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	patternRunID       = regexp.MustCompile(`^[a-z][a-z0-9_]*@[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)
	patternURL         = regexp.MustCompile(`^https?://[^\x00-\x20]+$`)
	patternS3URL       = regexp.MustCompile(`^s3://[a-z0-9][a-z0-9.-]+/[^\x00-\x1f]+$`)
	patternSHA256      = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Sentiment: tone of the human text of a response; null until enrichment has run.
type Sentiment string

// Values of Sentiment. A reader keeps a value that it does not know; Validate reports it.
const (
	SentimentPositive Sentiment = "positive"
	SentimentNegative Sentiment = "negative"
	SentimentNeutral  Sentiment = "neutral"
)

// Known tells whether the contract lists the value.
func (v Sentiment) Known() bool {
	switch v {
	case SentimentPositive, SentimentNegative, SentimentNeutral:
		return true
	}
	return false
}

func (v Sentiment) expected() string {
	return "positive, negative, neutral"
}

// StoredObject: where bytes that do not fit into an item are kept.
type StoredObject struct {
	// Name of the S3 bucket.
	Bucket string `json:"bucket" dynamodbav:"bucket"`

	// Key of the object in its bucket.
	Key string `json:"key" dynamodbav:"key"`

	// SHA-256 of the stored bytes, hexadecimal.
	SHA256 string `json:"sha256" dynamodbav:"sha256"`

	// Size of the object in bytes.
	Bytes int64 `json:"bytes" dynamodbav:"bytes"`

	absent absent
}

var membersStoredObject = []member{
	{"bucket", false},
	{"key", false},
	{"sha256", false},
	{"bytes", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *StoredObject) UnmarshalJSON(data []byte) error {
	type plain StoredObject
	*r = StoredObject{}
	gone, err := decodeJSON(data, (*plain)(r), membersStoredObject)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *StoredObject) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain StoredObject
	*r = StoredObject{}
	gone, err := decodeItem(av, (*plain)(r), membersStoredObject)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *StoredObject) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *StoredObject) check(c *checker, at string) {
	if !c.missing(r.absent, at, "bucket", r.Bucket) {
		c.minLength(at, "bucket", r.Bucket, 3)
	}
	if !c.missing(r.absent, at, "key", r.Key) {
		c.minLength(at, "key", r.Key, 1)
	}
	if !c.missing(r.absent, at, "sha256", r.SHA256) {
		c.pattern(at, "sha256", r.SHA256, patternSHA256)
	}
	if !c.missing(r.absent, at, "bytes", r.Bytes) {
		c.atLeast(at, "bytes", float64(r.Bytes), 0)
	}
}

// StoredResponse: one response that a record was made from, and where its body is kept.
type StoredResponse struct {
	// Address that was asked, secrets removed.
	URL string `json:"url" dynamodbav:"url"`

	// HTTP status code of the response.
	Status int64 `json:"status" dynamodbav:"status"`

	// SHA-256 of the body's bytes, hexadecimal.
	SHA256 string `json:"sha256" dynamodbav:"sha256"`

	// Size of the body in bytes.
	Bytes int64 `json:"bytes" dynamodbav:"bytes"`

	// Content-Type header of the response, as received.
	ContentType *string `json:"content_type,omitempty" dynamodbav:"content_type,omitempty"`

	// S3 bucket that keeps the body.
	Bucket *string `json:"bucket,omitempty" dynamodbav:"bucket,omitempty"`

	// Key of the body in its bucket.
	Key *string `json:"key,omitempty" dynamodbav:"key,omitempty"`

	// Moment the response was received.
	FetchedAt *Timestamp `json:"fetched_at,omitempty" dynamodbav:"fetched_at,omitempty"`

	// True for the response whose text is the record's `raw_text`.
	Primary bool `json:"primary" dynamodbav:"primary"`

	absent absent
}

var membersStoredResponse = []member{
	{"url", false},
	{"status", false},
	{"sha256", false},
	{"bytes", false},
	{"primary", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *StoredResponse) UnmarshalJSON(data []byte) error {
	type plain StoredResponse
	*r = StoredResponse{}
	gone, err := decodeJSON(data, (*plain)(r), membersStoredResponse)
	r.absent = gone
	r.ContentType = given(r.ContentType)
	r.Bucket = given(r.Bucket)
	r.Key = given(r.Key)
	r.FetchedAt = given(r.FetchedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *StoredResponse) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain StoredResponse
	*r = StoredResponse{}
	gone, err := decodeItem(av, (*plain)(r), membersStoredResponse)
	r.absent = gone
	r.ContentType = given(r.ContentType)
	r.Bucket = given(r.Bucket)
	r.Key = given(r.Key)
	r.FetchedAt = given(r.FetchedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *StoredResponse) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *StoredResponse) check(c *checker, at string) {
	if !c.missing(r.absent, at, "url", r.URL) {
		c.pattern(at, "url", r.URL, patternURL)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		c.atLeast(at, "status", float64(r.Status), 100)
		c.atMost(at, "status", float64(r.Status), 599)
	}
	if !c.missing(r.absent, at, "sha256", r.SHA256) {
		c.pattern(at, "sha256", r.SHA256, patternSHA256)
	}
	if !c.missing(r.absent, at, "bytes", r.Bytes) {
		c.atLeast(at, "bytes", float64(r.Bytes), 0)
	}
	if r.Bucket != nil {
		c.minLength(at, "bucket", *r.Bucket, 3)
	}
	if r.Key != nil {
		c.minLength(at, "key", *r.Key, 1)
	}
	if r.FetchedAt != nil {
		c.timestamp(at, "fetched_at", *r.FetchedAt)
	}
	if !c.missing(r.absent, at, "primary", r.Primary) {
	}
}

// Violation: one place where a record departs from its contract.
type Violation struct {
	// JSON pointer to the member at fault; for a missing or an unknown member, to that member. Empty for the record
	// itself.
	Pointer string `json:"pointer" dynamodbav:"pointer"`

	// Name of the rule that was broken, for example `required` or `pattern`.
	Rule string `json:"rule" dynamodbav:"rule"`

	// What is wrong and what is expected.
	Message string `json:"message" dynamodbav:"message"`

	// Short excerpt of the value at fault, 80 characters at most.
	Value *string `json:"value,omitempty" dynamodbav:"value,omitempty"`

	absent absent
}

var membersViolation = []member{
	{"pointer", false},
	{"rule", false},
	{"message", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Violation) UnmarshalJSON(data []byte) error {
	type plain Violation
	*r = Violation{}
	gone, err := decodeJSON(data, (*plain)(r), membersViolation)
	r.absent = gone
	r.Value = given(r.Value)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Violation) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Violation
	*r = Violation{}
	gone, err := decodeItem(av, (*plain)(r), membersViolation)
	r.absent = gone
	r.Value = given(r.Value)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Violation) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Violation) check(c *checker, at string) {
	if !c.missing(r.absent, at, "pointer", r.Pointer) {
	}
	if !c.missing(r.absent, at, "rule", r.Rule) {
		c.minLength(at, "rule", r.Rule, 1)
	}
	if !c.missing(r.absent, at, "message", r.Message) {
	}
	if r.Value != nil {
		c.maxLength(at, "value", *r.Value, 80)
	}
}

// ErrorInfo: an error as records carry it.
type ErrorInfo struct {
	// Name of the error's class, for example `LayoutChanged`.
	Name string `json:"name" dynamodbav:"name"`

	// What happened and where, secrets removed.
	Message string `json:"message" dynamodbav:"message"`

	// True when the same attempt may succeed later.
	Retryable bool `json:"retryable" dynamodbav:"retryable"`

	// Address that was asked, secrets removed.
	URL *string `json:"url,omitempty" dynamodbav:"url,omitempty"`

	// HTTP status code of the answer.
	Status *int64 `json:"status,omitempty" dynamodbav:"status,omitempty"`

	// What to do about it.
	Hint *string `json:"hint,omitempty" dynamodbav:"hint,omitempty"`

	// Each departure from the contract, when the error is one of the contract.
	Violations []Violation `json:"violations,omitempty" dynamodbav:"violations,omitempty"`

	absent absent
}

var membersErrorInfo = []member{
	{"name", false},
	{"message", false},
	{"retryable", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ErrorInfo) UnmarshalJSON(data []byte) error {
	type plain ErrorInfo
	*r = ErrorInfo{}
	gone, err := decodeJSON(data, (*plain)(r), membersErrorInfo)
	r.absent = gone
	r.URL = given(r.URL)
	r.Hint = given(r.Hint)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ErrorInfo) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ErrorInfo
	*r = ErrorInfo{}
	gone, err := decodeItem(av, (*plain)(r), membersErrorInfo)
	r.absent = gone
	r.URL = given(r.URL)
	r.Hint = given(r.Hint)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ErrorInfo) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ErrorInfo) check(c *checker, at string) {
	if !c.missing(r.absent, at, "name", r.Name) {
		c.minLength(at, "name", r.Name, 1)
	}
	if !c.missing(r.absent, at, "message", r.Message) {
	}
	if !c.missing(r.absent, at, "retryable", r.Retryable) {
	}
	if r.URL != nil {
		c.pattern(at, "url", *r.URL, patternURL)
	}
	if r.Status != nil {
		c.atLeast(at, "status", float64(*r.Status), 100)
		c.atMost(at, "status", float64(*r.Status), 599)
	}
	for key := range r.Violations {
		value := r.Violations[key]
		value.check(c, child(child(at, "violations"), strconv.Itoa(key)))
	}
}
