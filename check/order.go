package check

import (
	"bytes"
	"encoding/json"
	"fmt"

	"greenroom/hub/protocol"
)

// OneValue: whatever an observer saw of an entry is what every log that holds
// it says, nothing was seen that no log ever held, and one log gives a
// position to one entry (I1).
func OneValue(v *View) (bad []string) {
	for n, l := range v.logs {
		for i, e := range l.Entries {
			switch {
			case i > 0 && (e.Seq != l.Entries[i-1].Seq+1 || e.Prev != l.Entries[i-1].ID):
				bad = append(bad, fmt.Sprintf("log %d: entry %d %s follows %d %s", n, e.Seq, e.ID, l.Entries[i-1].Seq, l.Entries[i-1].ID))
			case l.index[e.ID] != i:
				bad = append(bad, fmt.Sprintf("log %d: entries %d and %d have the id %s", n, e.Seq, l.Entries[l.index[e.ID]].Seq, e.ID))
			}
			for _, other := range v.logs[:n] {
				if j, ok := other.index[e.ID]; ok && (other.Entries[j].Position != e.Position || !bytes.Equal(other.Entries[j].Body, e.Body)) {
					bad = append(bad, fmt.Sprintf("entry %s is %s in one log and %s in another", e.ID, other.Entries[j].Body, e.Body))
				}
			}
		}
		bad = append(bad, keptBy(v, n)...)
	}
	for _, p := range v.pages {
		for _, l := range p.lines {
			seen := append(append([]message(nil), l.Chat...), l.Backchannel...)
			if l.Type == "chat" || l.Type == "whisper" {
				seen = append(seen, l.message())
			}
			for _, m := range seen {
				e, ok := v.entry(m.ID)
				if !ok || e.At != m.At || e.Actor != m.From.ID || textOf(e) != m.Text {
					bad = append(bad, fmt.Sprintf("%s saw %q by %s as %s; the log has %q by %s", p.name, m.Text, m.From.ID, m.ID, textOf(e), e.Actor))
				}
			}
		}
	}
	return bad
}

// keptBy looks whether what the rewind before log n left is still there.
func keptBy(v *View, n int) (bad []string) {
	if n == 0 {
		return nil
	}
	for _, e := range v.logs[n-1].Entries {
		if _, ok := v.logs[n].index[e.ID]; !ok && e.Seq <= v.logs[n-1].Kept {
			bad = append(bad, fmt.Sprintf("entry %d %s vanished, though the log was rewound only to %d", e.Seq, e.ID, v.logs[n-1].Kept))
		}
	}
	return bad
}

// newest is how many messages of a channel a welcome brings.
const newest = 50

// InOrder: each page gets every message of the chat, and of the backchannel
// while it may, once and in the order of the log, from the state that it was
// given when it came or started afresh; and no older state of a question
// follows a newer one (I2, I3, I15).
func InOrder(v *View) (bad []string) {
	for _, p := range v.pages {
		w := &walk{view: v, page: p, questions: map[string]int64{}}
		for _, l := range p.lines {
			w.step(l)
		}
		bad = append(bad, w.bad...)
	}
	return bad
}

// walk goes along with one page.
type walk struct {
	view          *View
	page          *page
	begun         bool
	you           *protocol.You
	chat, whisper string // the id of the last; empty: none yet
	questions     map[string]int64
	bad           []string
}

func (w *walk) fail(l line, format string, args ...any) {
	w.bad = append(w.bad, fmt.Sprintf("%s at %v: %s: %s", w.page.name, l.at, fmt.Sprintf(format, args...), quote(l.raw)))
}

func (w *walk) step(l line) {
	switch l.Type {
	case "welcome":
		if l.Resumed && !w.begun {
			w.fail(l, "went on from nothing")
		}
		w.begun, w.you = true, l.You
		if !l.Resumed {
			w.chat = w.list(l, "chat", l.Chat)
			w.whisper = w.list(l, "whisper", l.Backchannel)
			w.setQuestions(l)
		}
	case "you":
		w.you = l.You
		w.whisper = w.list(l, "whisper", l.Backchannel)
		w.setQuestions(l)
	case "chat":
		w.chat = w.next(l, "chat", w.chat)
	case "whisper":
		if staff(w.you) { // where it isn't, Backchannel tells
			w.whisper = w.next(l, "whisper", w.whisper)
		}
	case "question":
		var q questionSeen
		if json.Unmarshal(l.Question, &q) == nil {
			if q.Version <= w.questions[q.ID] {
				w.fail(l, "had version %d of it", w.questions[q.ID])
			}
			w.questions[q.ID] = q.Version
		}
	}
}

func (w *walk) setQuestions(l line) {
	clear(w.questions)
	for _, q := range l.Questions {
		w.questions[q.ID] = q.Version
	}
}

// list takes a channel as a whole and returns the id of its last message.
func (w *walk) list(l line, kind string, messages []message) string {
	last := ""
	for i, m := range messages {
		if (i > 0 || len(messages) < newest) && !w.follows(kind, last, m.ID) {
			w.fail(l, "the %s it was given lacks something before %s", kind, m.ID)
		}
		last = m.ID
	}
	return last
}

func (w *walk) next(l line, kind, last string) string {
	id := l.message().ID
	if !w.follows(kind, last, id) {
		w.fail(l, "had %s before", last)
	}
	return id
}

// follows reports whether, in one of the logs, id is what this person must see
// next after last, or first.
func (w *walk) follows(kind, last, id string) bool {
	for _, log := range w.view.logs {
		n, ok := log.nth[id]
		if !ok {
			continue
		}
		if last != "" {
			before, ok := log.nth[last]
			if ok && before == n-1 {
				return true
			}
			continue
		}
		since, known := uint64(0), true
		if kind == "whisper" && w.you != nil {
			since, known = log.staffSince(w.page.person, w.you.Version)
		}
		if known && (n == 0 || log.Entries[log.lines[kind][n-1]].Seq <= since) {
			return true
		}
	}
	return false
}

// SenderOrder: what a page had accepted stands in the log in the order in which
// it was sent (I6).
func SenderOrder(v *View) (bad []string) {
	for n, log := range v.logs {
		last := map[string]int{}
		for _, c := range v.calls {
			at, ok := log.marks[c.mark()]
			if !c.accepted() || !ok {
				continue
			}
			if before, ok := last[c.Page]; ok && at[0] <= before {
				bad = append(bad, fmt.Sprintf("log %d: %d of %s stands before what it sent earlier", n, c.ID, c.Page))
			}
			last[c.Page] = at[0]
		}
	}
	return bad
}
