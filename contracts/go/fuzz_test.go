package contracts

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// FuzzRecords decodes any text as any record type. What decodes must be validated without panic, and encoding it must
// reach a fixed point: a second round changes no byte and finds the same violations, through JSON and through items.
//
//	go test -run='^$' -fuzz=FuzzRecords -fuzztime=30s .
func FuzzRecords(f *testing.F) {
	kinds := RecordTypes()
	paths, err := filepath.Glob(filepath.Join(examplesDir, "*", "*", "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no examples (%v)", err)
	}
	for _, path := range paths {
		for i, kind := range kinds {
			if kind == filepath.Base(filepath.Dir(path)) {
				f.Add(uint8(i), readFile(f, path))
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		record := New(kinds[int(kind)%len(kinds)])
		if json.Unmarshal(data, record) != nil {
			return
		}
		record.Validate()
		once, err := json.Marshal(record)
		if err != nil {
			t.Fatalf("decoded but cannot be encoded: %v", err)
		}
		again := New(kinds[int(kind)%len(kinds)])
		if err := json.Unmarshal(once, again); err != nil {
			t.Fatalf("our own text does not decode: %v\n%s", err, once)
		}
		found := again.Validate()
		twice, err := json.Marshal(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not stable (%v):\n%s\n%s", err, once, twice)
		}
		item, err := attributevalue.MarshalMap(again)
		if err != nil && strings.Contains(err.Error(), "map key cannot be empty") {
			return // A member without a name: Validate reports it, DynamoDB refuses it.
		}
		if err != nil {
			t.Fatalf("cannot be an item: %v", err)
		}
		stored := New(kinds[int(kind)%len(kinds)])
		if err := attributevalue.UnmarshalMap(item, stored); err != nil {
			t.Fatalf("our own item does not decode: %v", err)
		}
		if !reflect.DeepEqual(stored.Validate(), found) {
			t.Fatalf("violations differ:\n%v\n%v", stored.Validate(), found)
		}
	})
}

// FuzzKeys parses any text as every composite key. What parses must be what building from its parts gives.
func FuzzKeys(f *testing.F) {
	for _, seed := range []string{
		"EVENT#x", "INSTANCE#2025-03-01T10:00", "GEO#a#b", "DATE#2025-03-01#TYPE#EVENT#x", "NEXT_RUN#2025-11-07T17:20:00Z",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		for name, functions := range tableKeys {
			parts, err := functions.parse(key)
			if err != nil {
				continue
			}
			built, refused := tryBuild(functions, parts)
			slotted := name == "next_run_key" && strings.HasPrefix(built, "NEXT_RUN#")
			if refused || built != key && !slotted {
				t.Fatalf("%s: %q gives %q, which gives %q", name, key, parts, built)
			}
		}
	})
}
