package hub

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

var clientID = regexp.MustCompile(`^[a-zA-Z0-9]{16,64}$`)

// mostReplayed is how many entries a resume may bring; beyond, the page starts
// afresh.
const mostReplayed = 5000

// join answers Hello: it finds out what this person may see, and where they
// left off. An error ends the connection.
func (c *conn) join(ctx context.Context, m *protocol.Hello) error {
	if !clientID.MatchString(m.Client) || m.ID <= 0 {
		return protocol.CloseBadMessage
	}
	if !roomlog.ValidRoom(c.roomID) {
		return protocol.CloseNotFound
	}
	select {
	case c.hub.joins <- struct{}{}:
		defer func() { <-c.hub.joins }()
	case <-ctx.Done():
		return protocol.CloseStale
	}
	c.client = m.Client
	seat, err := c.seat(ctx, m)
	if err != nil {
		return err
	}
	for {
		r, err := c.hub.room(ctx, c.roomID)
		if err != nil {
			return c.closeFor(err, "open room")
		}
		if err := r.follower.WaitFor(ctx, seat.Tip.Seq); err != nil {
			return protocol.CloseStale
		}
		if joined, err := r.join(ctx, c, m, seat); err != nil {
			return c.closeFor(err, "join")
		} else if joined {
			return nil
		}
	}
}

// seat returns the place of whoever connects. Somebody without one may still
// wait in the lobby, with an invitation.
func (c *conn) seat(ctx context.Context, m *protocol.Hello) (roomlog.Seat, error) {
	seat, err := c.hub.Store.Seat(ctx, c.roomID, c.participant)
	switch {
	case err != nil:
		return seat, c.closeFor(err, "read seat")
	case c.participant != "" && seat.Removed:
		return seat, protocol.CloseRemoved
	case c.participant != "" && seat.Role != protocol.NoRole:
		return seat, nil
	case m.Invite == "":
		return seat, protocol.CloseSignedOut
	}
	if err := c.hub.Lobby(ctx, c.roomID, m.Invite); err != nil {
		if e, known := protocol.AsError(err); known && e.Code != protocol.Unavailable {
			return seat, protocol.CloseSignedOut
		}
		return seat, c.closeFor(err, "lobby")
	}
	c.participant, c.invite = "", m.Invite
	return roomlog.Seat{Tip: seat.Tip}, nil
}

// closeFor returns how a failure on the way in ends the connection.
func (c *conn) closeFor(err error, doing string) protocol.CloseReason {
	var reason protocol.CloseReason
	if errors.As(err, &reason) {
		return reason
	}
	if e := c.hub.logged(err, c.roomID, c.participant, doing); e.Code == protocol.NotFound {
		return protocol.CloseNotFound
	}
	return protocol.CloseStale
}

