package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

const roomID = "aaaaaaaaaaaaaaaa"

// world is one room on some nodes that share a store.
type world struct {
	t     testing.TB
	store *roomlog.Store
	nodes []*node
	pace  int
}

type node struct {
	hub *hub.Hub
	url string
}

// newWorld makes an open webcast with the manager "mia", the moderator "moe",
// the speaker "sue" and the viewers "vic" and "val", on n nodes.
func newWorld(t testing.TB, s *roomlog.Store, n int) *world {
	return newWorldWith(t, s, n, roomlog.DoorsBody{State: protocol.Open})
}

func newWorldWith(t testing.TB, s *roomlog.Store, n int, doors roomlog.DoorsBody) *world {
	t.Helper()
	w := &world{t: t, store: s}
	rules := roomlog.RulesBody{Rules: protocol.Rules{Kind: protocol.Webcast, Collaboration: true}, Info: protocol.RoomInfo{Title: "Town hall"}}
	must(t, s.Create(t.Context(), roomID, rules, doors, "mia", roomlog.Profile{Name: "Mia"}))
	for who, role := range map[string]protocol.Role{"moe": protocol.Moderator, "sue": protocol.Speaker, "vic": protocol.Viewer, "val": protocol.Viewer} {
		_, err := s.Admit(t.Context(), roomID, who, roomlog.Profile{Name: who, Email: who + "@secret.example"}, role)
		must(t, err)
	}
	for range n {
		w.addNode()
	}
	return w
}

func (w *world) addNode() *node {
	h := hub.New(hub.Config{Store: w.store, Secret: []byte("test"), Log: zerolog.Nop(), Pace: w.pace,
		Identify: func(r *http.Request, _ string) (string, error) { return r.Header.Get("X-Participant"), nil },
		Lobby: func(_ context.Context, _, token string) error {
			if token != "good" {
				return protocol.Errorf(protocol.LinkInvalid, "bad")
			}
			return nil
		}})
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h.Socket(rw, r, strings.TrimPrefix(r.URL.Path, "/"))
	}))
	w.t.Cleanup(func() { h.Close(); srv.CloseClientConnections(); srv.Close() })
	n := &node{h, srv.URL}
	w.nodes = append(w.nodes, n)
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// message is any server message, loosely.
type message map[string]any

func (m message) text(path ...string) string {
	var v any = map[string]any(m)
	for _, p := range path {
		obj, _ := v.(map[string]any)
		v = obj[p]
	}
	return fmt.Sprint(v)
}

// peer is one browser in the room.
type peer struct {
	t      testing.TB
	name   string
	node   *node
	client string
	ws     *websocket.Conn
	next   int64

	mu     sync.Mutex // guards the following
	got    []message
	raw    bytes.Buffer
	cursor string
	seen   int // messages that want has gone by
	closed *websocket.CloseError
	moved  chan struct{}
}

// join connects as who and waits for the welcome.
func (w *world) join(n *node, who string) (*peer, message) {
	w.t.Helper()
	p := w.dial(n, who, roomID)
	return p, p.hello("", 0)
}

func (w *world) dial(n *node, who, room string) *peer {
	w.t.Helper()
	ws, _, err := websocket.Dial(w.t.Context(), n.url+"/"+room, &websocket.DialOptions{Subprotocols: []string{"greenroom.v1"},
		HTTPHeader: http.Header{"X-Participant": {who}, "Origin": {n.url}}})
	must(w.t, err)
	ws.SetReadLimit(1 << 24)
	p := &peer{t: w.t, name: who, node: n, client: roomlog.NewID() + roomlog.NewID(), ws: ws, moved: make(chan struct{})}
	go p.read(context.WithoutCancel(w.t.Context()))
	w.t.Cleanup(func() { ws.CloseNow() })
	return p
}

func (p *peer) read(ctx context.Context) {
	for {
		_, frame, err := p.ws.Read(ctx)
		p.mu.Lock()
		if err != nil {
			p.closed = &websocket.CloseError{Code: -1}
			errors.As(err, p.closed)
		}
		p.raw.Write(frame)
		for line := range bytes.Lines(frame) {
			m := message{}
			if json.Unmarshal(line, &m) == nil {
				p.got = append(p.got, m)
				if c, ok := m["cursor"].(string); ok && m.text("type") != "history" {
					p.cursor = c
				}
			}
		}
		close(p.moved)
		p.moved = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *peer) hello(after string, version int64) message {
	p.t.Helper()
	p.write(map[string]any{"type": "hello", "id": p.count(), "client": p.client, "after": after, "version": version})
	return p.want("welcome", nil)
}

// at returns the cursor up to which p has come.
func (p *peer) at() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cursor
}

