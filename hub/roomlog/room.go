package roomlog

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"greenroom/hub/protocol"
)

// Profile is what a room keeps of a participant. The email never leaves it but
// for managers.
type Profile struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Guest bool   `json:"guest,omitempty"`
}

// RoleBody is the body of a "role" entry; its Object is the participant.
type RoleBody struct {
	Role protocol.Role `json:"role"`
	Name string        `json:"name"`
}

// DoorsBody is the body of a "doors" entry.
type DoorsBody struct {
	State   string `json:"state"`
	Start   int64  `json:"start"`
	Delayed bool   `json:"delayed,omitempty"`
	Word    string `json:"word,omitempty"`
}

// RulesBody is the body of a "rules" entry: what the medium allows, and how it
// is called, as of now.
type RulesBody struct {
	protocol.Rules
	Info     protocol.RoomInfo     `json:"info"`
	Settings protocol.RoomSettings `json:"settings"`
}

// ParticipantID is who somebody is in one room: the same for every device and
// link of an email, different in every room, and nothing that an email can be
// read from.
func ParticipantID(secret []byte, room, email string) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "participant\x00%s\x00%s", room, email)
	return hex.EncodeToString(mac.Sum(nil)[:10])
}

// Create makes a room whose doors are as given, with its first manager. It
// returns a conflict where the room exists.
func (s *Store) Create(ctx context.Context, room string, rules RulesBody, doors DoorsBody, manager string, who Profile) error {
	k := s.Keys(room)
	fresh, err := s.Redis.HSetNX(ctx, k.Meta(), "doors", "new").Result()
	if err != nil {
		return fmt.Errorf("create room: %w", unavailable(err))
	}
	if !fresh {
		return protocol.Errorf(protocol.Conflict, "There is such a room already.")
	}
	if err := s.SetRules(ctx, room, rules); err != nil {
		return err
	}
	if _, err := s.Admit(ctx, room, manager, who, protocol.Manager); err != nil {
		return err
	}
	_, err = s.Commit(ctx, Command{Room: room, Kind: "doors", Body: mustJSON(doors),
		Effect: SetDoors{State: doors.State, Start: doors.Start}})
	return err
}

// SetRules tells every node what the medium allows now.
func (s *Store) SetRules(ctx context.Context, room string, rules RulesBody) error {
	_, err := s.Commit(ctx, Command{Room: room, Kind: "rules", Body: mustJSON(rules),
		Effect: SetSettings(rules.Settings)})
	return err
}

// SetSettings keeps the settings where scripts, and those who don't follow the
// room, can read them.
func SetSettings(s protocol.RoomSettings) Set {
	return Set{"slow_mode": strconv.Itoa(s.SlowMode), "premoderation": strconv.FormatBool(s.Premoderation)}
}

// Settings returns the settings as Redis has them.
func (s *Store) Settings(ctx context.Context, room string) (protocol.RoomSettings, error) {
	v, err := s.Redis.HMGet(ctx, s.Keys(room).Meta(), "slow_mode", "premoderation").Result()
	if err != nil {
		return protocol.RoomSettings{}, fmt.Errorf("read settings: %w", unavailable(err))
	}
	slow, _ := v[0].(string)
	seconds, _ := strconv.Atoi(slow)
	return protocol.RoomSettings{SlowMode: seconds, Premoderation: v[1] == "true"}, nil
}

// Admit gives a participant a place with at least this role. Nobody is lowered.
func (s *Store) Admit(ctx context.Context, room, participant string, who Profile, role protocol.Role) (Result, error) {
	return s.Run(ctx, admitScript, room, nil, participant, mustJSON(who), int(role), NewID(),
		mustJSON(RoleBody{Role: role, Name: who.Name}))
}

