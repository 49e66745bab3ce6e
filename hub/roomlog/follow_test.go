package roomlog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// mirror is a replica that only remembers what it was told.
type mirror struct {
	store *roomlog.Store
	stuck chan struct{} // nil, or closed when Checked may return
	heard atomic.Int64  // gauges

	mu       sync.Mutex // guards the following
	follower *roomlog.Follower
	entries  []roomlog.Entry
	reloads  int
	stale    time.Duration // as the last reload found it
}

func (m *mirror) Apply(e roomlog.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, e)
}
func (m *mirror) Gauge(string) { m.heard.Add(1) }
func (m *mirror) Checked(time.Time) {
	if m.stuck != nil {
		<-m.stuck
	}
}
func (m *mirror) Reload(ctx context.Context) (roomlog.Position, error) {
	entries, err := m.store.Read(ctx, room, roomlog.Position{}, 1_000_000)
	if err != nil {
		return roomlog.Position{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reloads++
	if m.follower != nil {
		m.stale = m.follower.StaleFor()
	}
	m.entries = entries
	if len(entries) == 0 {
		return roomlog.Position{}, nil
	}
	return entries[len(entries)-1].Position, nil
}

// same waits until the mirror has reached the log, and compares them.
func (m *mirror) same(t *testing.T, f *roomlog.Follower) {
	t.Helper()
	want := all(t, m.store)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := f.WaitFor(ctx, want[len(want)-1].Seq); err != nil {
		t.Fatalf("the follower does not arrive: %v", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	got := slices.Clone(m.entries)
	if len(got) != len(want) {
		t.Fatalf("followed %d entries of %d", len(got), len(want))
	}
	for i := range want {
		if got[i].Position != want[i].Position || string(got[i].Body) != string(want[i].Body) {
			t.Fatalf("entry %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

func follow(t *testing.T, s *roomlog.Store) (*mirror, *roomlog.Follower) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	m := &mirror{store: s}
	f, err := s.Follow(ctx, s.Listen(ctx, roomlog.NewID()), room, roomlog.Position{}, m)
	must(t, err)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.follower = f
	return m, f
}

func post(t *testing.T, s *roomlog.Store, client string, n int64) {
	t.Helper()
	for i := range n {
		_, err := s.Commit(t.Context(), chat("vic", client, i+1))
		must(t, err)
	}
}

func TestFollowerSeesEveryEntryOnceAndInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		m, f := follow(t, s)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() { post(t, s, fmt.Sprint("c", i), 50) })
		}
		wg.Wait()
		m.same(t, f)
	})
}

func TestFollowerRepairsWhatPubSubLost(t *testing.T) {
	s := storetest.Redis(t)
	newRoom(t, s)
	m, f := follow(t, s)
	post(t, s, "a", 5)
	m.same(t, f)
	for i := range 5 {
		killed, err := s.Redis.ClientKillByFilter(t.Context(), "TYPE", "pubsub").Result()
		must(t, err)
		if killed == 0 && i == 0 {
			t.Fatal("no subscription was killed")
		}
		post(t, s, fmt.Sprint("b", i), 20)
	}
	m.same(t, f)
}

func TestFollowerIgnoresForgedAndDoubledHints(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		m, f := follow(t, s)
		post(t, s, "a", 3)
		entries := all(t, s)
		last := entries[len(entries)-1]
		for _, hint := range []string{"e", "enonsense", "e99 x - 1 chat - - 0 {}", "e1 x - 1 chat - - 0 {}", "?",
			fmt.Sprintf("e%d %s %s 1 chat - - 0 {}", last.Seq, last.ID, last.Prev),
			fmt.Sprintf("e%d 0123456789abcdef x 1 chat - - 0 {}", last.Seq+1)} {
			must(t, s.Publish(t.Context(), room, hint))
		}
		post(t, s, "b", 3)
		m.same(t, f)
		if m.reloads != 0 {
			t.Fatal("a forged hint looked like a fork")
		}
	})
}

// TestRewoundLogIsNoticed takes entries away and lets others take their
// numbers, as a failover to a replica does that lacks the last writes.
func TestRewoundLogIsNoticed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		for _, lost := range []int{1, 3} {
			for _, more := range []int64{0, 1, 3, 10} {
				t.Run(fmt.Sprint(lost, " lost ", more, " new"), func(t *testing.T) {
					s := s.WithPrefix(roomlog.NewID())
					newRoom(t, s)
					m, f := follow(t, s)
					post(t, s, "a", 10)
					m.same(t, f)
					rewind(t, s, lost)
					post(t, s, "after", more)
					waitReload(t, m)
					m.same(t, f)
				})
			}
		}
	})
}

// TestRoomThatIsReadAnewWasInSight rewinds the log of a room that has been open
// for a while.
func TestRoomThatIsReadAnewWasInSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.Embedded(t)
		newRoom(t, s)
		m, f := follow(t, s)
		post(t, s, "a", 10)
		<-time.After(time.Minute)
		rewind(t, s, 1)
		waitReload(t, m)
		m.same(t, f)
		if m.stale > roomlog.Lease {
			t.Fatalf("it counts as out of sight for %v", m.stale)
		}
	})
}

// rewind removes the last n entries, and from meta what they wrote there.
func rewind(t *testing.T, s *roomlog.Store, n int) {
	t.Helper()
	entries := all(t, s)
	keep := entries[:len(entries)-n]
	k := s.Keys(room)
	must(t, s.Redis.Del(t.Context(), k.Log()).Err())
	for _, e := range keep {
		must(t, s.Redis.Do(t.Context(), "XADD", k.Log(), fmt.Sprintf("0-%d", e.Seq), "e", e.Line()).Err())
	}
	tip := keep[len(keep)-1]
	must(t, s.Redis.HSet(t.Context(), k.Meta(), "tip", tip.Seq, "tip_id", tip.ID).Err())
}

