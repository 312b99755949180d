// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: instagram_restaurant_subject.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternInstagramRestaurantSubjectIsActive = regexp.MustCompile(`^(true|false)?$`)

// InstagramRestaurantSubject: one restaurant of the list of restaurants that profiles are looked for.
type InstagramRestaurantSubject struct {
	// Name of the restaurant; first part of the key.
	RestaurantName string `json:"restaurant_name" dynamodbav:"restaurant_name"`

	// City; second part of the key.
	City string `json:"city" dynamodbav:"city"`

	// Postal code.
	ZipCode *string `json:"zip_code,omitempty" dynamodbav:"zip_code,omitempty"`

	// Phone number, `un` where it is unknown; third part of the key.
	Phone *string `json:"phone,omitempty" dynamodbav:"phone,omitempty"`

	// `false` takes the restaurant out of the runs; empty is true.
	IsActive *string `json:"is_active,omitempty" dynamodbav:"is_active,omitempty"`

	absent absent
}

var membersInstagramRestaurantSubject = []member{
	{"restaurant_name", false},
	{"city", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *InstagramRestaurantSubject) UnmarshalJSON(data []byte) error {
	type plain InstagramRestaurantSubject
	*r = InstagramRestaurantSubject{}
	gone, err := decodeJSON(data, (*plain)(r), membersInstagramRestaurantSubject)
	r.absent = gone
	r.ZipCode = given(r.ZipCode)
	r.Phone = given(r.Phone)
	r.IsActive = given(r.IsActive)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *InstagramRestaurantSubject) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain InstagramRestaurantSubject
	*r = InstagramRestaurantSubject{}
	gone, err := decodeItem(av, (*plain)(r), membersInstagramRestaurantSubject)
	r.absent = gone
	r.ZipCode = given(r.ZipCode)
	r.Phone = given(r.Phone)
	r.IsActive = given(r.IsActive)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *InstagramRestaurantSubject) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *InstagramRestaurantSubject) check(c *checker, at string) {
	if !c.missing(r.absent, at, "restaurant_name", r.RestaurantName) {
		c.minLength(at, "restaurant_name", r.RestaurantName, 1)
	}
	if !c.missing(r.absent, at, "city", r.City) {
		c.minLength(at, "city", r.City, 1)
	}
	if r.IsActive != nil {
		c.pattern(at, "is_active", *r.IsActive, patternInstagramRestaurantSubjectIsActive)
	}
}

// InstagramRestaurantSubjectHeader returns the columns of the CSV files in order, under the names that files use.
func InstagramRestaurantSubjectHeader() []string {
	return []string{"restaurant_name", "city", "zip_code", "phone", "is_active"}
}

// InstagramRestaurantSubjectColumn returns the member that a name in the header of a CSV file stands for.
func InstagramRestaurantSubjectColumn(header string) string {
	return header
}

// RowKey returns the key of the row, each part in its normal form; an absent part is empty.
func (r *InstagramRestaurantSubject) RowKey() []string {
	return []string{
		NormalName(r.RestaurantName),
		alias(map[string]string{"NY": "NEW YORK", "NYC": "NEW YORK", "NEW YORK CITY": "NEW YORK", "MANHATTAN": "NEW YORK", "SF": "SAN FRANCISCO", "SAN FRAN": "SAN FRANCISCO"}, NormalName(r.City)),
		NormalPhone(text(r.Phone)),
	}
}
