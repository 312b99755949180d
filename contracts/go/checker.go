package contracts

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const excerptRunes = 80

const beyondSafe = "is beyond ±(2^53-1), which JSON readers round; write it as a string"

// exponentForm is the number from which on encoding/json writes an exponent.
const exponentForm = 1e21

// maxSafeInteger is the largest integer that every JSON reader takes without rounding.
const maxSafeInteger = 1<<53 - 1

var (
	pointerEscapes   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

// checker collects the violations of one record.
type checker struct {
	found Violations
}

func (c *checker) sorted() Violations {
	return c.found.sorted()
}

func (c *checker) add(at, name, rule, message string, value any) {
	text := excerpt(value)
	c.found = append(c.found, Violation{Pointer: child(at, name), Rule: rule, Message: message, Value: &text})
}

// missing reports a required member that was not in what the record was decoded from, or was null there. A member
// that has been set since is not missing.
func (c *checker) missing(gone absent, at, name string, value any) bool {
	null, listed := gone[name]
	if !listed || !reflect.ValueOf(value).IsZero() {
		return false
	}
	one := Violation{Pointer: child(at, name), Rule: "required", Message: "is missing and required"}
	if null {
		one.Rule, one.Message = "type", "is null, which is not allowed here"
	}
	c.found = append(c.found, one)
	return true
}

// nulls reports the elements of a list or a typed map that were null in what the record was decoded from. An element
// that has been set since is not reported.
func (c *checker) nulls(gone absent, at, name string, elements any) {
	for place := range gone {
		if key, within := strings.CutPrefix(place, child(name, "")); within {
			key = pointerUnescapes.Replace(key)
			if one := element(reflect.ValueOf(elements), key); one.IsValid() && one.IsZero() {
				c.found = append(c.found, Violation{
					Pointer: child(child(at, name), key), Rule: "type", Message: "is null, which is not allowed here",
				})
			}
		}
	}
}

func element(elements reflect.Value, key string) reflect.Value {
	if elements.Kind() == reflect.Map {
		return elements.MapIndex(reflect.ValueOf(key))
	}
	if i, err := strconv.Atoi(key); err == nil && i < elements.Len() {
		return elements.Index(i)
	}
	return reflect.Value{}
}

func (c *checker) pattern(at, name, value string, expression *regexp.Regexp) {
	if !expression.MatchString(value) {
		c.add(at, name, "pattern", "must match "+expression.String(), value)
	}
}

func (c *checker) timestamp(at, name string, value Timestamp) {
	if !patternTimestamp.MatchString(string(value)) {
		c.add(at, name, "pattern", "must match "+patternTimestamp.String(), string(value))
	} else if _, err := value.Time(); err != nil {
		c.add(at, name, "format", "must be an existing date-time", string(value))
	}
}

func (c *checker) date(at, name string, value Date) {
	if !patternDate.MatchString(string(value)) {
		c.add(at, name, "pattern", "must match "+patternDate.String(), string(value))
	} else if _, err := value.Time(); err != nil {
		c.add(at, name, "format", "must be an existing date", string(value))
	}
}

func (c *checker) enum(at, name, value, expected string) {
	c.add(at, name, "enum", "must be one of "+expected, value)
}

func (c *checker) finite(at, name string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		c.add(at, name, "json", "is not a finite number, which JSON cannot carry", value)
	} else if math.Abs(value) > maxSafeInteger && math.Abs(value) < exponentForm {
		// Up to there Go writes it as an integer, and readers of integers would round it.
		c.add(at, name, "json", beyondSafe, value)
	}
}

func (c *checker) safe(at, name string, value int64) {
	if value > maxSafeInteger || value < -maxSafeInteger {
		c.add(at, name, "json", beyondSafe, value)
	}
}

func (c *checker) atLeast(at, name string, value, bound float64) {
	if value < bound {
		c.add(at, name, "minimum", fmt.Sprintf("must be at least %v", bound), value)
	}
}

func (c *checker) atMost(at, name string, value, bound float64) {
	if value > bound {
		c.add(at, name, "maximum", fmt.Sprintf("must be at most %v", bound), value)
	}
}

func (c *checker) minLength(at, name, value string, bound int) {
	if utf8.RuneCountInString(value) < bound {
		c.add(at, name, "minLength", fmt.Sprintf("must have at least %d character(s)", bound), value)
	}
}

func (c *checker) maxLength(at, name, value string, bound int) {
	if count := utf8.RuneCountInString(value); count > bound {
		c.add(at, name, "maxLength", fmt.Sprintf("must have at most %d characters, has %d", bound, count), value)
	}
}

func (c *checker) minItems(at, name string, count, bound int) {
	if count < bound {
		c.add(at, name, "minItems", fmt.Sprintf("must have at least %d item(s)", bound), count)
	}
}

// checkNames reports a member without a name, which DynamoDB refuses.
func checkNames[V any](c *checker, at string, members map[string]V) {
	if value, found := members[""]; found {
		c.add(at, "", "json", "is a member without a name, which DynamoDB refuses; name it or leave it out", value)
	}
}

// open looks into an open object for what DynamoDB or JSON readers cannot carry; its members are nobody's business.
func (c *checker) open(at string, members map[string]any) {
	checkNames(c, at, members)
	for name, value := range members {
		c.any(at, name, value)
	}
}

func (c *checker) any(at, name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		c.open(child(at, name), v)
	case []any:
		for i, item := range v {
			c.any(child(at, name), strconv.Itoa(i), item)
		}
	case float64:
		c.finite(at, name, v)
	}
}

// child returns the pointer of a member (RFC 6901).
func child(at, name string) string {
	return at + "/" + pointerEscapes.Replace(name)
}

func excerpt(value any) string {
	text := fmt.Sprintf("%v", value)
	if runes := []rune(text); len(runes) > excerptRunes {
		return string(runes[:excerptRunes-1]) + "…"
	}
	return text
}
