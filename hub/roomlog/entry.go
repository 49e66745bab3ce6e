package roomlog

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Position is a place in a room's log. After a failover the store can hand out
// a sequence number a second time, so only both together name an entry.
type Position struct {
	Seq uint64 `json:"seq"`
	ID  string `json:"id"` // of the entry at Seq; empty at 0
}

// Entry is one item of a room's log.
type Entry struct {
	Position
	Prev    string // ID of the entry before
	At      int64  // Unix ms by the store's clock
	Kind    string
	Actor   string // participant who did it; empty: the system
	Object  string // what it is about: a question, a participant
	Version int64  // of Object, after this entry
	Body    []byte // JSON
}

// line writes an entry as the scripts do: seven words and the body. An empty
// word stands as "-".
func (e Entry) line() string {
	word := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	return fmt.Sprintf("%s %s %d %s %s %s %d %s", e.ID, word(e.Prev), e.At, e.Kind,
		word(e.Actor), word(e.Object), e.Version, e.Body)
}

// parseEntry reads what append_entry in prelude.lua wrote. Whatever isn't
// that, is an error: anybody with access to Redis may have written it.
func parseEntry(seq uint64, line string) (Entry, error) {
	e := Entry{Position: Position{Seq: seq}}
	words := strings.SplitN(line, " ", 8)
	if len(words) != 8 || words[0] == "" || words[3] == "" {
		return e, fmt.Errorf("entry %d is malformed", seq)
	}
	var err error
	if e.At, err = strconv.ParseInt(words[2], 10, 64); err != nil {
		return e, fmt.Errorf("entry %d: time: %w", seq, err)
	}
	if e.Version, err = strconv.ParseInt(words[6], 10, 64); err != nil {
		return e, fmt.Errorf("entry %d: version: %w", seq, err)
	}
	empty := func(s string) string { return strings.TrimPrefix(s, "-") }
	e.ID, e.Prev, e.Kind = words[0], empty(words[1]), words[3]
	e.Actor, e.Object, e.Body = empty(words[4]), empty(words[5]), []byte(words[7])
	return e, nil
}

// parsePublished reads an entry as it comes over the channel.
func parsePublished(message string) (Entry, error) {
	number, line, ok := strings.Cut(message, " ")
	seq, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil {
		return Entry{}, fmt.Errorf("published entry is malformed")
	}
	return parseEntry(seq, line)
}

// streamSeq reads the n of a stream id "0-n".
func streamSeq(id string) (uint64, error) {
	_, n, ok := strings.Cut(id, "-")
	if !ok {
		return 0, fmt.Errorf("stream id %q is malformed", id)
	}
	return strconv.ParseUint(n, 10, 64)
}

// NewID returns 64 random bits as 16 letters and digits.
func NewID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
