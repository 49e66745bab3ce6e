package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// TestMain makes this program a floor where a test starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "load-floor" {
		if err := ServeFloor(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const roomID = "aaaaaaaaaaaaaaaa"

// newServer serves a hub with one open room, and as much of the API as a load
// needs. Whoever enters is a viewer, and the cookie says who.
func newServer(t *testing.T, mangle func(http.ResponseWriter, *http.Request) bool) (url string) {
	t.Helper()
	store := storetest.Embedded(t)
	h := hub.New(hub.Config{Store: store, Secret: []byte("test"), Log: zerolog.Nop(),
		Identify: func(r *http.Request, _ string) (string, error) {
			c, err := r.Cookie("who")
			if err != nil {
				return "", nil
			}
			return c.Value, nil
		}})
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	create := func(ctx context.Context) error {
		rules := roomlog.RulesBody{Rules: protocol.Rules{Kind: protocol.Webcast, Collaboration: true}}
		return store.Create(ctx, roomID, rules, roomlog.DoorsBody{State: protocol.Open}, "mia", roomlog.Profile{Name: "Mia"})
	}
	m := http.NewServeMux()
	handle := func(route string, f func(w http.ResponseWriter, r *http.Request) error) {
		m.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			if err := f(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	handle("POST /api/v1/session", func(w http.ResponseWriter, _ *http.Request) error {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "mia"})
		return nil
	})
	handle("POST /api/v1/media", func(w http.ResponseWriter, r *http.Request) error {
		fmt.Fprintf(w, `{"id":%q}`, roomID)
		return create(r.Context())
	})
	handle("POST /api/v1/media/{id}/doors", func(http.ResponseWriter, *http.Request) error { return nil })
	handle("DELETE /api/v1/media/{id}", func(_ http.ResponseWriter, r *http.Request) error {
		return store.Delete(r.Context(), r.PathValue("id"))
	})
	handle("POST /api/v1/media/{id}/enter", func(w http.ResponseWriter, r *http.Request) error {
		var in struct{ Email, Name string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			return err
		}
		id := roomlog.ParticipantID([]byte("test"), r.PathValue("id"), in.Email)
		http.SetCookie(w, &http.Cookie{Name: "who", Value: id})
		http.SetCookie(w, &http.Cookie{Name: "device", Value: "d"})
		_, err := store.Admit(r.Context(), r.PathValue("id"), id, roomlog.Profile{Name: in.Name, Email: in.Email}, protocol.Viewer)
		return err
	})
	m.HandleFunc("GET /api/v1/rooms/{id}/socket", func(w http.ResponseWriter, r *http.Request) {
		if mangle == nil || !mangle(w, r) {
			h.Socket(w, r, r.PathValue("id"))
		}
	})
	m.Handle("/metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	m.HandleFunc("/debug/pprof/heap", func(http.ResponseWriter, *http.Request) {})
	srv := httptest.NewServer(m)
	t.Cleanup(func() { h.Close(); srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

func config(url string) Config {
	return Config{URL: url, Ops: url, Conns: 50, Rate: 100, Burst: 10, Duration: time.Second, Size: 200,
		Email: "mia@example.org", Password: "secret", JSON: true, settle: 10 * time.Millisecond}
}

func TestEveryMessageReachesEveryViewerOnce(t *testing.T) {
	c := config(newServer(t, nil))
	c.Floor = []string{os.Args[0], "load-floor"}
	var out bytes.Buffer
	if err := Run(t.Context(), c, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*Figures{"greenroom": r.Greenroom, "floor": r.Floor} {
		if f.Connections != 50 || f.Messages != 100 || f.Deliveries != 5000 || !f.clean() {
			t.Errorf("%s: %+v", name, f)
		}
		if f.Latency.P50 <= 0 || f.Latency.P99 < f.Latency.P50 || f.Latency.Max < f.Latency.P99 {
			t.Errorf("%s: latencies are %+v", name, f.Latency)
		}
	}
	if r.Greenroom.CPUPerJoin <= 0 || r.Ratio == nil {
		t.Errorf("report is %s", out.Bytes())
	}
	var table bytes.Buffer
	if err := r.print(&table); err != nil || !strings.Contains(table.String(), "CPU per delivery") {
		t.Fatalf("table is %v %s", err, table.String())
	}
}

func TestViewerThatFallsOutMakesTheRunUnclean(t *testing.T) {
	dropped := make(chan struct{}, 1)
	dropped <- struct{}{}
	c := config(newServer(t, func(w http.ResponseWriter, _ *http.Request) bool {
		select {
		case <-dropped:
			http.Error(w, "full", http.StatusServiceUnavailable)
			return true
		default:
			return false
		}
	}))
	c.Rate = 0
	var out bytes.Buffer
	if err := Run(t.Context(), c, &out, io.Discard); !errors.Is(err, ErrUnclean) || !strings.Contains(err.Error(), "503") {
		t.Fatalf("got %v", err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Greenroom.Failed != 1 || r.Greenroom.Connections != 49 {
		t.Fatalf("report is %s", out.Bytes())
	}
}

// TestGapsAndRepetitionsAreCounted feeds a viewer what a broken server would send.
func TestGapsAndRepetitionsAreCounted(t *testing.T) {
	c := newCrowd(nil)
	s := newStorm(1, 4, 100)
	c.storm.Store(s)
	v := &viewer{crowd: c}
	for _, n := range []int{0, 2, 1, 2} {
		line := fmt.Sprintf(`{"type":"chat","from":{},"text":"%s"}`, s.text(0, n, c.now()))
		if err := v.frame(opText, []byte(line+"\n"+`{"type":"presence"}`)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 4 {
		s.acked(0, n+firstID, c.now())
	}
	f := Figures{Connections: 1}
	f.messages(s, 4, time.Second)
	if f.Deliveries != 2 || f.Lost != 2 || f.Doubled != 2 {
		t.Fatalf("figures are %+v", f)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"nobody":        func(c *Config) { c.Conns = 0 },
		"tiny":          func(c *Config) { c.Size = 10 },
		"too fast":      func(c *Config) { c.Rate = 1000 },
		"no room":       func(c *Config) { c.Password = "" },
		"no server":     func(c *Config) { c.URL = "localhost" },
		"without bound": func(c *Config) { c.Duration = 1000 * time.Hour },
	} {
		c := config("http://127.0.0.1:1")
		change(&c)
		if err := Run(t.Context(), c, io.Discard, io.Discard); err == nil || errors.Is(err, ErrUnclean) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
