package contracts

import (
	"regexp"
	"strings"
	"unicode"
)

const rowBlanks = " \t\r\n\u00a0\u3000"

var (
	blankRuns   = regexp.MustCompile("[" + rowBlanks + "]+")
	notDigits   = regexp.MustCompile(`[^0-9]`)
	unknownText = map[string]bool{"": true, "un": true, "unknown": true, "n/a": true, "na": true, "none": true}
)

// upperRanges are letters whose upper case is one letter, and the same in every version of Unicode that Go and Python
// may know.
var upperRanges = [][2]rune{{'a', 'z'}, {0xE0, 0x17F}, {0x3AC, 0x3CE}, {0x430, 0x45F}}

// NormalText returns a part of a row's key in the form "text": trimmed.
func NormalText(text string) string {
	return strings.Trim(text, rowBlanks)
}

// NormalHandle returns a part of a row's key in the form "handle": without @, lower case.
func NormalHandle(text string) string {
	return lowerASCII(strings.TrimPrefix(NormalText(text), "@"))
}

// NormalTag returns a part of a row's key in the form "tag": without #, lower case.
func NormalTag(text string) string {
	return lowerASCII(strings.TrimPrefix(NormalText(text), "#"))
}

// NormalName returns a part of a row's key in the form "name": blanks collapsed, upper case.
func NormalName(text string) string {
	return strings.Map(upper, strings.Trim(blankRuns.ReplaceAllString(text, " "), " "))
}

// NormalPhone returns a part of a row's key in the form "phone": digits with country code, empty where it is unknown.
func NormalPhone(text string) string {
	trimmed := NormalText(text)
	if unknownText[lowerASCII(trimmed)] {
		return ""
	}
	digits := notDigits.ReplaceAllString(trimmed, "")
	if len(digits) == 10 {
		// The lists are of cities in the United States; a number without country code is one of theirs.
		return "1" + digits
	}
	return digits
}

func upper(r rune) rune {
	for _, one := range upperRanges {
		if r >= one[0] && r <= one[1] {
			return unicode.ToUpper(r)
		}
	}
	return r
}

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// alias returns what another spelling stands for.
func alias(aliases map[string]string, text string) string {
	if known, found := aliases[text]; found {
		return known
	}
	return text
}

// text returns the text of an optional member.
func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
