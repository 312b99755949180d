// Package contracts holds the records that Springhead writes: Go structs generated from the JSON Schemas, their
// validation, and the keys that they are stored under.
package contracts

import (
	"sort"
	"strings"
)

// Record is what every record type can do. New makes an empty one by the name of its type.
type Record interface {
	Validate() Violations
}

// Violations are all departures of one record from its contract, sorted by pointer. It is an error when it is not
// empty; Err says so.
type Violations []Violation

// Error lists the violations, one on each line.
func (v Violations) Error() string {
	lines := make([]string, len(v))
	for i, one := range v {
		at := one.Pointer
		if at == "" {
			at = "(record)"
		}
		lines[i] = at + ": " + one.Message + " [" + one.Rule + "]"
	}
	return strings.Join(lines, "\n")
}

// Err returns the violations as an error, or nil when there is none.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return v
}

func (v Violations) sorted() Violations {
	sort.SliceStable(v, func(i, j int) bool {
		if v[i].Pointer != v[j].Pointer {
			return v[i].Pointer < v[j].Pointer
		}
		return v[i].Rule < v[j].Rule
	})
	return v
}
