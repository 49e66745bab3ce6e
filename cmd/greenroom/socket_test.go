package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// socket is one tab of a browser in a room.
type socket struct {
	t   *testing.T
	ws  *websocket.Conn
	got []obj // read and not yet looked at
}

// connect opens the room's socket with the browser's cookies and says hello.
func (b *browser) connect(room string, hello obj) *socket {
	t := b.site.t
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), b.site.url+"/api/v1/rooms/"+room+"/socket", &websocket.DialOptions{
		HTTPClient: b.client, Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"Origin": {b.site.url}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	s := &socket{t: t, ws: ws}
	s.send(hello)
	return s
}

func hello() obj {
	return obj{"type": "hello", "id": 1, "client": strings.ToLower(roomlog.NewID())}
}

func (s *socket) send(m obj) {
	s.t.Helper()
	raw, err := json.Marshal(m)
	if err == nil {
		err = s.ws.Write(s.t.Context(), websocket.MessageText, raw)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// read returns the next message; code is set where the socket was closed instead.
func (s *socket) read() (m obj, code int) {
	s.t.Helper()
	for len(s.got) == 0 {
		ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
		_, frame, err := s.ws.Read(ctx)
		cancel()
		var closed websocket.CloseError
		if errors.As(err, &closed) {
			return nil, int(closed.Code)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		for _, line := range bytes.Split(bytes.TrimSpace(frame), []byte("\n")) {
			var m obj
			if err := json.Unmarshal(line, &m); err != nil {
				s.t.Fatal(err)
			}
			s.got = append(s.got, m)
		}
	}
	m, s.got = s.got[0], s.got[1:]
	return m, 0
}

// want reads on until a message of this type comes.
func (s *socket) want(kind string) obj {
	s.t.Helper()
	for {
		m, code := s.read()
		if code != 0 {
			s.t.Fatalf("closed with %d, want %s", code, kind)
		}
		if m["type"] == kind {
			return m
		}
	}
}

func (s *socket) wantClosed(code int) {
	s.t.Helper()
	for {
		if _, got := s.read(); got == code {
			return
		} else if got != 0 {
			s.t.Fatalf("closed with %d, want %d", got, code)
		}
	}
}

func TestLinkRaisesTheRoleInEveryTabWithoutLeaving(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		viewer, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(viewer, ada).want(http.StatusOK)
		tabs := []*socket{guest.connect(room, hello()), guest.connect(room, hello())}
		for _, tab := range tabs {
			if role := tab.want("welcome")["you"].(obj)["role"]; role != "viewer" {
				t.Fatalf("role %v", role)
			}
		}
		moderator, _ := mia.invite(room, ada, "moderator")
		guest.enter(moderator, "").want(http.StatusOK)
		for _, tab := range tabs {
			you := tab.want("you")["you"].(obj)
			if you["role"] != "moderator" || you["name"] != "Ada Byron" {
				t.Fatalf("you are %v", you)
			}
		}
	})
}

func TestWhoWaitsWithALinkHearsTheDoorsOpen(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		room := mia.make(obj{"title": "Later", "kind": "webcast", "start": "2126-12-03T15:00", "zone": "UTC"})
		token, _ := mia.invite(room, ada, "speaker")
		waiting := hello()
		waiting["invite"] = token
		tab := s.browser().connect(room, waiting)
		if w := tab.want("welcome"); w["you"] != nil || w["doors"].(obj)["state"] != "scheduled" {
			t.Fatalf("welcome %v", w)
		}
		mia.post("/media/"+room+"/doors", obj{"do": "delay", "word": "Soon"}).want(http.StatusOK)
		if word := tab.want("doors")["doors"].(obj)["word"]; word != "Soon" {
			t.Fatalf("word %v", word)
		}
		mia.post("/media/"+room+"/doors", obj{"do": "open"}).want(http.StatusOK)
		if state := tab.want("doors")["doors"].(obj)["state"]; state != "open" {
			t.Fatalf("doors %v", state)
		}
		// A link of another room, or none, opens no socket.
		other, _ := mia.invite(mia.live("room"), ada, "viewer")
		waiting["invite"] = other
		s.browser().connect(room, waiting).wantClosed(protocol.CloseSignedOut.Code)
		s.browser().connect(room, hello()).wantClosed(protocol.CloseSignedOut.Code)
	})
}

