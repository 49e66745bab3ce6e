package hub

import (
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// ringSize is how many frames a connection may fall behind before it is closed
// and has to resume from the log.
const ringSize = 2048

// frame is one thing that a room delivers: an entry or a gauge. It is encoded
// once for each role, and once more for the person it is about.
type frame struct {
	entry  roomlog.Entry // of kind "" where this is a gauge
	cursor string
	about  string // this participant sees it differently

	gauge protocol.ServerMessage
	least protocol.Role // who sees the gauge

	encoded [protocol.Manager + 1][]byte
	done    [protocol.Manager + 1]bool
}

// ring holds the newest frames of a room, numbered from 1. Connections hold a
// number and no copy.
type ring struct {
	frames [ringSize]*frame
	head   uint64 // number of the newest
}

func (r *ring) push(f *frame) {
	r.head++
	r.frames[r.head%ringSize] = f
}

// first returns the number of the oldest frame that is still held.
func (r *ring) first() uint64 {
	if r.head < ringSize {
		return 1
	}
	return r.head - ringSize + 1
}

func (r *ring) at(n uint64) *frame { return r.frames[n%ringSize] }

// after returns the number of the frame that follows the entry at a position.
// ok is false where that entry isn't held any more, or never was.
func (r *ring) after(p roomlog.Position) (n uint64, ok bool) {
	for n := r.head; n >= r.first() && n > 0; n-- {
		f := r.at(n)
		if f.entry.Kind == "" || f.entry.Seq > p.Seq {
			continue
		}
		return n + 1, f.entry.Position == p
	}
	return 0, false
}

// to returns the frame's line as y sees it; nil where y doesn't.
func (f *frame) to(y eyes) []byte {
	if f.about != "" && f.about == y.participant || f.entry.Kind == "whisper" && !y.seesWhisper(f.entry.Seq) {
		return encodeVisible(f, y)
	}
	if !f.done[y.role] {
		f.encoded[y.role] = encodeVisible(f, eyes{role: y.role, caps: y.caps})
		f.done[y.role] = true
	}
	return f.encoded[y.role]
}

func encodeVisible(f *frame, y eyes) []byte {
	m := f.gauge
	if f.entry.Kind != "" {
		m = visible(f.entry, y, f.cursor)
	} else if y.role < f.least {
		m = nil
	}
	if m == nil {
		return nil
	}
	return protocol.Encode(m)
}
