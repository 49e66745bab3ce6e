package sim

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"

	"greenroom/check"
	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Room is the one room of every world.
const Room = "aaaaaaaaaaaaaaaa"

// People are those who have a place in the room, and what they are at first.
var People = map[string]protocol.Role{"mia": protocol.Manager, "moe": protocol.Moderator,
	"sue": protocol.Speaker, "vic": protocol.Viewer, "val": protocol.Viewer}

// World is one room, the store, some nodes and pages.
type World struct {
	History *check.History
	Store   *roomlog.Store // over a link without faults

	redis *miniredis.Miniredis
	seed  uint64

	mu     sync.Mutex // guards the following
	nodes  []*Node
	pages  []*Page
	opened map[string]int
	log    bytes.Buffer
	text   int
}

// Node is one process, as far as the room is concerned.
type Node struct {
	Link  *Link
	hub   *hub.Hub
	store *roomlog.Store
}

// New makes an open webcast on some nodes. It must run inside a bubble, and
// Close must be called.
func New(ctx context.Context, seed uint64, nodes int) (*World, error) {
	w := &World{History: check.New(), seed: seed, redis: miniredis.NewMiniRedis(), opened: map[string]int{}}
	w.redis.ClockTTL(true)
	w.Store = roomlog.Over(NewLink(seed, func() (net.Conn, error) { return w.redis.Dial() }).Dial)
	rules := roomlog.RulesBody{Rules: protocol.Rules{Kind: protocol.Webcast, Collaboration: true}, Info: protocol.RoomInfo{Title: "Town hall"}}
	if err := w.Store.Create(ctx, Room, rules, roomlog.DoorsBody{State: protocol.Open}, "mia", profile("mia")); err != nil {
		return w, err
	}
	w.History.Note(check.Secret{Text: "secret.example"})
	w.History.Note(check.Place{Person: "mia", Role: protocol.Manager})
	for _, who := range []string{"moe", "sue", "vic", "val"} {
		if _, err := w.Store.Admit(ctx, Room, who, profile(who), People[who]); err != nil {
			return w, err
		}
		w.History.Note(check.Place{Person: who, Role: People[who]})
	}
	for range nodes {
		w.Start()
	}
	return w, nil
}

func profile(who string) roomlog.Profile {
	return roomlog.Profile{Name: who, Email: who + "@secret.example"}
}

// Write keeps what the nodes log.
func (w *World) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

// Start adds a node.
func (w *World) Start() *Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := &Node{Link: NewLink(w.seed+uint64(len(w.nodes)), func() (net.Conn, error) { return w.redis.Dial() })}
	n.store = roomlog.Over(n.Link.Dial)
	n.hub = hub.New(hub.Config{Store: n.store, Secret: []byte("sim"), Log: zerolog.New(w), Pace: 1000,
		Identify: func(r *http.Request, _ string) (string, error) { return r.Header.Get("X-Participant"), nil },
		Lobby: func(context.Context, string, string) error {
			return protocol.Errorf(protocol.LinkInvalid, "There is no lobby here.")
		}})
	w.nodes = append(w.nodes, n)
	return n
}

// Kill ends a node without a word: what it holds in the store stays there, and
// its sockets break.
func (w *World) Kill(n *Node) {
	w.mu.Lock()
	i := slices.Index(w.nodes, n)
	if i >= 0 {
		w.nodes = slices.Delete(w.nodes, i, i+1)
	}
	w.mu.Unlock()
	n.Link.Cut(false)
	n.hub.Close()
	n.store.Close()
	n.Link.Set(Faults{})
}

// Nodes lists the nodes that are up.
func (w *World) Nodes() []*Node {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.nodes)
}

func (w *World) up(n int) *Node {
	nodes := w.Nodes()
	if len(nodes) == 0 {
		return nil
	}
	return nodes[n%len(nodes)]
}

// Pages lists the pages that are open.
func (w *World) Pages() []*Page {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages = slices.DeleteFunc(w.pages, func(p *Page) bool {
		select {
		case <-p.over:
			return true
		default:
			return false
		}
	})
	return slices.Clone(w.pages)
}

// Text returns a text that was never said, of this kind.
func (w *World) Text(kind, by string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text++
	if kind == "whisper" {
		return fmt.Sprint(check.Canary, w.text, " of ", by)
	}
	return fmt.Sprint("words ", w.text, " of ", by)
}

