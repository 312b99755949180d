// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: scraper_entry.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternEntryMetadataPlugin = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*/[0-9A-Za-z.+!-]+$`)
var patternEntryMetadataContract = regexp.MustCompile(`^[a-z][a-z0-9_]*/[0-9]+[.][0-9]+$`)
var patternScraperEntrySourceTypeTimestamp = regexp.MustCompile(`^[a-z][a-z0-9_]*#[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$`)

// EntryMetadata: provenance and processing state of a scraper entry.
type EntryMetadata struct {
	// Name of the deployed scraper: `scraper-{source or group}`.
	ScraperName string `json:"scraper_name" dynamodbav:"scraper_name"`

	// Source type, as in the sort key.
	SourceType string `json:"source_type" dynamodbav:"source_type"`

	// True once enrichment has set weight and sentiment.
	Processed bool `json:"processed" dynamodbav:"processed"`

	// Why enrichment failed; null when it has not failed.
	Error *string `json:"error" dynamodbav:"error"`

	// Number of repeated writes before this one succeeded.
	RetryCount *int64 `json:"retry_count,omitempty" dynamodbav:"retry_count,omitempty"`

	// Wall time of the write.
	LastUpdated *Timestamp `json:"last_updated,omitempty" dynamodbav:"last_updated,omitempty"`

	// SHA-256 of the primary response's body as sent (decompressed), hexadecimal.
	RawSHA256 *string `json:"raw_sha256,omitempty" dynamodbav:"raw_sha256,omitempty"`

	// Size of the primary response's body as sent (decompressed), in bytes.
	RawBytes *int64 `json:"raw_bytes,omitempty" dynamodbav:"raw_bytes,omitempty"`

	// Where the primary response's text, in UTF-8, is kept when it does not fit into the item.
	RawRef *StoredObject `json:"raw_ref,omitempty" dynamodbav:"raw_ref,omitempty"`

	// Id of the run that wrote the entry: `{source}@{T}`.
	RunID *string `json:"run_id,omitempty" dynamodbav:"run_id,omitempty"`

	// Id of the attempt within the run.
	AttemptID *string `json:"attempt_id,omitempty" dynamodbav:"attempt_id,omitempty"`

	// Name of the celebrity as the metadata record spells it.
	SubjectName *string `json:"subject_name,omitempty" dynamodbav:"subject_name,omitempty"`

	// Address that was asked, query included, secrets removed.
	URL *string `json:"url,omitempty" dynamodbav:"url,omitempty"`

	// Moment the primary response was received.
	FetchedAt *Timestamp `json:"fetched_at,omitempty" dynamodbav:"fetched_at,omitempty"`

	// Every response that the entry was made from.
	Responses []StoredResponse `json:"responses,omitempty" dynamodbav:"responses,omitempty"`

	// Distribution and version of the plugin, for example `springhead-tmdb/0.1.0`.
	Plugin *string `json:"plugin,omitempty" dynamodbav:"plugin,omitempty"`

	// Contract that the entry keeps, for example `scraper_entry/1.0`.
	Contract *string `json:"contract,omitempty" dynamodbav:"contract,omitempty"`

	// Why the source's subject is taken to be this celebrity.
	Match *Match `json:"match,omitempty" dynamodbav:"match,omitempty"`

	// Notice that the source's terms ask for.
	Attribution *string `json:"attribution,omitempty" dynamodbav:"attribution,omitempty"`

	// Moment enrichment set weight and sentiment.
	EnrichedAt *Timestamp `json:"enriched_at,omitempty" dynamodbav:"enriched_at,omitempty"`

	// Name and version of the sentiment analyser.
	Analyser *string `json:"analyser,omitempty" dynamodbav:"analyser,omitempty"`

	absent absent
}

