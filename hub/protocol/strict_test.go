package protocol_test

import (
	"strings"
	"testing"

	"greenroom/hub/protocol"
)

func TestStrictRefusesWhatALenientDecoderTakes(t *testing.T) {
	type body struct {
		Name string   `json:"name"`
		Age  int      `json:"age"`
		Tags []string `json:"tags"`
	}
	for _, tc := range []struct{ in, field string }{
		{`{"name":"Ada","age":3,"tags":["a"]}`, "ok"},
		{` {} `, "ok"},
		{``, ""},
		{`null`, ""},
		{`[]`, ""},
		{`"name"`, ""},
		{`{"name":"Ada"}{}`, ""},
		{`{"name":"Ada"} x`, ""},
		{"{\"name\":\"\xff\"}", ""},
		{`{"name":1}`, "name"},
		{`{"age":"3"}`, "age"},
		{`{"age":1e999}`, "age"},
		{`{"age":9007199254740993000000}`, "age"},
		{`{"age":NaN}`, ""},
		{`{"size":1}`, "size"},
		{`{"__proto__":{}}`, "__proto__"},
		{`{"name":"a","name":"b"}`, "name"},
		{`{"name":"a","NAME":"b"}`, "name"},
		{`{"tags":[{"x":1,"x":2}]}`, "x"},
		{`{"tags":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `}`, ""},
	} {
		var b body
		err := protocol.Strict([]byte(tc.in), &b)
		if tc.field == "ok" {
			if err != nil {
				t.Errorf("%.60s: refused: %v", tc.in, err)
			}
			continue
		}
		e, ok := protocol.AsError(err)
		if err == nil || !ok || e.Code != protocol.BadRequest || e.Field != tc.field {
			t.Errorf("%.60s: got %v (field %q), want bad_request about %q", tc.in, err, e.Field, tc.field)
		}
	}
}
