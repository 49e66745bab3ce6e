package hub

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Room is one live session on this node: a replica of its state, the newest
// frames, and the connections that they go to.
type Room struct {
	// Set at construction.
	hub      *Hub
	id       string
	cursors  cursors
	follower *roomlog.Follower
	cancel   context.CancelFunc
	ctx      context.Context

	mu       sync.Mutex // guards the following
	state    *state
	ring     ring
	shards   []*shard
	members  map[string]*member // the participants whom this node holds
	lobby    map[string][]*conn // those who wait, by invitation, in the order in which they came
	votes    map[string]int64
	voted    map[string]bool // questions whose votes changed since the last tick
	receipts map[string]*receipt
	clock    time.Duration // the store's clock minus ours
	snapped  uint64        // sequence of the last snapshot that we know of
	snapping bool
	opening  bool
	retired  bool
	degraded bool // everybody was told that the room is out of sight
	idle     int  // beats without a connection
	presence presence
	roster   rosterCache
}

// member is a participant with at least one connection here.
type member struct {
	name  string
	guest bool
	conns []*conn // in the order in which they came
}

// openRoom builds the room from its newest snapshot and the log after it, and
// starts to follow. It blocks for some calls to Redis.
func openRoom(ctx context.Context, h *Hub, id string) (*Room, error) {
	r := &Room{hub: h, id: id, cursors: newCursors(h.Secret, id), members: map[string]*member{}, lobby: map[string][]*conn{},
		votes: map[string]int64{}, voted: map[string]bool{}, receipts: map[string]*receipt{}}
	for range runtime.GOMAXPROCS(0) {
		r.shards = append(r.shards, &shard{room: r})
	}
	r.presence.init()
	r.ctx, r.cancel = context.WithCancel(h.ctx)
	pos, err := r.Reload(ctx)
	if err != nil {
		r.cancel()
		return nil, fmt.Errorf("open room: %w", err)
	}
	r.follower, err = h.Store.Follow(r.ctx, h.listener, id, pos, r)
	if err != nil {
		r.cancel()
		return nil, fmt.Errorf("follow room: %w", err)
	}
	return r, nil
}

// Apply moves the room on by one entry and hands it to every connection. It
// does not block.
func (r *Room) Apply(e roomlog.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rules, doors := r.state.Rules, r.state.Doors.State
	r.state.apply(e)
	f := &frame{entry: e, cursor: r.cursors.seal(e.Position), about: aboutPerson(e)}
	r.ring.push(f)
	switch {
	case e.Kind == "deleted":
		go r.closeAll(protocol.CloseNotFound) // stops by itself
	case e.Kind == "role" || e.Kind == "mute" || e.Kind == "remove":
		r.personChangedLocked(e)
	case r.state.Rules != rules:
		r.everybodyChangedLocked(false)
	case r.state.Doors.State != doors:
		r.everybodyChangedLocked(r.state.Doors.State == protocol.Open)
	}
	r.hub.metrics.applied.Add(1)
	r.wakeLocked()
}

// personChangedLocked brings a change of a participant's rights to all of their
// connections. r.mu is held.
func (r *Room) personChangedLocked(e roomlog.Entry) {
	r.roster.dirty = true
	m := r.members[e.Object]
	devices := 0
	if m != nil {
		devices = len(m.conns)
		for _, c := range m.conns {
			c.eyes = r.state.eyesOf(c.participant)
			c.you = true
			if e.Kind == "remove" && r.state.People[e.Object].Removed {
				c.reason = protocol.CloseRemoved
			}
		}
	}
	if e.Kind == "role" {
		r.expectReceiptLocked(e, devices)
	}
}

// everybodyChangedLocked looks at all connections again after a change of the
// rules or the doors. Those whom it lets in get the room as it is. r.mu is held.
func (r *Room) everybodyChangedLocked(afresh bool) {
	for _, sh := range r.shards {
		for _, c := range sh.conns {
			was := c.eyes
			c.eyes = r.state.eyesOf(c.participant)
			if c.eyes == was {
				continue
			}
			if afresh && was.role == protocol.NoRole && c.participant != "" {
				c.welcome = true
			} else if c.participant != "" && c.eyes.role != protocol.NoRole {
				c.you = true
			}
		}
	}
}

// Checked keeps the store's clock. It is called after each tip check.
func (r *Room) Checked(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = time.Until(now)
	if r.degraded {
		r.degraded = false
		r.gaugeLocked(protocol.NoRole, protocol.Degraded{On: false})
	}
	for _, sh := range r.shards {
		if sh.stalled {
			sh.wakeLocked()
		}
	}
}

// now returns the store's time as well as this node knows it.
func (r *Room) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nowLocked()
}

func (r *Room) nowLocked() time.Time { return time.Now().Add(r.clock) }

// gaugeLocked hands a gauge to everybody of at least this role. r.mu is held.
func (r *Room) gaugeLocked(least protocol.Role, m protocol.ServerMessage) {
	r.ring.push(&frame{gauge: m, least: least})
	r.wakeLocked()
}

// system commits something that no person does.
func (r *Room) system(ctx context.Context, c roomlog.Command) {
	c.Room = r.id
	if _, err := r.hub.Store.Commit(ctx, c); err != nil {
		r.hub.logged(err, r.id, "", "commit "+c.Kind)
	}
}

// all lists the room's connections.
func (r *Room) all() []*conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	var conns []*conn
	for _, sh := range r.shards {
		conns = append(conns, sh.conns...)
	}
	return conns
}

func (r *Room) closeAll(reason protocol.CloseReason) {
	for _, c := range r.all() {
		c.shut(reason)
	}
}

// retire stops a room that has been empty for a while. It reports whether it
// did, which it does once.
func (r *Room) retire() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.retired || r.idle < idleBeats || r.connsLocked() > 0 {
		return false
	}
	r.retired = true
	r.cancel()
	return true
}

func (r *Room) connsLocked() int {
	n := 0
	for _, sh := range r.shards {
		n += len(sh.conns)
	}
	return n
}