var membersEntryMetadata = []member{
	{"scraper_name", false},
	{"source_type", false},
	{"processed", false},
	{"error", true},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *EntryMetadata) UnmarshalJSON(data []byte) error {
	type plain EntryMetadata
	*r = EntryMetadata{}
	gone, err := decodeJSON(data, (*plain)(r), membersEntryMetadata)
	r.absent = gone
	r.LastUpdated = given(r.LastUpdated)
	r.RawSHA256 = given(r.RawSHA256)
	r.RunID = given(r.RunID)
	r.AttemptID = given(r.AttemptID)
	r.SubjectName = given(r.SubjectName)
	r.URL = given(r.URL)
	r.FetchedAt = given(r.FetchedAt)
	r.Plugin = given(r.Plugin)
	r.Contract = given(r.Contract)
	r.Attribution = given(r.Attribution)
	r.EnrichedAt = given(r.EnrichedAt)
	r.Analyser = given(r.Analyser)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *EntryMetadata) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain EntryMetadata
	*r = EntryMetadata{}
	gone, err := decodeItem(av, (*plain)(r), membersEntryMetadata)
	r.absent = gone
	r.LastUpdated = given(r.LastUpdated)
	r.RawSHA256 = given(r.RawSHA256)
	r.RunID = given(r.RunID)
	r.AttemptID = given(r.AttemptID)
	r.SubjectName = given(r.SubjectName)
	r.URL = given(r.URL)
	r.FetchedAt = given(r.FetchedAt)
	r.Plugin = given(r.Plugin)
	r.Contract = given(r.Contract)
	r.Attribution = given(r.Attribution)
	r.EnrichedAt = given(r.EnrichedAt)
	r.Analyser = given(r.Analyser)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *EntryMetadata) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *EntryMetadata) check(c *checker, at string) {
	if !c.missing(r.absent, at, "scraper_name", r.ScraperName) {
		c.minLength(at, "scraper_name", r.ScraperName, 1)
	}
	if !c.missing(r.absent, at, "source_type", r.SourceType) {
		c.pattern(at, "source_type", r.SourceType, patternSourceName)
	}
	if !c.missing(r.absent, at, "processed", r.Processed) {
	}
	if !c.missing(r.absent, at, "error", r.Error) {
	}
	if r.RetryCount != nil {
		c.safe(at, "retry_count", *r.RetryCount)
		c.atLeast(at, "retry_count", float64(*r.RetryCount), 0)
	}
	if r.LastUpdated != nil {
		c.timestamp(at, "last_updated", *r.LastUpdated)
	}
	if r.RawSHA256 != nil {
		c.pattern(at, "raw_sha256", *r.RawSHA256, patternSHA256)
	}
	if r.RawBytes != nil {
		c.safe(at, "raw_bytes", *r.RawBytes)
		c.atLeast(at, "raw_bytes", float64(*r.RawBytes), 0)
	}
	if r.RawRef != nil {
		r.RawRef.check(c, child(at, "raw_ref"))
	}
	if r.RunID != nil {
		c.pattern(at, "run_id", *r.RunID, patternRunID)
	}
	if r.AttemptID != nil {
		c.minLength(at, "attempt_id", *r.AttemptID, 1)
	}
	if r.SubjectName != nil {
		c.minLength(at, "subject_name", *r.SubjectName, 1)
	}
	if r.URL != nil {
		c.pattern(at, "url", *r.URL, patternURL)
	}
	if r.FetchedAt != nil {
		c.timestamp(at, "fetched_at", *r.FetchedAt)
	}
	c.nulls(r.absent, at, "responses", r.Responses)
	for key := range r.Responses {
		value := r.Responses[key]
		value.check(c, child(child(at, "responses"), strconv.Itoa(key)))
	}
	if r.Plugin != nil {
		c.pattern(at, "plugin", *r.Plugin, patternEntryMetadataPlugin)
	}
	if r.Contract != nil {
		c.pattern(at, "contract", *r.Contract, patternEntryMetadataContract)
	}
	if r.Match != nil {
		r.Match.check(c, child(at, "match"))
	}
	if r.EnrichedAt != nil {
		c.timestamp(at, "enriched_at", *r.EnrichedAt)
	}
	if r.Analyser != nil {
		c.minLength(at, "analyser", *r.Analyser, 1)
	}
}

// Match: how sure the match of subject and source is.
type Match struct {
	// Confidence in the match, 0 to 1.
	Confidence float64 `json:"confidence" dynamodbav:"confidence"`

	// Facts that speak for or against the match, each a short sentence.
	Evidence []string `json:"evidence,omitempty" dynamodbav:"evidence,omitempty"`

	absent absent
}

var membersMatch = []member{
	{"confidence", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Match) UnmarshalJSON(data []byte) error {
	type plain Match
	*r = Match{}
	gone, err := decodeJSON(data, (*plain)(r), membersMatch)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Match) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Match
	*r = Match{}
	gone, err := decodeItem(av, (*plain)(r), membersMatch)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Match) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Match) check(c *checker, at string) {
	if !c.missing(r.absent, at, "confidence", r.Confidence) {
		c.finite(at, "confidence", r.Confidence)
		c.atLeast(at, "confidence", float64(r.Confidence), 0)
		c.atMost(at, "confidence", float64(r.Confidence), 1)
	}
	c.nulls(r.absent, at, "evidence", r.Evidence)
}

