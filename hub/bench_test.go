package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// BenchmarkCommit is one chat message through commit.lua on real Redis. The
// metric redis-us/op is what Redis itself spent on it.
func BenchmarkCommit(b *testing.B) {
	w := newWorld(b, storetest.Redis(b), 0)
	must(b, w.store.Redis.ConfigResetStat(b.Context()).Err())
	c := roomlog.Command{Room: roomID, Client: "bench", Actor: "moe", Allowed: []protocol.Role{protocol.Moderator}, Kind: "chat",
		Body:   []byte(`{"from":{"id":"moe","name":"Moe","role":"moderator"},"text":"` + strings.Repeat("x", 200) + `"}`),
		Effect: roomlog.Speak{Most: 1 << 30, Window: time.Hour}}
	for b.Loop() {
		c.Counter++
		if _, err := w.store.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	stats, err := w.store.Redis.InfoMap(b.Context(), "commandstats").Result()
	must(b, err)
	var calls, usec, each float64
	if _, err := fmt.Sscanf(stats["Commandstats"]["cmdstat_evalsha"], "calls=%g,usec=%g,usec_per_call=%g", &calls, &usec, &each); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(each, "redis-us/op")
}

// BenchmarkOpenRoom opens a room on a node that doesn't know it, after many
// entries: the newest snapshot and what came after it.
func BenchmarkOpenRoom(b *testing.B) {
	for _, entries := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(entries), func(b *testing.B) {
			s := storetest.Redis(b)
			w := newWorld(b, s, 1)
			w.pace = 1 << 30
			c := roomlog.Command{Room: roomID, Actor: "moe", Allowed: []protocol.Role{protocol.Moderator}, Kind: "chat",
				Body: []byte(`{"from":{"id":"moe","name":"Moe","role":"moderator"},"text":"hello"}`)}
			moe, _ := w.join(w.nodes[0], "moe") // somebody is there, so snapshots are kept
			var fill sync.WaitGroup
			for range 8 {
				fill.Go(func() {
					for range entries / 8 {
						if _, err := s.Commit(b.Context(), c); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			fill.Wait()
			waitSnapshot(b, s, moe, uint64(entries)-1000)
			for b.Loop() {
				b.StopTimer()
				n := w.addNode()
				p := w.dial(n, "vic", roomID)
				b.StartTimer()
				p.hello("", 0)
				b.StopTimer()
				n.hub.Close()
				b.StartTimer()
			}
		})
	}
}

func waitSnapshot(b *testing.B, s *roomlog.Store, p *peer, seq uint64) {
	b.Helper()
	for {
		snap, ok, err := s.LoadSnapshot(b.Context(), roomID)
		must(b, err)
		if ok && snap.Seq >= seq {
			return
		}
		p.barrier()
	}
}

// BenchmarkFanOut is one message to so many viewers, from the commit to the last
// socket. The clock stops when all have it.
func BenchmarkFanOut(b *testing.B) {
	for _, viewers := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(viewers), func(b *testing.B) {
			w := newWorld(b, storetest.Redis(b), 1)
			c := roomlog.Command{Room: roomID, Actor: "moe", Allowed: []protocol.Role{protocol.Moderator}, Kind: "chat",
				Body: []byte(`{"from":{"id":"moe","name":"Moe","role":"moderator"},"text":"hello"}`)}
			var got sync.WaitGroup
			got.Add(viewers)
			for i := range viewers {
				who := fmt.Sprint("v", i)
				_, err := w.store.Admit(b.Context(), roomID, who, roomlog.Profile{Name: who}, protocol.Viewer)
				must(b, err)
				go drain(b, w.nodes[0], who, &got)
			}
			waitHere(b, w, viewers)
			got.Wait()
			b.ResetTimer()
			for range b.N {
				got.Add(viewers)
				if _, err := w.store.Commit(b.Context(), c); err != nil {
					b.Fatal(err)
				}
				got.Wait()
			}
			b.StopTimer()
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*viewers), "us/delivery")
		})
	}
}

// drain reads one viewer's socket, and counts the welcome and each chat message.
func drain(b *testing.B, n *node, who string, got *sync.WaitGroup) {
	ctx := context.WithoutCancel(b.Context())
	ws, _, err := websocket.Dial(ctx, n.url+"/"+roomID, &websocket.DialOptions{
		HTTPHeader: http.Header{"X-Participant": {who}, "Origin": {n.url}}})
	if err != nil {
		b.Error(err)
		return
	}
	b.Cleanup(func() { ws.CloseNow() })
	ws.SetReadLimit(1 << 24)
	hello := fmt.Sprintf(`{"type":"hello","id":1,"client":"%s"}`, roomlog.NewID())
	if err := ws.Write(ctx, websocket.MessageText, []byte(hello)); err != nil {
		b.Error(err)
		return
	}
	for {
		_, frame, err := ws.Read(ctx)
		if err != nil {
			return
		}
		for range strings.Count(string(frame), `{"type":"chat"`) + strings.Count(string(frame), `{"type":"welcome"`) {
			got.Done()
		}
	}
}

func waitHere(b *testing.B, w *world, viewers int) {
	b.Helper()
	mia, _ := w.join(w.nodes[0], "mia")
	mia.want("presence", func(m message) bool { return m.text("here") == fmt.Sprint(viewers+1) })
	mia.ws.CloseNow()
}
