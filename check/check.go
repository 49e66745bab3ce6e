// Package check decides whether what the observers of a room saw can be true of
// one room that keeps its promises. Tests of every layer record a History: what
// pages sent and every byte that they got, the room's log, the replicas of the
// nodes. Each rule looks at the whole of it and names what must not be. It knows
// the protocol and the log, and nothing of how the hub works.
package check

import "fmt"

// Rule is one invariant.
type Rule struct {
	Name  string
	Check func(*View) []string // what breaks it; empty: nothing
}

// Rules lists every invariant.
var Rules = []Rule{
	{"one value per position", OneValue},
	{"in order, without gap or double", InOrder},
	{"what was accepted stands in the log once", Accepted},
	{"what was refused is never seen", Refused},
	{"one sender's messages keep their order", SenderOrder},
	{"roles are linearizable", Roles},
	{"nothing is done without the right", Rights},
	{"no staff byte after a demotion", Backchannel},
	{"no byte long after a demotion or removal", Staleness},
	{"all nodes hold the same room", Replicas},
	{"the roster shows who is here", Presence},
	{"no secret anywhere", Secrets},
	{"all goes on after the last fault", Alive},
}

// Faults returns everything in h that breaks a rule.
func Faults(h *History) []string {
	v := h.View()
	bad := append([]string(nil), v.broken...)
	for _, r := range Rules {
		for _, f := range r.Check(v) {
			bad = append(bad, fmt.Sprintf("%s: %s", r.Name, f))
		}
	}
	return bad
}
