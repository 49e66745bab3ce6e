package hub

import (
	"context"
	"fmt"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Reload reads the room anew. Everybody who is connected starts afresh, and
// whatever was taken from somebody in the log that is gone is taken again.
func (r *Room) Reload(ctx context.Context) (roomlog.Position, error) {
	s, snapped, err := replay(ctx, r.hub.Store, r.id)
	if err != nil {
		if e, ok := protocol.AsError(err); ok && e.Code == protocol.NotFound {
			r.closeAll(protocol.CloseNotFound)
		}
		return roomlog.Position{}, err
	}
	votes, err := r.hub.Store.Tallies(ctx, r.id)
	if err != nil {
		return roomlog.Position{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state != nil {
		r.hub.metrics.forks.Add(1)
		r.hub.Log.Warn().Str("room", r.id).Uint64("seq", s.At.Seq).Msg("the room's log was rewound; everybody starts afresh")
		go r.reassert(forgotten(r.state, s, r.nowLocked())) // stops by itself: every call has a timeout
	}
	r.state, r.votes, r.snapped = s, votes, snapped
	r.ring = ring{}
	for _, sh := range r.shards {
		for _, c := range sh.conns {
			c.eyes = s.eyesOf(c.participant)
			c.next, c.welcome = 1, true
		}
	}
	r.wakeLocked()
	return s.At, nil
}

// replay returns the state that a room's log says now.
func replay(ctx context.Context, store *roomlog.Store, room string) (s *state, snapped uint64, err error) {
	tip, _, ok, err := store.Tip(ctx, room)
	if err != nil {
		return nil, 0, err
	}
	if !ok {
		return nil, 0, protocol.Errorf(protocol.NotFound, "There is no such room.")
	}
	s = newState()
	snap, ok, err := store.LoadSnapshot(ctx, room)
	if err != nil {
		return nil, 0, err
	}
	if ok {
		if s, err = loadState(snap.State); err != nil {
			return nil, 0, fmt.Errorf("read snapshot: %w", err)
		}
	}
	snapped = s.At.Seq
	for s.At.Seq < tip.Seq {
		entries, err := store.Read(ctx, room, s.At, 1000)
		if err != nil {
			return nil, 0, err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			s.apply(e)
		}
	}
	return s, snapped, nil
}

// forgotten returns the commands that repeat what before took from somebody and
// after, of a rewound log, no longer knows: a demotion, a mute, a removal.
func forgotten(before, after *state, now time.Time) (again []roomlog.Command) {
	add := func(kind, participant string, body any, effect roomlog.Effect) {
		again = append(again, roomlog.Command{Kind: kind, Object: participant, Body: encodeBody(body), Effect: effect})
	}
	for id, was := range before.People {
		is := after.person(id, was.Name)
		who := protocol.Person{ID: id, Name: was.Name, Role: was.Role}
		if was.Role < is.Role {
			add("role", id, roleBody{RoleBody: roomlog.RoleBody{Role: was.Role, Name: was.Name}, Was: is.Role}, roomlog.SetRole{Role: was.Role})
		}
		if was.Removed && !is.Removed {
			add("remove", id, removeBody{Person: who, Out: true}, roomlog.Remove{Out: true})
		}
		if left := was.MutedUntil - now.UnixMilli(); is.MutedUntil == 0 && (was.MutedUntil == -1 || left > 0) {
			add("mute", id, muteBody{Person: who}, roomlog.Mute{For: time.Duration(left) * time.Millisecond})
		}
	}
	return again
}

// reassert commits them. It blocks for a call to Redis each.
func (r *Room) reassert(again []roomlog.Command) {
	ctx, cancel := context.WithTimeout(r.hub.ctx, 30*time.Second)
	defer cancel()
	for _, c := range again {
		r.system(ctx, c)
	}
}