func TestDeletingAMediumClosesItsRoom(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		tab := mia.connect(room, hello())
		tab.want("welcome")
		mia.send("DELETE", "/media/"+room, nil).want(http.StatusNoContent)
		tab.wantClosed(protocol.CloseNotFound.Code)
	})
}

func TestSocketOfAnotherSiteIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		host := strings.TrimPrefix(s.url, "http://")
		for _, origin := range []string{"", "null", "https://evil.example", s.url + ".evil.example", "http://evil" + host,
			"https://" + host, "http://user@" + host, "file://", "chrome-extension://x"} {
			header := http.Header{}
			if origin != "" {
				header.Set("Origin", origin)
			}
			_, res, err := websocket.Dial(t.Context(), s.url+"/api/v1/rooms/"+room+"/socket",
				&websocket.DialOptions{HTTPClient: mia.client, HTTPHeader: header})
			if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
				t.Errorf("%q: %v, want 403", origin, err)
			}
		}
	})
}

func TestSigningOutClosesEveryTab(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "moderator")
		guest, other := s.browser(), s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		early := guest.connect(room, hello())
		early.want("welcome")
		// A new session id, and still the same browser.
		guest.post("/session", obj{"email": "mia@marlow.example", "password": password}).want(http.StatusOK)
		other.post("/session", obj{"email": "mia@marlow.example", "password": password}).want(http.StatusOK)
		tabs := []*socket{early, guest.connect(room, hello())}
		tabs[1].want("welcome")
		elsewhere := other.connect(room, hello())
		elsewhere.want("welcome")
		guest.send("DELETE", "/session", nil).want(http.StatusNoContent)
		for _, tab := range tabs {
			tab.wantClosed(protocol.CloseSignedOut.Code)
		}
		elsewhere.send(obj{"type": "chat", "id": 2, "text": "still here"})
		elsewhere.want("ack")
	})
}

func TestStageIsSecretUntilTheDoorsOpen(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		const stage = "https://cdn.example/live.m3u8"
		room := mia.make(obj{"title": "Later", "kind": "webcast", "start": "2126-12-03T15:00", "zone": "UTC", "access": "anyone", "stage_url": stage})
		token, _ := mia.invite(room, ada, "speaker")
		waiting := hello()
		waiting["invite"] = token
		lobby := s.browser().connect(room, waiting)
		guest := s.browser()
		guest.post("/media/"+room+"/enter", obj{"email": "eve@guest.example", "name": "Eve"}).want(http.StatusOK)
		early := guest.connect(room, hello())
		for _, tab := range []*socket{lobby, early} {
			if url := tab.want("welcome")["room"].(obj)["stage_url"]; url != nil {
				t.Fatalf("stage %v before the doors open", url)
			}
		}
		for _, b := range []*browser{guest, s.browser()} {
			if url := b.get("/media/" + room).text("stage_url"); url != "" {
				t.Fatalf("stage %v before the doors open", url)
			}
		}
		if url := mia.get("/media/" + room).text("stage_url"); url != stage {
			t.Fatalf("its manager sees %q", url)
		}
		mia.post("/media/"+room+"/doors", obj{"do": "open"}).want(http.StatusOK)
		if url := early.want("welcome")["room"].(obj)["stage_url"]; url != stage {
			t.Fatalf("stage %v with the doors open", url)
		}
	})
}

func TestUsedLinkIsNoPlaceInTheLobby(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		waiting := hello()
		waiting["invite"] = token
		s.browser().connect(room, waiting).wantClosed(protocol.CloseSignedOut.Code)
		guest.connect(room, waiting).want("welcome")
	})
}
