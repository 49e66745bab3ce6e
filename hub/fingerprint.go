package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"greenroom/hub/roomlog"
)

// Fingerprint returns how far this node's replica of a room is, and a hash of
// all that it holds. Two nodes that are equally far and differ have a bug. ok is
// false where the room isn't open here.
func (h *Hub) Fingerprint(room string) (at roomlog.Position, sum string, ok bool) {
	for _, r := range h.open() {
		if r.id == room {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.state.At, r.state.fingerprint(), true
		}
	}
	return roomlog.Position{}, "", false
}

// ReplayFingerprint returns the same for what the log in the store says now.
func ReplayFingerprint(ctx context.Context, store *roomlog.Store, room string) (at roomlog.Position, sum string, err error) {
	s, _, err := replay(ctx, store, room)
	if err != nil {
		return roomlog.Position{}, "", err
	}
	return s.At, s.fingerprint(), nil
}

func (s *state) fingerprint() string {
	sum := sha256.Sum256(s.snapshot())
	return hex.EncodeToString(sum[:])
}
