package check

import (
	"bytes"
	"fmt"
)

// Accepted: what was accepted stands in the log exactly once. It may be gone
// only where the log was rewound to before it (I4).
func Accepted(v *View) (bad []string) {
	for _, c := range v.calls {
		mark := c.mark()
		if !c.accepted() || mark == "" {
			continue
		}
		ever := false
		for _, log := range v.logs {
			n := len(log.marks[mark])
			ever = ever || n > 0
			if n > 1 {
				bad = append(bad, fmt.Sprintf("%s %d of %s, %q, stands in the log %d times", c.Kind, c.ID, c.Page, mark, n))
				break
			}
		}
		// That only a rewind takes entries away is OneValue's matter.
		if !ever {
			bad = append(bad, fmt.Sprintf("%s %d of %s, %q, was accepted and stands in no log", c.Kind, c.ID, c.Page, mark))
		}
	}
	return bad
}

// rewoundDuring reports whether the log was rewound while c was under way.
func (v *View) rewoundDuring(c *call) bool {
	for _, at := range v.rewinds() {
		if c.at <= at && (!c.returned || at <= c.until) {
			return true
		}
	}
	return false
}

// Refused: what was refused stands in no log and was seen by nobody. A
// command that was tried on both sides of a rewind may have been done before it
// (I5).
func Refused(v *View) (bad []string) {
	for _, c := range v.calls {
		if !c.refused() || c.Text == "" || v.rewoundDuring(c) {
			continue
		}
		for n, log := range v.logs {
			if len(log.marks[c.mark()]) > 0 {
				bad = append(bad, fmt.Sprintf("%s %d of %s was refused with %s and stands in log %d", c.Kind, c.ID, c.Page, c.back.Code, n))
			}
		}
		for _, p := range v.pages {
			for _, l := range p.lines {
				if bytes.Contains(l.raw, []byte(`"`+c.Text+`"`)) {
					bad = append(bad, fmt.Sprintf("%s %d of %s was refused with %s and seen by %s", c.Kind, c.ID, c.Page, c.back.Code, p.name))
				}
			}
		}
	}
	return bad
}
