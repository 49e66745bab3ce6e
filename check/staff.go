package check

import (
	"bytes"
	"fmt"
	"time"

	"greenroom/hub/roomlog"
)

// Backchannel: after a page was told that its person may not see the
// backchannel, not a byte of it comes, in whatever message; and never one from
// before the person became staff. It looks for the texts of all whispers in the
// bytes of the socket (I9).
func Backchannel(v *View) (bad []string) {
	whispers := v.whispers()
	for _, p := range v.pages {
		may, told := false, false
		since := map[*logView]uint64{}
		for _, l := range p.lines {
			if l.You != nil {
				may, told = staff(l.You), true
				for _, log := range v.logs {
					since[log], _ = log.staffSince(p.person, l.You.Version)
				}
			}
			if !told || !bytes.Contains(l.raw, []byte(Canary)) {
				continue
			}
			for text, id := range whispers {
				if bytes.Contains(l.raw, []byte(`"`+text+`"`)) && (!may || tooOld(v, id, since)) {
					bad = append(bad, fmt.Sprintf("%s at %v got %s", p.name, l.at, quote(l.raw)))
				}
			}
		}
	}
	return bad
}

// Canary begins the text of every whisper in a History.
const Canary = "canary-"

// whispers maps the texts of all whispers to their entries, "" where no log has
// one.
func (v *View) whispers() map[string]string {
	texts := map[string]string{}
	for _, c := range v.calls {
		if c.Kind == "whisper" {
			texts[c.Text] = ""
		}
	}
	for _, log := range v.logs {
		for _, i := range log.lines["whisper"] {
			texts[textOf(log.Entries[i])] = log.Entries[i].ID
		}
	}
	return texts
}

// tooOld reports whether an entry stands, in each log that has it, before its
// reader became staff.
func tooOld(v *View, id string, since map[*logView]uint64) bool {
	found := false
	for _, log := range v.logs {
		i, ok := log.index[id]
		if !ok {
			continue
		}
		if found = true; log.Entries[i].Seq > since[log] {
			return false
		}
	}
	return found
}

// Staleness: once a demotion or a removal was answered, nothing that it took
// away reaches the person for longer than a lease, whatever node or link fails
// (I10). A history with a rewind is left out, and a page that had stopped to
// read: what it gets may have been written long before.
func Staleness(v *View) (bad []string) {
	if len(v.logs) != 1 {
		return nil
	}
	for _, c := range v.calls {
		lowered := c.Kind == "set_role" && !staffRole(v, c)
		if !c.accepted() || !lowered && c.Kind != "remove" {
			continue
		}
		from, to := c.until+roomlog.Lease+coalesce, v.restored(c)
		for _, p := range v.pages {
			if p.person != c.Object {
				continue
			}
			for _, l := range p.lines {
				if l.at <= from || l.at >= to || p.wasStuck(l.at) {
					continue
				}
				if bytes.Contains(l.raw, []byte(Canary)) || c.Kind == "remove" && l.Type == "chat" {
					bad = append(bad, fmt.Sprintf("%s, %v after %s of %s was answered, got %s", p.name, l.at-c.until, c.Kind, c.Object, quote(l.raw)))
				}
			}
		}
	}
	return bad
}

// coalesce is what may lie between the look at the lease and the last byte.
const coalesce = 50 * time.Millisecond

func staffRole(v *View, c *call) bool {
	for _, e := range v.final().Entries {
		if e.Kind == "rules" {
			return rulesOf(e).Capabilities(c.Role)&needs["whisper"] != 0
		}
	}
	return false
}

// restored returns when somebody first tried to give back what c took.
func (v *View) restored(c *call) time.Duration {
	for _, later := range v.calls {
		back := later.Kind == "readmit" || later.Kind == "set_role" && staffRole(v, later)
		if later.Object == c.Object && back && (!later.returned || later.until > c.at) {
			return max(later.at, c.at)
		}
	}
	return 1 << 62
}

func (p *page) wasStuck(at time.Duration) bool {
	for _, s := range p.stuck {
		if s.from <= at && at <= s.to+time.Second {
			return true
		}
	}
	return false
}

// Secrets: no secret text is in anything that anybody got, in the server's own
// words, or in an entry of the log (I17).
func Secrets(v *View) (bad []string) {
	for _, secret := range v.secrets {
		for _, p := range v.pages {
			for _, l := range p.lines {
				if bytes.Contains(l.raw, []byte(secret)) {
					bad = append(bad, fmt.Sprintf("%s got %s", p.name, quote(l.raw)))
				}
			}
		}
		for _, w := range v.words {
			if bytes.Contains(w.Bytes, []byte(secret)) {
				bad = append(bad, fmt.Sprintf("%s has %q", w.Where, secret))
			}
		}
		for _, log := range v.logs {
			for _, e := range log.Entries {
				if bytes.Contains(e.Body, []byte(secret)) {
					bad = append(bad, fmt.Sprintf("entry %d has %q", e.Seq, secret))
				}
			}
		}
	}
	return bad
}
