package hub_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// A room may hold more than a socket takes at once. The page that comes in
// reads it as fast as its network does, and isn't too slow for that.
func TestManyLongQuestionsKeepNobodyOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1000
		w.addNode()
		for i := range 10 {
			who := fmt.Sprintf("guest%d", i)
			_, err := s.Admit(t.Context(), roomID, who, roomlog.Profile{Name: who}, 1)
			must(t, err)
			p, _ := w.join(w.nodes[0], who)
			for range 20 {
				p.ok("ask", map[string]any{"text": strings.Repeat("<", 1200)})
			}
		}
		late := w.dial(w.nodes[0], "val", roomID)
		if n := len(late.hello("", 0)["questions"].([]any)); n != 200 {
			t.Fatalf("%d questions, want 200", n)
		}
		late.barrier()
	})
}

func TestNobodyFillsTheRoomWithQuestions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1000
		w.addNode()
		val, _ := w.join(w.nodes[0], "val")
		vic, _ := w.join(w.nodes[0], "vic")
		for n := range 50 {
			q := val.ok("ask", map[string]any{"text": "Why?"}).text("object")
			val.want("question", func(m message) bool { return m.text("question", "id") == q })
			if n == 0 {
				val.ok("withdraw", map[string]any{"question": q, "version": 1})
			}
		}
		val.refused(protocol.Conflict, "ask", map[string]any{"text": "Why?"})
		vic.ok("ask", map[string]any{"text": "Why?"})
	})
}

func TestHistoryCostsMoreThanOtherMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 1)
		val, welcome := w.join(w.nodes[0], "val")
		for range 60 {
			val.write(map[string]any{"type": "history", "id": val.count(), "channel": "chat", "before": welcome.text("cursor")})
		}
		val.want("error", func(m message) bool { return m.text("code") == string(protocol.RateLimited) && m.text("id") != "0" })
	})
}

// stuck connects as who through a socket that holds little, and reads nothing
// until release is called.
func (w *world) stuck(n *node, who string) (p *peer, release func()) {
	w.t.Helper()
	var tcp *net.TCPConn
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil {
			tcp = c.(*net.TCPConn)
			err = tcp.SetReadBuffer(4096)
		}
		return c, err
	}}}
	ws, _, err := websocket.Dial(w.t.Context(), n.url+"/"+roomID, &websocket.DialOptions{HTTPClient: client,
		Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"X-Participant": {who}, "Origin": {n.url}}})
	must(w.t, err)
	ws.SetReadLimit(1 << 24)
	w.t.Cleanup(func() { ws.CloseNow() })
	p = &peer{t: w.t, name: who, node: n, client: roomlog.NewID() + roomlog.NewID(), ws: ws, moved: make(chan struct{})}
	return p, func() {
		must(w.t, tcp.SetReadBuffer(1<<20))
		go p.read(context.WithoutCancel(w.t.Context()))
	}
}

// A device that was slow while its person was lowered gets nothing of what had
// been prepared for the role before.
func TestWhatWaitsForASlowDeviceIsGoneWithTheRole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1000
		w.addNode()
		mia, _ := w.join(w.nodes[0], "mia")
		moe, _ := w.join(w.nodes[0], "moe")
		before := moe.ok("whisper", map[string]any{"text": "canary"})
		for n := range 50 { // no welcome holds the canary any more
			mia.ok("whisper", map[string]any{"text": fmt.Sprint(n)})
			before = mia.want("whisper", has(fmt.Sprint(n)))
		}
		sue, release := w.stuck(w.nodes[0], "sue")
		sue.write(map[string]any{"type": "hello", "id": sue.count(), "client": sue.client})
		sue.write(map[string]any{"type": "chat", "id": sue.count(), "text": "here"})
		mia.want("chat", has("here"))
		for range 40 { // half a megabyte, which sue's socket doesn't take
			moe.ok("chat", map[string]any{"text": strings.Repeat("<", 2000)})
		}
		mia.barrier()
		sue.write(map[string]any{"type": "history", "id": sue.count(), "channel": "backchannel", "before": before.text("cursor"), "limit": 100})
		sue.write(map[string]any{"type": "chat", "id": sue.count(), "text": "asked"})
		mia.want("chat", has("asked"))
		mia.ok("set_role", map[string]any{"participant": "sue", "role": "viewer"})
		mia.want("role", nil)
		mia.barrier()
		release()
		sue.want("you", nil)
		sue.barrier()
		sue.mu.Lock()
		defer sue.mu.Unlock()
		if strings.Contains(sue.raw.String(), "canary") {
			t.Fatal("history of the backchannel came after the demotion")
		}
	})
}

func TestOneInvitationWaitsOnceHoweverManyTabsItHas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorldWith(t, s, 1, roomlog.DoorsBody{State: protocol.Scheduled})
		mia, _ := w.join(w.nodes[0], "mia")
		var tabs []*peer
		for range 11 {
			p := w.dial(w.nodes[0], "", roomID)
			p.write(map[string]any{"type": "hello", "id": p.count(), "client": p.client, "invite": "good"})
			p.want("welcome", nil)
			tabs = append(tabs, p)
		}
		tabs[0].wantClosed(protocol.CloseReplaced)
		tabs[10].barrier()
		if m := mia.want("presence", func(m message) bool { return m.text("waiting") != "0" }); m.text("waiting") != "1" {
			t.Fatalf("one invitation waits as %s", m.text("waiting"))
		}
	})
}

func TestRushOfTabsEndsWithAsManyAsOnePersonMayHave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 1)
		mia, _ := w.join(w.nodes[0], "mia")
		var rush sync.WaitGroup
		for range 60 {
			p := w.dial(w.nodes[0], "val", roomID)
			rush.Go(func() { p.write(map[string]any{"type": "hello", "id": 1, "client": p.client}) })
		}
		rush.Wait()
		mia.ok("roster", map[string]any{"open": true})
		mia.want("roster", func(m message) bool { return strings.Contains(fmt.Sprint(m), "devices:10 id:val") })
	})
}

// A node that has no file descriptors left can't even say so: whoever connects
// waits for an answer. So it says so before.
func TestFullNodeSendsPeopleElsewhere(t *testing.T) {
	w := newWorld(t, storetest.Embedded(t), 0)
	w.most = 2
	n := w.addNode()
	vic, _ := w.join(n, "vic")
	val, _ := w.join(n, "val")
	_, resp, err := websocket.Dial(t.Context(), n.url+"/"+roomID, &websocket.DialOptions{Subprotocols: []string{"greenroom.v1"},
		HTTPHeader: http.Header{"X-Participant": {"sue"}, "Origin": {n.url}}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Fatalf("a third connection: %v %v", resp, err)
	}
	vic.ok("chat", map[string]any{"text": "still here"})
	val.want("chat", nil)
}
