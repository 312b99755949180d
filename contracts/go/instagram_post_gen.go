// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: instagram_post.schema.json

package contracts

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternInstagramPostPostID = regexp.MustCompile(`^[^\x00-\x20]+$`)
var patternInstagramPostCreator = regexp.MustCompile(`^@?[^\x00-\x20@]+$`)
var patternInstagramPostLikes = regexp.MustCompile(`^([0-9][0-9.,]*[KMB]?|N/A|un)?$`)
var patternInstagramPostComments = regexp.MustCompile(`^([0-9][0-9.,]*[KMB]?|N/A|un)?$`)

// InstagramPost: A row of the CSV files of posts, each value as the file has it.
type InstagramPost struct {
	// Term that the post was found by, for example `#foodporn`.
	SearchTerm string `json:"search_term" dynamodbav:"search_term"`

	// Short code of the post; first part of the key.
	PostID string `json:"post_id" dynamodbav:"post_id"`

	// Handle of who posted it; second part of the key.
	Creator string `json:"creator" dynamodbav:"creator"`

	// Day of the post as the page spells it, `November 24, 2025`; the lake reads other forms as NULL.
	PostedDate string `json:"posted_date" dynamodbav:"posted_date"`

	// Number of likes; empty or `N/A` where it is hidden.
	Likes string `json:"likes" dynamodbav:"likes"`

	// Number of comments; empty or `N/A` where it is hidden.
	Comments string `json:"comments" dynamodbav:"comments"`

	// Hashtags, separated by blanks.
	Hashtags string `json:"hashtags" dynamodbav:"hashtags"`

	// Caption.
	Caption string `json:"caption" dynamodbav:"caption"`

	// What the picture shows.
	ImageDescription string `json:"image_description" dynamodbav:"image_description"`

	// Address of the post.
	PostURL string `json:"post_url" dynamodbav:"post_url"`

	// What became of the post, for example `SCRAPED`.
	Status string `json:"status" dynamodbav:"status"`

	absent absent
}

var membersInstagramPost = []member{
	{"search_term", false},
	{"post_id", false},
	{"creator", false},
	{"posted_date", false},
	{"likes", false},
	{"comments", false},
	{"hashtags", false},
	{"caption", false},
	{"image_description", false},
	{"post_url", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *InstagramPost) UnmarshalJSON(data []byte) error {
	type plain InstagramPost
	*r = InstagramPost{}
	gone, err := decodeJSON(data, (*plain)(r), membersInstagramPost)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *InstagramPost) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain InstagramPost
	*r = InstagramPost{}
	gone, err := decodeItem(av, (*plain)(r), membersInstagramPost)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *InstagramPost) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *InstagramPost) check(c *checker, at string) {
	if !c.missing(r.absent, at, "search_term", r.SearchTerm) {
		c.minLength(at, "search_term", r.SearchTerm, 1)
	}
	if !c.missing(r.absent, at, "post_id", r.PostID) {
		c.pattern(at, "post_id", r.PostID, patternInstagramPostPostID)
	}
	if !c.missing(r.absent, at, "creator", r.Creator) {
		c.pattern(at, "creator", r.Creator, patternInstagramPostCreator)
	}
	if !c.missing(r.absent, at, "posted_date", r.PostedDate) {
	}
	if !c.missing(r.absent, at, "likes", r.Likes) {
		c.pattern(at, "likes", r.Likes, patternInstagramPostLikes)
	}
	if !c.missing(r.absent, at, "comments", r.Comments) {
		c.pattern(at, "comments", r.Comments, patternInstagramPostComments)
	}
	if !c.missing(r.absent, at, "hashtags", r.Hashtags) {
	}
	if !c.missing(r.absent, at, "caption", r.Caption) {
	}
	if !c.missing(r.absent, at, "image_description", r.ImageDescription) {
	}
	if !c.missing(r.absent, at, "post_url", r.PostURL) {
		c.pattern(at, "post_url", r.PostURL, patternURL)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		c.minLength(at, "status", r.Status, 1)
	}
}

// InstagramPostHeader returns the columns of the CSV files in order, under the names that files use.
func InstagramPostHeader() []string {
	return []string{"search_term", "post_id", "creator", "posted_date", "likes", "comments", "hashtags", "caption", "image_description", "post_url", "status"}
}

// InstagramPostColumn returns the member that a name in the header of a CSV file stands for.
func InstagramPostColumn(header string) string {
	return header
}

// RowKey returns the key of the row, each part in its normal form; an absent part is empty.
func (r *InstagramPost) RowKey() []string {
	return []string{
		NormalText(r.PostID),
		NormalHandle(r.Creator),
	}
}
