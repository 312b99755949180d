package contracts

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// member is a required member of a record.
type member struct {
	name     string
	nullable bool
}

// absent lists the required members that were not there when a record was decoded; true where there was a null
// instead. It lists elements of lists and typed maps that were null, too, by name and key. It is nil for a complete record and for one that was built in Go: what Go would encode is then judged as
// it stands. Without it, an absent number or boolean could not be told from 0 or false.
type absent map[string]bool

// decodeJSON decodes data and returns which required members are absent. A null leaves the record empty; that it is
// null is for the record around it to note.
func decodeJSON(data []byte, into any, required []member) (absent, error) {
	if string(data) == "null" {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	if dropLookalikes(members, into) {
		exact, err := json.Marshal(members)
		if err != nil {
			return nil, err
		}
		data = exact
	}
	if err := json.Unmarshal(data, into); err != nil {
		return nil, err
	}
	gone := findAbsent(required, func(name string) (present, null bool) {
		value, present := members[name]
		return present, string(value) == "null"
	})
	for name, isList := range collections(into) {
		// Most have no null, and are not decoded twice.
		if value := members[name]; bytes.Contains(value, []byte("null")) {
			gone = nullsOfJSON(gone, name, value, isList)
		}
	}
	return gone, nil
}

// decodeItem decodes av and returns which required members are absent. It treats NULL as decodeJSON treats null.
func decodeItem(av types.AttributeValue, into any, required []member) (absent, error) {
	if _, null := av.(*types.AttributeValueMemberNULL); null {
		return nil, nil
	}
	var members map[string]types.AttributeValue
	if item, isMap := av.(*types.AttributeValueMemberM); isMap {
		members = maps.Clone(item.Value)
		if dropLookalikes(members, into) {
			av = &types.AttributeValueMemberM{Value: members}
		}
	}
	if err := attributevalue.Unmarshal(av, into); err != nil {
		return nil, err
	}
	gone := findAbsent(required, func(name string) (present, null bool) {
		value, present := members[name]
		return present, isNull(value)
	})
	for name := range collections(into) {
		gone = nullsOfItem(gone, name, members[name])
	}
	return gone, nil
}

func isNull(value types.AttributeValue) bool {
	_, null := value.(*types.AttributeValueMemberNULL)
	return null
}

func nullsOfJSON(gone absent, name string, value json.RawMessage, isList bool) absent {
	if isList {
		var list []json.RawMessage
		if json.Unmarshal(value, &list) == nil {
			for i, one := range list {
				gone = gone.noteNull(name, strconv.Itoa(i), string(one) == "null")
			}
		}
		return gone
	}
	var values map[string]json.RawMessage
	if json.Unmarshal(value, &values) == nil {
		for key, one := range values {
			gone = gone.noteNull(name, key, string(one) == "null")
		}
	}
	return gone
}

func nullsOfItem(gone absent, name string, value types.AttributeValue) absent {
	switch v := value.(type) {
	case *types.AttributeValueMemberL:
		for i, one := range v.Value {
			gone = gone.noteNull(name, strconv.Itoa(i), isNull(one))
		}
	case *types.AttributeValueMemberM:
		for key, one := range v.Value {
			gone = gone.noteNull(name, key, isNull(one))
		}
	}
	return gone
}

// noteNull notes an element of a list or a map that was null, under its pointer.
func (a absent) noteNull(name, key string, null bool) absent {
	if !null {
		return a
	}
	if a == nil {
		a = absent{}
	}
	a[child(name, key)] = true
	return a
}

// collectionsByType keeps what collections found.
var collectionsByType sync.Map

// collections returns the lists (true) and typed maps (false) of a record; an open object may hold null.
func collections(into any) map[string]bool {
	record := reflect.TypeOf(into).Elem()
	if found, ok := collectionsByType.Load(record); ok {
		return found.(map[string]bool)
	}
	found := map[string]bool{}
	for i := range record.NumField() {
		field := record.Field(i)
		tag, ok := field.Tag.Lookup("json")
		isList := field.Type.Kind() == reflect.Slice
		if ok && (isList || field.Type.Kind() == reflect.Map && field.Type.Elem().Kind() != reflect.Interface) {
			name, _, _ := strings.Cut(tag, ",")
			found[name] = isList
		}
	}
	collectionsByType.Store(record, found)
	return found
}

// dropLookalikes removes members whose names differ from a member of the record in case only, and tells whether there
// were any. Both decoders would take them for that member, so that an unknown member could overwrite a known one.
func dropLookalikes[V any](members map[string]V, into any) bool {
	known := memberNames(reflect.TypeOf(into).Elem())
	dropped := false
	for name := range members {
		if exact, similar := known[strings.ToLower(name)]; similar && !slices.Contains(exact, name) {
			delete(members, name)
			dropped = true
		}
	}
	return dropped
}

// namesByType keeps what memberNames found: the exact names of a record's members by their lower-case form.
var namesByType sync.Map

func memberNames(record reflect.Type) map[string][]string {
	if found, ok := namesByType.Load(record); ok {
		return found.(map[string][]string)
	}
	names := map[string][]string{}
	for i := range record.NumField() {
		if tag, ok := record.Field(i).Tag.Lookup("json"); ok {
			name, _, _ := strings.Cut(tag, ",")
			lower := strings.ToLower(name)
			names[lower] = append(names[lower], name)
		}
	}
	namesByType.Store(record, names)
	return names
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
