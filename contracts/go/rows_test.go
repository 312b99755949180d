package contracts

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestRowsAgreeWithTheVectors(t *testing.T) {
	var file map[string]json.RawMessage
	if err := json.Unmarshal(readFile(t, "../v1/vectors/rows.json"), &file); err != nil {
		t.Fatal(err)
	}
	forms := map[string]func(string) string{
		"text": NormalText, "handle": NormalHandle, "tag": NormalTag, "name": NormalName, "phone": NormalPhone,
	}
	for name, normal := range forms {
		var pairs [][2]string
		if err := json.Unmarshal(file[name], &pairs); err != nil || len(pairs) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, pair := range pairs {
			if got := normal(pair[0]); got != pair[1] {
				t.Errorf("%s(%q) = %q; want %q", name, pair[0], got, pair[1])
			}
		}
	}
	for _, name := range []string{
		"instagram_post", "instagram_restaurant", "instagram_search_term", "instagram_restaurant_subject",
	} {
		var pairs [][2]json.RawMessage
		if err := json.Unmarshal(file[name], &pairs); err != nil || len(pairs) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, pair := range pairs {
			row := New(name)
			var want []string
			if json.Unmarshal(pair[0], row) != nil || json.Unmarshal(pair[1], &want) != nil {
				t.Fatalf("%s: bad vector %s", name, pair[0])
			}
			if got := row.(interface{ RowKey() []string }).RowKey(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s: key %q; want %q", name, pair[0], got, want)
			}
		}
	}
}

func TestHeadersAreThoseOfTheFiles(t *testing.T) {
	if header := InstagramRestaurantHeader(); header[6] != "posts" || InstagramRestaurantColumn("posts") != "posts_count" {
		t.Errorf("got %q", header)
	}
	if InstagramPostColumn("likes") != "likes" {
		t.Error("a column without alias keeps its name")
	}
}