// join adds the connection and decides what it gets first: from where it left
// off, or the room afresh. Both happen under one lock with the numbers of the
// frames, so that nothing is lost or doubled between. It returns false where
// the room was closed in the meantime.
func (r *Room) join(ctx context.Context, c *conn, m *protocol.Hello, seat roomlog.Seat) (bool, error) {
	var past []roomlog.Entry
	after, resuming := roomlog.Position{}, false
	if m.After != "" {
		after, resuming = r.cursors.open(m.After)
	}
	if resuming {
		var err error
		if past, resuming, err = r.past(ctx, after); err != nil {
			return false, err
		}
		if len(past) > 0 {
			after = past[len(past)-1].Position
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hub.Draining() { // or Drain, which lists who is here, would miss c
		return false, protocol.CloseRestart
	}
	if r.retired {
		return false, nil
	}
	c.voted = seat.Voted
	c.eyes = r.state.eyesOf(c.participant)
	p := r.state.person(c.participant, seat.Name)
	if p.Removed {
		return false, protocol.CloseRemoved
	}
	r.addLocked(c, seat)
	next := uint64(0)
	if resuming {
		next, resuming = r.afterLocked(after)
		resuming = resuming && p.Version == m.Version
	}
	r.hub.metrics.joined(m.After != "", resuming)
	if !resuming {
		c.own = append(c.own, r.welcomeLocked(c, m.ID))
		c.next = r.ring.head + 1
	} else {
		c.own = append(c.own, owned{line: r.resumedLocked(c, m.ID)})
		c.own = append(c.own, r.replayLocked(c, past)...)
		c.next = next
	}
	c.shard.touchLocked(c)
	return true, nil
}

// afterLocked returns the number of the frame after the entry at a position.
// r.mu is held.
func (r *Room) afterLocked(p roomlog.Position) (uint64, bool) {
	if p == r.state.At {
		return r.ring.head + 1, true
	}
	return r.ring.after(p)
}

// past reads from the log what a resuming client missed and the ring no longer
// holds. ok is false where the client has to start afresh: its position is of
// another log, or too long ago.
func (r *Room) past(ctx context.Context, after roomlog.Position) (entries []roomlog.Entry, ok bool, err error) {
	r.mu.Lock()
	_, held := r.afterLocked(after)
	r.mu.Unlock()
	if held {
		return nil, true, nil
	}
	at, found, err := r.hub.Store.At(ctx, r.id, after.Seq)
	if err != nil || !found || at.ID != after.ID {
		return nil, false, err
	}
	for len(entries) < mostReplayed {
		more, err := r.hub.Store.Read(ctx, r.id, after, 512)
		if err == roomlog.ErrFork {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		entries = append(entries, more...)
		if len(more) < 512 {
			return r.cut(entries), true, nil
		}
		after = more[len(more)-1].Position
	}
	return nil, false, nil
}

// cut drops the entries that this replica has not applied yet: they will come
// by themselves.
func (r *Room) cut(entries []roomlog.Entry) []roomlog.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range entries {
		if e.Seq > r.state.At.Seq {
			return entries[:i]
		}
	}
	return entries
}

// replayLocked encodes past entries as c may see them now. r.mu is held.
func (r *Room) replayLocked(c *conn, past []roomlog.Entry) []owned {
	var lines []owned
	for _, e := range past {
		if m := visible(e, c.eyes, r.cursors.seal(e.Position)); m != nil {
			lines = append(lines, owned{line: protocol.Encode(m), needs: c.eyes.caps, afresh: true})
		}
	}
	return lines
}

// addLocked puts a connection into the emptiest shard and under its person.
// r.mu is held.
func (r *Room) addLocked(c *conn, seat roomlog.Seat) {
	c.room = r
	c.shard = slices.MinFunc(r.shards, func(a, b *shard) int { return len(a.conns) - len(b.conns) })
	c.shard.conns = append(c.shard.conns, c)
	c.sock.unblocked = c.unblock
	r.idle = 0
	if c.participant == "" {
		r.lobby[c.invite] = append(r.lobby[c.invite], c)
		replaceOldest(r.lobby[c.invite])
		return
	}
	m := r.members[c.participant]
	if m == nil {
		m = &member{}
		r.members[c.participant] = m
	}
	m.name, m.guest = seat.Name, seat.Guest
	m.conns = append(m.conns, c)
	r.presence.changed(c.participant)
	replaceOldest(m.conns)
}

// replaceOldest closes the oldest of too many connections: all that are too many,
// since earlier ones may not be gone yet. The room's mu is held.
func replaceOldest(conns []*conn) {
	for _, old := range conns[:max(0, len(conns)-mostConns)] {
		old.reason = protocol.CloseReplaced
		old.shard.touchLocked(old)
	}
}

// leave takes a connection out of the room.
func (r *Room) leave(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.shutting, c.own = true, nil
	if i := slices.Index(c.shard.conns, c); i >= 0 {
		last := len(c.shard.conns) - 1
		c.shard.conns[i] = c.shard.conns[last]
		c.shard.conns[last] = nil
		c.shard.conns = c.shard.conns[:last]
	}
	if c.participant == "" {
		r.lobby[c.invite] = slices.DeleteFunc(r.lobby[c.invite], func(o *conn) bool { return o == c })
		if len(r.lobby[c.invite]) == 0 {
			delete(r.lobby, c.invite)
		}
		return
	}
	m := r.members[c.participant]
	if m == nil {
		return
	}
	if i := slices.Index(m.conns, c); i >= 0 {
		m.conns = slices.Delete(m.conns, i, i+1)
	}
	if len(m.conns) == 0 {
		delete(r.members, c.participant)
	}
	r.presence.changed(c.participant)
}
