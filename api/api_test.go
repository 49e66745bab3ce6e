package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func TestForwardedAddressCountsOnlyFromAProxyOfOurs(t *testing.T) {
	for _, tc := range []struct {
		peer      string
		proxied   bool
		forwarded []string
		want      string
	}{
		{"203.0.113.7:1", false, nil, "203.0.113.7"},
		{"127.0.0.1:1", false, []string{"203.0.113.7"}, "127.0.0.1"},
		{"203.0.113.7:1", true, []string{"198.51.100.1"}, "203.0.113.7"},
		{"127.0.0.1:1", true, nil, "127.0.0.1"},
		{"127.0.0.1:1", true, []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.2:1", true, []string{"6.6.6.6, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.2:1", true, []string{"6.6.6.6", "198.51.100.1, 10.0.0.3"}, "198.51.100.1"},
		{"10.0.0.2:1", true, []string{"6.6.6.6, junk"}, "10.0.0.2"},
		{"[::1]:1", true, []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"[2001:db8:1:2:ffff::1]:1", false, nil, "2001:db8:1:2::/64"},
		{"[::ffff:203.0.113.7]:1", false, nil, "203.0.113.7"},
		{"[fe80::1%eth0]:1", false, nil, "fe80::/64"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.peer
		r.Header["X-Forwarded-For"] = tc.forwarded
		got := ""
		Client(tc.proxied, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = Network(r.Context()) })).
			ServeHTTP(httptest.NewRecorder(), r)
		if got != tc.want {
			t.Errorf("%+v: got %s", tc, got)
		}
	}
}

func TestLimitRunsOutForOneAndNotForOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		m := NewLimiter(s.Redis, s.Key(""))
		l := Limit{"test", 3, time.Hour}
		wantTooMany := func(err error) {
			t.Helper()
			var e *protocol.Error
			if !errors.As(err, &e) || e.Code != protocol.TooManyTries || e.RetryAfter < 1 || e.RetryAfter > 1200 {
				t.Fatalf("got %v, want too_many_tries with a time to wait", err)
			}
		}
		for range 10 {
			if err := m.Check(t.Context(), l, "ada"); err != nil {
				t.Fatalf("to check used it up: %v", err)
			}
		}
		for range 3 {
			if err := m.Spend(t.Context(), l, "ada"); err != nil {
				t.Fatal(err)
			}
		}
		wantTooMany(m.Check(t.Context(), l, "ada"))
		wantTooMany(m.Spend(t.Context(), l, "ada"))
		if err := m.Spend(t.Context(), l, "ben"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLineAndTextAreHarmless(t *testing.T) {
	for _, tc := range []struct{ in, line, text string }{
		{"Ada", "Ada", "Ada"},
		{"  Ada \t\n Byron ", "Ada Byron", "Ada \t\n Byron"},
		{"a\u202eb\u2066c\u200bd\ufeffe", "abcde", "abcde"},
		{"a\x00b\x1bc\x7fd\r", "abcd", "abcd"},
		{"e" + strings.Repeat("\u0301", 100), "e" + strings.Repeat("\u0301", 4), "e" + strings.Repeat("\u0301", 4)},
		{"👩\u200d🔧", "👩\u200d🔧", "👩\u200d🔧"},
		{"<b>'\"&", "<b>'\"&", "<b>'\"&"},
	} {
		line, err := Line("f", tc.in, 200)
		if err != nil || line != tc.line {
			t.Errorf("%q: line %q, %v; want %q", tc.in, line, err, tc.line)
		}
		text, err := Text("f", tc.in, 200)
		if err != nil || text != tc.text {
			t.Errorf("%q: text %q, %v; want %q", tc.in, text, err, tc.text)
		}
	}
	for _, in := range []string{"", " ", "\u202e\x00", strings.Repeat("ä", 201)} {
		if _, err := Line("f", in, 200); !errors.Is(err, &protocol.Error{Code: protocol.BadRequest}) {
			t.Errorf("%q: got %v, want bad_request", in, err)
		}
	}
}

func TestPanicsAndFailuresTellNothing(t *testing.T) {
	var log strings.Builder
	for name, h := range map[string]Handler{
		"panic":   func(http.ResponseWriter, *http.Request) error { panic("s3cret") },
		"failure": func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("query: %w", errors.New("s3cret")) },
	} {
		w := httptest.NewRecorder()
		Log(zerolog.New(&log), Recover(h)).ServeHTTP(w, httptest.NewRequest("GET", "/x?token=canary", nil))
		if w.Code != 500 || strings.Contains(w.Body.String(), "s3cret") || !strings.Contains(w.Body.String(), `"code":"internal"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "s3cret") || strings.Contains(log.String(), "canary") {
		t.Errorf("log: %s", log.String())
	}
}

func TestStoreThatIsAwayIsUnavailable(t *testing.T) {
	w := httptest.NewRecorder()
	Refuse(w, httptest.NewRequest("GET", "/", nil), fmt.Errorf("read: %w", context.DeadlineExceeded))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
