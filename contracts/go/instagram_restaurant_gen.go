// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: instagram_restaurant.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternInstagramRestaurantFollowers = regexp.MustCompile(`^([0-9][0-9.,]*[KMB]?|N/A|un)?$`)
var patternInstagramRestaurantPostsCount = regexp.MustCompile(`^([0-9][0-9.,]*[KMB]?|N/A|un)?$`)

// InstagramRestaurant: A row of the CSV files of restaurants, each value as the file has it.
type InstagramRestaurant struct {
	// Name of the restaurant; first part of the key.
	RestaurantName string `json:"restaurant_name" dynamodbav:"restaurant_name"`

	// City; second part of the key.
	City string `json:"city" dynamodbav:"city"`

	// Postal code; a column since 14 January 2026.
	ZipCode *string `json:"zip_code,omitempty" dynamodbav:"zip_code,omitempty"`

	// Phone number, `un` where it is unknown; third part of the key. The column is absent in the first files.
	Phone *string `json:"phone,omitempty" dynamodbav:"phone,omitempty"`

	// Handle, with `@`; empty where none was found.
	InstagramHandle string `json:"instagram_handle" dynamodbav:"instagram_handle"`

	// Number of followers as the page spells it, for example `302K`.
	Followers string `json:"followers" dynamodbav:"followers"`

	// Number of posts.
	PostsCount string `json:"posts_count" dynamodbav:"posts_count"`

	// Text of the profile.
	Bio string `json:"bio" dynamodbav:"bio"`

	// Address on the profile, as the page spells it.
	Website string `json:"website" dynamodbav:"website"`

	// What became of the search, for example `FOUND`.
	Status string `json:"status" dynamodbav:"status"`

	absent absent
}

var membersInstagramRestaurant = []member{
	{"restaurant_name", false},
	{"city", false},
	{"instagram_handle", false},
	{"followers", false},
	{"posts_count", false},
	{"bio", false},
	{"website", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *InstagramRestaurant) UnmarshalJSON(data []byte) error {
	type plain InstagramRestaurant
	*r = InstagramRestaurant{}
	gone, err := decodeJSON(data, (*plain)(r), membersInstagramRestaurant)
	r.absent = gone
	r.ZipCode = given(r.ZipCode)
	r.Phone = given(r.Phone)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *InstagramRestaurant) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain InstagramRestaurant
	*r = InstagramRestaurant{}
	gone, err := decodeItem(av, (*plain)(r), membersInstagramRestaurant)
	r.absent = gone
	r.ZipCode = given(r.ZipCode)
	r.Phone = given(r.Phone)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *InstagramRestaurant) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *InstagramRestaurant) check(c *checker, at string) {
	if !c.missing(r.absent, at, "restaurant_name", r.RestaurantName) {
		c.minLength(at, "restaurant_name", r.RestaurantName, 1)
	}
	if !c.missing(r.absent, at, "city", r.City) {
		c.minLength(at, "city", r.City, 1)
	}
	if !c.missing(r.absent, at, "instagram_handle", r.InstagramHandle) {
	}
	if !c.missing(r.absent, at, "followers", r.Followers) {
		c.pattern(at, "followers", r.Followers, patternInstagramRestaurantFollowers)
	}
	if !c.missing(r.absent, at, "posts_count", r.PostsCount) {
		c.pattern(at, "posts_count", r.PostsCount, patternInstagramRestaurantPostsCount)
	}
	if !c.missing(r.absent, at, "bio", r.Bio) {
	}
	if !c.missing(r.absent, at, "website", r.Website) {
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		c.minLength(at, "status", r.Status, 1)
	}
}

// InstagramRestaurantHeader returns the columns of the CSV files in order, under the names that files use.
func InstagramRestaurantHeader() []string {
	return []string{"restaurant_name", "city", "zip_code", "phone", "instagram_handle", "followers", "posts", "bio", "website", "status"}
}

// InstagramRestaurantColumn returns the member that a name in the header of a CSV file stands for.
func InstagramRestaurantColumn(header string) string {
	return alias(map[string]string{"posts": "posts_count"}, header)
}

// RowKey returns the key of the row, each part in its normal form; an absent part is empty.
func (r *InstagramRestaurant) RowKey() []string {
	return []string{
		NormalName(r.RestaurantName),
		alias(map[string]string{"NY": "NEW YORK", "NYC": "NEW YORK", "NEW YORK CITY": "NEW YORK", "MANHATTAN": "NEW YORK", "SF": "SAN FRANCISCO", "SAN FRAN": "SAN FRANCISCO"}, NormalName(r.City)),
		NormalPhone(text(r.Phone)),
	}
}
