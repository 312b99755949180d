package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	contracts "springhead.dev/contracts/go"
)

// ErrNotFound says that there is no such celebrity.
var ErrNotFound = errors.New("there is no such celebrity")

// Store reads the celebrity database. The sort key's name has a #, which expressions do not allow: the expression
// package gives it a placeholder, as hand-written expressions must.
type Store struct {
	client *dynamodb.Client
	table  string
}

// NewStore returns a store; an empty name of a table is that of prod.
func NewStore(client *dynamodb.Client, table string) *Store {
	if table == "" {
		table = contracts.TableCelebrityDatabase
	}
	return &Store{client, table}
}

// Metadata returns who a celebrity is (pattern 1 of the seed: partition key and sort key).
func (s *Store) Metadata(ctx context.Context, id string) (*contracts.CelebrityMetadata, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: key(id, contracts.MetadataSortKey)})
	if err != nil {
		return nil, err
	}
	if out.Item == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	var who contracts.CelebrityMetadata
	if err := attributevalue.UnmarshalMap(out.Item, &who); err != nil {
		return nil, err
	}
	return &who, who.Validate().Err()
}

// EntriesOf returns what a source said about a celebrity, oldest first (pattern 3: sort key begins with the source).
func (s *Store) EntriesOf(ctx context.Context, id, source string) ([]contracts.ScraperEntry, error) {
	condition := expression.Key(contracts.TableCelebrityDatabasePartitionKey).Equal(expression.Value(id)).
		And(expression.Key(contracts.TableCelebrityDatabaseSortKey).BeginsWith(source + "#"))
	items, err := s.query(ctx, "", condition)
	if err != nil {
		return nil, err
	}
	return entries(items)
}

// Everything returns a celebrity's metadata and all entries (pattern 4: the partition key alone).
func (s *Store) Everything(ctx context.Context, id string) (*contracts.CelebrityMetadata, []contracts.ScraperEntry, error) {
	condition := expression.Key(contracts.TableCelebrityDatabasePartitionKey).Equal(expression.Value(id))
	items, err := s.query(ctx, "", condition)
	if err != nil {
		return nil, nil, err
	}
	var who *contracts.CelebrityMetadata
	var rest []map[string]types.AttributeValue
	for _, item := range items {
		if sortKey(item) != contracts.MetadataSortKey {
			rest = append(rest, item)
			continue
		}
		who = new(contracts.CelebrityMetadata)
		if err := attributevalue.UnmarshalMap(item, who); err != nil {
			return nil, nil, err
		}
	}
	found, err := entries(rest)
	return who, found, err
}

// ByName counts the records with a name (pattern 5: name-index). What the index projects is the table owner's choice,
// so a record that is needed whole is read by its key.
func (s *Store) ByName(ctx context.Context, name string) (int, error) {
	items, err := s.query(ctx, contracts.IndexNameIndex, expression.Key("name").Equal(expression.Value(name)))
	return len(items), err
}

// BySource returns the keys of the entries of an endpoint since a moment, oldest first (source-index).
func (s *Store) BySource(ctx context.Context, endpoint string, since contracts.Timestamp) ([]contracts.EntryKey, error) {
	condition := expression.Key("source").Equal(expression.Value(endpoint)).
		And(expression.Key("timestamp").GreaterThanEqual(expression.Value(since)))
	items, err := s.query(ctx, contracts.IndexSourceIndex, condition)
	if err != nil {
		return nil, err
	}
	keys := make([]contracts.EntryKey, 0, len(items))
	for _, item := range items {
		one, err := contracts.ParseEntryKey(sortKey(item))
		if err != nil {
			return nil, err
		}
		keys = append(keys, one)
	}
	return keys, nil
}

func (s *Store) query(
	ctx context.Context, index string, condition expression.KeyConditionBuilder,
) ([]map[string]types.AttributeValue, error) {
	built, err := expression.NewBuilder().WithKeyCondition(condition).Build()
	if err != nil {
		return nil, err
	}
	input := &dynamodb.QueryInput{
		TableName:                 &s.table,
		KeyConditionExpression:    built.KeyCondition(),
		ExpressionAttributeNames:  built.Names(),
		ExpressionAttributeValues: built.Values(),
	}
	if index != "" {
		input.IndexName = aws.String(index)
	}
	var items []map[string]types.AttributeValue
	pages := dynamodb.NewQueryPaginator(s.client, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
	}
	return items, nil
}

// entries decodes items; one that breaks its contract is an error that names every violation, not a zero value.
func entries(items []map[string]types.AttributeValue) ([]contracts.ScraperEntry, error) {
	found := make([]contracts.ScraperEntry, 0, len(items))
	for _, item := range items {
		var entry contracts.ScraperEntry
		if err := attributevalue.UnmarshalMap(item, &entry); err != nil {
			return nil, err
		}
		if err := entry.Validate().Err(); err != nil {
			return nil, fmt.Errorf("%s breaks its contract: %w", sortKey(item), err)
		}
		// Where RawText is empty and Metadata.RawRef is set, the response did not fit into the item: fetch it from S3 at
		// RawRef and check its SHA-256.
		found = append(found, entry)
	}
	return found, nil
}

func key(id, sort string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		contracts.TableCelebrityDatabasePartitionKey: &types.AttributeValueMemberS{Value: id},
		contracts.TableCelebrityDatabaseSortKey:      &types.AttributeValueMemberS{Value: sort},
	}
}

func sortKey(item map[string]types.AttributeValue) string {
	value, _ := item[contracts.TableCelebrityDatabaseSortKey].(*types.AttributeValueMemberS)
	if value == nil {
		return ""
	}
	return value.Value
}
