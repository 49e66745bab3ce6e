package check

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// tale builds a history by hand. Its clock moves on by a tenth of a second at
// each event.
type tale struct {
	*History
	now     time.Duration
	entries []roomlog.Entry
}

func (k *tale) note(e Event) {
	k.now += 100 * time.Millisecond
	k.noteAt(k.now, e)
}

// entry appends to the log and returns what was appended.
func (k *tale) entry(kind, actor, object string, version int64, body string) roomlog.Entry {
	e := roomlog.Entry{Position: roomlog.Position{Seq: uint64(len(k.entries) + 1), ID: fmt.Sprintf("%016x", 100+len(k.entries))},
		At: int64(1000 + len(k.entries)), Kind: kind, Actor: actor, Object: object, Version: version, Body: []byte(body)}
	if n := len(k.entries); n > 0 {
		e.Prev = k.entries[n-1].ID
	}
	k.entries = append(k.entries, e)
	return e
}

func (k *tale) says(kind, actor, text string) roomlog.Entry {
	return k.entry(kind, actor, "", 0, fmt.Sprintf(`{"text":%q}`, text))
}

func (k *tale) role(person string, role protocol.Role, version int64, by string) roomlog.Entry {
	return k.entry("role", by, person, version, fmt.Sprintf(`{"role":%q}`, role))
}

func (k *tale) gets(page string, lines ...string) {
	person, _, _ := strings.Cut(page, ".")
	k.note(Frame{page, person, []byte(strings.Join(lines, "\n"))})
}

func (k *tale) call(page string, id int64, kind, object string, role protocol.Role, text string) {
	person, _, _ := strings.Cut(page, ".")
	k.note(Call{Page: page, Person: person, ID: id, Kind: kind, Object: object, Role: role, Text: text})
}

func (k *tale) answer(page string, id int64, code protocol.Code, version int64) {
	k.note(Return{Page: page, ID: id, Code: code, Version: version, Moment: k.moment()})
}

// moment is the time of the newest entry.
func (k *tale) moment() int64 { return k.entries[len(k.entries)-1].At }

func shown(kind string, e roomlog.Entry) string {
	return fmt.Sprintf(`{"type":%q,%s`, kind, inner(e)[1:])
}

func inner(e roomlog.Entry) string {
	return fmt.Sprintf(`{"id":%q,"at":%d,"from":{"id":%q},"text":%q}`, e.ID, e.At, e.Actor, textOf(e))
}

func you(kind string, role protocol.Role, version int64, more string) string {
	caps, _ := json.Marshal(protocol.Rules{Kind: protocol.Webcast, Collaboration: true}.Capabilities(role))
	return fmt.Sprintf(`{"type":%q,"you":{"id":"x","name":"","role":%q,"version":%d,"capabilities":%s}%s}`, kind, role, version, caps, more)
}

// good is a room in which all went well: sue, a speaker, and vic talk, mia
// demotes sue, promotes her and shows vic out.
type good struct {
	*tale
	hi, psst, hush, bye, later roomlog.Entry
}

func newTale() *good {
	k := &good{tale: &tale{History: &History{}}}
	k.note(Secret{"mail@secret.example"})
	for who, role := range map[string]protocol.Role{"mia": protocol.Manager, "sue": protocol.Speaker, "vic": protocol.Viewer} {
		k.note(Place{who, role})
	}
	k.entry("rules", "", "", 0, `{"kind":"webcast","collaboration":true}`)
	k.role("mia", protocol.Manager, 1, "")
	k.role("sue", protocol.Speaker, 1, "")
	k.gets("mia.1", you("welcome", protocol.Manager, 1, ""))
	k.gets("sue.1", you("welcome", protocol.Speaker, 1, ""))
	k.call("vic.1", 1, "hello", "", 0, "")
	k.note(Return{Page: "vic.1", ID: 1, Role: protocol.Viewer})
	k.gets("vic.1", you("welcome", protocol.Viewer, 0, ""))

	k.call("vic.1", 2, "chat", "", 0, "hi")
	k.hi = k.says("chat", "vic", "hi")
	k.answer("vic.1", 2, "", 0)
	k.call("sue.1", 2, "whisper", "", 0, Canary+"1")
	k.psst = k.says("whisper", "sue", Canary+"1")
	k.answer("sue.1", 2, "", 0)
	k.gets("sue.1", shown("chat", k.hi), shown("whisper", k.psst))
	k.gets("mia.1", shown("chat", k.hi), shown("whisper", k.psst))
	k.gets("vic.1", shown("chat", k.hi))

	k.call("mia.1", 2, "set_role", "sue", protocol.Viewer, "")
	k.role("sue", protocol.Viewer, 2, "mia")
	k.answer("mia.1", 2, "", 2)
	k.gets("sue.1", you("you", protocol.Viewer, 2, ""))
	k.call("sue.1", 3, "whisper", "", 0, Canary+"no")
	k.answer("sue.1", 3, protocol.Forbidden, 0)
	k.call("mia.1", 3, "whisper", "", 0, Canary+"2")
	k.hush = k.says("whisper", "mia", Canary+"2")
	k.answer("mia.1", 3, "", 0)
	k.gets("mia.1", shown("whisper", k.hush))

	k.now += 10 * time.Second
	k.call("mia.1", 4, "set_role", "sue", protocol.Moderator, "")
	k.role("sue", protocol.Moderator, 3, "mia")
	k.answer("mia.1", 4, "", 3)
	k.gets("sue.1", you("you", protocol.Moderator, 3, ""))
	k.call("vic.1", 3, "chat", "", 0, "bye")
	k.bye = k.says("chat", "vic", "bye")
	k.answer("vic.1", 3, "", 0)
	k.call("mia.1", 5, "remove", "vic", 0, "")
	k.entry("remove", "mia", "vic", 1, `{"out":true}`)
	k.answer("mia.1", 5, "", 1)
	k.call("sue.1", 4, "whisper", "", 0, Canary+"3")
	k.later = k.says("whisper", "sue", Canary+"3")
	k.answer("sue.1", 4, "", 0)
	for _, p := range []string{"mia.1", "sue.1"} {
		k.gets(p, shown("chat", k.bye), shown("whisper", k.later))
	}
	return k
}

