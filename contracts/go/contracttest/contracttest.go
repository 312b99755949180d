// Package contracttest helps a repository that reads or writes Springhead's records to test that it does. It brings the
// contract's own examples, so that a test needs no network and no copy of the schemas.
package contracttest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"reflect"
	"sort"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	contracts "springhead.dev/contracts/go"
)

//go:embed examples.json
var examplesJSON []byte

// Example is a record of the contract's examples.
type Example struct {
	RecordType string
	Name       string
	JSON       []byte
}

// Valid returns the valid examples of a record type, by name; those of every type when it is empty.
func Valid(t testing.TB, recordType string) []Example {
	t.Helper()
	return examples(t, "valid", recordType)
}

// Invalid returns the examples that break their contract. Some faults are none to a reader, which ignores unknown
// members and takes null for absence.
func Invalid(t testing.TB, recordType string) []Example {
	t.Helper()
	return examples(t, "invalid", recordType)
}

func examples(t testing.TB, verdict, recordType string) []Example {
	t.Helper()
	var all map[string]map[string]map[string]json.RawMessage
	if err := json.Unmarshal(examplesJSON, &all); err != nil {
		t.Fatalf("the embedded examples are damaged: %v", err)
	}
	var found []Example
	for kind, byName := range all[verdict] {
		for name, data := range byName {
			if recordType == "" || recordType == kind {
				found = append(found, Example{kind, name, data})
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %s examples of %q", verdict, recordType)
	}
	sort.Slice(found, func(i, j int) bool {
		return found[i].RecordType+"/"+found[i].Name < found[j].RecordType+"/"+found[j].Name
	})
	return found
}

// Item returns the example as a DynamoDB item.
func (e Example) Item(t testing.TB) map[string]types.AttributeValue {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(e.JSON, &value); err != nil {
		t.Fatalf("%s/%s is no object: %v", e.RecordType, e.Name, err)
	}
	item, err := attributevalue.MarshalMap(value)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// AssertValid fails the test with every violation of a record.
func AssertValid(t testing.TB, record contracts.Record) {
	t.Helper()
	if found := record.Validate(); len(found) > 0 {
		t.Errorf("%T breaks its contract:\n%v", record, found)
	}
}

// AssertSurvives fails the test when decode and encode of your own code lose or alter a member of the example. Pass what
// your service does between reading a record and writing it.
func AssertSurvives(t testing.TB, example Example, roundTrip func(data []byte) ([]byte, error)) {
	t.Helper()
	got, err := roundTrip(example.JSON)
	if err != nil {
		t.Errorf("%s/%s: %v", example.RecordType, example.Name, err)
		return
	}
	if before, after := tree(t, example.JSON), tree(t, got); !reflect.DeepEqual(before, after) {
		t.Errorf("%s/%s is changed:\n got %s\nwant %s", example.RecordType, example.Name, got, example.JSON)
	}
}

// tree decodes with numbers as they are written, so that a comparison sees 0.85 become 0.850.
func tree(t testing.TB, data []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("no JSON: %v in %s", err, data)
	}
	return value
}
