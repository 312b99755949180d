// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: program_instance.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternProgramInstancePK = regexp.MustCompile(`^PROGRAM#[^#\x00-\x20]+$`)
var patternProgramInstanceSK = regexp.MustCompile(`^INSTANCE#[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?$`)

// ProgramInstance: one session of a program: an item of the table `seattle-family-activities` under its program.
type ProgramInstance struct {
	// Partition key: `PROGRAM#{id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `INSTANCE#{date}T{time}`; without the time where none is known.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the program, with the prefix `PROGRAM#` or without.
	ProgramID string `json:"program_id" dynamodbav:"program_id"`

	// Day of the session, local.
	InstanceDate Date `json:"instance_date" dynamodbav:"instance_date"`

	// Start of the session, local time.
	InstanceTime *string `json:"instance_time,omitempty" dynamodbav:"instance_time,omitempty"`

	// State of the session.
	Status *ActivityStatus `json:"status,omitempty" dynamodbav:"status,omitempty"`

	// State of registration, for example `open` or `waitlist`.
	RegistrationStatus *string `json:"registration_status,omitempty" dynamodbav:"registration_status,omitempty"`

	// Number of participants registered.
	CurrentEnrollment *int64 `json:"current_enrollment,omitempty" dynamodbav:"current_enrollment,omitempty"`

	// Number of places.
	MaxEnrollment *int64 `json:"max_enrollment,omitempty" dynamodbav:"max_enrollment,omitempty"`

	// What differs from other sessions.
	SpecialNotes *string `json:"special_notes,omitempty" dynamodbav:"special_notes,omitempty"`

	// Moment the record was first written.
	CreatedAt *Timestamp `json:"created_at,omitempty" dynamodbav:"created_at,omitempty"`

	// Moment the record was last changed.
	UpdatedAt *Timestamp `json:"updated_at,omitempty" dynamodbav:"updated_at,omitempty"`

	// Source that it was found at; partition key of `source-activity-index`.
	SourceID *string `json:"source_id,omitempty" dynamodbav:"source_id,omitempty"`

	// Partition key of `location-date-index`: `GEO#{region}#{city}`.
	LocationKey *string `json:"LocationKey,omitempty" dynamodbav:"LocationKey,omitempty"`

	// Sort key of `location-date-index`: `DATE#{date}#TYPE#{entity_type}#{entity_id}`.
	DateTypeKey *string `json:"DateTypeKey,omitempty" dynamodbav:"DateTypeKey,omitempty"`

	// Partition key of `category-age-index`: `CAT#{category}#{age_group}`.
	CategoryAgeKey *string `json:"CategoryAgeKey,omitempty" dynamodbav:"CategoryAgeKey,omitempty"`

	// Sort key of `category-age-index`: `DATE#{date}#FEATURED#{featured}#{entity_id}`.
	DateFeaturedKey *string `json:"DateFeaturedKey,omitempty" dynamodbav:"DateFeaturedKey,omitempty"`

	// Partition key of `venue-activity-index`: `VENUE#{venue_id}`.
	VenueKey *string `json:"VenueKey,omitempty" dynamodbav:"VenueKey,omitempty"`

	// Sort key of `venue-activity-index`: `TYPE#{entity_type}#{start_date}#{entity_id}`.
	TypeDateKey *string `json:"TypeDateKey,omitempty" dynamodbav:"TypeDateKey,omitempty"`

	// Partition key of `provider-index`: `PROVIDER#{provider_id}`.
	ProviderKey *string `json:"ProviderKey,omitempty" dynamodbav:"ProviderKey,omitempty"`

	// Sort key of `provider-index`: `TYPE#{entity_type}#STATUS#{status}#{entity_id}`.
	TypeStatusKey *string `json:"TypeStatusKey,omitempty" dynamodbav:"TypeStatusKey,omitempty"`

	absent absent
}

