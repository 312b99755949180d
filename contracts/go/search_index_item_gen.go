// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: search_index_item.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternSearchIndexItemLanguage = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// SearchIndexItem: one document of the search index: an item of the table `mediamesh-search-index`, kept for
// 2592000 seconds.
type SearchIndexItem struct {
	// Partition key: id of the content.
	ContentID string `json:"contentId" dynamodbav:"contentId"`

	// Kind of content; partition key of `contentType-index`.
	ContentType string `json:"contentType" dynamodbav:"contentType"`

	// Title.
	Title string `json:"title" dynamodbav:"title"`

	// Description.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// Category; partition key of `category-index`.
	Category *string `json:"category,omitempty" dynamodbav:"category,omitempty"`

	// Language, BCP 47.
	Language *string `json:"language,omitempty" dynamodbav:"language,omitempty"`

	// Words that describe the content.
	Tags []string `json:"tags,omitempty" dynamodbav:"tags,omitempty"`

	// Moment of indexing.
	IndexedAt Timestamp `json:"indexedAt" dynamodbav:"indexedAt"`

	// Moment the content last changed.
	UpdatedAt Timestamp `json:"updatedAt" dynamodbav:"updatedAt"`

	// Moment at which DynamoDB may delete the item.
	TTL int64 `json:"ttl" dynamodbav:"ttl"`

	absent absent
}

var membersSearchIndexItem = []member{
	{"contentId", false},
	{"contentType", false},
	{"title", false},
	{"indexedAt", false},
	{"updatedAt", false},
	{"ttl", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *SearchIndexItem) UnmarshalJSON(data []byte) error {
	type plain SearchIndexItem
	*r = SearchIndexItem{}
	gone, err := decodeJSON(data, (*plain)(r), membersSearchIndexItem)
	r.absent = gone
	r.Description = given(r.Description)
	r.Category = given(r.Category)
	r.Language = given(r.Language)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *SearchIndexItem) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain SearchIndexItem
	*r = SearchIndexItem{}
	gone, err := decodeItem(av, (*plain)(r), membersSearchIndexItem)
	r.absent = gone
	r.Description = given(r.Description)
	r.Category = given(r.Category)
	r.Language = given(r.Language)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *SearchIndexItem) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *SearchIndexItem) check(c *checker, at string) {
	if !c.missing(r.absent, at, "contentId", r.ContentID) {
		c.minLength(at, "contentId", r.ContentID, 1)
	}
	if !c.missing(r.absent, at, "contentType", r.ContentType) {
		c.pattern(at, "contentType", r.ContentType, patternContentType)
	}
	if !c.missing(r.absent, at, "title", r.Title) {
		c.minLength(at, "title", r.Title, 1)
	}
	if r.Category != nil {
		c.minLength(at, "category", *r.Category, 1)
	}
	if r.Language != nil {
		c.pattern(at, "language", *r.Language, patternSearchIndexItemLanguage)
	}
	c.nulls(r.absent, at, "tags", r.Tags)
	if !c.missing(r.absent, at, "indexedAt", r.IndexedAt) {
		c.timestamp(at, "indexedAt", r.IndexedAt)
	}
	if !c.missing(r.absent, at, "updatedAt", r.UpdatedAt) {
		c.timestamp(at, "updatedAt", r.UpdatedAt)
	}
	if !c.missing(r.absent, at, "ttl", r.TTL) {
		c.safe(at, "ttl", r.TTL)
		c.atLeast(at, "ttl", float64(r.TTL), 1000000000)
		c.atMost(at, "ttl", float64(r.TTL), 9999999999)
	}
}
