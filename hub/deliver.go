package hub

import (
	"slices"
	"time"

	"greenroom/hub/protocol"
)

// Delivery is paced: a shard that was idle writes at once; one that just wrote
// collects what comes within coalesce, so that a storm of entries costs each
// connection one frame and one system call.
const (
	coalesce = 25 * time.Millisecond
	chunk    = 64 // connections looked at under one lock
)

// shard is a share of a room's connections, written by one goroutine that lives
// only while there is something to write.
type shard struct {
	room *Room

	// Guarded by room.mu:
	conns   []*conn
	dirty   []*conn // have something of their own
	full    bool    // there are frames that all have yet to get
	running bool
	stalled bool // waits for the lease
	wrote   time.Time
	hurry   chan struct{} // wakes a goroutine that collects
}

// wakeLocked makes sure that somebody writes the new frames of every shard. It
// does not block. r.mu is held.
func (r *Room) wakeLocked() {
	for _, sh := range r.shards {
		if len(sh.conns) > 0 {
			sh.full = true
			sh.wakeLocked()
		}
	}
}

// wakeLocked makes sure that a goroutine serves the shard. room.mu is held.
func (sh *shard) wakeLocked() {
	sh.stalled = false
	if !sh.running {
		sh.running = true
		sh.hurry = make(chan struct{}, 1)
		go sh.run() // stops when there is nothing left to write
		return
	}
	if len(sh.dirty) > 0 {
		select {
		case sh.hurry <- struct{}{}:
		default:
		}
	}
}

// touchLocked marks a connection that has something of its own. room.mu is held.
func (sh *shard) touchLocked(c *conn) {
	if !c.dirty {
		c.dirty = true
		sh.dirty = append(sh.dirty, c)
	}
	sh.wakeLocked()
}

func (sh *shard) run() {
	for {
		conns, wait, done := sh.takeWork()
		if done {
			return
		}
		if wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-sh.hurry:
			}
			timer.Stop()
			continue
		}
		for len(conns) > 0 {
			n := min(chunk, len(conns))
			if !sh.write(conns[:n]) {
				sh.stall(conns)
				return
			}
			conns = conns[n:]
			// A reply must not wait until ten thousand others have been served.
			if own := sh.takeDirty(); len(own) > 0 && !sh.write(own) {
				sh.stall(append(own, conns...))
				return
			}
		}
	}
}

// takeWork returns whom to serve now, or how long to wait. done means that the
// goroutine is to end.
func (sh *shard) takeWork() (conns []*conn, wait time.Duration, done bool) {
	sh.room.mu.Lock()
	defer sh.room.mu.Unlock()
	if !sh.full && len(sh.dirty) == 0 {
		sh.running = false
		return nil, 0, true
	}
	if sh.full {
		if wait = coalesce - time.Since(sh.wrote); wait <= 0 {
			sh.full, sh.wrote = false, time.Now()
			sh.clearDirtyLocked()
			return append(conns, sh.conns...), 0, false
		}
	}
	if len(sh.dirty) > 0 {
		conns = append(conns, sh.dirty...)
		sh.clearDirtyLocked()
		return conns, 0, false
	}
	return nil, wait, false
}

// takeDirty returns those who have something of their own by now.
func (sh *shard) takeDirty() (own []*conn) {
	sh.room.mu.Lock()
	defer sh.room.mu.Unlock()
	own = append(own, sh.dirty...)
	sh.clearDirtyLocked()
	return own
}

func (sh *shard) clearDirtyLocked() {
	for _, c := range sh.dirty {
		c.dirty = false
	}
	sh.dirty = sh.dirty[:0]
}

// stall ends a pass because the room is not fresh. What was not written stays
// due, and Checked goes on with it.
func (sh *shard) stall(left []*conn) {
	sh.room.mu.Lock()
	defer sh.room.mu.Unlock()
	sh.full, sh.running, sh.stalled = true, false, true
	for _, c := range left {
		if !c.dirty {
			c.dirty = true
			sh.dirty = append(sh.dirty, c)
		}
	}
}

// write serves some connections. It returns false where the lease has ended:
// then nothing more was written.
func (sh *shard) write(conns []*conn) bool {
	r := sh.room
	if !r.follower.Fresh() {
		return false
	}
	r.mu.Lock()
	parcels := make([]parcel, 0, len(conns))
	cache := map[batchKey][]byte{}
	for _, c := range conns {
		if p, ok := r.packLocked(c, cache); ok {
			parcels = append(parcels, p)
		}
	}
	r.mu.Unlock()
	for i, p := range parcels {
		if !r.follower.Fresh() {
			sh.unpack(parcels[i:])
			return false
		}
		sh.deliver(p)
	}
	return true
}

func (sh *shard) deliver(p parcel) {
	if p.frame != nil {
		blocked, err := p.conn.sock.send(p.frame)
		switch {
		case err != nil:
			p.conn.shut(protocol.CloseSlow)
		case blocked:
			p.conn.block()
		}
		sh.room.hub.metrics.frames.Add(1)
	}
	if p.close.Code != 0 {
		p.conn.shut(p.close)
	}
}

// unpack gives back what was taken but not written.
func (sh *shard) unpack(parcels []parcel) {
	sh.room.mu.Lock()
	defer sh.room.mu.Unlock()
	for _, p := range parcels {
		c, late := p.conn, p.conn.due
		c.due = p.was
		c.own = append(slices.Clip(c.own), late.own...)
		c.size += late.size
		c.welcome, c.you = c.welcome || late.welcome, c.you || late.you
		if late.reason.Code != 0 {
			c.reason = late.reason
		}
	}
}