// Close ends everything.
func (w *World) Close() {
	for _, p := range w.Pages() {
		p.Leave()
	}
	for _, n := range w.Nodes() {
		w.Kill(n)
	}
	w.Store.Close()
	w.redis.Close()
}

// Log reads the whole log.
func (w *World) Log(ctx context.Context) ([]roomlog.Entry, error) {
	return w.Store.Read(ctx, Room, roomlog.Position{}, 1_000_000)
}

// Copy is all of a room as the store held it at one time.
type Copy struct {
	tip    uint64
	hashes map[string]map[string]string
	sets   map[string][]string
	log    []redis.XMessage
}

// Copy takes a copy of the room.
func (w *World) Copy(ctx context.Context) (*Copy, error) {
	tip, _, _, err := w.Store.Tip(ctx, Room)
	if err != nil {
		return nil, err
	}
	c := &Copy{tip: tip.Seq, hashes: map[string]map[string]string{}, sets: map[string][]string{}}
	keys, err := w.keys(ctx)
	if err != nil {
		return nil, err
	}
	r := w.Store.Redis
	for _, k := range keys {
		switch kind := r.Type(ctx, k).Val(); kind {
		case "hash":
			c.hashes[k], err = r.HGetAll(ctx, k).Result()
		case "set":
			c.sets[k], err = r.SMembers(ctx, k).Result()
		case "stream":
			c.log, err = r.XRange(ctx, k, "-", "+").Result()
		default:
			err = fmt.Errorf("%s is a %s", k, kind)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (w *World) keys(ctx context.Context) ([]string, error) {
	return w.Store.Redis.Keys(ctx, "room:{"+Room+"}:*").Result()
}

// Rewind puts the store back to a copy, in one step, as a failover does to a
// replica that lacks the last writes. The history keeps what is lost.
func (w *World) Rewind(ctx context.Context, c *Copy) error {
	entries, err := w.Log(ctx)
	if err != nil {
		return err
	}
	w.History.Note(check.Log{Entries: entries, Kept: c.tip})
	keys, err := w.keys(ctx)
	if err != nil {
		return err
	}
	_, err = w.Store.Redis.TxPipelined(ctx, func(r redis.Pipeliner) error {
		r.Del(ctx, keys...)
		for k, fields := range c.hashes {
			r.HSet(ctx, k, fields)
		}
		for k, members := range c.sets {
			r.SAdd(ctx, k, members)
		}
		for _, m := range c.log {
			r.XAdd(ctx, &redis.XAddArgs{Stream: w.Store.Keys(Room).Log(), ID: m.ID, Values: m.Values})
		}
		return nil
	})
	return err
}

// Heal takes all faults away.
func (w *World) Heal() {
	for _, n := range w.Nodes() {
		n.Link.LoseAnswers(0)
		n.Link.Set(Faults{})
	}
	for _, p := range w.Pages() {
		p.Stick(false)
	}
}

// Finish notes how everything is in the end.
func (w *World) Finish(ctx context.Context) error {
	entries, err := w.Log(ctx)
	if err != nil {
		return err
	}
	w.History.Note(check.Log{Entries: entries})
	at, sum, err := hub.ReplayFingerprint(ctx, w.Store, Room)
	if err != nil {
		return err
	}
	w.History.Note(check.Replica{Node: "a replay", At: at, Sum: sum})
	for i, n := range w.Nodes() {
		if at, sum, ok := n.hub.Fingerprint(Room); ok {
			w.History.Note(check.Replica{Node: fmt.Sprint("node ", i), At: at, Sum: sum})
		}
	}
	end := check.End{Here: map[string]int{}}
	for _, p := range w.Pages() {
		end.Here[p.Person]++
		end.Pages = append(end.Pages, p.Name)
	}
	end.Watchers = w.watchers()
	w.mu.Lock()
	w.History.Note(check.Words{Where: "the log of the nodes", Bytes: bytes.Clone(w.log.Bytes())})
	w.mu.Unlock()
	w.History.Note(end)
	return nil
}

// watchers lists the pages that have the roster open.
func (w *World) watchers() (names []string) {
	for _, p := range w.Pages() {
		p.mu.Lock()
		if p.watching && p.you.Role == protocol.Manager {
			names = append(names, p.Name)
		}
		p.mu.Unlock()
	}
	return names
}

// pause lets virtual time pass.
func pause(d time.Duration) { <-time.After(d) }
