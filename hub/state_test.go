package hub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// anyLog returns n entries of every kind, unknown and broken ones among them.
func anyLog(seed uint64, n int) []roomlog.Entry {
	rnd := rand.New(rand.NewPCG(seed, 1))
	person := func() protocol.Person {
		return protocol.Person{ID: fmt.Sprint("p", rnd.IntN(5)), Name: "Name", Role: protocol.Role(1 + rnd.IntN(4))}
	}
	bodies := map[string]func() any{
		"chat":    func() any { return chatBody{person(), "hello"} },
		"whisper": func() any { return chatBody{person(), "psst"} },
		"question": func() any {
			return question{ID: fmt.Sprint("q", rnd.IntN(9)), State: []string{"held", "open", "now", "answered", "dismissed"}[rnd.IntN(5)], Text: "?", Asker: person()}
		},
		"role": func() any {
			return roleBody{RoleBody: roomlog.RoleBody{Role: protocol.Role(1 + rnd.IntN(4)), Name: "Name"}, By: person()}
		},
		"mute":     func() any { return muteBody{person(), person()} },
		"remove":   func() any { return removeBody{person(), rnd.IntN(2) == 0, person()} },
		"settings": func() any { return protocol.RoomSettings{Premoderation: rnd.IntN(2) == 0} },
		"rules": func() any {
			return roomlog.RulesBody{Rules: protocol.Rules{Kind: protocol.Webcast, Collaboration: true}}
		},
		"doors": func() any {
			return roomlog.DoorsBody{State: []string{"scheduled", "open", "ended"}[rnd.IntN(3)], Start: rnd.Int64N(99)}
		},
		"from_the_future": func() any { return map[string]int{"x": 1} },
	}
	kinds := []string{"chat", "whisper", "question", "role", "mute", "remove", "settings", "rules", "doors", "from_the_future"}
	var log []roomlog.Entry
	prev := ""
	for i := range n {
		kind := kinds[rnd.IntN(len(kinds))]
		body, _ := json.Marshal(bodies[kind]())
		if rnd.IntN(20) == 0 {
			body = []byte(`{"broken`)
		}
		e := roomlog.Entry{Position: roomlog.Position{Seq: uint64(i + 1), ID: fmt.Sprintf("%016x", rnd.Uint64())}, Prev: prev,
			At: int64(1000 + i), Kind: kind, Actor: "p1", Object: fmt.Sprint("p", rnd.IntN(5)), Version: rnd.Int64N(50), Body: body}
		prev = e.ID
		log = append(log, e)
	}
	return log
}

func TestSnapshotAndTailGiveTheSameBytesAsFullReplay(t *testing.T) {
	for seed := range uint64(20) {
		log := anyLog(seed, 600)
		full := newState()
		for _, e := range log {
			full.apply(e)
		}
		for _, cut := range []int{0, 1, 250, 599, 600} {
			half := newState()
			for _, e := range log[:cut] {
				half.apply(e)
			}
			loaded, err := loadState(half.snapshot())
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range log[cut:] {
				loaded.apply(e)
			}
			if !bytes.Equal(loaded.snapshot(), full.snapshot()) {
				t.Fatalf("seed %d, cut at %d:\n%s\n%s", seed, cut, loaded.snapshot(), full.snapshot())
			}
		}
	}
}

func TestCursorTellsNothingAndBelongsToOneRoom(t *testing.T) {
	a, b := newCursors([]byte("k"), "a"), newCursors([]byte("k"), "b")
	p := roomlog.Position{Seq: 7, ID: "0123456789abcdef"}
	got, ok := a.open(a.seal(p))
	if !ok || got != p {
		t.Fatalf("came back as %v", got)
	}
	if other, ok := b.open(a.seal(p)); ok && other == p {
		t.Fatal("a cursor of one room was taken in another")
	}
	if a.seal(p)[:8] == a.seal(roomlog.Position{Seq: 8, ID: p.ID})[:8] {
		t.Fatal("neighbouring positions look alike")
	}
	for _, bad := range []string{"", "x", "AAAA", "////////////////////////", a.seal(p) + "A", a.seal(p)[1:]} {
		if got, ok := a.open(bad); ok && got == p {
			t.Errorf("%q was taken as %v", bad, got)
		}
	}
}

func FuzzCursor(f *testing.F) {
	c := newCursors([]byte("k"), "room")
	f.Add(c.seal(roomlog.Position{Seq: 1, ID: "0123456789abcdef"}))
	f.Add("AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		p, ok := c.open(cursor)
		if ok && c.seal(p) != cursor {
			t.Fatalf("%q opens as %v, which seals as %q", cursor, p, c.seal(p))
		}
		if ok && p.Seq>>48 != 0 {
			t.Fatalf("%q has the sequence %d", cursor, p.Seq)
		}
	})
}

func FuzzApply(f *testing.F) {
	for _, e := range anyLog(1, 40) {
		f.Add(e.Kind, string(e.Body))
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		s := newState()
		e := roomlog.Entry{Position: roomlog.Position{Seq: 1, ID: "0123456789abcdef"}, Kind: kind, Object: "p1", Body: []byte(body)}
		s.apply(e)
		for _, y := range []eyes{{}, {participant: "p1", role: protocol.Viewer, caps: 0xffff}} {
			if m := visible(e, y, "c"); m != nil {
				protocol.Encode(m)
			}
		}
		if again, err := loadState(s.snapshot()); err != nil || !bytes.Equal(again.snapshot(), s.snapshot()) {
			t.Fatalf("the snapshot does not survive: %v", err)
		}
	})
}

func TestRingFindsWhereToGoOn(t *testing.T) {
	var r ring
	for i := range uint64(ringSize + 10) {
		r.push(&frame{entry: roomlog.Entry{Position: roomlog.Position{Seq: i + 1, ID: fmt.Sprint(i + 1)}, Kind: "chat"}})
		r.push(&frame{gauge: protocol.Presence{}})
	}
	last := uint64(ringSize + 10)
	if n, ok := r.after(roomlog.Position{Seq: last, ID: fmt.Sprint(last)}); !ok || n != r.head {
		t.Fatalf("after the last entry comes %d, %v, want %d", n, ok, r.head)
	}
	if _, ok := r.after(roomlog.Position{Seq: last, ID: "other"}); ok {
		t.Fatal("an entry of another log was found")
	}
	if _, ok := r.after(roomlog.Position{Seq: 5, ID: "5"}); ok {
		t.Fatal("an entry that left the ring was found")
	}
}
