package contracts

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const examplesDir = "../v1/examples"

// expectation is one violation that an invalid example must show.
type expectation struct {
	Pointer string `json:"pointer"`
	Rule    string `json:"rule"`
}

func TestEveryRecordTypeIsTested(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(examplesDir, "valid", "*"))
	if err != nil || len(folders) != len(RecordTypes()) {
		t.Fatalf("%d folders of examples for %d record types (%v)", len(folders), len(RecordTypes()), err)
	}
}

func TestValidExamplesRoundTripThroughJSON(t *testing.T) {
	forEachExample(t, "valid", func(t *testing.T, kind string, data []byte) {
		decoded := New(kind)
		if err := json.Unmarshal(data, decoded); err != nil {
			t.Fatal(err)
		}
		if found := decoded.Validate(); len(found) > 0 {
			t.Errorf("violations in a valid example:\n%v", found)
		}
		encoded, err := json.Marshal(decoded)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := sorted(t, encoded), sorted(t, data); !bytes.Equal(got, want) {
			t.Errorf("changed by the round trip:\n got %s\nwant %s", got, want)
		}
		again := New(kind)
		if err := json.Unmarshal(encoded, again); err != nil {
			t.Fatal(err)
		}
		if second, err := json.Marshal(again); err != nil || !bytes.Equal(second, encoded) {
			t.Errorf("not byte-stable (%v):\n%s\n%s", err, encoded, second)
		}
	})
}

func TestValidExamplesRoundTripThroughItems(t *testing.T) {
	forEachExample(t, "valid", func(t *testing.T, kind string, data []byte) {
		item := toItem(t, data)
		decoded := New(kind)
		if err := attributevalue.UnmarshalMap(item, decoded); err != nil {
			t.Fatal(err)
		}
		if found := decoded.Validate(); len(found) > 0 {
			t.Errorf("violations in a valid example:\n%v", found)
		}
		encoded, err := attributevalue.MarshalMap(decoded)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(encoded, item) {
			t.Errorf("changed by the round trip:\n got %v\nwant %v", encoded, item)
		}
	})
}

// unseen are further faults that a reader cannot see or must not mind, by example, and the decoder it holds for.
var unseen = map[string]string{
	"celebrity_metadata/null_nationality.json": "", // readers take null, "" and the year 1 for absent
	"scrape_event/null_time.json":              "",
	"scraper_entry/year_one.json":              "",
	"search_index_item/empty_category.json":    "",
	"source_config/selector_is_null.json":      "",
	"venue/null_status.json":                   "",

	"celebrity_metadata/identity_is_number.json":    "item", // attributevalue reads a number into a string
	"celebrity_metadata/occupation_of_numbers.json": "item",
	"instagram_post/likes_is_number.json":           "item",
	"instagram_restaurant/phone_is_number.json":     "item",
	"search_index_item/tag_is_number.json":          "item",
	"scraper_entry/integer_with_fraction_part.json": "item", // DynamoDB has no 1.0
}

// isHidden tells whether a decoder cannot see the fault of an example. Readers are open, so none sees an unknown member.
func isHidden(example, decoder string, expected []expectation) bool {
	only, listed := unseen[example]
	unknownMember := len(expected) == 1 && expected[0].Rule == "additionalProperties"
	return unknownMember || listed && (only == "" || only == decoder)
}

func TestInvalidExamplesAreReported(t *testing.T) {
	forEachExample(t, "invalid", func(t *testing.T, kind string, data []byte) {
		name := filepath.Base(t.Name())
		expected := expectations(t, kind, name)
		decoders := map[string]func(Record) error{
			"JSON": func(r Record) error { return json.Unmarshal(data, r) },
		}
		if data[0] == '{' {
			decoders["item"] = func(r Record) error { return attributevalue.UnmarshalMap(toItem(t, data), r) }
		}
		for by, decode := range decoders {
			decoded := New(kind)
			err := decode(decoded)
			reported := err != nil || covers(decoded.Validate(), expected)
			if reported == isHidden(kind+"/"+name, by, expected) {
				t.Errorf("%s: reported: %v (%v)\n%v\nwant %v", by, reported, err, decoded.Validate(), expected)
			}
		}
	})
}

func covers(got Violations, expected []expectation) bool {
	for _, want := range expected {
		found := false
		for _, one := range got {
			// JSON Schema reports pattern and format, Go the first of both.
			found = found || one.Pointer == want.Pointer && (one.Rule == want.Rule || want.Rule == "format")
		}
		if !found {
			return false
		}
	}
	return len(expected) > 0
}

func TestAbsentIsToldFromZero(t *testing.T) {
	var decoded ScraperEntry
	if err := json.Unmarshal([]byte(`{"metadata":{"source_type":"tmdb"}}`), &decoded); err != nil {
		t.Fatal(err)
	}
	var pointers []string
	for _, one := range decoded.Validate() {
		pointers = append(pointers, one.Pointer)
	}
	want := []string{"/celebrity_id", "/id", "/metadata/error", "/metadata/processed", "/metadata/scraper_name", "/name",
		"/raw_text", "/sentiment", "/source", "/source_type#timestamp", "/timestamp", "/weight"}
	if !reflect.DeepEqual(pointers, want) {
		t.Errorf("got %q\nwant %q", pointers, want)
	}
}

