package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep what we read may be nested. Nothing of ours goes past 3.
const maxDepth = 8

// Strict decodes one JSON object into v and refuses what a lenient decoder
// lets through: invalid UTF-8, unknown and repeated fields, deep nesting,
// anything after the object. Every error is an *Error that names the field
// where there is one.
func Strict(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0 || body[0] != '{':
		return Errorf(BadRequest, "The body must be one JSON object.")
	case !utf8.Valid(body):
		return Errorf(BadRequest, "The body must be UTF-8.")
	case depth(body) > maxDepth:
		return Errorf(BadRequest, "The body is nested too deeply.")
	case !json.Valid(body):
		return Errorf(BadRequest, "The body must be one JSON object.")
	}
	if field, twice := repeated(json.NewDecoder(bytes.NewReader(body))); twice {
		return Invalid(field, "%s is there twice.", field)
	}
	err := strict(body, v)
	var answer *Error
	if err != nil && !errors.As(err, &answer) {
		return Errorf(BadRequest, "The body must be one JSON object.")
	}
	return err
}

// repeated reads one value of valid JSON and returns the first field that an
// object of it has twice. Names that differ in case alone count as the same,
// as they do for the decoder.
func repeated(d *json.Decoder) (string, bool) {
	open, _ := d.Token()
	delim, nested := open.(json.Delim)
	if !nested {
		return "", false
	}
	seen := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, _ := d.Token()
			field := strings.ToLower(name.(string))
			if seen[field] {
				return field, true
			}
			seen[field] = true
		}
		if field, twice := repeated(d); twice {
			return field, true
		}
	}
	d.Token() // the closing bracket
	return "", false
}
