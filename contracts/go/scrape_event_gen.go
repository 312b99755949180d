// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: scrape_event.schema.json

package contracts

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ScrapeEvent: what a schedule or an operator asks of a scrape function. An empty event is valid: the source
// then comes from the function's setting and T from the clock.
type ScrapeEvent struct {
	// Name of the source or of the group of sources to run.
	Source *string `json:"source,omitempty" dynamodbav:"source,omitempty"`

	// Scheduled time of the run; T is this time floored to the minute.
	Time *Timestamp `json:"time,omitempty" dynamodbav:"time,omitempty"`

	// Celebrities to which the run is limited; all active ones when absent.
	Subjects []string `json:"subjects,omitempty" dynamodbav:"subjects,omitempty"`

	// True asks for the subjects that the quota did not reach in the source's last runs, at the T of those runs.
	Resume *bool `json:"resume,omitempty" dynamodbav:"resume,omitempty"`

	absent absent
}

var membersScrapeEvent []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ScrapeEvent) UnmarshalJSON(data []byte) error {
	type plain ScrapeEvent
	*r = ScrapeEvent{}
	gone, err := decodeJSON(data, (*plain)(r), membersScrapeEvent)
	r.absent = gone
	r.Source = given(r.Source)
	r.Time = given(r.Time)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ScrapeEvent) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ScrapeEvent
	*r = ScrapeEvent{}
	gone, err := decodeItem(av, (*plain)(r), membersScrapeEvent)
	r.absent = gone
	r.Source = given(r.Source)
	r.Time = given(r.Time)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ScrapeEvent) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ScrapeEvent) check(c *checker, at string) {
	if r.Source != nil {
		c.pattern(at, "source", *r.Source, patternSourceName)
	}
	if r.Time != nil {
		c.timestamp(at, "time", *r.Time)
	}
	if r.Subjects != nil {
		c.minItems(at, "subjects", len(r.Subjects), 1)
	}
	c.nulls(r.absent, at, "subjects", r.Subjects)
	for key := range r.Subjects {
		c.pattern(child(at, "subjects"), strconv.Itoa(key), r.Subjects[key], patternCelebrityID)
	}
}
