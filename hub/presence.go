package hub

import (
	"context"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// idleBeats is for how many beats a room without connections stays open, so
// that a reload of its only page finds it.
const idleBeats = 30

// presence is what this node tells about its people, and hears of others'. It is
// guarded by the room's mu.
type presence struct {
	here, waiting int64           // over all nodes
	pending       map[string]bool // participants of whom the store doesn't know the newest
	beating       bool
	number        int64 // of what was last told to the store
	afresh        bool  // the store may hold something else than that
}

func (p *presence) init() {
	// A room that was closed and opened again must not use a number twice.
	p.pending, p.number, p.afresh = map[string]bool{}, time.Now().UnixMilli(), true
}

func (p *presence) changed(participant string) { p.pending[participant] = true }

// tick does what is due in this room: a quarter second's gauges, and on slow
// ticks presence, snapshots, doors and dead leases. It does not block.
func (r *Room) tick(slow bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tallyLocked()
	r.openIfDueLocked()
	if !slow {
		return
	}
	r.staleLocked()
	r.receiptsLocked()
	if r.roster.dirty && r.roster.here != nil {
		r.rosterLocked()
	}
	r.snapshotLocked()
	if r.connsLocked() == 0 {
		if r.idle++; r.idle >= idleBeats {
			go r.hub.closeIdle(r) // stops by itself
		}
	}
	if !r.presence.beating {
		r.presence.beating = true
		go r.beat(r.presenceLocked()) // stops by itself: every call has a timeout
	}
}

// tallyLocked tells the votes that changed since the last tick. r.mu is held.
func (r *Room) tallyLocked() {
	if len(r.voted) == 0 {
		return
	}
	counts := map[string]int64{}
	for q := range r.voted {
		if asked := r.state.Questions[q]; asked.public() {
			counts[q] = r.votes[q]
		}
	}
	r.voted = map[string]bool{}
	if len(counts) > 0 {
		r.gaugeLocked(protocol.Viewer, protocol.Votes{Counts: counts})
	}
}

// openIfDueLocked opens the doors when their time has come. All nodes try; the
// first commit counts. r.mu is held.
func (r *Room) openIfDueLocked() {
	d := r.state.Doors
	if d.State != protocol.Scheduled || d.Start == 0 || d.Start > r.nowLocked().UnixMilli() || r.opening || !r.follower.Fresh() {
		return
	}
	r.opening = true
	go func() { // stops by itself: the call has a timeout
		ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
		defer cancel()
		r.system(ctx, roomlog.Command{Kind: "doors", Body: encodeBody(roomlog.DoorsBody{State: protocol.Open, Start: d.Start}),
			Effect: roomlog.SetDoors{State: protocol.Open, Start: d.Start, IfDue: true}})
		r.mu.Lock()
		r.opening = false
		r.mu.Unlock()
	}()
}

// closeStaleAfter is how long a room may be out of sight before its people are
// sent to another node.
const closeStaleAfter = 15 * time.Second

// staleLocked tells the people of a room that was lost from sight, once, and in
// the end sends them to another node. It writes past the shards, which deliver
// nothing now; each frame is whole, so nothing gets mixed. r.mu is held.
func (r *Room) staleLocked() {
	long := r.follower.StaleFor()
	switch {
	case long > closeStaleAfter-roomlog.Lease:
		go r.closeAll(protocol.CloseStale) // stops by itself
	case long > 0 && !r.degraded:
		r.degraded = true
		r.hub.Log.Warn().Str("room", r.id).Msg("the room is out of sight: the store does not answer, or its log can't be read")
		word := textFrame(protocol.Encode(protocol.Degraded{On: true}))
		for _, sh := range r.shards {
			for _, c := range sh.conns {
				_, _ = c.sock.send(word) // a socket that fails is found at the next delivery
			}
		}
	}
}

// snapshotEvery is how many entries lie between two snapshots; keepEntries is
// how many stay readable as history whatever is in a snapshot.
const (
	snapshotEvery = 500
	keepEntries   = 100_000
)

// snapshotLocked keeps the state from time to time, so that opening the room
// costs the same after a day as after a minute. r.mu is held.
func (r *Room) snapshotLocked() {
	if r.snapping || r.state.At.Seq < r.snapped+snapshotEvery {
		return
	}
	r.snapping = true
	snap := roomlog.Snapshot{Position: r.state.At, State: r.state.snapshot()}
	go func() { // stops by itself: the call has a timeout
		ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
		defer cancel()
		err := r.hub.Store.SaveSnapshot(ctx, r.id, snap, keepEntries)
		if err != nil {
			r.hub.logged(err, r.id, "", "save snapshot")
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.snapping = false
		if err == nil {
			r.snapped = max(r.snapped, snap.Seq)
		}
	}()
}

// beatWork is what one beat tells the store.
type beatWork struct {
	heads   roomlog.Heads
	number  int64
	afresh  bool
	changed map[string]*roomlog.Presence
	roster  bool
	now     time.Time
}

// presenceLocked takes what the store doesn't know yet. r.mu is held.
func (r *Room) presenceLocked() beatWork {
	w := beatWork{heads: roomlog.Heads{Here: int64(len(r.members)), Waiting: int64(len(r.lobby))},
		number: r.presence.number + 1, afresh: r.presence.afresh, changed: map[string]*roomlog.Presence{}, now: r.nowLocked(), roster: r.watchedLocked()}
	for id := range r.presence.pending {
		w.changed[id] = r.hereLocked(id)
	}
	r.presence.pending = map[string]bool{}
	return w
}

func (r *Room) hereLocked(participant string) *roomlog.Presence {
	m := r.members[participant]
	if m == nil {
		return nil
	}
	return &roomlog.Presence{Name: m.name, Devices: len(m.conns), Guest: m.guest}
}

// beat tells the store who is here, and the room how many there are in all.
func (r *Room) beat(w beatWork) {
	ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
	defer cancel()
	known, err := r.hub.Store.SetHere(ctx, r.id, r.hub.node, w.number, w.afresh, w.changed)
	sum, err2 := r.hub.Store.Beat(ctx, r.id, r.hub.node, w.heads, w.now)
	var here map[string]roomlog.Presence
	if w.roster && err == nil && err2 == nil {
		here, err = r.hub.Store.Here(ctx, r.id, w.now)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.presence.beating = false
	r.presence.number, r.presence.afresh = w.number, err != nil || !known
	if r.presence.afresh {
		for id := range r.members {
			r.presence.changed(id) // all again, at the next beat
		}
	}
	if err != nil || err2 != nil {
		return
	}
	if here != nil {
		r.roster.here = here
		r.rosterLocked()
	}
	if sum.Here != r.presence.here || sum.Waiting != r.presence.waiting {
		r.presence.here, r.presence.waiting = sum.Here, sum.Waiting
		r.gaugeLocked(protocol.NoRole, protocol.Presence{Here: sum.Here, Waiting: sum.Waiting})
	}
}
