package contracts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// nextRunSlot is the length of a slot of NEXT_RUN#.
const nextRunSlot = 5 * time.Minute

// NextRunSlot returns the five-minute slot of next-run-index that a moment falls into, in UTC.
func NextRunSlot(t time.Time) time.Time {
	return t.UTC().Truncate(nextRunSlot)
}

type partKind int

const (
	partID partKind = iota
	partPlace
	partDate
	partTime
	partSlot
	partInstanceTime
	partFlag
	partEnum
)

var partForms = map[partKind]string{
	partID:           `[^#\x00-\x20]+`,
	partPlace:        `[^#\x00-\x1f]+`,
	partDate:         `[0-9]{4}-[0-9]{2}-[0-9]{2}`,
	partTime:         `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z`,
	partSlot:         `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z`,
	partInstanceTime: `(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9])?`,
	partFlag:         `true|false`,
}

// keyPart is one part of a composite key.
type keyPart struct {
	name   string
	kind   partKind
	strip  []string
	values []string
}

// keyForm builds and parses one composite key.
type keyForm struct {
	name, form string
	parts      []keyPart
	whole      *regexp.Regexp
	each       []*regexp.Regexp
}

func newKeyForm(name, form string, parts ...keyPart) *keyForm {
	k := &keyForm{name: name, form: form, parts: parts}
	pattern := regexp.QuoteMeta(form)
	for _, part := range parts {
		one := partForms[part.kind]
		if part.kind == partEnum {
			quoted := make([]string, len(part.values))
			for i, value := range part.values {
				quoted[i] = regexp.QuoteMeta(value)
			}
			one = strings.Join(quoted, "|")
		}
		pattern = strings.Replace(pattern, regexp.QuoteMeta("{"+part.name+"}"), "("+one+")", 1)
		k.each = append(k.each, regexp.MustCompile(`\A(?:`+one+`)\z`))
	}
	k.whole = regexp.MustCompile(`\A` + pattern + `\z`)
	return k
}

func (k *keyForm) build(values ...string) (string, error) {
	key := k.form
	for i, part := range k.parts {
		text, err := k.written(i, values)
		if err != nil {
			return "", fmt.Errorf("cannot build the %s %s: %w", k.name, k.form, err)
		}
		key = strings.Replace(key, "{"+part.name+"}", text, 1)
	}
	return key, nil
}

// prefixes returns what a value may carry that the key does not repeat. Where an enum beside it says the kind, that is
// the prefix of this kind only: any other contradicts it, and its mark does not fit.
func (k *keyForm) prefixes(i int, values []string) []string {
	for j, one := range k.parts {
		if own := values[j] + "#"; one.kind == partEnum && slices.Contains(k.parts[i].strip, own) {
			return []string{own}
		}
	}
	return k.parts[i].strip
}

func (k *keyForm) written(i int, values []string) (string, error) {
	part, value := k.parts[i], values[i]
	text := value
	for _, prefix := range k.prefixes(i, values) {
		if rest, found := strings.CutPrefix(text, prefix); found {
			text = rest
			break
		}
	}
	if part.kind == partInstanceTime && text != "" {
		text = "T" + text
	}
	if !k.each[i].MatchString(text) || !part.exists(text) {
		return "", fmt.Errorf("%s %q does not fit", part.name, value)
	}
	return text, nil
}

func (k *keyForm) parse(key string) ([]string, error) {
	found := k.whole.FindStringSubmatch(key)
	if found == nil {
		return nil, fmt.Errorf("%s %q is not of the form %s", k.name, key, k.form)
	}
	values := slices.Clone(found[1:])
	for i, part := range k.parts {
		if !part.exists(values[i]) {
			return nil, fmt.Errorf("%s %q: %s %q does not exist", k.name, key, part.name, values[i])
		}
		if part.kind == partInstanceTime {
			values[i] = strings.TrimPrefix(values[i], "T")
		}
	}
	return values, nil
}

// exists tells whether a date or a time that has the right form is one.
func (p keyPart) exists(text string) bool {
	switch p.kind {
	case partDate:
		t, err := time.Parse(time.DateOnly, text)
		return err == nil && t.Year() > 0
	case partTime, partSlot:
		_, err := ParseTime(text)
		return err == nil
	}
	return true
}

func flag(value bool) string {
	if value {
		return "true"
	}
	return "false"
}
