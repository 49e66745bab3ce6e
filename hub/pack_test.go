package hub

import (
	"bytes"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// TestWhatTheLeaseHeldBackIsStillDue packs what a connection is due, and gives
// it back as a pass does whose lease ends before the socket's turn.
func TestWhatTheLeaseHeldBackIsStillDue(t *testing.T) {
	for _, held := range []struct {
		name         string
		welcome, you bool
	}{{"new rights", false, true}, {"a fresh start", true, false}, {"entries", false, false}} {
		t.Run(held.name, func(t *testing.T) {
			r := &Room{hub: &Hub{}, cursors: newCursors([]byte("test"), "room"), state: newState()}
			r.state.Rules = protocol.Rules{Kind: protocol.Webcast, Collaboration: true}
			r.state.Doors.State = protocol.Open
			sh := &shard{room: r}
			c := &conn{room: r, shard: sh, participant: "vic", eyes: r.state.eyesOf("vic"),
				due: due{next: 1, welcome: held.welcome, you: held.you, own: []owned{{line: []byte(`"reply"`)}}}}
			e := roomlog.Entry{Position: roomlog.Position{Seq: 1, ID: "0123456789abcdef"}, Kind: "chat",
				Body: encodeBody(chatBody{Text: "hello"})}
			r.state.apply(e)
			r.ring.push(&frame{entry: e})
			first, ok := r.packLocked(c, map[batchKey][]byte{})
			if !ok || !bytes.Contains(first.frame, []byte("hello")) {
				t.Fatalf("nothing was due: %s", first.frame)
			}
			sh.unpack([]parcel{first})
			again, ok := r.packLocked(c, map[batchKey][]byte{})
			if !ok || len(again.frame) != len(first.frame) {
				t.Fatalf("due was\n%s\nand is then\n%s", first.frame, again.frame)
			}
		})
	}
}

// TestRemovedPersonGetsNothingOfWhatCameAfter removes somebody whose socket is
// busy, and goes on without them.
func TestRemovedPersonGetsNothingOfWhatCameAfter(t *testing.T) {
	r := &Room{hub: &Hub{}, cursors: newCursors([]byte("test"), "room"), state: newState(), members: map[string]*member{}}
	r.state.Rules = protocol.Rules{Kind: protocol.Webcast, Collaboration: true}
	r.state.Doors.State = protocol.Open
	c := &conn{room: r, participant: "vic", eyes: r.state.eyesOf("vic"), due: due{next: 1}}
	r.members["vic"] = &member{conns: []*conn{c}}
	r.Apply(roomlog.Entry{Position: roomlog.Position{Seq: 1}, Kind: "remove", Object: "vic", Body: encodeBody(removeBody{Out: true})})
	r.Apply(roomlog.Entry{Position: roomlog.Position{Seq: 2}, Kind: "chat", Body: encodeBody(chatBody{Text: "canary"})})
	p, ok := r.packLocked(c, map[batchKey][]byte{})
	if !ok || p.close != protocol.CloseRemoved || bytes.Contains(p.frame, []byte("canary")) {
		t.Fatalf("closed with %v after %s", p.close, p.frame)
	}
}