func TestMemberSetAfterDecodingIsNotMissing(t *testing.T) {
	var decoded StoredObject
	if err := json.Unmarshal([]byte(`{"bucket":"raw","key":"a"}`), &decoded); err != nil {
		t.Fatal(err)
	}
	decoded.SHA256, decoded.Bytes = strings.Repeat("0", 64), 1
	if found := decoded.Validate(); len(found) > 0 {
		t.Errorf("unexpected violations:\n%v", found)
	}
}

func TestRecordBuiltInGoIsJudgedAsItWouldBeWritten(t *testing.T) {
	built := StoredObject{Bucket: "raw", Key: "a", SHA256: strings.Repeat("0", 64)}
	if found := built.Validate(); found.Err() != nil {
		t.Errorf("0 bytes is a size:\n%v", found)
	}
}

func TestReaderNormalisesWhatOtherWritersLeave(t *testing.T) {
	var decoded CelebrityMetadata
	data := `{"nationality":"","birth_date":"0001-01-01","occupation":null,"from_the_future":1}`
	if err := json.Unmarshal([]byte(data), &decoded); err != nil {
		t.Fatal(err)
	}
	if decoded.Nationality != nil || decoded.BirthDate != nil || decoded.Occupation != nil {
		t.Errorf("got %+v", decoded)
	}
}

func TestReaderTakesNullsInItemsForAbsence(t *testing.T) {
	null := &types.AttributeValueMemberNULL{Value: true}
	item := toItem(t, readFile(t, examplesDir+"/valid/scraper_entry/full.json"))
	metadata := item["metadata"].(*types.AttributeValueMemberM).Value
	for _, name := range []string{"raw_ref", "responses", "plugin", "retry_count", "match", "fetched_at"} {
		metadata[name] = null
	}
	var decoded ScraperEntry
	if err := attributevalue.UnmarshalMap(item, &decoded); err != nil {
		t.Fatal(err)
	}
	m := decoded.Metadata
	if m.RawRef != nil || m.Responses != nil || m.Plugin != nil || m.RetryCount != nil || m.Match != nil || m.FetchedAt != nil {
		t.Errorf("got %+v", m)
	}
	if found := decoded.Validate(); len(found) > 0 {
		t.Errorf("unexpected violations:\n%v", found)
	}
	item["metadata"] = null
	if err := attributevalue.UnmarshalMap(item, &decoded); err != nil {
		t.Fatal(err)
	}
	if found := decoded.Validate(); len(found) != 1 || found[0].Pointer != "/metadata" || found[0].Rule != "type" {
		t.Errorf("got\n%v", found)
	}
}

func TestRequiredRecordThatIsNullIsOneViolation(t *testing.T) {
	data := []byte(strings.Replace(string(readFile(t, examplesDir+"/valid/dead_letter/schedule.json")), `"error": {`, `"error": null, "x": {`, 1))
	var decoded DeadLetter
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	if found := decoded.Validate(); len(found) != 1 || found[0].Pointer != "/error" || found[0].Rule != "type" {
		t.Errorf("got\n%v", found)
	}
}

func TestPointersAreEscaped(t *testing.T) {
	var decoded RunReport
	if err := json.Unmarshal([]byte(`{"coverage":{"a/b~c":2}}`), &decoded); err != nil {
		t.Fatal(err)
	}
	for _, one := range decoded.Validate() {
		if one.Pointer == "/coverage/a~1b~0c" && one.Rule == "maximum" {
			return
		}
	}
	t.Error("no violation at /coverage/a~1b~0c")
}

func forEachExample(t *testing.T, verdict string, check func(t *testing.T, kind string, data []byte)) {
	paths, err := filepath.Glob(filepath.Join(examplesDir, verdict, "*", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples in %s (%v)", examplesDir, err)
	}
	for _, path := range paths {
		if filepath.Base(path) == "expected.json" {
			continue
		}
		kind := filepath.Base(filepath.Dir(path))
		t.Run(kind+"/"+filepath.Base(path), func(t *testing.T) { check(t, kind, readFile(t, path)) })
	}
}

func expectations(t *testing.T, kind, name string) []expectation {
	var all map[string][]expectation
	if err := json.Unmarshal(readFile(t, filepath.Join(examplesDir, "invalid", kind, "expected.json")), &all); err != nil {
		t.Fatal(err)
	}
	return all[name]
}

func readFile(t testing.TB, path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sorted returns a text with its members sorted and its numbers as they are written, so that bytes can be compared.
func sorted(t *testing.T, data []byte) []byte {
	text, err := json.Marshal(tree(t, data))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// tree decodes with numbers as they are written, so a comparison sees 0.85 become 0.850.
func tree(t *testing.T, data []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func toItem(t *testing.T, data []byte) map[string]types.AttributeValue {
	var value map[string]any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	item, err := attributevalue.MarshalMap(value)
	if err != nil {
		t.Fatal(err)
	}
	return item
}
