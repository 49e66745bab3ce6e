package hub_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// TestDemotionIsExactForWritingAndReading lets somebody write to the
// backchannel a thousand times, from twenty devices on two nodes, while they
// are demoted and others go on. What the log accepted stands before the
// demotion, and no device gets a staff byte after it.
func TestDemotionIsExactForWritingAndReading(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1_000_000
		w.addNode()
		w.addNode()
		mia, _ := w.join(w.nodes[0], "mia")
		moe, _ := w.join(w.nodes[1], "moe")
		mia.ok("settings", map[string]any{"premoderation": true})
		var devices []*peer
		for i := range 20 {
			p, _ := w.join(w.nodes[i%2], "sue")
			devices = append(devices, p)
		}
		var accepted, refused atomic.Int64
		var posts sync.WaitGroup
		half := make(chan struct{})
		for i, p := range devices {
			posts.Go(func() {
				for n := range 50 {
					if i == 0 && n == 20 {
						close(half)
					}
					switch m := p.do("whisper", map[string]any{"text": fmt.Sprintf("canary-%d-%d", i, n)}); m.text("type") {
					case "ack":
						accepted.Add(1)
					default:
						if m.text("code") == string(protocol.Forbidden) {
							refused.Add(1)
						}
					}
				}
			})
		}
		posts.Go(func() {
			<-half
			mia.ok("set_role", map[string]any{"participant": "sue", "role": "viewer"})
			moe.ok("whisper", map[string]any{"text": "canary-after"})
			q := moe.ok("ask", map[string]any{"text": "canary-question"}).text("object")
			moe.want("question", nil)
			moe.ok("dismiss", map[string]any{"question": q, "version": 1, "reason": "canary-reason"})
		})
		posts.Wait()
		entries, err := s.Read(t.Context(), roomID, roomlog.Position{}, 10_000)
		must(t, err)
		demoted, before := false, int64(0)
		for _, e := range entries {
			demoted = demoted || e.Kind == "role" && e.Actor == "mia"
			if e.Kind != "whisper" || e.Actor != "sue" {
				continue
			}
			if demoted {
				t.Fatalf("entry %d of the demoted person stands after the demotion", e.Seq)
			}
			before++
		}
		if !demoted || before != accepted.Load() || accepted.Load()+refused.Load() != 1000 || refused.Load() == 0 {
			t.Fatalf("accepted %d, of them in the log %d, refused %d", accepted.Load(), before, refused.Load())
		}
		for _, p := range devices {
			p.want("you", func(m message) bool { return m.text("you", "role") == "viewer" })
			p.barrier()
			p.mu.Lock()
			raw := p.raw.Bytes()
			at := bytes.Index(raw, []byte(`"type":"you"`))
			rest := raw[at:]
			for _, staffOnly := range []string{"canary-after", "canary-reason", `"type":"whisper"`, "canary-0"} {
				if bytes.Contains(rest, []byte(staffOnly)) {
					t.Errorf("a device got %s after the demotion", staffOnly)
				}
			}
			p.mu.Unlock()
		}
	})
}

// TestViewerNeverGetsAStaffByte puts a canary into everything that only some
// may see, and looks for it in every byte that a viewer's socket got.
func TestViewerNeverGetsAStaffByte(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		mia, _ := w.join(w.nodes[0], "mia")
		moe, _ := w.join(w.nodes[1], "moe")
		val, _ := w.join(w.nodes[0], "val")
		vic, _ := w.join(w.nodes[0], "vic")
		mia.ok("settings", map[string]any{"premoderation": true})
		val.want("settings", nil)
		q := val.ok("ask", map[string]any{"text": "canary-held", "anonymous": true}).text("object")
		moe.want("question", nil)
		moe.ok("whisper", map[string]any{"text": "canary-whisper"})
		moe.ok("mute", map[string]any{"participant": "val", "minutes": 5})
		mia.ok("set_role", map[string]any{"participant": "sue", "role": "moderator"})
		moe.ok("answer", map[string]any{"question": q, "version": 1, "text": "canary-private", "to": "asker"})
		mia.ok("roster", map[string]any{"open": true})
		vic.refused(protocol.Forbidden, "roster", map[string]any{"open": true})
		val.want("question", func(m message) bool { return strings.Contains(fmt.Sprint(m), "canary-private") })
		back := w.dial(w.nodes[1], "vic", roomID)
		back.hello("", 0)
		late := w.dial(w.nodes[1], "vic", roomID)
		late.hello(vic.at(), 0)
		for _, p := range []*peer{vic, back, late} {
			p.do("history", map[string]any{"channel": "chat", "before": moe.at()})
			p.barrier()
			p.mu.Lock()
			raw := p.raw.String()
			p.mu.Unlock()
			for _, secret := range []string{"canary", "secret.example", `"type":"role"`, `"type":"muted"`, q} {
				if strings.Contains(raw, secret) {
					t.Errorf("a viewer got %s in %s", secret, raw)
				}
			}
		}
	})
}

func TestRetryAfterALostReplyIsDoneOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 2)
		moe, _ := w.join(w.nodes[0], "moe")
		mia, _ := w.join(w.nodes[0], "mia")
		q := moe.ok("ask", map[string]any{"text": "Why?"}).text("object")
		moe.want("question", nil)
		first := moe.ok("dismiss", map[string]any{"question": q, "version": 1})
		id := moe.next
		moe.ws.CloseNow()
		mia.ok("set_role", map[string]any{"participant": "moe", "role": "viewer"})
		back := w.dial(w.nodes[1], "moe", roomID)
		back.client = moe.client
		back.hello(moe.at(), 0)
		back.write(map[string]any{"type": "dismiss", "id": id, "question": q, "version": 1})
		if again := back.reply(id); again.text("type") != "ack" || again.text("at") != first.text("at") {
			t.Fatalf("the repetition got %v, want %v", again, first)
		}
	})
}

// TestBadInputIsAnsweredAndWritesNothing sends every message in every wrong
// way that a type allows.
func TestBadInputIsAnsweredAndWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 1)
		mia, _ := w.join(w.nodes[0], "mia")
		vic, _ := w.join(w.nodes[0], "vic")
		val, _ := w.join(w.nodes[0], "val")
		q := val.ok("ask", map[string]any{"text": "Mine"}).text("object")
		mia.want("question", nil)
		entries := func() int {
			list, err := s.Read(t.Context(), roomID, roomlog.Position{}, 10_000)
			must(t, err)
			return len(list)
		}
		n := entries()
		long := strings.Repeat("x", 5000)
		type fields = map[string]any
		for _, c := range []struct {
			code protocol.Code
			kind string
			with fields
		}{
			{protocol.BadRequest, "nonsense", nil},
			{protocol.BadRequest, "hello", fields{"client": "x"}},
			{protocol.BadRequest, "chat", nil},
			{protocol.BadRequest, "chat", fields{"text": " \u202e\n "}},
			{protocol.BadRequest, "chat", fields{"text": long}},
			{protocol.BadRequest, "chat", fields{"text": 7}},
			{protocol.BadRequest, "chat", fields{"text": "x", "more": 1}},
			{protocol.BadRequest, "whisper", fields{"text": long}},
			{protocol.BadRequest, "history", fields{"channel": "secret", "before": mia.at()}},
			{protocol.BadRequest, "history", fields{"channel": "chat", "before": "x"}},
			{protocol.BadRequest, "history", fields{"channel": "chat", "before": mia.at(), "limit": 1000}},
			{protocol.BadRequest, "ask", fields{"text": ""}},
			{protocol.NotFound, "withdraw", fields{"question": "other", "version": 1}},
			{protocol.Forbidden, "withdraw", fields{"question": q, "version": 1}},
			{protocol.NotFound, "vote", fields{"question": "other", "on": true}},
			{protocol.NotFound, "publish", fields{"question": "", "version": 1}},
			{protocol.Conflict, "publish", fields{"question": q, "version": 1}},
			{protocol.Conflict, "dismiss", fields{"question": q, "version": 9}},
			{protocol.BadRequest, "dismiss", fields{"question": q, "version": 1, "reason": long}},
			{protocol.BadRequest, "answer", fields{"question": q, "version": 1, "text": "x", "to": "nobody"}},
			{protocol.BadRequest, "answer", fields{"question": q, "version": 1, "text": "", "to": "all"}},
			{protocol.NotFound, "answer_live", fields{"question": "other", "version": 1}},
			{protocol.NotFound, "answered", fields{"question": "other", "version": 1}},
			{protocol.BadRequest, "set_role", fields{"participant": "vic", "role": "admin"}},
			{protocol.BadRequest, "set_role", fields{"participant": "vic"}},
			{protocol.NotFound, "set_role", fields{"participant": "ghost", "role": "speaker"}},
			{protocol.Conflict, "set_role", fields{"participant": "vic", "role": "viewer"}},
			{protocol.LastManager, "set_role", fields{"participant": "mia", "role": "viewer"}},
			{protocol.BadRequest, "mute", fields{"participant": "vic", "minutes": -1}},
			{protocol.BadRequest, "mute", fields{"participant": "", "minutes": 1}},
			{protocol.NotFound, "mute", fields{"participant": "ghost", "minutes": 1}},
			{protocol.Forbidden, "mute", fields{"participant": "mia", "minutes": 1}},
			{protocol.NotFound, "unmute", fields{"participant": "ghost"}},
			{protocol.Forbidden, "remove", fields{"participant": "mia"}},
			{protocol.Conflict, "readmit", fields{"participant": "vic"}},
			{protocol.BadRequest, "settings", fields{"slow_mode": -1}},
			{protocol.BadRequest, "roster", fields{"open": true, "limit": 9999}},
			{protocol.BadRequest, "roster", fields{"open": true, "search": long}},
		} {
			mia.refused(c.code, c.kind, c.with)
		}
		for _, kind := range []string{"whisper", "publish", "dismiss", "answer", "answer_live", "answered",
			"set_role", "mute", "unmute", "remove", "readmit", "settings", "roster"} {
			vic.refused(protocol.Forbidden, kind, nil)
		}
		if entries() != n {
			t.Fatalf("bad input wrote %d entries", entries()-n)
		}
		vic.write(`{"type":"chat","id":-5,"text":"x"}`)
		if m := vic.reply(-5); m.text("code") != string(protocol.BadRequest) {
			t.Fatalf("a negative id got %v", m)
		}
		for frame, reason := range map[string]protocol.CloseReason{
			"not json": protocol.CloseBadMessage, "\xff\xfe": protocol.CloseNotUTF8, strings.Repeat("[", 20): protocol.CloseBadMessage,
			strings.Repeat("x", protocol.MaxFrame+1): {Code: 1009},
		} {
			p, _ := w.join(w.nodes[0], "val")
			p.write(frame)
			p.wantClosed(reason)
		}
		first := w.dial(w.nodes[0], "val", roomID)
		first.write(`{"type":"chat","id":1,"text":"before hello"}`)
		first.wantClosed(protocol.CloseBadMessage)
		for room, reason := range map[string]protocol.CloseReason{"UPPER": protocol.CloseNotFound, "bbbbbbbbbbbbbbbb": protocol.CloseNotFound} {
			p := w.dial(w.nodes[0], "val", room)
			p.write(map[string]any{"type": "hello", "id": 1, "client": p.client})
			p.wantClosed(reason)
		}
		stranger := w.dial(w.nodes[0], "stranger", roomID)
		stranger.write(map[string]any{"type": "hello", "id": 1, "client": stranger.client})
		stranger.wantClosed(protocol.CloseSignedOut)
		if entries() != n {
			t.Fatalf("bad input wrote %d entries", entries()-n)
		}
	})
}

