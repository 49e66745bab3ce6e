package hub

import "greenroom/hub/protocol"

// parcel is what one connection gets in one pass.
type parcel struct {
	conn  *conn
	frame []byte
	was   due // before
	close protocol.CloseReason
}

// batchKey names frames that many connections get alike.
type batchKey struct {
	role protocol.Role
	next uint64
}

// packLocked takes what is due to c: its own messages, then the room's frames
// that it has not seen, then, if its rights changed, what they are now. A
// connection that was overtaken by the ring is closed: it resumes from the log.
// r.mu is held.
func (r *Room) packLocked(c *conn, cache map[batchKey][]byte) (parcel, bool) {
	if c.shutting || c.blocked {
		return parcel{}, false
	}
	p := parcel{conn: c, was: c.due, close: c.reason}
	lines := c.ownLocked()
	if c.next < r.ring.first() && !c.welcome {
		p.close = protocol.CloseSlow
		return p, true
	}
	if c.welcome {
		lines = append(lines, r.welcomeLocked(c, 0).line)
		c.you, c.next = false, r.ring.head+1
	}
	frames := c.next <= r.ring.head
	switch {
	case frames && len(lines) == 0 && !c.you && !r.personalLocked(c):
		p.frame = r.batchLocked(c, cache)
	case frames || len(lines) > 0 || c.you:
		for n := c.next; n <= r.ring.head; n++ {
			f := r.ring.at(n)
			if c.you && f.entry.Kind == "whisper" {
				continue // comes with the rights, and not before them
			}
			if line := f.to(c.eyes); line != nil {
				lines = append(lines, line)
			}
		}
		if c.you {
			lines = append(lines, r.youLocked(c))
		}
		if len(lines) > 0 {
			p.frame = textFrame(lines...)
		}
	}
	c.due = due{next: r.ring.head + 1}
	return p, p.frame != nil || p.close.Code != 0
}

// ownLocked returns c's own messages as c's person may see them now. room.mu is
// held.
func (c *conn) ownLocked() (lines [][]byte) {
	for _, o := range c.own {
		switch {
		case c.eyes.may(o.needs):
			lines = append(lines, o.line)
		case o.afresh:
			c.welcome = true
		case o.instead != nil:
			lines = append(lines, o.instead)
		}
	}
	return lines
}

// personalLocked reports whether one of the frames due is about c's person, or
// depends on when they became staff. r.mu is held.
func (r *Room) personalLocked(c *conn) bool {
	for n := c.next; n <= r.ring.head; n++ {
		f := r.ring.at(n)
		if f.about == c.participant && f.about != "" ||
			f.entry.Kind == "whisper" && f.entry.Seq <= c.eyes.staffSince {
			return true
		}
	}
	return false
}

// batchLocked returns the frames due as everybody of c's role gets them. r.mu
// is held.
func (r *Room) batchLocked(c *conn, cache map[batchKey][]byte) []byte {
	key := batchKey{role: c.eyes.role, next: c.next}
	if b, ok := cache[key]; ok {
		return b
	}
	var lines [][]byte
	for n := c.next; n <= r.ring.head; n++ {
		if line := r.ring.at(n).to(eyes{role: c.eyes.role, caps: c.eyes.caps}); line != nil {
			lines = append(lines, line)
		}
	}
	var b []byte
	if len(lines) > 0 {
		b = textFrame(lines...)
	}
	cache[key] = b
	return b
}
