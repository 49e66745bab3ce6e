package roomlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// presenceFor is how long a node's people count as here after its last beat.
const presenceFor = 12 * time.Second

// Presence is one participant as one node holds them.
type Presence struct {
	Name    string `json:"n"`
	Devices int    `json:"d"`
	Guest   bool   `json:"g,omitempty"`
}

// Heads counts the people of a room over all nodes.
type Heads struct{ Here, Waiting int64 }

// Beat tells how many people a node holds, and returns the sum over all nodes
// that live. now is the store's time.
func (s *Store) Beat(ctx context.Context, room, node string, mine Heads, now time.Time) (Heads, error) {
	k := s.Keys(room)
	line := fmt.Sprintf("%d %d %d", mine.Here, mine.Waiting, now.Add(presenceFor).UnixMilli())
	pipe := s.Redis.Pipeline()
	pipe.HSet(ctx, k.Heads(), node, line)
	pipe.PExpire(ctx, k.Heads(), 10*presenceFor) // a node that beats once more after Delete leaves nothing
	all := pipe.HGetAll(ctx, k.Heads())
	if _, err := pipe.Exec(ctx); err != nil {
		return Heads{}, fmt.Errorf("beat: %w", unavailable(err))
	}
	var sum Heads
	var dead []string
	for n, line := range all.Val() {
		heads, until := parseHeads(line)
		switch {
		case until > now.UnixMilli():
			sum.Here += heads.Here
			sum.Waiting += heads.Waiting
		case until+10*presenceFor.Milliseconds() < now.UnixMilli():
			dead = append(dead, n)
		}
	}
	if len(dead) > 0 {
		s.Redis.HDel(ctx, k.Heads(), dead...) // another node does it otherwise
	}
	return sum, nil
}

func parseHeads(line string) (h Heads, until int64) {
	words := strings.Fields(line)
	if len(words) == 3 {
		h.Here, _ = strconv.ParseInt(words[0], 10, 64)
		h.Waiting, _ = strconv.ParseInt(words[1], 10, 64)
		until, _ = strconv.ParseInt(words[2], 10, 64)
	}
	return h, until
}

// told is the field of a node's list that numbers what it told. It is no
// participant.
const told = "#"

// SetHere tells who of a room's people a node holds: changed holds those who
// are new or different, nil for those who left; afresh, it holds everybody. The
// node numbers what it tells, without ever using a number twice. It returns false
// where the list isn't what the number before left, because it expired or the
// store was rewound: then everybody has to be told afresh.
func (s *Store) SetHere(ctx context.Context, room, node string, number int64, afresh bool, changed map[string]*Presence) (bool, error) {
	key := s.Keys(room).Here(node)
	pipe := s.Redis.Pipeline()
	if afresh {
		pipe.Del(ctx, key)
	}
	before := pipe.HGet(ctx, key, told)
	pipe.HSet(ctx, key, told, number)
	for id, p := range changed {
		if p == nil {
			pipe.HDel(ctx, key, id)
		} else {
			pipe.HSet(ctx, key, id, mustJSON(p))
		}
	}
	pipe.PExpire(ctx, key, presenceFor)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("set presence: %w", unavailable(err))
	}
	return afresh || before.Val() == strconv.FormatInt(number-1, 10), nil
}

// Here returns everybody who is in a room now, over all nodes that live.
func (s *Store) Here(ctx context.Context, room string, now time.Time) (map[string]Presence, error) {
	k := s.Keys(room)
	nodes, err := s.Redis.HGetAll(ctx, k.Heads()).Result()
	if err != nil {
		return nil, fmt.Errorf("read presence: %w", unavailable(err))
	}
	people := map[string]Presence{}
	for node, line := range nodes {
		if _, until := parseHeads(line); until <= now.UnixMilli() {
			continue
		}
		held, err := s.Redis.HGetAll(ctx, k.Here(node)).Result()
		if err != nil {
			return nil, fmt.Errorf("read presence: %w", unavailable(err))
		}
		for id, b := range held {
			var p Presence
			if id == told {
				continue
			}
			if json.Unmarshal([]byte(b), &p) == nil {
				p.Devices += people[id].Devices
				people[id] = p
			}
		}
	}
	return people, nil
}

// Leave takes a node out of a room's presence.
func (s *Store) Leave(ctx context.Context, room, node string) error {
	k := s.Keys(room)
	pipe := s.Redis.Pipeline()
	pipe.HDel(ctx, k.Heads(), node)
	pipe.Del(ctx, k.Here(node))
	_, err := pipe.Exec(ctx)
	return err
}

// Publish sends a gauge to every node that follows a room. It is lost where
// nobody listens.
func (s *Store) Publish(ctx context.Context, room, message string) error {
	return s.Redis.Publish(ctx, s.Keys(room).Channel(), message).Err()
}