func (p *peer) count() int64 { p.next++; return p.next }

func (p *peer) write(v any) {
	p.t.Helper()
	b, ok := v.(string)
	if !ok {
		raw, err := json.Marshal(v)
		must(p.t, err)
		b = string(raw)
	}
	must(p.t, p.ws.Write(p.t.Context(), websocket.MessageText, []byte(b)))
}

// do sends a command and returns its reply.
func (p *peer) do(kind string, fields map[string]any) message {
	p.t.Helper()
	id := p.count()
	m := map[string]any{"type": kind, "id": id}
	for k, v := range fields {
		m[k] = v
	}
	p.write(m)
	return p.reply(id)
}

func (p *peer) reply(id int64) message {
	p.t.Helper()
	return p.wait(func(m message) bool {
		t := m.text("type")
		return (t == "ack" || t == "error" || t == "history" || t == "pong") && m["id"] == float64(id)
	}, fmt.Sprint("reply to ", id), false)
}

func (p *peer) ok(kind string, fields map[string]any) message {
	p.t.Helper()
	m := p.do(kind, fields)
	if m.text("type") == "error" {
		p.t.Fatalf("%s: %s was refused: %v", p.name, kind, m)
	}
	return m
}

func (p *peer) refused(code protocol.Code, kind string, fields map[string]any) {
	p.t.Helper()
	if m := p.do(kind, fields); m.text("code") != string(code) {
		p.t.Fatalf("%s: %s %v: got %v, want %s", p.name, kind, fields, m, code)
	}
}

// want returns the next message of a type that match accepts.
func (p *peer) want(kind string, match func(message) bool) message {
	p.t.Helper()
	return p.wait(func(m message) bool { return m.text("type") == kind && (match == nil || match(m)) }, kind, true)
}

func (p *peer) wait(match func(message) bool, what string, consume bool) message {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	from := 0
	for {
		p.mu.Lock()
		if consume {
			from = max(from, p.seen)
		}
		for i := from; i < len(p.got); i++ {
			if match(p.got[i]) {
				if consume {
					p.seen = i + 1
				}
				m := p.got[i]
				p.mu.Unlock()
				return m
			}
		}
		from = len(p.got)
		moved, closed := p.moved, p.closed
		p.mu.Unlock()
		if closed != nil {
			p.t.Fatalf("%s: closed with %d %s while waiting for %s", p.name, closed.Code, closed.Reason, what)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			p.t.Fatalf("%s: %s did not come; got %v", p.name, what, p.got)
		}
	}
}

// wantClosed waits for the end of the connection.
func (p *peer) wantClosed(reason protocol.CloseReason) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	for {
		p.mu.Lock()
		moved, closed := p.moved, p.closed
		p.mu.Unlock()
		if closed != nil {
			if int(closed.Code) != reason.Code {
				p.t.Fatalf("%s: closed with %d %s, want %d", p.name, closed.Code, closed.Reason, reason.Code)
			}
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			p.t.Fatalf("%s: was not closed", p.name)
		}
	}
}

// barrier returns when everything that was on its way to p has come.
func (p *peer) barrier() { p.t.Helper(); p.do("ping", nil) }

func (p *peer) all(kind string) []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []message
	for _, m := range p.got {
		if m.text("type") == kind {
			list = append(list, m)
		}
	}
	return list
}

func has(text string) func(message) bool {
	return func(m message) bool { return m.text("text") == text }
}

func TestChatReachesEverybodyOnEveryNode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		vic, welcome := w.join(w.nodes[0], "vic")
		if welcome.text("you", "role") != "viewer" || welcome.text("room", "title") != "Town hall" {
			t.Fatalf("welcome is %v", welcome)
		}
		moe, _ := w.join(w.nodes[1], "moe")
		made := vic.ok("chat", map[string]any{"text": "hello"}).text("object")
		for _, p := range []*peer{vic, moe} {
			if m := p.want("chat", has("hello")); m.text("from", "name") != "vic" || m.text("id") != made {
				t.Fatalf("%s got %v of %s", p.name, m, made)
			}
		}
	})
}

func TestBackchannelStaysWithTheStaff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		vic, _ := w.join(w.nodes[0], "vic")
		moe, _ := w.join(w.nodes[0], "moe")
		sue, _ := w.join(w.nodes[1], "sue")
		sue.ok("whisper", map[string]any{"text": "canary"})
		moe.want("whisper", has("canary"))
		vic.refused(protocol.Forbidden, "whisper", map[string]any{"text": "let me in"})
		vic.refused(protocol.Forbidden, "history", map[string]any{"channel": "backchannel", "before": moe.at()})
		page := vic.ok("history", map[string]any{"channel": "chat", "before": moe.at()})
		if len(page["messages"].([]any)) != 0 {
			t.Fatalf("history shows %v", page)
		}
		vic.barrier()
		if bytes.Contains(vic.raw.Bytes(), []byte("canary")) {
			t.Fatal("a viewer got a byte of the backchannel")
		}
	})
}

func TestPromotionReachesEveryDeviceInPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		sue, _ := w.join(w.nodes[0], "sue")
		sue.ok("whisper", map[string]any{"text": "before"})
		mia, _ := w.join(w.nodes[0], "mia")
		a, _ := w.join(w.nodes[0], "vic")
		b, _ := w.join(w.nodes[1], "vic")
		mia.ok("set_role", map[string]any{"participant": "vic", "role": "moderator"})
		for _, p := range []*peer{a, b} {
			you := p.want("you", nil)
			if you.text("you", "role") != "moderator" || len(you["backchannel"].([]any)) != 0 {
				t.Fatalf("got %v", you)
			}
			p.write(map[string]any{"type": "applied", "version": you["you"].(map[string]any)["version"]})
		}
		mia.want("receipt", func(m message) bool { return m.text("devices") == "2" && m.text("applied") == "2" })
		a.ok("whisper", map[string]any{"text": "I am here"})
		b.want("whisper", has("I am here"))
		mia.ok("set_role", map[string]any{"participant": "vic", "role": "viewer"})
		for _, p := range []*peer{a, b} {
			you := p.want("you", nil)
			if you.text("you", "role") != "viewer" || len(you["backchannel"].([]any)) != 0 {
				t.Fatalf("got %v", you)
			}
			p.refused(protocol.Forbidden, "whisper", map[string]any{"text": "still here?"})
		}
		mia.ok("set_role", map[string]any{"participant": "val", "role": "speaker"})
		mia.want("receipt", func(m message) bool { return m.text("participant") == "val" && m.text("devices") == "0" })
	})
}

func TestQuestionGoesItsWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		vic, _ := w.join(w.nodes[0], "vic")
		val, _ := w.join(w.nodes[1], "val")
		moe, _ := w.join(w.nodes[1], "moe")
		mia, _ := w.join(w.nodes[0], "mia")
		mia.ok("settings", map[string]any{"premoderation": true})
		vic.want("settings", nil)
		q := vic.ok("ask", map[string]any{"text": "Why?", "anonymous": true}).text("object")
		of := func(state string) func(message) bool {
			return func(m message) bool { return m.text("question", "id") == q && m.text("question", "state") == state }
		}
		if m := vic.want("question", of("held")); m.text("question", "mine") != "true" {
			t.Fatalf("asker sees %v", m)
		}
		held := moe.want("question", of("held"))
		if held.text("question", "asker", "name") != "vic" {
			t.Fatalf("the desk sees %v", held)
		}
		moe.ok("publish", map[string]any{"question": q, "version": 1})
		open := val.want("question", of("open"))
		if open.text("question", "asker") != "<nil>" || open.text("question", "mine") != "<nil>" {
			t.Fatalf("the audience sees %v", open)
		}
		if len(val.all("question")) != 1 {
			t.Fatal("the audience saw a held question")
		}
		val.ok("vote", map[string]any{"question": q, "on": true})
		val.ok("vote", map[string]any{"question": q, "on": true})
		vic.want("votes", func(m message) bool { return m.text("counts", q) == "1" })
		moe.refused(protocol.Conflict, "answer_live", map[string]any{"question": q, "version": 1})
		moe.ok("answer_live", map[string]any{"question": q, "version": 2})
		if now := val.want("question", of("now")); now.text("question", "at") != held.text("question", "at") {
			t.Fatalf("asked at %s, shown as %s", held.text("question", "at"), now.text("question", "at"))
		}
		moe.ok("answer", map[string]any{"question": q, "version": 3, "text": "Because.", "to": "asker"})
		vic.want("question", func(m message) bool { return of("answered")(m) && strings.Contains(fmt.Sprint(m), "Because.") })
		m := val.want("question", of("answered"))
		if strings.Contains(fmt.Sprint(m), "Because.") {
			t.Fatal("a private answer reached the audience")
		}
		moe.ok("dismiss", map[string]any{"question": q, "version": 4, "reason": "done"})
		val.want("question_gone", nil)
		vic.want("question", func(m message) bool { return of("dismissed")(m) && m.text("question", "reason") == "done" })
	})
}

func TestResumeMissesNothingAndDoublesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		vic, _ := w.join(w.nodes[0], "vic")
		sue, _ := w.join(w.nodes[1], "sue")
		say := func(i int) {
			sue.ok("whisper", map[string]any{"text": fmt.Sprint("secret ", i)})
			sue.ok("chat", map[string]any{"text": fmt.Sprint("m", i)})
		}
		for i := range 3 {
			say(i)
		}
		vic.want("chat", has("m2"))
		vic.ws.CloseNow()
		for i := 3; i < 7; i++ {
			say(i)
		}
		back := w.dial(w.nodes[1], "vic", roomID)
		if m := back.hello(vic.at(), 0); m["resumed"] != true {
			t.Fatalf("welcome is %v", m)
		}
		say(7)
		back.want("chat", has("m7"))
		var got []string
		for _, m := range back.all("chat") {
			got = append(got, m.text("text"))
		}
		if fmt.Sprint(got) != "[m3 m4 m5 m6 m7]" {
			t.Fatalf("resumed with %v", got)
		}
		other := w.dial(w.nodes[0], "vic", roomID)
		if m := other.hello("AAAAAAAAAAAAAAAAAAAAAA", 0); m["resumed"] != false {
			t.Fatal("a forged cursor was taken")
		}
	})
}

func TestDoorsOpenByThemselvesForEverybodyWhoWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		now, err := s.Now(t.Context())
		must(t, err)
		w := newWorldWith(t, s, 2, roomlog.DoorsBody{State: protocol.Scheduled, Start: now.Add(1200 * time.Millisecond).UnixMilli()})
		vic, welcome := w.join(w.nodes[0], "vic")
		if welcome.text("doors", "state") != "scheduled" || welcome.text("you", "capabilities") != "[]" {
			t.Fatalf("welcome is %v", welcome)
		}
		lobby := w.dial(w.nodes[1], "", roomID)
		lobby.write(map[string]any{"type": "hello", "id": 1, "client": lobby.client, "invite": "good"})
		if m := lobby.want("welcome", nil); m["you"] != nil {
			t.Fatalf("the lobby sees %v", m)
		}
		bad := w.dial(w.nodes[1], "", roomID)
		bad.write(map[string]any{"type": "hello", "id": 1, "client": bad.client, "invite": "bad"})
		bad.wantClosed(protocol.CloseSignedOut)
		vic.refused(protocol.Forbidden, "chat", map[string]any{"text": "early"})
		open := func(m message) bool { return m.text("doors", "state") == "open" }
		lobby.want("doors", open)
		if m := vic.want("welcome", open); m.text("you", "role") != "viewer" {
			t.Fatalf("welcome is %v", m)
		}
		vic.ok("chat", map[string]any{"text": "at last"})
		entries, err := s.Read(t.Context(), roomID, roomlog.Position{}, 1000)
		must(t, err)
		opened := 0
		for _, e := range entries {
			if e.Kind == "doors" && bytes.Contains(e.Body, []byte(`"open"`)) {
				opened++
			}
		}
		if opened != 1 {
			t.Fatalf("the doors opened %d times", opened)
		}
	})
}

func TestRemovedPersonIsOutOnEveryDevice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		a, _ := w.join(w.nodes[0], "vic")
		b, _ := w.join(w.nodes[1], "vic")
		mia, _ := w.join(w.nodes[1], "mia")
		mia.ok("remove", map[string]any{"participant": "vic"})
		a.wantClosed(protocol.CloseRemoved)
		b.wantClosed(protocol.CloseRemoved)
		again := w.dial(w.nodes[0], "vic", roomID)
		again.write(map[string]any{"type": "hello", "id": 1, "client": again.client})
		again.wantClosed(protocol.CloseRemoved)
		mia.ok("readmit", map[string]any{"participant": "vic"})
		w.join(w.nodes[0], "vic")
	})
}

func TestRosterShowsWhoIsHereAndNoEmail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		mia, _ := w.join(w.nodes[0], "mia")
		w.join(w.nodes[1], "vic")
		w.join(w.nodes[0], "vic")
		mia.ok("roster", map[string]any{"open": true})
		m := mia.want("roster", func(m message) bool { return strings.Contains(fmt.Sprint(m), "devices:2") })
		if m.text("total") != "2" || strings.Contains(mia.raw.String(), "secret.example") {
			t.Fatalf("roster is %v", m)
		}
		mia.ok("roster", map[string]any{"open": true, "search": "zzz"})
		m = mia.want("roster", func(m message) bool { return m.text("search") == "zzz" })
		if strings.Contains(fmt.Sprint(m["groups"]), "vic") {
			t.Fatalf("search found %v", m)
		}
	})
}
