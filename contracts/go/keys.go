package contracts

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// MetadataSortKey is the sort key of every celebrity's metadata record.
const MetadataSortKey = "metadata#2025-01-01T00:00:00Z"

// Namespace of all ids that are made here: UUIDv5 of the URL namespace and https://springhead.dev/contracts.
const Namespace = "a5b091fe-96ad-59b9-aa59-07780ebcb425"

const reservedSource = "metadata"

var (
	sourceForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	timeForm   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?` +
		`(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
)

// EntryKey is the sort key of a scraper entry: {source_type}#{T}.
type EntryKey struct {
	SourceType string
	Time       Timestamp
}

// NewEntryKey returns the key of a source type at T.
func NewEntryKey(sourceType string, t time.Time) (EntryKey, error) {
	if sourceType == reservedSource {
		return EntryKey{}, fmt.Errorf("source type %q is reserved for the metadata record; name the source otherwise", sourceType)
	}
	if err := checkSource(sourceType); err != nil {
		return EntryKey{}, err
	}
	return EntryKey{sourceType, NewTimestamp(t)}, nil
}

// ParseEntryKey takes a sort key apart, the metadata record's too. Fractions of a second are accepted and kept.
func ParseEntryKey(key string) (EntryKey, error) {
	source, at, err := split(key, "#", "entry key")
	return EntryKey{source, at}, err
}

// String returns the key as it is stored.
func (k EntryKey) String() string {
	return k.SourceType + "#" + string(k.Time)
}

// RunKey is the id of a scheduled run: {source}@{T}.
type RunKey struct {
	Source string
	Time   Timestamp
}

// NewRunKey returns the id of a source's run at T.
func NewRunKey(source string, t time.Time) (RunKey, error) {
	if err := checkSource(source); err != nil {
		return RunKey{}, err
	}
	return RunKey{source, NewTimestamp(t)}, nil
}

// ParseRunID takes a run id apart.
func ParseRunID(id string) (RunKey, error) {
	source, at, err := split(id, "@", "run id")
	return RunKey{source, at}, err
}

// String returns the run id.
func (k RunKey) String() string {
	return k.Source + "@" + string(k.Time)
}

// Execution returns partition key and sort key of the run's report in the operations table.
func (k RunKey) Execution() (partition, sort string) {
	return "EXECUTION#" + k.String(), "RESULT"
}

// EntryID returns the id of a record: UUIDv5 of its partition key and sort key.
func EntryID(partitionKey, sortKey string) (string, error) {
	return uuid5(partitionKey, sortKey)
}

// DeadLetterID returns the id of a dead letter: UUIDv5 of run, kind and subject.
func DeadLetterID(runID, kind, subjectID string) (string, error) {
	return uuid5(runID, kind, subjectID)
}

// ParseTime returns the moment of an RFC 3339 text, in UTC. Digits beyond microseconds are cut off, as in Python.
func ParseTime(text string) (time.Time, error) {
	if !timeForm.MatchString(text) {
		return time.Time{}, fmt.Errorf("time %q is not of the form YYYY-MM-DDTHH:MM:SSZ; write it in UTC, with the Z", text)
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q does not exist; correct the date or the hour", text)
	}
	utc := t.UTC().Truncate(time.Microsecond)
	if t.Year() < 1 || utc.Year() < 1 || utc.Year() > 9999 {
		return time.Time{}, fmt.Errorf("time %q is outside the years 1 to 9999; correct the year", text)
	}
	return utc, nil
}

// FormatTime returns a moment as records carry it: in UTC, fractions of a second cut off.
func FormatTime(t time.Time) string {
	return string(NewTimestamp(t))
}

// Slot returns T for a moment: floored to the minute, in UTC.
func Slot(t time.Time) time.Time {
	return t.UTC().Truncate(time.Minute)
}

func checkSource(name string) error {
	if !sourceForm.MatchString(name) {
		return fmt.Errorf("source %q must be lower-case letters, digits and underscores, a letter first; rename it", name)
	}
	return nil
}

func split(text, mark, what string) (string, Timestamp, error) {
	source, at, found := strings.Cut(text, mark)
	if !found || checkSource(source) != nil || !strings.HasSuffix(at, "Z") {
		return "", "", fmt.Errorf("%s %q is not of the form {source}%sYYYY-MM-DDTHH:MM:SSZ", what, text, mark)
	}
	if _, err := ParseTime(at); err != nil {
		return "", "", fmt.Errorf("%s %q: %w", what, text, err)
	}
	return source, Timestamp(at), nil
}

func uuid5(parts ...string) (string, error) {
	for _, part := range parts {
		if part == "" || strings.Contains(part, "\n") {
			return "", fmt.Errorf("%q must be a non-empty text without line breaks to make an id", part)
		}
	}
	space, err := hex.DecodeString(strings.ReplaceAll(Namespace, "-", ""))
	if err != nil {
		return "", err
	}
	sum := sha1.Sum(append(space, strings.Join(parts, "\n")...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16]), nil
}