// finish notes what is seen from outside in the end.
func (k *good) finish() *History {
	k.now += 20 * time.Second
	k.gets("mia.1", `{"type":"roster","total":2,"groups":[{"name":"staff","count":2,"people":[{"id":"mia","name":"","role":"manager","devices":1},`+
		`{"id":"sue","name":"","role":"moderator","devices":1}]},{"name":"removed","count":1,"people":[{"id":"vic","name":"","role":"viewer","devices":0}]}]}`)
	tip := k.entries[len(k.entries)-1].Position
	k.note(Replica{"a", tip, "same"})
	k.note(Replica{"replay", tip, "same"})
	k.note(Log{Entries: k.entries})
	k.note(Words{"the log of a node", []byte("all is well")})
	k.note(End{Here: map[string]int{"mia": 1, "sue": 1}, Pages: []string{"mia.1", "sue.1"}, Watchers: []string{"mia.1"}})
	return k.History
}

func TestGoodHistoryIsGood(t *testing.T) {
	for _, f := range Faults(newTale().finish()) {
		t.Error(f)
	}
}

// TestEveryRuleFindsWhatBreaksIt tells the good tale and one thing more, and
// wants the rule that must find it.
func TestEveryRuleFindsWhatBreaksIt(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		spoil      func(*good)
	}{
		{"another text than the log's", "one value per position", func(k *good) {
			k.gets("vic.1", strings.Replace(shown("chat", k.bye), "bye", "bye!", 1))
		}},
		{"a message that no log has", "one value per position", func(k *good) {
			k.gets("vic.1", `{"type":"chat","id":"feed","at":1,"from":{"id":"vic"},"text":"ghost"}`)
		}},
		{"a position given twice", "one value per position", func(k *good) {
			e := k.says("chat", "vic", "again")
			e.Seq--
			k.entries[len(k.entries)-1] = e
		}},
		{"entries that vanished without a rewind", "one value per position", func(k *good) {
			k.note(Log{Entries: k.entries[:len(k.entries):len(k.entries)], Kept: uint64(len(k.entries))})
			k.entries = k.entries[:len(k.entries)-1]
		}},
		{"a gap", "in order", func(k *good) {
			k.says("chat", "vic", "lost")
			k.gets("sue.1", shown("chat", k.says("chat", "vic", "seen")))
		}},
		{"a double", "in order", func(k *good) { k.gets("sue.1", shown("chat", k.bye)) }},
		{"the wrong order", "in order", func(k *good) {
			a, b := k.says("chat", "vic", "a"), k.says("chat", "vic", "b")
			k.gets("sue.1", shown("chat", b), shown("chat", a))
		}},
		{"a gap over a resume", "in order", func(k *good) {
			k.says("chat", "vic", "lost")
			k.gets("sue.1", strings.Replace(you("welcome", protocol.Moderator, 3, ""), `"you"`, `"resumed":true,"you"`, 1),
				shown("chat", k.says("chat", "vic", "seen")))
		}},
		{"the last again after a resume", "in order", func(k *good) {
			k.gets("sue.1", strings.Replace(you("welcome", protocol.Moderator, 3, ""), `"you"`, `"resumed":true,"you"`, 1), shown("chat", k.bye))
		}},
		{"going on from nothing", "in order", func(k *good) {
			k.gets("vic.2", strings.Replace(you("welcome", protocol.Viewer, 0, ""), `"you"`, `"resumed":true,"you"`, 1))
		}},
		{"a hole in a welcome", "in order", func(k *good) {
			k.gets("vic.2", you("welcome", protocol.Viewer, 0, `,"chat":[`+inner(k.bye)+`]`))
		}},
		{"a hole in the backchannel", "in order", func(k *good) {
			k.says("whisper", "mia", Canary+"lost")
			k.gets("sue.1", shown("whisper", k.says("whisper", "mia", Canary+"seen")))
		}},
		{"an older state of a question", "in order", func(k *good) {
			k.gets("sue.1", `{"type":"question","question":{"id":"q","version":2}}`, `{"type":"question","question":{"id":"q","version":1}}`)
		}},
		{"an accepted message that is nowhere", "what was accepted", func(k *good) {
			k.call("sue.1", 9, "chat", "", 0, "where")
			k.answer("sue.1", 9, "", 0)
		}},
		{"an accepted message that is there twice", "what was accepted", func(k *good) {
			k.call("sue.1", 9, "chat", "", 0, "twice")
			k.says("chat", "sue", "twice")
			k.says("chat", "sue", "twice")
			k.answer("sue.1", 9, "", 0)
		}},
		{"a role change that is nowhere", "what was accepted", func(k *good) {
			k.call("mia.1", 9, "set_role", "sue", protocol.Viewer, "")
			k.answer("mia.1", 9, "", 4)
		}},
		{"a refused message in the log", "what was refused", func(k *good) {
			k.call("sue.1", 9, "chat", "", 0, "refused")
			k.says("chat", "sue", "refused")
			k.answer("sue.1", 9, protocol.Muted, 0)
		}},
		{"a refused message that was seen", "what was refused", func(k *good) {
			k.call("sue.1", 9, "chat", "", 0, "refused")
			k.answer("sue.1", 9, protocol.Muted, 0)
			k.gets("mia.1", `{"type":"chat","id":"feed","at":1,"from":{"id":"sue"},"text":"refused"}`)
		}},
		{"a sender's messages the wrong way round", "one sender's messages", func(k *good) {
			for i, text := range []string{"first", "second"} {
				k.call("sue.1", int64(9+i), "chat", "", 0, text)
				k.answer("sue.1", int64(9+i), "", 0)
			}
			k.says("chat", "sue", "second")
			k.says("chat", "sue", "first")
		}},
		{"a whisper accepted after a demotion was", "roles are linearizable", func(k *good) {
			k.call("mia.1", 9, "set_role", "sue", protocol.Viewer, "")
			k.answer("mia.1", 9, "", 4)
			k.call("sue.1", 9, "whisper", "", 0, Canary+"late")
			k.answer("sue.1", 9, "", 0)
		}},
		{"a hello that reads an old role", "roles are linearizable", func(k *good) {
			k.call("sue.2", 1, "hello", "", 0, "")
			k.note(Return{Page: "sue.2", ID: 1, Role: protocol.Viewer})
		}},
		{"somebody refused long after a promotion", "roles are linearizable", func(k *good) {
			k.now += time.Minute
			k.call("sue.1", 9, "whisper", "", 0, Canary+"late")
			k.answer("sue.1", 9, protocol.Forbidden, 0)
		}},
		{"the same role given twice", "roles are linearizable", func(k *good) {
			for i := range int64(2) {
				k.call("mia.1", 9+i, "set_role", "sue", protocol.Viewer, "")
				k.answer("mia.1", 9+i, "", 4+i)
			}
		}},
		{"a whisper of a viewer", "nothing is done without", func(k *good) { k.says("whisper", "vic", Canary+"x") }},
		{"a role change by a moderator", "nothing is done without", func(k *good) { k.role("vic", protocol.Speaker, 1, "sue") }},
		{"a message of somebody removed", "nothing is done without", func(k *good) { k.says("chat", "vic", "still here") }},
		{"a message of somebody muted", "nothing is done without", func(k *good) {
			k.entry("mute", "mia", "sue", -1, "{}")
			k.says("chat", "sue", "mm")
		}},
		{"a whisper to a viewer", "no staff byte", func(k *good) { k.gets("vic.1", shown("whisper", k.later)) }},
		{"a whisper inside another message", "no staff byte", func(k *good) {
			k.gets("vic.1", `{"type":"error","id":7,"message":"`+Canary+`3"}`)
		}},
		{"a whisper after the demotion", "no staff byte", func(k *good) {
			k.gets("sue.1", you("you", protocol.Viewer, 4, ""), shown("whisper", k.later))
		}},
		{"a whisper from before the promotion", "no staff byte", func(k *good) { k.gets("sue.1", shown("whisper", k.hush)) }},
		{"a whisper long after a demotion the page does not know of", "no byte long after", func(k *good) {
			k.call("mia.1", 9, "set_role", "sue", protocol.Viewer, "")
			k.answer("mia.1", 9, "", 4)
			k.now += roomlog.Lease
			k.gets("sue.1", shown("whisper", k.later))
		}},
		{"chat long after a removal", "no byte long after", func(k *good) {
			k.now += roomlog.Lease
			k.gets("vic.1", shown("chat", k.bye))
		}},
		{"replicas that differ", "all nodes hold", func(k *good) {
			k.note(Replica{"b", roomlog.Position{Seq: 1, ID: "x"}, "one"})
			k.note(Replica{"c", roomlog.Position{Seq: 1, ID: "x"}, "other"})
		}},
		{"an email on the wire", "no secret", func(k *good) { k.gets("vic.1", `{"type":"note","text":"mail@secret.example"}`) }},
		{"an email in the server's log", "no secret", func(k *good) { k.note(Words{"log", []byte("hello mail@secret.example")}) }},
		{"an email in an entry", "no secret", func(k *good) { k.entry("later", "", "", 0, `{"x":"mail@secret.example"}`) }},
		{"a page that lacks the newest", "all goes on", func(k *good) { k.says("chat", "mia", "unseen") }},
		{"a page that lacks the newest whisper", "all goes on", func(k *good) { k.says("whisper", "mia", Canary+"unseen") }},
		{"a page that does not know its role", "all goes on", func(k *good) { k.role("sue", protocol.Viewer, 4, "mia") }},
		{"a frame that is no message", "vic.1 got", func(k *good) { k.gets("vic.1", "{") }},
		{"an answer without a call", "vic.1 got an answer", func(k *good) { k.answer("vic.1", 77, "", 0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newTale()
			c.spoil(k)
			wantFault(t, k.finish(), c.rule)
		})
	}
}

