// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: trending_item.schema.json

package contracts

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TrendingItem: one entry of the trending list: an item of the table `mediamesh-trending`, kept for 600 seconds.
type TrendingItem struct {
	// Partition key: kind of content, for example `PROGRAM` or `EPISODE`; `all` for the list of every kind.
	ContentType string `json:"contentType" dynamodbav:"contentType"`

	// Sort key: place in the list, from 1.
	Rank int64 `json:"rank" dynamodbav:"rank"`

	// Id of the content.
	ProgramID string `json:"programId" dynamodbav:"programId"`

	// Title.
	Title string `json:"title" dynamodbav:"title"`

	// Description.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// The whole object as JSON text.
	Data *string `json:"data,omitempty" dynamodbav:"data,omitempty"`

	// Moment at which DynamoDB may delete the item.
	TTL int64 `json:"ttl" dynamodbav:"ttl"`

	absent absent
}

var membersTrendingItem = []member{
	{"contentType", false},
	{"rank", false},
	{"programId", false},
	{"title", false},
	{"ttl", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *TrendingItem) UnmarshalJSON(data []byte) error {
	type plain TrendingItem
	*r = TrendingItem{}
	gone, err := decodeJSON(data, (*plain)(r), membersTrendingItem)
	r.absent = gone
	r.Description = given(r.Description)
	r.Data = given(r.Data)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *TrendingItem) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain TrendingItem
	*r = TrendingItem{}
	gone, err := decodeItem(av, (*plain)(r), membersTrendingItem)
	r.absent = gone
	r.Description = given(r.Description)
	r.Data = given(r.Data)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *TrendingItem) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *TrendingItem) check(c *checker, at string) {
	if !c.missing(r.absent, at, "contentType", r.ContentType) {
		c.pattern(at, "contentType", r.ContentType, patternContentType)
	}
	if !c.missing(r.absent, at, "rank", r.Rank) {
		c.safe(at, "rank", r.Rank)
		c.atLeast(at, "rank", float64(r.Rank), 1)
	}
	if !c.missing(r.absent, at, "programId", r.ProgramID) {
		c.minLength(at, "programId", r.ProgramID, 1)
	}
	if !c.missing(r.absent, at, "title", r.Title) {
		c.minLength(at, "title", r.Title, 1)
	}
	if !c.missing(r.absent, at, "ttl", r.TTL) {
		c.safe(at, "ttl", r.TTL)
		c.atLeast(at, "ttl", float64(r.TTL), 1000000000)
		c.atMost(at, "ttl", float64(r.TTL), 9999999999)
	}
}