// Delete removes everything that the room owns, but for what expires by itself.
// Its channel gets a last word, so that every node closes it.
func (s *Store) Delete(ctx context.Context, room string) error {
	k := s.Keys(room)
	if _, err := s.Commit(ctx, Command{Room: room, Kind: "deleted", Body: []byte("{}")}); err != nil {
		return err
	}
	pipe := s.Redis.Pipeline()
	questions := pipe.HKeys(ctx, k.Tallies())
	people := pipe.HKeys(ctx, k.Roles())
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("delete room: %w", unavailable(err))
	}
	keys := []string{k.Meta(), k.Log(), k.Roles(), k.Mutes(), k.Removed(), k.People(), k.Questions(),
		k.Pace(), k.Tallies(), k.Snapshot(), k.Heads()}
	for _, q := range questions.Val() {
		keys = append(keys, k.Votes(q))
	}
	for _, p := range people.Val() {
		keys = append(keys, k.Voted(p))
	}
	for part := range slices.Chunk(keys, 1000) {
		if err := s.Redis.Del(ctx, part...).Err(); err != nil {
			return fmt.Errorf("delete room: %w", unavailable(err))
		}
	}
	return nil
}

// Doors returns the doors as Redis has them, without following the room. Doors
// that are due are open, even if no node has said so yet.
func (s *Store) Doors(ctx context.Context, room string) (protocol.Doors, error) {
	pipe := s.Redis.Pipeline()
	meta := pipe.HMGet(ctx, s.Keys(room).Meta(), "doors", "start", "doors_body", "doors_at")
	clock := pipe.Time(ctx)
	if _, err := pipe.Exec(ctx); err != nil {
		return protocol.Doors{}, fmt.Errorf("read doors: %w", unavailable(err))
	}
	fields := make([]string, len(meta.Val()))
	for i, v := range meta.Val() {
		fields[i], _ = v.(string)
	}
	if fields[0] == "" {
		return protocol.Doors{}, protocol.Errorf(protocol.NotFound, "There is no such room.")
	}
	return doorsOf(fields[0], fields[1], fields[2], fields[3], clock.Val().UnixMilli()), nil
}

func doorsOf(state, start, body, at string, now int64) protocol.Doors {
	d := protocol.Doors{State: state}
	d.Start, _ = strconv.ParseInt(start, 10, 64)
	since, _ := strconv.ParseInt(at, 10, 64)
	var more DoorsBody
	if json.Unmarshal([]byte(body), &more) == nil {
		d.Delayed, d.Word = more.Delayed, more.Word
	}
	switch {
	case d.State == protocol.Open:
		d.OpenedAt = since
	case d.State == protocol.Over:
		d.EndedAt = since
	case d.Start > 0 && d.Start <= now:
		d.State, d.OpenedAt = protocol.Open, d.Start
	}
	return d
}

// Seat is a participant's place in a room as Redis has it.
type Seat struct {
	Profile
	Role    protocol.Role // NoRole: no place
	Version int64
	Removed bool
	Voted   []string
	Tip     Position // everything up to here is in the log
}

// Seat reads a participant's place. A follower that has reached Tip knows at
// least as much of their role.
func (s *Store) Seat(ctx context.Context, room, participant string) (Seat, error) {
	k := s.Keys(room)
	pipe := s.Redis.Pipeline()
	role := pipe.HGet(ctx, k.Roles(), participant)
	removed := pipe.HExists(ctx, k.Removed(), participant)
	people := pipe.HGet(ctx, k.People(), participant)
	voted := pipe.SMembers(ctx, k.Voted(participant))
	tip := pipe.HMGet(ctx, k.Meta(), "tip", "tip_id", "doors")
	if _, err := pipe.Exec(ctx); err != nil && err != redis.Nil {
		return Seat{}, fmt.Errorf("read seat: %w", unavailable(err))
	}
	if tip.Val()[2] == nil {
		return Seat{}, protocol.Errorf(protocol.NotFound, "There is no such room.")
	}
	seat := Seat{Removed: removed.Val(), Voted: voted.Val(), Tip: tipOf(tip.Val())}
	rank := 0
	if role.Val() != "" {
		if _, err := fmt.Sscanf(role.Val(), "%d %d", &rank, &seat.Version); err != nil {
			return Seat{}, fmt.Errorf("read seat: role: %w", err)
		}
		if err := json.Unmarshal([]byte(people.Val()), &seat.Profile); err != nil {
			return Seat{}, fmt.Errorf("read seat: profile: %w", err)
		}
	}
	seat.Role = protocol.Role(rank)
	return seat, nil
}

func tipOf(fields []any) Position {
	number, _ := fields[0].(string)
	id, _ := fields[1].(string)
	seq, _ := strconv.ParseUint(number, 10, 64)
	return Position{seq, id}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("roomlog: " + err.Error())
	}
	return b
}