// ScraperEntry: what one source said about one celebrity in one scheduled run: an item of the table
// `celebrity-database`.
type ScraperEntry struct {
	// Partition key: id of the celebrity.
	CelebrityID string `json:"celebrity_id" dynamodbav:"celebrity_id"`

	// Sort key: `{source_type}#{T}`, T being the scheduled time of the run.
	SourceTypeTimestamp string `json:"source_type#timestamp" dynamodbav:"source_type#timestamp"`

	// Id of the entry: UUIDv5 of partition key and sort key when written; any non-empty string when read.
	ID string `json:"id" dynamodbav:"id"`

	// Name of the celebrity as the source spells it.
	Name string `json:"name" dynamodbav:"name"`

	// Text of the primary response, complete and verbatim; empty when `metadata.raw_ref` says where it is kept.
	RawText string `json:"raw_text" dynamodbav:"raw_text"`

	// Address of the endpoint without its query; partition key of `source-index`.
	Source string `json:"source" dynamodbav:"source"`

	// T, the scheduled time of the run; sort key of `source-index`.
	Timestamp Timestamp `json:"timestamp" dynamodbav:"timestamp"`

	// Confidence in the entry, 0 to 1; null until enrichment has run.
	Weight *float64 `json:"weight" dynamodbav:"weight"`

	// Tone of the entry's human text; null until enrichment has run.
	Sentiment *Sentiment `json:"sentiment" dynamodbav:"sentiment"`

	// Where the entry comes from and what became of it.
	Metadata EntryMetadata `json:"metadata" dynamodbav:"metadata"`

	absent absent
}

var membersScraperEntry = []member{
	{"celebrity_id", false},
	{"source_type#timestamp", false},
	{"id", false},
	{"name", false},
	{"raw_text", false},
	{"source", false},
	{"timestamp", false},
	{"weight", true},
	{"sentiment", true},
	{"metadata", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScraperEntry) UnmarshalJSON(data []byte) error {
	type plain ScraperEntry
	*r = ScraperEntry{}
	gone, err := decodeJSON(data, (*plain)(r), membersScraperEntry)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScraperEntry) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScraperEntry
	*r = ScraperEntry{}
	gone, err := decodeItem(av, (*plain)(r), membersScraperEntry)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScraperEntry) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScraperEntry) check(c *checker, at string) {
	if !c.missing(r.absent, at, "celebrity_id", r.CelebrityID) {
		c.pattern(at, "celebrity_id", r.CelebrityID, patternCelebrityID)
	}
	if !c.missing(r.absent, at, "source_type#timestamp", r.SourceTypeTimestamp) {
		c.pattern(at, "source_type#timestamp", r.SourceTypeTimestamp, patternScraperEntrySourceTypeTimestamp)
	}
	if !c.missing(r.absent, at, "id", r.ID) {
		c.minLength(at, "id", r.ID, 1)
	}
	if !c.missing(r.absent, at, "name", r.Name) {
		c.minLength(at, "name", r.Name, 1)
	}
	if !c.missing(r.absent, at, "raw_text", r.RawText) {
	}
	if !c.missing(r.absent, at, "source", r.Source) {
		c.pattern(at, "source", r.Source, patternURL)
	}
	if !c.missing(r.absent, at, "timestamp", r.Timestamp) {
		c.timestamp(at, "timestamp", r.Timestamp)
	}
	if !c.missing(r.absent, at, "weight", r.Weight) {
		if r.Weight != nil {
			c.finite(at, "weight", *r.Weight)
			c.atLeast(at, "weight", float64(*r.Weight), 0)
			c.atMost(at, "weight", float64(*r.Weight), 1)
		}
	}
	if !c.missing(r.absent, at, "sentiment", r.Sentiment) {
		if r.Sentiment != nil {
			if v := *r.Sentiment; !v.Known() {
				c.enum(at, "sentiment", string(v), v.expected())
			}
		}
	}
	if !c.missing(r.absent, at, "metadata", r.Metadata) {
		r.Metadata.check(c, child(at, "metadata"))
	}
}
