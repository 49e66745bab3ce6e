package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func TestFlagComesBeforeEnvironmentBeforeDefault(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("k", 40)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		args []string
		env  []string
		want config
	}{
		{"default", nil, []string{"HOME=/"}, config{addr: "127.0.0.1:8080"}},
		{"environment", nil, []string{"GREENROOM_ADDR=:1", "GREENROOM_PROXY=true"}, config{addr: ":1", proxy: true}},
		{"flag", []string{"-addr", ":2", "-proxy=false"}, []string{"GREENROOM_ADDR=:1", "GREENROOM_PROXY=1"}, config{addr: ":2"}},
		{"file", nil, []string{"GREENROOM_SECRET_FILE=" + secret}, config{addr: "127.0.0.1:8080", secret: strings.Repeat("k", 40)}},
		{"url", []string{"-url", "https://live.example.org/"}, nil, config{addr: "127.0.0.1:8080", url: "https://live.example.org"}},
	} {
		got, err := readConfig("serve", tc.args, tc.env, io.Discard)
		if err != nil || *got != tc.want {
			t.Errorf("%s: got %+v, %v; want %+v", tc.name, got, err, tc.want)
		}
	}
}

func TestWrongSettingsAreErrors(t *testing.T) {
	for _, tc := range []struct {
		args, env []string
	}{
		{[]string{"-nope"}, nil},
		{[]string{"-json"}, nil},
		{[]string{"extra"}, nil},
		{[]string{"-addr", "8080"}, nil},
		{[]string{"-ops", "x"}, nil},
		{[]string{"-secret", "short"}, nil},
		{[]string{"-url", "live.example.org"}, nil},
		{[]string{"-url", "https://live.example.org/sub"}, nil},
		{[]string{"-url", "ftp://live.example.org"}, nil},
		{nil, []string{"GREENROOM_NOPE=1"}},
		{nil, []string{"GREENROOM_ADDR_FILE=/x"}},
		{nil, []string{"GREENROOM_PROXY=maybe"}},
		{nil, []string{"GREENROOM_SECRET_FILE=/does/not/exist"}},
		{nil, []string{"GREENROOM_SECRET_FILE=/x", "GREENROOM_SECRET=" + strings.Repeat("k", 40)}},
		{nil, []string{"GREENROOM_ADMIN_EMAIL=mia@marlow.example"}},
	} {
		if c, err := readConfig("serve", tc.args, tc.env, io.Discard); err == nil {
			t.Errorf("%v %v: taken as %+v", tc.args, tc.env, c)
		}
	}
	if _, err := readConfig("serve", []string{"-h"}, nil, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

func TestDemoPrintsOneLineWithAWayInForEachRole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		var out bytes.Buffer
		if err := s.server.prepare(t.Context(), "demo", &config{json: true}, &out); err != nil {
			t.Fatal(err)
		}
		if strings.Count(out.String(), "\n") != 1 {
			t.Fatalf("not one line: %s", out.String())
		}
		var links demoLinks
		if err := json.Unmarshal(out.Bytes(), &links); err != nil {
			t.Fatal(err)
		}
		var roles []string
		for _, l := range links.Invites {
			roles = append(roles, l.Role)
			_, token, _ := strings.Cut(l.Link, "#")
			b := s.browser()
			b.look(token).want(http.StatusOK)
			in := b.enter(token, l.Email).want(http.StatusOK)
			if in.text("role") != l.Role || in.text("url") != "/r/"+links.Room {
				t.Errorf("%s enters as %s", l.Role, in.raw)
			}
			b.wantRole(links.Room, l.Role)
			if l.Role == "manager" {
				if b.get("/session").at("account", "email") != l.Email {
					t.Error("the manager's link doesn't sign in")
				}
				b.get("/media/" + links.Room + "/invites").want(http.StatusOK)
				s.browser().post("/session", obj{"email": l.Email, "password": l.Password}).want(http.StatusOK)
			}
			s.browser().enter(token, l.Email).want(http.StatusGone)
		}
		if !slices.Equal(roles, []string{"viewer", "speaker", "moderator", "manager"}) {
			t.Errorf("roles %v", roles)
		}
		if s.entries(links.Room, "chat") == 0 || s.entries(links.Room, "question") == 0 {
			t.Error("the room is empty")
		}
	})
}

func TestFirstAdminFromTheEnvironmentIsMadeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		c := &config{adminEmail: "mia@marlow.example", adminPassword: password}
		for range 2 {
			var out bytes.Buffer
			if err := s.server.prepare(t.Context(), "serve", c, &out); err != nil || out.Len() > 0 {
				t.Fatalf("%v, printed %q", err, out.String())
			}
		}
		b := s.browser()
		if a := b.post("/session", obj{"email": "mia@marlow.example", "password": password}).want(http.StatusOK); a.at("account", "admin") != true {
			t.Fatalf("no admin: %s", a.raw)
		}
		// Started again with another password: the one in use stays.
		c.adminPassword += " changed"
		if err := s.server.prepare(t.Context(), "serve", c, io.Discard); err != nil {
			t.Fatal(err)
		}
		b.post("/session", obj{"email": "mia@marlow.example", "password": password}).want(http.StatusOK)
	})
}

func TestReadyTellsTheStoreAndDraining(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		ready := func() (int, string) {
			res, err := http.Get(s.url + "/readyz")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(body)
		}
		mode := map[bool]string{true: `"mode":"memory"`, false: `"mode":"redis"`}[store.Embedded]
		if status, body := ready(); status != http.StatusOK || !strings.Contains(body, mode) {
			t.Fatalf("%d %s", status, body)
		}
		s.server.hub.Drain(t.Context())
		if status, body := ready(); status != http.StatusServiceUnavailable || !strings.Contains(body, `"draining":"fail"`) {
			t.Fatalf("%d %s", status, body)
		}
		res, err := http.Get(s.url + "/healthz")
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%v %v", res, err)
		}
		res.Body.Close()
	})
}

func TestOpsAreNotOnThePublicListener(t *testing.T) {
	s := newSite(t, storetest.Embedded(t))
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars"} {
		res, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}
