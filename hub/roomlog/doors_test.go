package roomlog

import (
	"testing"

	"greenroom/hub/protocol"
)

func TestDoorsThatAreDueAreOpen(t *testing.T) {
	for _, tc := range []struct {
		name, state, start, body, at string
		want                         protocol.Doors
	}{
		{"not yet", "scheduled", "1001", `{"state":"scheduled","start":1001}`, "5", protocol.Doors{State: "scheduled", Start: 1001}},
		{"due", "scheduled", "1000", "", "", protocol.Doors{State: "open", Start: 1000, OpenedAt: 1000}},
		{"until further notice", "scheduled", "0", `{"delayed":true,"word":"Soon"}`, "5", protocol.Doors{State: "scheduled", Delayed: true, Word: "Soon"}},
		{"open", "open", "0", `{}`, "7", protocol.Doors{State: "open", OpenedAt: 7}},
		{"over", "ended", "9", `{}`, "8", protocol.Doors{State: "ended", Start: 9, EndedAt: 8}},
	} {
		if got := doorsOf(tc.state, tc.start, tc.body, tc.at, 1000); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.name, got, tc.want)
		}
	}
}
