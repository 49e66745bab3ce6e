package api

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"greenroom/hub/protocol"
)

// Line cleans one line that a person typed, such as a name or a title: no
// controls, nothing that turns the direction of the text around it, single
// spaces. It refuses what is empty or longer than max characters.
func Line(field, s string, max int) (string, error) {
	s = strings.Join(strings.FieldsFunc(clean(s), unicode.IsSpace), " ")
	if s == "" {
		return "", protocol.Invalid(field, "Please fill in this field.")
	}
	return within(field, s, max)
}

// Text cleans some paragraphs, which may be none.
func Text(field, s string, max int) (string, error) {
	return within(field, strings.TrimSpace(clean(s)), max)
}

func within(field, s string, max int) (string, error) {
	if n := utf8.RuneCountInString(s); n > max {
		return "", protocol.Invalid(field, "This may have %d characters at most; it has %d.", max, n)
	}
	return s, nil
}

// maxMarks is how many combining marks may stand on one letter. No language
// needs more; towers of them paint over the lines around.
const maxMarks = 4

func clean(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > maxMarks {
				return -1
			}
			return r
		}
		marks = 0
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\u200d': // joins emoji, and letters in some scripts
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}
