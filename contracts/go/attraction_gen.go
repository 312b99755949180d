// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: attraction.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternAttractionPK = regexp.MustCompile(`^ATTRACTION#[^#\x00-\x20]+$`)
var patternAttractionSK = regexp.MustCompile(`^(METADATA|AGE#(infant|toddler|preschool|elementary|tween|teen|adult|all-ages))$`)

// Attraction: A lasting feature of a venue: an item of the table `seattle-family-activities`.
type Attraction struct {
	// Partition key: `ATTRACTION#{id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `METADATA`; `AGE#{age_group}` for the index item of a further age group, which repeats the record.
	SK string `json:"SK" dynamodbav:"SK"`

	// Name of the attraction.
	AttractionName string `json:"attraction_name" dynamodbav:"attraction_name"`

	// Kind of attraction, for example `playground`.
	AttractionType *string `json:"attraction_type,omitempty" dynamodbav:"attraction_type,omitempty"`

	// Venue where it takes place.
	VenueID *string `json:"venue_id,omitempty" dynamodbav:"venue_id,omitempty"`

	// When it can be visited, in the venue's words.
	Availability *string `json:"availability,omitempty" dynamodbav:"availability,omitempty"`

	// Pictures.
	Images []Image `json:"images,omitempty" dynamodbav:"images,omitempty"`

	// Kind of the record, as in the partition key.
	EntityType *EntityType `json:"entity_type,omitempty" dynamodbav:"entity_type,omitempty"`

	// Id without the prefix.
	EntityID *string `json:"entity_id,omitempty" dynamodbav:"entity_id,omitempty"`

	// Name that every kind of activity has; the same as the name above.
	Name *string `json:"name,omitempty" dynamodbav:"name,omitempty"`

	// What it is, in the organiser's words.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// Category.
	Category ActivityCategory `json:"category" dynamodbav:"category"`

	// Finer category, for example `soccer`.
	Subcategory *string `json:"subcategory,omitempty" dynamodbav:"subcategory,omitempty"`

	// Where it is.
	Location *Location `json:"location,omitempty" dynamodbav:"location,omitempty"`

	// Ages it is for.
	AgeGroups []AgeGroup `json:"age_groups,omitempty" dynamodbav:"age_groups,omitempty"`

	// What it costs.
	Pricing *Pricing `json:"pricing,omitempty" dynamodbav:"pricing,omitempty"`

	// Who offers it.
	ProviderID *string `json:"provider_id,omitempty" dynamodbav:"provider_id,omitempty"`

	// Name of who offers it.
	ProviderName *string `json:"provider_name,omitempty" dynamodbav:"provider_name,omitempty"`

	// State.
	Status *ActivityStatus `json:"status,omitempty" dynamodbav:"status,omitempty"`

	// True when the platform puts it forward.
	Featured *bool `json:"featured,omitempty" dynamodbav:"featured,omitempty"`

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

var membersAttraction = []member{
	{"PK", false},
	{"SK", false},
	{"attraction_name", false},
	{"category", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Attraction) UnmarshalJSON(data []byte) error {
	type plain Attraction
	*r = Attraction{}
	gone, err := decodeJSON(data, (*plain)(r), membersAttraction)
	r.absent = gone
	r.AttractionType = given(r.AttractionType)
	r.VenueID = given(r.VenueID)
	r.Availability = given(r.Availability)
	r.EntityType = given(r.EntityType)
	r.EntityID = given(r.EntityID)
	r.Name = given(r.Name)
	r.Description = given(r.Description)
	r.Subcategory = given(r.Subcategory)
	r.ProviderID = given(r.ProviderID)
	r.ProviderName = given(r.ProviderName)
	r.Status = given(r.Status)
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
func (r *Attraction) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Attraction
	*r = Attraction{}
	gone, err := decodeItem(av, (*plain)(r), membersAttraction)
	r.absent = gone
	r.AttractionType = given(r.AttractionType)
	r.VenueID = given(r.VenueID)
	r.Availability = given(r.Availability)
	r.EntityType = given(r.EntityType)
	r.EntityID = given(r.EntityID)
	r.Name = given(r.Name)
	r.Description = given(r.Description)
	r.Subcategory = given(r.Subcategory)
	r.ProviderID = given(r.ProviderID)
	r.ProviderName = given(r.ProviderName)
	r.Status = given(r.Status)
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
func (r *Attraction) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Attraction) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternAttractionPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternAttractionSK)
	}
	if !c.missing(r.absent, at, "attraction_name", r.AttractionName) {
		c.minLength(at, "attraction_name", r.AttractionName, 1)
	}
	if r.VenueID != nil {
		c.pattern(at, "venue_id", *r.VenueID, patternVenueRef)
	}
	c.nulls(r.absent, at, "images", r.Images)
	for key := range r.Images {
		value := r.Images[key]
		value.check(c, child(child(at, "images"), strconv.Itoa(key)))
	}
	if r.EntityType != nil {
		if v := *r.EntityType; !v.Known() {
			c.enum(at, "entity_type", string(v), v.expected())
		}
	}
	if r.EntityID != nil {
		c.pattern(at, "entity_id", *r.EntityID, patternEntityID)
	}
	if !c.missing(r.absent, at, "category", r.Category) {
		if v := r.Category; !v.Known() {
			c.enum(at, "category", string(v), v.expected())
		}
	}
	if r.Location != nil {
		r.Location.check(c, child(at, "location"))
	}
	c.nulls(r.absent, at, "age_groups", r.AgeGroups)
	for key := range r.AgeGroups {
		value := r.AgeGroups[key]
		value.check(c, child(child(at, "age_groups"), strconv.Itoa(key)))
	}
	if r.Pricing != nil {
		r.Pricing.check(c, child(at, "pricing"))
	}
	if r.ProviderID != nil {
		c.pattern(at, "provider_id", *r.ProviderID, patternProviderRef)
	}
	if r.Status != nil {
		if v := *r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
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
