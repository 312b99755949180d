package contracts

import (
	"encoding/json"
	"reflect"
	"testing"
)

type vector struct {
	In  []string `json:"in"`
	Out any      `json:"out"`
}

type vectors struct {
	Good []vector   `json:"good"`
	Bad  [][]string `json:"bad"`
}

// builders are the functions behind the vectors, each with the arguments as Python has them.
var builders = map[string]func(in []string) (any, error){
	"format_time": func(in []string) (any, error) {
		t, err := ParseTime(in[0])
		return FormatTime(t), err
	},
	"slot": func(in []string) (any, error) {
		t, err := ParseTime(in[0])
		return FormatTime(Slot(t)), err
	},
	"entry_key": func(in []string) (any, error) {
		t, err := ParseTime(in[1])
		if err != nil {
			return nil, err
		}
		key, err := NewEntryKey(in[0], t)
		return key.String(), err
	},
	"parse_entry_key": func(in []string) (any, error) {
		key, err := ParseEntryKey(in[0])
		return []any{key.SourceType, string(key.Time)}, err
	},
	"run_id": func(in []string) (any, error) {
		t, err := ParseTime(in[1])
		if err != nil {
			return nil, err
		}
		key, err := NewRunKey(in[0], t)
		return key.String(), err
	},
	"parse_run_id": func(in []string) (any, error) {
		key, err := ParseRunID(in[0])
		return []any{key.Source, string(key.Time)}, err
	},
	"execution_key": func(in []string) (any, error) {
		key, err := ParseRunID(in[0])
		partition, sort := key.Execution()
		return []any{partition, sort}, err
	},
	"entry_id":       func(in []string) (any, error) { return EntryID(in[0], in[1]) },
	"dead_letter_id": func(in []string) (any, error) { return DeadLetterID(in[0], in[1], in[2]) },
}

func TestKeysAgreeWithTheVectors(t *testing.T) {
	var file map[string]json.RawMessage
	if err := json.Unmarshal(readFile(t, "../v1/vectors/keys.json"), &file); err != nil {
		t.Fatal(err)
	}
	tested := 0
	for name, build := range builders {
		var cases vectors
		if err := json.Unmarshal(file[name], &cases); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, one := range cases.Good {
			if got, err := build(one.In); err != nil || !reflect.DeepEqual(got, one.Out) {
				t.Errorf("%s(%q) = %v, %v; want %v", name, one.In, got, err, one.Out)
			}
			tested++
		}
		for _, in := range cases.Bad {
			if got, err := build(in); err == nil {
				t.Errorf("%s(%q) = %v; want an error", name, in, got)
			}
			tested++
		}
	}
	if tested < 60 {
		t.Errorf("only %d vectors", tested)
	}
	var sortKey, namespace string
	if json.Unmarshal(file["metadata_sort_key"], &sortKey) != nil || sortKey != MetadataSortKey {
		t.Errorf("metadata sort key %q", sortKey)
	}
	if json.Unmarshal(file["namespace"], &namespace) != nil || namespace != Namespace {
		t.Errorf("namespace %q", namespace)
	}
}
