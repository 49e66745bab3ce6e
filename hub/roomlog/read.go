package roomlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrFork means that the log in Redis is not the one that was read before: it
// was rewound, replaced or deleted.
var ErrFork = errors.New("the room's log has forked")

// page is how many entries one read fetches.
const page = 512

// Read returns up to limit entries after a position, oldest first. It returns
// ErrFork where they don't continue from it, or where it was trimmed away.
func (s *Store) Read(ctx context.Context, room string, after Position, limit int) ([]Entry, error) {
	msgs, err := s.Redis.XRangeN(ctx, s.Keys(room).Log(), fmt.Sprintf("0-%d", after.Seq+1), "+", int64(limit)).Result()
	if err != nil {
		return nil, fmt.Errorf("read log: %w", unavailable(err))
	}
	entries, err := parseMessages(msgs)
	if err != nil {
		return nil, err
	}
	return chain(entries, after)
}

// chain returns the entries that scripts wrote after a position, each of which
// names the one before it, and those between them, which somebody else put
// there, as poison. What no script's entry follows yet is left for later: only
// then every node judges it alike. It returns ErrFork where nothing continues
// from the position.
func chain(entries []Entry, after Position) ([]Entry, error) {
	next := make(map[string]int, len(entries)) // by the id before: where it goes on
	for i, e := range entries {
		if _, known := next[e.Prev]; !known && e.Kind != Poison {
			next[e.Prev] = i
		}
	}
	done := 0
	for done < len(entries) {
		i, ok := next[after.ID]
		if !ok || i < done {
			break
		}
		for ; done <= i; done++ {
			if entries[done].Seq != after.Seq+1 {
				return nil, ErrFork
			}
			if done < i {
				entries[done] = Entry{Position: Position{after.Seq + 1, after.ID}, Prev: after.ID, Kind: Poison}
			}
			after = entries[done].Position
		}
	}
	if done == 0 && len(entries) > 0 {
		return nil, ErrFork
	}
	return entries[:done], nil
}

// ReadBack returns up to limit entries before seq, newest first.
func (s *Store) ReadBack(ctx context.Context, room string, seq uint64, limit int) ([]Entry, error) {
	if seq <= 1 {
		return nil, nil
	}
	msgs, err := s.Redis.XRevRangeN(ctx, s.Keys(room).Log(), fmt.Sprintf("0-%d", seq-1), "-", int64(limit)).Result()
	if err != nil {
		return nil, fmt.Errorf("read log: %w", unavailable(err))
	}
	return parseMessages(msgs)
}

// At returns the entry at a sequence number; ok is false where there is none.
func (s *Store) At(ctx context.Context, room string, seq uint64) (e Entry, ok bool, err error) {
	id := fmt.Sprintf("0-%d", seq)
	msgs, err := s.Redis.XRange(ctx, s.Keys(room).Log(), id, id).Result()
	if err != nil {
		return Entry{}, false, fmt.Errorf("read log: %w", unavailable(err))
	}
	entries, err := parseMessages(msgs)
	if err != nil || len(entries) == 0 {
		return Entry{}, false, err
	}
	return entries[0], true, nil
}

// Poison is the kind of an entry that no script wrote: it can't be read, or
// isn't what the next one follows. Every node skips it alike, and it takes the
// id of the entry before it, so that the chain holds.
const Poison = "poison"

func parseMessages(msgs []redis.XMessage) ([]Entry, error) {
	entries := make([]Entry, 0, len(msgs))
	for _, m := range msgs {
		seq, err := streamSeq(m.ID)
		if err != nil {
			return nil, err
		}
		line, _ := m.Values["e"].(string)
		e, err := parseEntry(seq, line)
		if err != nil {
			e = Entry{Position: Position{Seq: seq}, Kind: Poison}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Tip returns the newest position and the store's clock. A room that doesn't
// exist has none: ok is false.
func (s *Store) Tip(ctx context.Context, room string) (tip Position, now time.Time, ok bool, err error) {
	pipe := s.Redis.Pipeline()
	fields := pipe.HMGet(ctx, s.Keys(room).Meta(), "tip", "tip_id", "doors")
	clock := pipe.Time(ctx)
	if _, err := pipe.Exec(ctx); err != nil {
		return Position{}, time.Time{}, false, fmt.Errorf("read tip: %w", unavailable(err))
	}
	return tipOf(fields.Val()), clock.Val(), fields.Val()[2] != nil, nil
}

// Snapshot is a replica's state as of a position.
type Snapshot struct {
	Position
	State []byte
}

// LoadSnapshot returns the newest snapshot that belongs to the log as it is
// now, or none.
func (s *Store) LoadSnapshot(ctx context.Context, room string) (snap Snapshot, ok bool, err error) {
	v, err := s.Redis.HMGet(ctx, s.Keys(room).Snapshot(), "seq", "id", "state").Result()
	if err != nil {
		return Snapshot{}, false, fmt.Errorf("load snapshot: %w", unavailable(err))
	}
	number, _ := v[0].(string)
	id, _ := v[1].(string)
	state, _ := v[2].(string)
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil || id == "" {
		return Snapshot{}, false, nil
	}
	e, found, err := s.At(ctx, room, seq)
	if err != nil || !found || e.ID != id {
		return Snapshot{}, false, err
	}
	return Snapshot{Position{seq, id}, []byte(state)}, true, nil
}

// SaveSnapshot keeps a snapshot if it is newer than the one kept, then trims
// the log: never above a snapshot, and never the last keep entries.
func (s *Store) SaveSnapshot(ctx context.Context, room string, snap Snapshot, keep int) error {
	_, err := s.Run(ctx, snapshotScript, room, []string{s.Keys(room).Snapshot()}, snap.Seq, snap.ID, snap.State, keep)
	return err
}

// Tallies returns the votes of every question that ever had one.
func (s *Store) Tallies(ctx context.Context, room string) (map[string]int64, error) {
	all, err := s.Redis.HGetAll(ctx, s.Keys(room).Tallies()).Result()
	if err != nil {
		return nil, fmt.Errorf("read tallies: %w", unavailable(err))
	}
	counts := make(map[string]int64, len(all))
	for q, n := range all {
		counts[q], _ = strconv.ParseInt(n, 10, 64)
	}
	return counts, nil
}
