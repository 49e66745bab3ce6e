package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/session"
	"greenroom/static"
)

const password = "a long enough password"

// site is a running server with an admin, on a store of its own.
type site struct {
	t      *testing.T
	server *server
	url    string
	log    *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// app is the browser app, compressed once for all tests.
var app = sync.OnceValues(static.New)

func newSite(t *testing.T, store *roomlog.Store) *site {
	t.Helper()
	log := new(syncBuffer)
	public := httptest.NewUnstartedServer(nil)
	pages, err := app()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(t.Context(), &config{}, "http://"+public.Listener.Addr().String(), store, pages, zerolog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	s.sessions.HashCheaply()
	if public.Config.Handler, err = s.handler(); err != nil {
		t.Fatal(err)
	}
	public.Start()
	t.Cleanup(s.hub.Close)
	t.Cleanup(public.Close)
	return &site{t: t, server: s, url: public.URL, log: log}
}

// account makes an account and returns a browser that is signed in to it.
func (s *site) account(first string, admin bool) *browser {
	s.t.Helper()
	email := strings.ToLower(first) + "@marlow.example"
	_, err := s.server.sessions.Create(s.t.Context(), session.Account{Email: email, First: first, Last: "Lind", Admin: admin}, password)
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	b.post("/session", obj{"email": email, "password": password}).want(http.StatusOK)
	return b
}

// browser is one cookie jar.
type browser struct {
	site   *site
	client *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type obj = map[string]any

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	raw    string
	body   obj
}

func (b *browser) get(path string) answer            { return b.send("GET", path, nil) }
func (b *browser) post(path string, body any) answer { return b.send("POST", path, body) }

// send sends body as JSON; a string as it is; nil as no body.
func (b *browser) send(method, path string, body any, headers ...string) answer {
	b.site.t.Helper()
	var in io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			b.site.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, b.site.url+"/api/v1"+path, in)
	if err != nil {
		b.site.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.site.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.site.t.Fatal(err)
	}
	a := answer{t: b.site.t, what: method + " " + path, status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d %s, want %d", a.what, a.status, a.raw, status)
	}
	return a
}

// refused wants a problem with this code, in the form that all have.
func (a answer) refused(code protocol.Code) answer {
	a.t.Helper()
	if a.body["code"] != string(code) || a.status != code.Status() || a.header.Get("Content-Type") != "application/problem+json" ||
		a.body["title"] != code.Title() || a.body["detail"] == "" {
		a.t.Fatalf("%s: got %d %s, want %s", a.what, a.status, a.raw, code)
	}
	return a
}

func (a answer) text(field string) string {
	s, _ := a.body[field].(string)
	return s
}

// at walks into the answer.
func (a answer) at(path ...string) any {
	var v any = a.body
	for _, name := range path {
		m, _ := v.(obj)
		v = m[name]
	}
	return v
}