func TestRosterThatShowsAGhostIsFound(t *testing.T) {
	for name, here := range map[string]map[string]int{
		"a ghost":         {"mia": 1},
		"somebody absent": {"mia": 1, "sue": 1, "vic": 1},
		"too few devices": {"mia": 2, "sue": 1},
	} {
		k := newTale()
		h := k.finish()
		h.noteAt(k.now, End{Here: here, Watchers: []string{"mia.1"}})
		t.Run(name, func(t *testing.T) { wantFault(t, h, "the roster") })
	}
}

// TestLostToARewindIsNoFault rewinds the log behind what was accepted: that is
// lost, and told, and no rule minds; but a page that goes on as if nothing had
// happened is found.
func TestLostToARewindIsNoFault(t *testing.T) {
	tell := func(reset bool) *History {
		k := newTale()
		kept := len(k.entries)
		k.call("sue.1", 9, "chat", "", 0, "lost")
		lost := k.says("chat", "sue", "lost")
		k.answer("sue.1", 9, "", 0)
		for _, p := range []string{"mia.1", "sue.1"} {
			k.gets(p, shown("chat", lost))
		}
		k.note(Log{Entries: k.entries, Kept: uint64(kept)})
		k.entries = append([]roomlog.Entry(nil), k.entries[:kept]...)
		other := k.says("chat", "mia", "instead")
		k.entries[kept].ID = "ffff"
		other.ID = "ffff"
		for p, role := range map[string]protocol.Role{"mia.1": protocol.Manager, "sue.1": protocol.Moderator} {
			if reset {
				version := int64(1)
				if p == "sue.1" {
					version = 3
				}
				k.gets(p, you("welcome", role, version, `,"chat":[`+inner(k.hi)+`,`+inner(k.bye)+`,`+inner(other)+`],"backchannel":[`+map[string]string{
					"mia.1": inner(k.psst) + "," + inner(k.hush) + ",", "sue.1": ""}[p]+inner(k.later)+`]`))
			} else {
				k.gets(p, shown("chat", other))
			}
		}
		return k.finish()
	}
	for _, f := range Faults(tell(true)) {
		t.Error(f)
	}
	wantFault(t, tell(false), "in order")
}

func wantFault(t *testing.T, h *History, rule string) {
	t.Helper()
	faults := Faults(h)
	for _, f := range faults {
		if strings.HasPrefix(f, rule) {
			return
		}
	}
	t.Fatalf("%q found nothing; all that was found: %q", rule, faults)
}
