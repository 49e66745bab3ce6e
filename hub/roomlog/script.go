package roomlog

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"greenroom/hub/protocol"
)

var (
	//go:embed prelude.lua
	prelude string
	//go:embed commit.lua
	commitSource string
	//go:embed admit.lua
	admitSource string
	//go:embed snapshot.lua
	snapshotSource string
	//go:embed vote.lua
	voteSource string

	commitScript   = NewScript(commitSource)
	admitScript    = NewScript(admitSource)
	snapshotScript = NewScript(snapshotSource)
	voteScript     = NewScript(voteSource)
)

// Script is Lua that writes one room in one atomic step.
type Script struct{ *redis.Script }

// NewScript makes a script of prelude.lua and source. Its KEYS 1 to 7 are the
// room's, its own begin at 8. It answers with {1, seq, entry id, at, version}
// where it appended an entry, {3} where there was nothing to append, {2, ...,
// object} for the answer given to an earlier try, and refuse(code) where it
// wrote nothing.
func NewScript(source string) Script { return Script{redis.NewScript(prelude + source)} }

// Result is what a script did.
type Result struct {
	Position
	At       int64
	Version  int64
	Object   string // only where Repeated
	Repeated bool   // this is the answer to an earlier try
	Appended bool
}

// Run runs the script on a room. A refusal is a *protocol.Error; everything
// else means that it is not known whether the script ran.
func (s *Store) Run(ctx context.Context, script Script, room string, keys []string, args ...any) (Result, error) {
	k := s.Keys(room)
	all := append([]string{k.Log(), k.Meta(), k.Roles(), k.Mutes(), k.Removed(), k.People(), k.Channel()}, keys...)
	answer, err := script.Script.Run(ctx, s.Redis, all, args...).Slice()
	if err != nil {
		return Result{}, fmt.Errorf("run script on room: %w", unavailable(err))
	}
	return parseResult(answer)
}

// unavailable marks trouble with the store as something to try again. What
// Redis itself answers, such as a mistake in a script, stays internal.
func unavailable(err error) error {
	var answer redis.Error
	if errors.As(err, &answer) && !transient(answer.Error()) {
		return err
	}
	return errors.Join(protocol.Errorf(protocol.Unavailable, "The store does not answer. Please try again."), err)
}

// transient reports whether Redis refused because of its own state.
func transient(text string) bool {
	for _, prefix := range []string{"LOADING", "BUSY", "OOM", "READONLY", "NOREPLICAS", "MISCONF", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN", "MOVED", "ASK"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

func parseResult(answer []any) (Result, error) {
	words := make([]string, 6)
	for i, a := range answer {
		if i > 0 && i < len(words) {
			words[i], _ = a.(string)
		}
	}
	what, _ := answer[0].(int64)
	if what == 0 {
		return Result{}, refusal(protocol.Code(words[1]), words[2])
	}
	seq, err1 := strconv.ParseUint(words[1], 10, 64)
	at, err2 := strconv.ParseInt(words[3], 10, 64)
	version, err3 := strconv.ParseInt(words[4], 10, 64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Result{}, fmt.Errorf("script answer: %w", err)
	}
	return Result{Position: Position{seq, words[2]}, At: at, Version: version,
		Object: strings.TrimPrefix(words[5], "-"), Repeated: what == 2, Appended: what == 1}, nil
}

var refusals = map[protocol.Code]string{
	protocol.NotFound:    "There is no such thing in this room.",
	protocol.Forbidden:   "Your role does not allow this.",
	protocol.Removed:     "You were removed from this session.",
	protocol.Closed:      "The room is not open.",
	protocol.Conflict:    "Somebody else was faster.",
	protocol.Stale:       "It is not certain whether this was sent.",
	protocol.Muted:       "You are muted.",
	protocol.RateLimited: "That was too fast. Please wait a moment.",
	protocol.LastManager: "A room needs a manager. Make somebody else one first.",
}

func refusal(code protocol.Code, extra string) error {
	e := protocol.Errorf(code, "%s", refusals[code])
	if ms, err := strconv.ParseInt(extra, 10, 64); err == nil && code == protocol.RateLimited {
		e.RetryAfter = int((ms + 999) / 1000)
	}
	return e
}
