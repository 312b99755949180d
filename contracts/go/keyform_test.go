package contracts

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// keyFunctions are a builder and a parser behind arguments of text, as the vectors have them.
type keyFunctions struct {
	build func(in []string) (string, error)
	parse func(key string) ([]string, error)
}

// mustTime panics where the vectors hold no time; forEachKey takes that for the builder's refusal.
func mustTime(text string) time.Time {
	t, err := ParseTime(text)
	if err != nil {
		panic(err)
	}
	return t
}

type keyVector struct {
	Good []struct {
		In    []string `json:"in"`
		Key   string   `json:"key"`
		Parts []string `json:"parts"`
	} `json:"good"`
	BadParts [][]string `json:"bad_parts"`
	BadKeys  []string   `json:"bad_keys"`
}

func TestTableKeysAgreeWithTheVectors(t *testing.T) {
	var file map[string]json.RawMessage
	if err := json.Unmarshal(readFile(t, "../v1/vectors/table_keys.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file)-1 != len(tableKeys) {
		t.Errorf("vectors for %d keys, functions for %d", len(file)-1, len(tableKeys))
	}
	for name, functions := range tableKeys {
		var cases keyVector
		if err := json.Unmarshal(file[name], &cases); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(cases.Good) == 0 || len(cases.BadParts) == 0 || len(cases.BadKeys) == 0 {
			t.Errorf("%s: too few vectors", name)
		}
		for _, one := range cases.Good {
			if key, err := functions.build(one.In); err != nil || key != one.Key {
				t.Errorf("%s(%q) = %q, %v; want %q", name, one.In, key, err, one.Key)
			}
			if parts, err := functions.parse(one.Key); err != nil || !reflect.DeepEqual(parts, one.Parts) {
				t.Errorf("parse %s(%q) = %q, %v; want %q", name, one.Key, parts, err, one.Parts)
			}
		}
		for _, in := range cases.BadParts {
			if key, refused := tryBuild(functions, in); !refused {
				t.Errorf("%s(%q) = %q; want an error", name, in, key)
			}
		}
		for _, key := range cases.BadKeys {
			if parts, err := functions.parse(key); err == nil {
				t.Errorf("parse %s(%q) = %q; want an error", name, key, parts)
			}
		}
	}
}

func tryBuild(functions keyFunctions, in []string) (key string, refused bool) {
	defer func() {
		if recover() != nil {
			refused = true
		}
	}()
	key, err := functions.build(in)
	return key, err != nil
}
