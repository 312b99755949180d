package contracts

import (
	"time"
)

// zeroTime begins the text of time.Time's zero value, which some writers store where a time was never set.
const zeroTime = "0001-01-01"

const timestampLayout = "2006-01-02T15:04:05Z"

// Timestamp is a moment in UTC, as it is written: YYYY-MM-DDTHH:MM:SSZ, with a fraction of a second in old records.
//
// It is a string and not a time.Time because records must survive decoding and encoding byte by byte, and time.Time
// drops the trailing zeros of a fraction (11:03:26.192920Z would become 11:03:26.19292Z, another value of a sort key).
// Timestamps without fractions sort as their moments do.
type Timestamp string

// NewTimestamp returns a moment as a Timestamp; fractions of a second are cut off.
func NewTimestamp(t time.Time) Timestamp {
	return Timestamp(t.UTC().Format(timestampLayout))
}

// Time returns the moment.
func (t Timestamp) Time() (time.Time, error) {
	return ParseTime(string(t))
}

// Date is a calendar date as it is written: YYYY-MM-DD. It has no time zone, so it is no moment.
type Date string

// NewDate returns the date of t in t's own location.
func NewDate(t time.Time) Date {
	return Date(t.Format(time.DateOnly))
}

// Time returns midnight UTC of the date.
func (d Date) Time() (time.Time, error) {
	return time.Parse(time.DateOnly, string(d))
}