// TestNothingIsShownWithoutTheStore kills Redis: nobody gets anything while the
// room is out of sight, everybody is told, and all goes on where it was.
func TestNothingIsShownWithoutTheStore(t *testing.T) {
	server := storetest.NewServer(t)
	s, err := roomlog.Open(t.Context(), server.URL)
	must(t, err)
	t.Cleanup(s.Close)
	w := newWorld(t, s, 1)
	vic, _ := w.join(w.nodes[0], "vic")
	val, _ := w.join(w.nodes[0], "val")
	vic.ok("chat", map[string]any{"text": "before"})
	val.want("chat", has("before"))
	server.Kill()
	vic.want("degraded", func(m message) bool { return m.text("on") == "true" })
	must(t, server.Start())
	vic.want("degraded", func(m message) bool { return m.text("on") == "false" })
	for vic.do("chat", map[string]any{"text": "after"}).text("code") == string(protocol.Unavailable) {
		vic.barrier() // a connection to the old server may be left
	}
	val.want("chat", has("after"))
	if n := len(val.all("chat")); n != 2 {
		t.Fatalf("got %d messages, want 2", n)
	}
}

func TestWhoIsMutedWritesNothingInAnyWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 1)
		mia, _ := w.join(w.nodes[0], "mia")
		sue, _ := w.join(w.nodes[0], "sue")
		moe, _ := w.join(w.nodes[0], "moe")
		q := mia.ok("ask", map[string]any{"text": "Why?"}).text("object")
		for _, p := range []*peer{sue, moe} {
			p.want("question", nil)
			mia.ok("mute", map[string]any{"participant": p.name, "minutes": 5})
			for _, to := range []string{"all", "asker"} {
				p.refused(protocol.Muted, "answer", map[string]any{"question": q, "version": 1, "text": "Because", "to": to})
			}
			p.refused(protocol.Muted, "chat", map[string]any{"text": "x"})
			p.refused(protocol.Muted, "ask", map[string]any{"text": "x"})
			p.refused(protocol.Muted, "whisper", map[string]any{"text": "x"})
		}
		moe.refused(protocol.Muted, "dismiss", map[string]any{"question": q, "version": 1, "reason": "x"})
		moe.ok("dismiss", map[string]any{"question": q, "version": 1})
	})
}

func TestAnsweringCarriesNoQuestionPastTheReview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 1)
		mia, _ := w.join(w.nodes[0], "mia")
		sue, _ := w.join(w.nodes[0], "sue")
		mia.ok("settings", map[string]any{"premoderation": true})
		sue.want("settings", nil)
		q := sue.ok("ask", map[string]any{"text": "Why?"}).text("object")
		at := func(version int) map[string]any { return map[string]any{"question": q, "version": version} }
		sue.want("question", nil)
		sue.refused(protocol.Forbidden, "answer_live", at(1))
		sue.refused(protocol.Forbidden, "answered", at(1))
		for _, to := range []string{"all", "asker"} {
			sue.refused(protocol.Forbidden, "answer", map[string]any{"question": q, "version": 1, "text": "So", "to": to})
		}
		mia.want("question", nil)
		mia.ok("dismiss", at(1))
		sue.want("question", nil)
		sue.refused(protocol.Forbidden, "answer_live", at(2))
	})
}