func waitReload(t *testing.T, m *mirror) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		m.mu.Lock()
		n := m.reloads
		m.mu.Unlock()
		if n > 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the fork went unnoticed")
		}
	}
}

// TestPoisonedEntryIsGoneBy puts entries into the log that no script wrote:
// some can't be read, some can and don't belong there.
func TestPoisonedEntryIsGoneBy(t *testing.T) {
	for name, line := range map[string]string{
		"junk":             "junk",
		"of another log":   "0123456789abcdef fedcba9876543210 1 chat - - 0 {}",
		"of a first entry": "0123456789abcdef - 1 chat - - 0 {}",
		"of long ago":      "0123456789abcdef FIRST 1 chat - - 0 {}",
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
				newRoom(t, s)
				early, f := follow(t, s)
				put := func(n int) {
					first := all(t, s)[0]
					for range n {
						must(t, s.Redis.Do(t.Context(), "XADD", s.Keys(room).Log(), "0-*", "e", strings.Replace(line, "FIRST", first.ID, 1)).Err())
					}
				}
				post(t, s, "a", 2)
				put(1)
				post(t, s, "b", 2)
				put(3)
				post(t, s, "c", 1)
				put(1) // nothing follows it yet
				early.same(t, f)
				late, f2 := follow(t, s)
				late.same(t, f2)
				post(t, s, "d", 1)
				early.same(t, f)
				late.same(t, f2)
				if early.reloads+late.reloads > 0 {
					t.Errorf("a poisoned entry looked like a fork")
				}
				poisoned := 0
				for _, e := range all(t, s) {
					if e.Kind == roomlog.Poison {
						poisoned++
					}
				}
				if poisoned != 5 {
					t.Errorf("%d entries were poisoned, want 5", poisoned)
				}
			})
		})
	}
}

func TestTrimmingStopsAtTheSnapshot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		post(t, s, "a", 50)
		entries := all(t, s)
		at := entries[30].Position
		must(t, s.SaveSnapshot(t.Context(), room, roomlog.Snapshot{Position: at, State: []byte("state")}, 5))
		older := entries[10].Position
		err := s.SaveSnapshot(t.Context(), room, roomlog.Snapshot{Position: older, State: []byte("old")}, 5)
		wantCode(t, err, protocol.Conflict) // it was trimmed away
		snap, ok, err := s.LoadSnapshot(t.Context(), room)
		must(t, err)
		if !ok || snap.Position != at || string(snap.State) != "state" {
			t.Fatalf("got %+v, %v", snap, ok)
		}
		tail, err := s.Read(t.Context(), room, at, 1000)
		must(t, err)
		if len(tail) != len(entries)-31 {
			t.Fatalf("%d entries after the snapshot, want %d", len(tail), len(entries)-31)
		}
		if _, err := s.Read(t.Context(), room, roomlog.Position{}, 10); !errors.Is(err, roomlog.ErrFork) {
			t.Fatalf("reading from before the trimming gives %v", err)
		}
		err = s.SaveSnapshot(t.Context(), room, roomlog.Snapshot{Position: roomlog.Position{Seq: 40, ID: "ffffffffffffffff"}, State: []byte("x")}, 0)
		wantCode(t, err, protocol.Conflict)
	})
}

// TestLeaseEndsWithoutTheStore kills the store: the replica may no longer be
// shown, and is again once the store is back, with nothing lost.
func TestLeaseEndsWithoutTheStore(t *testing.T) {
	server := storetest.NewServer(t)
	s, err := roomlog.Open(t.Context(), server.URL)
	must(t, err)
	t.Cleanup(s.Close)
	newRoom(t, s)
	m, f := follow(t, s)
	post(t, s, "a", 20)
	m.same(t, f)
	server.Kill()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	began := time.Now()
	for f.Fresh() {
		<-tick.C
	}
	if gone := time.Since(began); gone > roomlog.Lease+time.Second {
		t.Fatalf("shown for %v without the store", gone)
	}
	_, err = s.Commit(t.Context(), chat("vic", "b", 1))
	wantCode(t, err, protocol.Unavailable)
	must(t, server.Start())
	m.same(t, f)
	post(t, s, "c", 3)
	m.same(t, f)
}

func FuzzParseEntry(f *testing.F) {
	f.Add("0-1", "0123456789abcdef - 1 chat - - 0 {}")
	f.Add("0-2", "x y 1 chat a b 3 {\"text\":\"a b c\"}")
	f.Fuzz(func(t *testing.T, id, line string) {
		e, err := roomlog.ParseEntry(1, line)
		if err != nil {
			return
		}
		again, err := roomlog.ParseEntry(1, e.Line())
		if err != nil || again.ID != e.ID || again.Kind != e.Kind || string(again.Body) != string(e.Body) {
			t.Fatalf("%q came back as %+v, %v", line, again, err)
		}
	})
}

func TestOlderSnapshotDoesNotReplaceANewer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		post(t, s, "a", 20)
		entries := all(t, s)
		for _, at := range []int{15, 10} {
			must(t, s.SaveSnapshot(t.Context(), room, roomlog.Snapshot{Position: entries[at].Position, State: fmt.Append(nil, at)}, 1000))
		}
		snap, ok, err := s.LoadSnapshot(t.Context(), room)
		must(t, err)
		if !ok || string(snap.State) != "15" {
			t.Fatalf("got %+v, %v", snap, ok)
		}
	})
}
