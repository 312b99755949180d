// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: instagram_search_term.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternInstagramSearchTermSearchTerm = regexp.MustCompile(`^#?[^#\x00-\x1f]+$`)
var patternInstagramSearchTermIsActive = regexp.MustCompile(`^(true|false)?$`)

// InstagramSearchTerm: one term of the list of search terms that posts are looked for by.
type InstagramSearchTerm struct {
	// Term, for example `#foodporn`.
	SearchTerm string `json:"search_term" dynamodbav:"search_term"`

	// `false` takes the term out of the runs; empty is true.
	IsActive *string `json:"is_active,omitempty" dynamodbav:"is_active,omitempty"`

	absent absent
}

var membersInstagramSearchTerm = []member{
	{"search_term", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *InstagramSearchTerm) UnmarshalJSON(data []byte) error {
	type plain InstagramSearchTerm
	*r = InstagramSearchTerm{}
	gone, err := decodeJSON(data, (*plain)(r), membersInstagramSearchTerm)
	r.absent = gone
	r.IsActive = given(r.IsActive)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *InstagramSearchTerm) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain InstagramSearchTerm
	*r = InstagramSearchTerm{}
	gone, err := decodeItem(av, (*plain)(r), membersInstagramSearchTerm)
	r.absent = gone
	r.IsActive = given(r.IsActive)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *InstagramSearchTerm) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *InstagramSearchTerm) check(c *checker, at string) {
	if !c.missing(r.absent, at, "search_term", r.SearchTerm) {
		c.pattern(at, "search_term", r.SearchTerm, patternInstagramSearchTermSearchTerm)
	}
	if r.IsActive != nil {
		c.pattern(at, "is_active", *r.IsActive, patternInstagramSearchTermIsActive)
	}
}

// InstagramSearchTermHeader returns the columns of the CSV files in order, under the names that files use.
func InstagramSearchTermHeader() []string {
	return []string{"search_term", "is_active"}
}

// InstagramSearchTermColumn returns the member that a name in the header of a CSV file stands for.
func InstagramSearchTermColumn(header string) string {
	return header
}

// RowKey returns the key of the row, each part in its normal form; an absent part is empty.
func (r *InstagramSearchTerm) RowKey() []string {
	return []string{
		NormalTag(r.SearchTerm),
	}
}
