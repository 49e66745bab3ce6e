package media

import (
	"testing"
	"time"

	"greenroom/hub/protocol"
)

func TestLocalTimeIsWhatTheClockOnTheWallShows(t *testing.T) {
	for _, tc := range []struct{ local, zone, want string }{
		{"2026-12-03T15:00", "Europe/Lisbon", "2026-12-03T15:00:00Z"},
		{"2026-07-03T15:00", "Europe/Lisbon", "2026-07-03T14:00:00Z"},
		{"2026-12-03T15:00", "UTC", "2026-12-03T15:00:00Z"},
		{"2026-12-03T15:00", "Asia/Kathmandu", "2026-12-03T09:15:00Z"},
		// Shown twice: the first one is meant.
		{"2026-10-25T01:30", "Europe/Lisbon", "2026-10-25T00:30:00Z"},
		{"2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00Z"},
		{"2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z"},
		// Not shown at all.
		{"2027-03-28T01:30", "Europe/Lisbon", ""},
		{"2027-03-14T02:00", "America/New_York", ""},
		{"2026-12-03", "UTC", ""},
		{"2026-12-03T15:00Z", "UTC", ""},
		{"2026-02-30T15:00", "UTC", ""},
		{"2026-12-03T24:00", "UTC", ""},
		{"1200-12-03T10:00", "UTC", ""},
		{"2026-12-03T15:00", "", ""},
		{"2026-12-03T15:00", "Local", ""},
		{"2026-12-03T15:00", "Mars/Base", ""},
		{"2026-12-03T15:00", "../../etc/passwd", ""},
	} {
		got, err := localTime("start", tc.local, tc.zone)
		if tc.want == "" {
			if e, ok := protocol.AsError(err); err == nil || !ok || e.Code != protocol.BadRequest {
				t.Errorf("%s in %q: got %d, %v; want bad_request", tc.local, tc.zone, got, err)
			}
			continue
		}
		want, _ := time.Parse(time.RFC3339, tc.want)
		if err != nil || got != want.UnixMilli() {
			t.Errorf("%s in %s: got %s, %v; want %s", tc.local, tc.zone, time.UnixMilli(got).UTC(), err, tc.want)
		}
	}
}

func TestStageIsAWebAddress(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		" https://cdn.example/live.m3u8 ": "https://cdn.example/live.m3u8",
		"http://cdn.example/a?b=c":        "http://cdn.example/a?b=c",
		"HTTPS://cdn.example/":            "https://cdn.example/",
		"javascript:alert(1)":             "refused",
		"data:text/html,x":                "refused",
		"file:///etc/passwd":              "refused",
		"//cdn.example/x":                 "refused",
		"/x":                              "refused",
		"https://":                        "refused",
		"https://a@cdn.example":           "refused",
		"https://cdn.example/\nx":         "refused",
	} {
		got, err := stageURL(in)
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
