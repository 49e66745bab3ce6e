package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// clientTypes is the whole of what a client may say.
var clientTypes = map[string]func() ClientMessage{
	"hello":       func() ClientMessage { return new(Hello) },
	"ping":        func() ClientMessage { return new(Ping) },
	"chat":        func() ClientMessage { return new(Chat) },
	"whisper":     func() ClientMessage { return new(Whisper) },
	"history":     func() ClientMessage { return new(History) },
	"ask":         func() ClientMessage { return new(Ask) },
	"withdraw":    func() ClientMessage { return new(Withdraw) },
	"vote":        func() ClientMessage { return new(Vote) },
	"publish":     func() ClientMessage { return new(Publish) },
	"dismiss":     func() ClientMessage { return new(Dismiss) },
	"answer":      func() ClientMessage { return new(Answer) },
	"answer_live": func() ClientMessage { return new(AnswerLive) },
	"answered":    func() ClientMessage { return new(Answered) },
	"set_role":    func() ClientMessage { return new(SetRole) },
	"mute":        func() ClientMessage { return new(Mute) },
	"unmute":      func() ClientMessage { return new(Unmute) },
	"remove":      func() ClientMessage { return new(Remove) },
	"readmit":     func() ClientMessage { return new(Readmit) },
	"settings":    func() ClientMessage { return new(Settings) },
	"roster":      func() ClientMessage { return new(Roster) },
	"applied":     func() ClientMessage { return new(Applied) },
}

// ClientTypes lists the names of the messages that Decode knows.
func ClientTypes() []string {
	names := make([]string, 0, len(clientTypes))
	for name := range clientTypes {
		names = append(names, name)
	}
	return names
}

// Decode reads one client message. A frame that is no JSON object at all is a
// CloseReason; a message that is well formed but wrong (unknown type or field,
// wrong type of a value) is an *Error, and id names the command to refuse if
// it could be read.
func Decode(frame []byte) (name string, m ClientMessage, id int64, err error) {
	var head struct {
		Type string `json:"type"`
		ID   int64  `json:"id"`
	}
	if !utf8.Valid(frame) {
		return "", nil, 0, CloseNotUTF8
	}
	if depth(frame) > 8 {
		return "", nil, 0, CloseBadMessage
	}
	if err := json.Unmarshal(frame, &head); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return "", nil, head.ID, Invalid(wrong.Field, "%s has the wrong type.", wrong.Field)
		}
		return "", nil, 0, CloseBadMessage
	}
	make, ok := clientTypes[head.Type]
	if !ok {
		return "", nil, head.ID, Invalid("type", "There is no such message.")
	}
	m = make()
	if err := strict(frame, m); err != nil {
		return head.Type, nil, head.ID, err
	}
	return head.Type, m, head.ID, nil
}

// strict decodes what Go's encoder would have written: no unknown field, no
// value of another type.
func strict(frame []byte, m any) error {
	d := json.NewDecoder(bytes.NewReader(frame))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return fieldError(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return CloseBadMessage
	}
	return nil
}

func fieldError(err error) *Error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return Invalid(wrong.Field, "%s has the wrong type.", wrong.Field)
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field = strings.Trim(field, `"`)
		return Invalid(field, "There is no field %s.", field)
	}
	return Errorf(BadRequest, "A value is not among those allowed.")
}

// depth returns how deep arrays and objects are nested in a JSON text. It
// stops work early for the decoder, whose own limit is 10,000.
func depth(b []byte) (deepest int) {
	level, quoted, escaped := 0, false, false
	for _, c := range b {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}

// Encode writes m as one line without its end. It panics where m can't be
// written as JSON, which is a mistake in this package.
func Encode(m ServerMessage) []byte {
	body, err := json.Marshal(m)
	if err != nil {
		panic("protocol: encode " + m.Type() + ": " + err.Error())
	}
	line := make([]byte, 0, len(body)+len(m.Type())+12)
	line = append(line, `{"type":"`...)
	line = append(line, m.Type()...)
	line = append(line, '"')
	if len(body) > 2 {
		line = append(line, ',')
	}
	return append(line, body[1:]...)
}
