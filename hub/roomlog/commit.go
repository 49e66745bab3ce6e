package roomlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/hub/protocol"
)

// Command is one change of a room, checked and appended in one step.
type Command struct {
	Room    string
	Client  string          // who counts; empty: not de-duplicated
	Counter int64           // of that client, from 1
	Actor   string          // participant; empty: the system, which may everything
	Allowed []protocol.Role // what the actor must be, at this instant
	Kind    string
	Object  string
	Body    []byte
	Effect  Effect // what else must agree with the entry; nil: nothing
}

// Effect is a change of the room's hashes that goes with an entry.
type Effect interface{ args() []any }

type (
	// Speak checks mute, slow mode and pace. It may create a question.
	Speak struct {
		Most          int
		Window        time.Duration
		Slow          bool   // slow mode applies
		Question      string // empty: none
		QuestionState string
	}
	// SetQuestion moves the question Object on from a version.
	SetQuestion struct {
		Version int64
		State   string
		Speaks  bool // who is muted may not
	}
	// SetRole gives Object another role.
	SetRole struct{ Role protocol.Role }
	// Mute silences Object; negative means until lifted, 0 lifts.
	Mute struct{ For time.Duration }
	// Remove shows Object out, or lets them in again.
	Remove struct{ Out bool }
	// Set writes settings into the room's meta hash.
	Set map[string]string
	// SetDoors opens, delays or ends. IfDue makes it a no-op unless the start
	// has come and nobody has opened.
	SetDoors struct {
		State string
		Start int64 // Unix ms; 0 not known
		IfDue bool
	}
)

func (e Speak) args() []any {
	question, state := "-", "-"
	if e.Question != "" {
		question, state = e.Question, e.QuestionState
	}
	return []any{"speak", e.Most, e.Window.Milliseconds(), flag(e.Slow), question, state}
}
func (e SetQuestion) args() []any { return []any{"question", e.Version, e.State, flag(e.Speaks)} }
func (e SetRole) args() []any     { return []any{"role", int(e.Role)} }
func (e Mute) args() []any {
	if e.For < 0 {
		return []any{"mute", -1}
	}
	return []any{"mute", e.For.Milliseconds()}
}
func (e Remove) args() []any { return []any{"remove", flag(e.Out)} }
func (e Set) args() []any {
	args := []any{"settings"}
	for field, value := range e {
		args = append(args, field, value)
	}
	return args
}
func (e SetDoors) args() []any { return []any{"doors", e.State, e.Start, flag(e.IfDue)} }

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

// Commit appends what c says to its room's log, if the actor may. A command
// that was accepted before gets its first answer again, so a caller that
// doesn't know whether it got through may repeat it with the same counter. It
// blocks for one call to Redis.
func (s *Store) Commit(ctx context.Context, c Command) (Result, error) {
	k := s.Keys(c.Room)
	keys := []string{k.Dedup(orDash(c.Actor), c.Client), k.Questions(), k.Pace()}
	counter := c.Counter
	if c.Client == "" {
		counter = 0
	}
	allowed := ""
	for _, r := range c.Allowed {
		allowed += strconv.Itoa(int(r))
	}
	args := []any{counter, orDash(c.Actor), allowed, NewID(), c.Kind, orDash(c.Object), c.Body}
	if c.Effect == nil {
		args = append(args, "none")
	} else {
		args = append(args, c.Effect.args()...)
	}
	return s.Run(ctx, commitScript, c.Room, keys, args...)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// Vote sets or lifts one person's upvote of a question, and returns how many
// it has now. It is no entry: the count is published as a gauge.
func (s *Store) Vote(ctx context.Context, room, participant string, allowed []protocol.Role, question string, on bool) (int64, error) {
	k := s.Keys(room)
	ranks := ""
	for _, r := range allowed {
		ranks += strconv.Itoa(int(r))
	}
	r, err := s.Run(ctx, voteScript, room,
		[]string{k.Votes(question), k.Voted(participant), k.Tallies(), k.Questions()},
		participant, ranks, question, flag(on))
	return r.Version, err
}

// Answer returns what an earlier try of a command was answered; ok is false
// where it was never accepted, or too long ago.
func (s *Store) Answer(ctx context.Context, room, participant, client string, counter int64) (r Result, ok bool, err error) {
	line, err := s.Redis.HGet(ctx, s.Keys(room).Dedup(orDash(participant), client), strconv.FormatInt(counter, 10)).Result()
	if errors.Is(err, redis.Nil) {
		return Result{}, false, nil
	}
	if err != nil {
		return Result{}, false, fmt.Errorf("read answer: %w", unavailable(err))
	}
	answer := []any{int64(2)}
	for _, word := range strings.Fields(line) {
		answer = append(answer, word)
	}
	r, err = parseResult(answer)
	return r, err == nil, err
}
