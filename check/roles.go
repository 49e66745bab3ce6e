package check

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/anishathalye/porcupine"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// needs says which right a command takes, and with which kind of entry it
// appears in the log.
var needs = map[string]protocol.Capability{
	"whisper":  protocol.CanBackchannel,
	"set_role": protocol.CanManage,
	"remove":   protocol.CanManage,
	"readmit":  protocol.CanManage,
	"mute":     protocol.CanModerateChat,
	"unmute":   protocol.CanModerateChat,
}

// entryNeeds is the same by the kind of the entry that a person writes.
var entryNeeds = map[string]protocol.Capability{
	"chat":     protocol.CanChat,
	"whisper":  protocol.CanBackchannel,
	"role":     protocol.CanManage,
	"remove":   protocol.CanManage,
	"mute":     protocol.CanModerateChat,
	"settings": protocol.CanManage,
	"question": protocol.CanAsk,
}

// Rights: read in its order, every entry that a person wrote was written by
// somebody who had the right at that point, and who was neither removed nor,
// for what they say, muted (I8).
func Rights(v *View) (bad []string) {
	for n, log := range v.logs {
		var rules protocol.Rules
		role, out, muted := map[string]protocol.Role{}, map[string]bool{}, map[string]int64{}
		of := func(person string) protocol.Role {
			if r, ok := role[person]; ok {
				return r
			}
			return protocol.Viewer
		}
		for _, e := range log.Entries {
			need := entryNeeds[e.Kind]
			says := e.Kind == "chat" || e.Kind == "whisper"
			switch {
			case e.Actor == "" || e.Kind == "role" && e.Actor == e.Object: // the system, or coming in
			case rules.Capabilities(of(e.Actor))&need != need:
				bad = append(bad, fmt.Sprintf("log %d: entry %d, %s, is by %s, who is %s", n, e.Seq, e.Kind, e.Actor, of(e.Actor)))
			case out[e.Actor]:
				bad = append(bad, fmt.Sprintf("log %d: entry %d, %s, is by %s, who was removed", n, e.Seq, e.Kind, e.Actor))
			case says && (muted[e.Actor] == -1 || muted[e.Actor] > e.At):
				bad = append(bad, fmt.Sprintf("log %d: entry %d, %s, is by %s, who is muted", n, e.Seq, e.Kind, e.Actor))
			}
			switch e.Kind {
			case "rules":
				rules = rulesOf(e)
			case "role":
				role[e.Object] = roleOf(e)
			case "mute":
				muted[e.Object] = e.Version
			case "remove":
				var b struct {
					Out bool `json:"out"`
				}
				_ = json.Unmarshal(e.Body, &b) // absent: let in
				out[e.Object] = b.Out
			}
		}
	}
	return bad
}

// standing is what a person is, to the model of Roles.
type standing struct {
	role protocol.Role
	out  bool
}

// act is one operation on a person's standing.
type act struct {
	kind string // set_role, remove, readmit, hello, or the name of a command that needs a right
	need protocol.Capability
	role protocol.Role
	code protocol.Code
	done bool // the answer is known
}

func (a act) String() string { return fmt.Sprint(a.kind, " ", a.role, " ", a.code, " ", a.done) }

// Roles: for each person there is one order of all that was done to their role,
// read of it, or done by its right, in which every answer is right, and which
// agrees with real time (I7). A refusal may rest on a replica as old as its
// lease. A history with a rewind is left out: it has no such order.
func Roles(v *View) (bad []string) {
	if len(v.logs) != 1 {
		return nil
	}
	rules := protocol.Rules{}
	for _, e := range v.logs[0].Entries {
		if e.Kind == "rules" {
			rules = rulesOf(e)
		}
	}
	byPerson := map[string][]porcupine.Operation{}
	for _, c := range v.calls {
		for person, a := range c.acts() {
			op := porcupine.Operation{Input: a, Output: a, Call: int64(c.at), Return: int64(c.until)}
			if !a.done {
				op.Return = 1 << 62
			}
			if a.code == protocol.Forbidden {
				op.Call -= int64(roomlog.Lease)
			}
			byPerson[person] = append(byPerson[person], op)
		}
	}
	for person, ops := range byPerson {
		start := standing{role: v.places[person]}
		model := porcupine.Model{Init: func() any { return start }, Step: func(s, in, _ any) (bool, any) {
			return in.(act).step(s.(standing), rules)
		}}
		if porcupine.CheckOperationsTimeout(model, ops, 10*time.Second) == porcupine.Illegal {
			bad = append(bad, fmt.Sprintf("no order of what was done to %s explains the answers:%s", person, told(ops)))
		}
	}
	return bad
}

func told(ops []porcupine.Operation) (s string) {
	for _, op := range ops {
		s += fmt.Sprintf("\n  %v to %v: %v", time.Duration(op.Call), time.Duration(op.Return), op.Input)
	}
	return s
}

// acts returns what c did, or tried, to whom: a role change also shows what its
// actor is.
func (c *call) acts() map[string]act {
	a := act{kind: c.Kind, role: c.Role, code: c.back.Code, done: c.returned && (c.accepted() || c.refused())}
	if c.Kind == "hello" {
		a.role = c.back.Role
		if !a.done {
			return nil
		}
		return map[string]act{c.Person: a}
	}
	need, ok := needs[c.Kind]
	if !ok {
		return nil
	}
	acts := map[string]act{}
	if a.done && (a.code == "" || a.code == protocol.Forbidden && c.Kind == "whisper") {
		acts[c.Person] = act{kind: "by right", need: need, code: a.code, done: true}
	}
	if c.Object == c.Person && a.code == "" {
		a.need = need
	}
	if c.Object != "" && (!a.done || a.code == "" || a.code == protocol.Conflict) {
		acts[c.Object] = a
	}
	return acts
}

func (a act) step(s standing, rules protocol.Rules) (bool, any) {
	if a.done && a.code == "" && rules.Capabilities(s.role)&a.need != a.need {
		return false, s
	}
	switch a.kind {
	case "hello":
		return a.role == s.role && !s.out, s
	case "by right":
		if a.code == "" {
			return !s.out, s
		}
		return rules.Capabilities(s.role)&a.need != a.need, s
	case "set_role":
		switch {
		case !a.done:
			return true, standing{a.role, s.out}
		case a.code == "":
			return s.role != a.role, standing{a.role, s.out}
		}
		return s.role == a.role, s
	case "remove", "readmit":
		out := a.kind == "remove"
		switch {
		case !a.done:
			return true, standing{s.role, out}
		case a.code == "":
			return s.out != out, standing{s.role, out}
		}
		return s.out == out, s
	}
	return true, s
}
