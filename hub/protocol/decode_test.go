package protocol

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestDecodeRefusesWhatIsNotAMessage(t *testing.T) {
	for frame, want := range map[string]error{
		``:                        CloseBadMessage,
		`[]`:                      CloseBadMessage,
		`null`:                    nil,
		`{"type":"chat"`:          CloseBadMessage,
		`{"type":"chat"}{}`:       CloseBadMessage,
		"{\"type\":\"chat\xff\"}": CloseNotUTF8,
		strings.Repeat("[", 9):    CloseBadMessage,
		`{"type":"chat","id":1,"text":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + `}`: CloseBadMessage,
	} {
		_, m, _, err := Decode([]byte(frame))
		if want == nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%q: got %v, %v", frame, m, err)
			}
		} else if err != want {
			t.Errorf("%q: got %v, want %v", frame, err, want)
		}
	}
}

func TestDecodeNamesTheWrongField(t *testing.T) {
	for frame, field := range map[string]string{
		`{"type":"party","id":1}`:                                             "type",
		`{"type":"chat","id":"1","text":"x"}`:                                 "id",
		`{"type":"chat","id":1,"text":7}`:                                     "text",
		`{"type":"chat","id":1,"text":"x","bold":true}`:                       "bold",
		`{"type":"vote","id":1,"question":"q","on":"yes"}`:                    "on",
		`{"type":"mute","id":1,"participant":"p","minutes":1.5}`:              "minutes",
		`{"type":"mute","id":1,"participant":"p","minutes":1e999}`:            "minutes",
		`{"type":"chat","id":9223372036854775808,"text":"x"}`:                 "id",
		`{"type":"set_role","id":1,"participant":["p"],"role":"viewer"}`:      "participant",
		`{"type":"roster","id":1,"open":true,"__proto__":{}}`:                 "__proto__",
		`{"type":"settings","id":1,"premoderation":1}`:                        "premoderation",
		`{"type":"history","id":1,"channel":"chat","before":"","limit":"10"}`: "limit",
	} {
		_, _, _, err := Decode([]byte(frame))
		var e *Error
		if !errors.As(err, &e) || e.Code != BadRequest || e.Field != field {
			t.Errorf("%s: got %v, want field %s", frame, err, field)
		}
	}
	_, _, id, err := Decode([]byte(`{"type":"set_role","id":9,"participant":"p","role":"admin"}`))
	var e *Error
	if !errors.As(err, &e) || e.Code != BadRequest || id != 9 {
		t.Errorf("unknown role: got %v, id %d", err, id)
	}
}

func TestEveryMessageTypeDecodesToItself(t *testing.T) {
	for _, name := range ClientTypes() {
		got, m, id, err := Decode([]byte(`{"type":"` + name + `","id":3}`))
		if err != nil || got != name || m == nil || id != 3 {
			t.Errorf("%s: got %s %v %d %v", name, got, m, id, err)
		}
	}
}

func TestEncodePutsTheTypeFirst(t *testing.T) {
	for _, m := range []ServerMessage{Welcome{}, ChatMessage{Channel: "whisper"}, Ack{}, Pong{}, Refused{Error: Errorf(Muted, "x")}} {
		line := Encode(m)
		if !json.Valid(line) || !strings.HasPrefix(string(line), `{"type":"`+m.Type()+`"`) || strings.Contains(string(line), "\n") {
			t.Errorf("%T is written as %s", m, line)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range ClientTypes() {
		f.Add([]byte(`{"type":"` + name + `","id":1,"text":"x","question":"q","version":1}`))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		name, m, _, err := Decode(frame)
		var e *Error
		var reason CloseReason
		switch {
		case err == nil:
			b, jsonErr := json.Marshal(m)
			if jsonErr != nil {
				t.Fatalf("%s decodes to what can't be written: %v", frame, jsonErr)
			}
			if again, _, _, err := Decode(b); err != nil || again != name {
				t.Fatalf("%s became %s, which gives %s, %v", frame, b, again, err)
			}
		case errors.As(err, &e), errors.As(err, &reason):
		default:
			t.Fatalf("%s: %v is neither an answer nor an end", frame, err)
		}
	})
}
