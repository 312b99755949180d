// Command example reads Springhead's records from DynamoDB: the query patterns of the celebrity database, each with the
// contract's structs, key builders and index names.
//
//	go run . -id celeb_001 -name 周潤發 -source tmdb
//
// Region, credentials and endpoint come from the environment as for every AWS tool; AWS_ENDPOINT_URL=http://127.0.0.1:4566
// reads from a local DynamoDB.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func main() {
	id := flag.String("id", "celeb_001", "id of the celebrity")
	source := flag.String("source", "tmdb", "source type whose entries are listed")
	table := flag.String("table", "", "name of the table (default: that of prod)")
	flag.Parse()
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	store := NewStore(dynamodb.NewFromConfig(cfg), *table)
	if err := show(ctx, os.Stdout, store, *id, *source); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// show prints what the query patterns give for one celebrity.
func show(ctx context.Context, out io.Writer, store *Store, id, source string) error {
	who, err := store.Metadata(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is %s, active: %v\n", who.CelebrityID, who.Name, who.IsActive)
	entries, err := store.EntriesOf(ctx, id, source)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		weight := "not enriched yet"
		if entry.Weight != nil {
			weight = fmt.Sprintf("weight %.2f", *entry.Weight)
		}
		fmt.Fprintf(out, "%s %s: %d characters, %s\n", entry.Timestamp, entry.Metadata.SourceType, len(entry.RawText), weight)
	}
	if len(entries) > 0 {
		keys, err := store.BySource(ctx, entries[0].Source, "2025-01-01T00:00:00Z")
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d entries from %s\n", len(keys), entries[0].Source)
	}
	_, all, err := store.Everything(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d entries in all\n", len(all))
	named, err := store.ByName(ctx, who.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d record(s) named %s\n", named, who.Name)
	return nil
}
