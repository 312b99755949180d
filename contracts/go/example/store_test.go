package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	contracts "springhead.dev/contracts/go"
	"springhead.dev/contracts/go/contracttest"
)

// fake answers as DynamoDB does, from the contract's own examples, and notes what it was asked.
type fake struct {
	t     *testing.T
	items []map[string]types.AttributeValue
	asked []map[string]any
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input map[string]any
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		f.t.Error(err)
	}
	f.asked = append(f.asked, input)
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	answer := map[string]any{}
	switch operation {
	case "GetItem":
		want := input["Key"].(map[string]any)[contracts.TableCelebrityDatabaseSortKey].(map[string]any)["S"]
		for _, item := range f.items {
			if sortKey(item) == want {
				answer["Item"] = wire(item)
			}
		}
	case "Query":
		found := []any{}
		for _, item := range f.items {
			if f.matches(input, item) {
				found = append(found, wire(item))
			}
		}
		answer["Items"] = found
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		f.t.Error(err)
	}
}

// matches applies the only condition that the test's data tells apart: begins_with on the sort key.
func (f *fake) matches(input map[string]any, item map[string]types.AttributeValue) bool {
	if !strings.Contains(input["KeyConditionExpression"].(string), "begins_with") {
		return true
	}
	for _, value := range input["ExpressionAttributeValues"].(map[string]any) {
		prefix, _ := value.(map[string]any)["S"].(string)
		if strings.HasSuffix(prefix, "#") {
			return strings.HasPrefix(sortKey(item), prefix)
		}
	}
	return false
}

func wire(value any) any {
	switch v := value.(type) {
	case map[string]types.AttributeValue:
		members := map[string]any{}
		for name, one := range v {
			members[name] = wire(one)
		}
		return members
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": wire(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, one := range v.Value {
			list[i] = wire(one)
		}
		return map[string]any{"L": list}
	}
	return nil
}

func newStore(t *testing.T) (*Store, *fake) {
	server := &fake{t: t}
	for _, kind := range []string{"celebrity_metadata", "scraper_entry"} {
		for _, example := range contracttest.Valid(t, kind) {
			if example.Name == "seed" || example.Name == "enriched" {
				server.items = append(server.items, example.Item(t))
			}
		}
	}
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	client := dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(listener.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	return NewStore(client, ""), server
}

func TestTheQueryPatternsOfTheSeed(t *testing.T) {
	store, server := newStore(t)
	var out bytes.Buffer
	if err := show(context.Background(), &out, store, "celeb_001", "tmdb"); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"celeb_001 is 周潤發, active: true", "not enriched yet", "weight 0.", "2 entries in all",
		"entries from https://"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is not in\n%s", part, out.String())
		}
	}
	keys, err := store.BySource(context.Background(), "https://api.themoviedb.org/3/person/search", "2025-01-01T00:00:00Z")
	if err != nil || len(keys) == 0 {
		t.Fatalf("%v, %v", keys, err)
	}
	for _, input := range server.asked {
		if input["TableName"] != "celebrity-database" {
			t.Errorf("asked %v", input["TableName"])
		}
		condition, _ := input["KeyConditionExpression"].(string)
		if strings.Contains(condition, "source_type#") {
			t.Errorf("a # in %q is refused by DynamoDB", condition)
		}
	}
}

func TestAbsenceIsAnError(t *testing.T) {
	store, server := newStore(t)
	server.items = nil
	if _, err := store.Metadata(context.Background(), "celeb_999"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestABrokenEntryIsAnErrorThatNamesTheMember(t *testing.T) {
	store, server := newStore(t)
	for _, item := range server.items {
		delete(item, "raw_text")
	}
	_, err := store.EntriesOf(context.Background(), "celeb_001", "tmdb")
	if err == nil || !strings.Contains(err.Error(), "/raw_text: is missing and required") {
		t.Errorf("got %v", err)
	}
}
