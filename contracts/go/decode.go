package contracts

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// member is a required member of a record.
type member struct {
	name     string
	nullable bool
}

// absent lists the required members that were not there when a record was decoded; true where there was a null
// instead. It is nil for a complete record and for one that was built in Go: what Go would encode is then judged as
// it stands. Without it, an absent number or boolean could not be told from 0 or false.
type absent map[string]bool

// decodeJSON decodes data and returns which required members are absent. A null leaves the record empty; that it is
// null is for the record around it to note.
func decodeJSON(data []byte, into any, required []member) (absent, error) {
	if string(data) == "null" {
		return nil, nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	return findAbsent(required, func(name string) (present, null bool) {
		value, present := members[name]
		return present, string(value) == "null"
	}), nil
}

// decodeItem decodes av and returns which required members are absent. It treats NULL as decodeJSON treats null.
func decodeItem(av types.AttributeValue, into any, required []member) (absent, error) {
	if _, null := av.(*types.AttributeValueMemberNULL); null {
		return nil, nil
	}
	if err := attributevalue.Unmarshal(av, into); err != nil {
		return nil, err
	}
	var members map[string]types.AttributeValue
	if item, isMap := av.(*types.AttributeValueMemberM); isMap {
		members = item.Value
	}
	return findAbsent(required, func(name string) (present, null bool) {
		value, present := members[name]
		_, null = value.(*types.AttributeValueMemberNULL)
		return present, null
	}), nil
}

func findAbsent(required []member, look func(name string) (present, null bool)) absent {
	var gone absent
	for _, one := range required {
		present, null := look(one.name)
		if present && (one.nullable || !null) {
			continue
		}
		if gone == nil {
			gone = absent{}
		}
		gone[one.name] = present
	}
	return gone
}

// given returns nil for what writers leave where an optional value is absent: the empty string and the year 1.
func given[T ~string](value *T) *T {
	if value == nil || *value == "" || strings.HasPrefix(string(*value), zeroTime) && isTime(value) {
		return nil
	}
	return value
}

func isTime(value any) bool {
	switch value.(type) {
	case *Timestamp, *Date:
		return true
	}
	return false
}