var membersProgramInstance = []member{
	{"PK", false},
	{"SK", false},
	{"program_id", false},
	{"instance_date", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ProgramInstance) UnmarshalJSON(data []byte) error {
	type plain ProgramInstance
	*r = ProgramInstance{}
	gone, err := decodeJSON(data, (*plain)(r), membersProgramInstance)
	r.absent = gone
	r.InstanceTime = given(r.InstanceTime)
	r.Status = given(r.Status)
	r.RegistrationStatus = given(r.RegistrationStatus)
	r.SpecialNotes = given(r.SpecialNotes)
	r.CreatedAt = given(r.CreatedAt)
	r.UpdatedAt = given(r.UpdatedAt)
	r.SourceID = given(r.SourceID)
	r.LocationKey = given(r.LocationKey)
	r.DateTypeKey = given(r.DateTypeKey)
	r.CategoryAgeKey = given(r.CategoryAgeKey)
	r.DateFeaturedKey = given(r.DateFeaturedKey)
	r.VenueKey = given(r.VenueKey)
	r.TypeDateKey = given(r.TypeDateKey)
	r.ProviderKey = given(r.ProviderKey)
	r.TypeStatusKey = given(r.TypeStatusKey)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ProgramInstance) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ProgramInstance
	*r = ProgramInstance{}
	gone, err := decodeItem(av, (*plain)(r), membersProgramInstance)
	r.absent = gone
	r.InstanceTime = given(r.InstanceTime)
	r.Status = given(r.Status)
	r.RegistrationStatus = given(r.RegistrationStatus)
	r.SpecialNotes = given(r.SpecialNotes)
	r.CreatedAt = given(r.CreatedAt)
	r.UpdatedAt = given(r.UpdatedAt)
	r.SourceID = given(r.SourceID)
	r.LocationKey = given(r.LocationKey)
	r.DateTypeKey = given(r.DateTypeKey)
	r.CategoryAgeKey = given(r.CategoryAgeKey)
	r.DateFeaturedKey = given(r.DateFeaturedKey)
	r.VenueKey = given(r.VenueKey)
	r.TypeDateKey = given(r.TypeDateKey)
	r.ProviderKey = given(r.ProviderKey)
	r.TypeStatusKey = given(r.TypeStatusKey)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ProgramInstance) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ProgramInstance) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternProgramInstancePK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternProgramInstanceSK)
	}
	if !c.missing(r.absent, at, "program_id", r.ProgramID) {
		c.pattern(at, "program_id", r.ProgramID, patternProgramRef)
	}
	if !c.missing(r.absent, at, "instance_date", r.InstanceDate) {
		c.date(at, "instance_date", r.InstanceDate)
	}
	if r.InstanceTime != nil {
		c.pattern(at, "instance_time", *r.InstanceTime, patternLocalTime)
	}
	if r.Status != nil {
		if v := *r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
	if r.CurrentEnrollment != nil {
		c.safe(at, "current_enrollment", *r.CurrentEnrollment)
		c.atLeast(at, "current_enrollment", float64(*r.CurrentEnrollment), 0)
	}
	if r.MaxEnrollment != nil {
		c.safe(at, "max_enrollment", *r.MaxEnrollment)
		c.atLeast(at, "max_enrollment", float64(*r.MaxEnrollment), 0)
	}
	if r.CreatedAt != nil {
		c.timestamp(at, "created_at", *r.CreatedAt)
	}
	if r.UpdatedAt != nil {
		c.timestamp(at, "updated_at", *r.UpdatedAt)
	}
	if r.SourceID != nil {
		c.minLength(at, "source_id", *r.SourceID, 1)
	}
	if r.LocationKey != nil {
		c.pattern(at, "LocationKey", *r.LocationKey, patternLocationKey)
	}
	if r.DateTypeKey != nil {
		c.pattern(at, "DateTypeKey", *r.DateTypeKey, patternDateTypeKey)
	}
	if r.CategoryAgeKey != nil {
		c.pattern(at, "CategoryAgeKey", *r.CategoryAgeKey, patternCategoryAgeKey)
	}
	if r.DateFeaturedKey != nil {
		c.pattern(at, "DateFeaturedKey", *r.DateFeaturedKey, patternDateFeaturedKey)
	}
	if r.VenueKey != nil {
		c.pattern(at, "VenueKey", *r.VenueKey, patternVenueKey)
	}
	if r.TypeDateKey != nil {
		c.pattern(at, "TypeDateKey", *r.TypeDateKey, patternTypeDateKey)
	}
	if r.ProviderKey != nil {
		c.pattern(at, "ProviderKey", *r.ProviderKey, patternProviderKey)
	}
	if r.TypeStatusKey != nil {
		c.pattern(at, "TypeStatusKey", *r.TypeStatusKey, patternTypeStatusKey)
	}
}
