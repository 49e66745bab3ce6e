package hub_test

import (
	"fmt"
	"testing"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// TestRewindGivesNothingBack demotes, mutes and removes people, and takes the
// store back to before, as a failover to a replica does that lags behind. The
// nodes do it again.
func TestRewindGivesNothingBack(t *testing.T) {
	s := storetest.Redis(t)
	w := newWorld(t, s, 2)
	var crowd []string
	for i := range 20 {
		crowd = append(crowd, fmt.Sprint("speaker", i))
		_, err := s.Admit(t.Context(), roomID, crowd[i], roomlog.Profile{Name: "S"}, protocol.Speaker)
		must(t, err)
	}
	vic, _ := w.join(w.nodes[1], "vic")
	mia, _ := w.join(w.nodes[0], "mia")
	back := saved(t, s)
	for _, id := range crowd {
		mia.ok("set_role", map[string]any{"participant": id, "role": "viewer"})
	}
	mia.ok("mute", map[string]any{"participant": "val"})
	mia.ok("remove", map[string]any{"participant": "sue"})
	mia.ok("chat", map[string]any{"text": "both nodes know"})
	vic.want("chat", nil)
	mia.want("chat", nil)
	back()
	roles := func() (lowered int) {
		for _, id := range crowd {
			seat, err := s.Seat(t.Context(), roomID, id)
			must(t, err)
			if seat.Role == protocol.Viewer {
				lowered++
			}
		}
		return lowered
	}
	removed := func() bool {
		seat, err := s.Seat(t.Context(), roomID, "sue")
		must(t, err)
		return seat.Removed
	}
	late := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for roles() < len(crowd) || !removed() || s.Redis.HGet(t.Context(), s.Keys(roomID).Mutes(), "val").Val() != "-1" {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%d of %d are viewers again", roles(), len(crowd))
		}
	}
}

// saved keeps what a room's writers have written, and returns what brings it
// back.
func saved(t *testing.T, s *roomlog.Store) (back func()) {
	t.Helper()
	k := s.Keys(roomID)
	hashes := map[string]map[string]string{}
	var err error
	for _, key := range []string{k.Meta(), k.Roles(), k.Mutes(), k.Removed()} {
		hashes[key], err = s.Redis.HGetAll(t.Context(), key).Result()
		must(t, err)
	}
	lines, err := s.Redis.XRange(t.Context(), k.Log(), "-", "+").Result()
	must(t, err)
	return func() {
		t.Helper()
		pipe := s.Redis.TxPipeline()
		pipe.Del(t.Context(), k.Log())
		for _, l := range lines {
			pipe.Do(t.Context(), "XADD", k.Log(), l.ID, "e", l.Values["e"])
		}
		for key, fields := range hashes {
			pipe.Del(t.Context(), key)
			if len(fields) > 0 {
				pipe.HSet(t.Context(), key, fields)
			}
		}
		_, err := pipe.Exec(t.Context())
		must(t, err)
	}
}
