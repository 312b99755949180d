// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: celebrity_metadata.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternCelebrityMetadataSourceTypeTimestamp = regexp.MustCompile(`^metadata#2025-01-01T00:00:00Z$`)

// CelebrityMetadata: who a celebrity is: the one metadata record of each celebrity in the table
// `celebrity-database`.
type CelebrityMetadata struct {
	// Partition key: id of the celebrity.
	CelebrityID string `json:"celebrity_id" dynamodbav:"celebrity_id"`

	// Sort key: exactly `metadata#2025-01-01T00:00:00Z`.
	SourceTypeTimestamp string `json:"source_type#timestamp" dynamodbav:"source_type#timestamp"`

	// Name of the celebrity as the seed list spells it; partition key of `name-index`.
	Name string `json:"name" dynamodbav:"name"`

	// Date of birth, `YYYY-MM-DD`. A hint for matching, never a veto.
	BirthDate *Date `json:"birth_date,omitempty" dynamodbav:"birth_date,omitempty"`

	// Nationality as the seed list spells it.
	Nationality *string `json:"nationality,omitempty" dynamodbav:"nationality,omitempty"`

	// Occupations as the seed list spells them.
	Occupation []string `json:"occupation,omitempty" dynamodbav:"occupation,omitempty"`

	// Moment the record was first written.
	CreatedAt Timestamp `json:"created_at" dynamodbav:"created_at"`

	// Moment the record was last changed.
	UpdatedAt Timestamp `json:"updated_at" dynamodbav:"updated_at"`

	// False takes the celebrity out of scheduled runs.
	IsActive bool `json:"is_active" dynamodbav:"is_active"`

	// The celebrity's id or handle at each source, by source: wikidata, tmdb, imdb, instagram, threads, youtube and
	// others.
	Identities map[string]string `json:"identities,omitempty" dynamodbav:"identities,omitempty"`

	// Partition key of the sparse index `subject-index`: `celebrity`.
	SubjectType *string `json:"subject_type,omitempty" dynamodbav:"subject_type,omitempty"`

	absent absent
}

var membersCelebrityMetadata = []member{
	{"celebrity_id", false},
	{"source_type#timestamp", false},
	{"name", false},
	{"created_at", false},
	{"updated_at", false},
	{"is_active", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *CelebrityMetadata) UnmarshalJSON(data []byte) error {
	type plain CelebrityMetadata
	*r = CelebrityMetadata{}
	gone, err := decodeJSON(data, (*plain)(r), membersCelebrityMetadata)
	r.absent = gone
	r.BirthDate = given(r.BirthDate)
	r.Nationality = given(r.Nationality)
	r.SubjectType = given(r.SubjectType)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *CelebrityMetadata) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain CelebrityMetadata
	*r = CelebrityMetadata{}
	gone, err := decodeItem(av, (*plain)(r), membersCelebrityMetadata)
	r.absent = gone
	r.BirthDate = given(r.BirthDate)
	r.Nationality = given(r.Nationality)
	r.SubjectType = given(r.SubjectType)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *CelebrityMetadata) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *CelebrityMetadata) check(c *checker, at string) {
	if !c.missing(r.absent, at, "celebrity_id", r.CelebrityID) {
		c.pattern(at, "celebrity_id", r.CelebrityID, patternCelebrityID)
	}
	if !c.missing(r.absent, at, "source_type#timestamp", r.SourceTypeTimestamp) {
		c.pattern(at, "source_type#timestamp", r.SourceTypeTimestamp, patternCelebrityMetadataSourceTypeTimestamp)
	}
	if !c.missing(r.absent, at, "name", r.Name) {
		c.minLength(at, "name", r.Name, 1)
	}
	if r.BirthDate != nil {
		c.date(at, "birth_date", *r.BirthDate)
	}
	c.nulls(r.absent, at, "occupation", r.Occupation)
	if !c.missing(r.absent, at, "created_at", r.CreatedAt) {
		c.timestamp(at, "created_at", r.CreatedAt)
	}
	if !c.missing(r.absent, at, "updated_at", r.UpdatedAt) {
		c.timestamp(at, "updated_at", r.UpdatedAt)
	}
	if !c.missing(r.absent, at, "is_active", r.IsActive) {
	}
	c.nulls(r.absent, at, "identities", r.Identities)
	checkNames(c, child(at, "identities"), r.Identities)
	if r.SubjectType != nil {
		c.minLength(at, "subject_type", *r.SubjectType, 1)
	}
}
