package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// View is a History in the order in which the rules ask.
type View struct {
	places   map[string]protocol.Role
	logs     []*logView
	pages    []*page // by name
	calls    []*call
	replicas []Replica
	secrets  []string
	words    []Words
	end      End
	ended    bool
	broken   []string // what could not even be read
}

// page is one page and all that it got, line by line.
type page struct {
	name, person string
	lines        []line
	stuck        []span
}

type span struct{ from, to time.Duration }

// call is a command and what became of it.
type call struct {
	Call
	at       time.Duration
	returned bool
	back     Return
	until    time.Duration // of the answer
}

func (c *call) accepted() bool { return c.returned && c.back.Code == "" }

// refused reports whether the answer promises that nothing was done.
func (c *call) refused() bool {
	return c.returned && c.back.Code != "" && c.back.Code != protocol.Unavailable &&
		c.back.Code != protocol.Stale && c.back.Code != protocol.Internal
}

// line is one message from the hub, as far as the rules look at it.
type line struct {
	at  time.Duration
	raw []byte

	Type        string                 `json:"type"`
	ID          json.RawMessage        `json:"id"`
	Resumed     bool                   `json:"resumed"`
	You         *protocol.You          `json:"you"`
	Chat        []message              `json:"chat"`
	Backchannel []message              `json:"backchannel"`
	Questions   []questionSeen         `json:"questions"`
	Question    json.RawMessage        `json:"question"`
	Moment      int64                  `json:"at"`
	From        protocol.Person        `json:"from"`
	Text        string                 `json:"text"`
	Here        *int64                 `json:"here"`
	Groups      []protocol.RosterGroup `json:"groups"`
}

type message struct {
	ID   string          `json:"id"`
	At   int64           `json:"at"`
	From protocol.Person `json:"from"`
	Text string          `json:"text"`
}

type questionSeen struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// message returns the chat message or whisper that the line is.
func (l line) message() message {
	var id string
	_ = json.Unmarshal(l.ID, &id) // a line without an id is found by its rule
	return message{id, l.Moment, l.From, l.Text}
}

// staff reports whether this person may see the backchannel.
func staff(y *protocol.You) bool { return y != nil && y.Capabilities&protocol.CanBackchannel != 0 }

// View sorts h by observer and reads every frame.
func (h *History) View() *View {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := &View{places: map[string]protocol.Role{}}
	pages := map[string]*page{}
	calls := map[string]*call{}
	for _, n := range h.notes {
		switch e := n.Event.(type) {
		case Place:
			v.places[e.Person] = e.Role
		case Call:
			c := &call{Call: e, at: n.at}
			calls[fmt.Sprint(e.Page, e.ID)] = c
			v.calls = append(v.calls, c)
		case Return:
			if c := calls[fmt.Sprint(e.Page, e.ID)]; c != nil {
				c.returned, c.back, c.until = true, e, n.at
			} else {
				v.broken = append(v.broken, fmt.Sprintf("%s got an answer to %d, which it did not send", e.Page, e.ID))
			}
		case Frame:
			p := pages[e.Page]
			if p == nil {
				p = &page{name: e.Page, person: e.Person}
				pages[e.Page] = p
			}
			v.read(p, n.at, e.Bytes)
		case Stuck:
			if p := pages[e.Page]; p != nil && e.On {
				p.stuck = append(p.stuck, span{n.at, 1 << 62})
			} else if p != nil && len(p.stuck) > 0 {
				p.stuck[len(p.stuck)-1].to = n.at
			}
		case Log:
			v.logs = append(v.logs, newLogView(e, n.at))
		case Replica:
			v.replicas = append(v.replicas, e)
		case Secret:
			v.secrets = append(v.secrets, e.Text)
		case Words:
			v.words = append(v.words, e)
		case End:
			v.end, v.ended = e, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		v.pages = append(v.pages, pages[name])
	}
	return v
}

func (v *View) read(p *page, at time.Duration, frame []byte) {
	for raw := range bytes.Lines(frame) {
		l := line{at: at, raw: bytes.TrimSuffix(raw, []byte("\n"))}
		if err := json.Unmarshal(raw, &l); err != nil {
			v.broken = append(v.broken, fmt.Sprintf("%s got %q: %v", p.name, raw, err))
			continue
		}
		p.lines = append(p.lines, l)
	}
}

// logView is a log and where everything stands in it.
type logView struct {
	Log
	at    time.Duration
	index map[string]int   // entry id to its place in Entries
	lines map[string][]int // kind to the places of its entries
	nth   map[string]int   // entry id to its place among those of its kind
	marks map[string][]int // what an entry did, to its places
}

func newLogView(l Log, at time.Duration) *logView {
	v := &logView{Log: l, at: at, index: map[string]int{}, lines: map[string][]int{}, nth: map[string]int{}, marks: map[string][]int{}}
	for i, e := range l.Entries {
		v.index[e.ID] = i
		v.nth[e.ID] = len(v.lines[e.Kind])
		v.lines[e.Kind] = append(v.lines[e.Kind], i)
		if m := markOf(e); m != "" {
			v.marks[m] = append(v.marks[m], i)
		}
	}
	return v
}

// markOf names what an entry did so that no other entry of the log does the
// same: a text, or a version of an object and when it came.
func markOf(e roomlog.Entry) string {
	switch e.Kind {
	case "chat", "whisper":
		return e.Kind + " " + textOf(e)
	case "question":
		return fmt.Sprint("question ", e.Object, " ", e.Version, " at ", e.At)
	case "role":
		return fmt.Sprint("role ", e.Object, " ", e.Version, " at ", e.At)
	}
	return ""
}

// mark names what an accepted call must have done, as markOf does.
func (c *call) mark() string {
	switch c.Kind {
	case "chat", "whisper":
		return c.Kind + " " + c.Text
	case "ask", "withdraw", "publish", "dismiss", "answer", "answer_live", "answered":
		return fmt.Sprint("question ", c.back.Object, " ", c.back.Version, " at ", c.back.Moment)
	case "set_role":
		return fmt.Sprint("role ", c.Object, " ", c.back.Version, " at ", c.back.Moment)
	}
	return ""
}

func textOf(e roomlog.Entry) string {
	var b struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(e.Body, &b) // a body of another shape has no text
	return b.Text
}

func roleOf(e roomlog.Entry) protocol.Role {
	var b roomlog.RoleBody
	_ = json.Unmarshal(e.Body, &b) // a body that can't be read gives no role
	return b.Role
}

func rulesOf(e roomlog.Entry) protocol.Rules {
	var b roomlog.RulesBody
	_ = json.Unmarshal(e.Body, &b)
	return b.Rules
}

// staffSince returns the entry since which a person of this version of their
// role has been staff; ok is false where this log does not know the version.
func (l *logView) staffSince(person string, version int64) (seq uint64, ok bool) {
	var rules protocol.Rules
	was := false
	for _, e := range l.Entries {
		if e.Kind == "rules" {
			rules = rulesOf(e)
		}
		if e.Kind != "role" || e.Object != person {
			continue
		}
		is := rules.Capabilities(roleOf(e))&protocol.CanBackchannel != 0
		if is && !was {
			seq = e.Seq
		}
		was = is
		if e.Version == version {
			return seq, true
		}
	}
	return 0, false
}

// final is the log as it is in the end.
func (v *View) final() *logView {
	if len(v.logs) == 0 {
		return newLogView(Log{}, 0)
	}
	return v.logs[len(v.logs)-1]
}

// rewinds returns when the log was rewound.
func (v *View) rewinds() (at []time.Duration) {
	for _, l := range v.logs[:max(0, len(v.logs)-1)] {
		at = append(at, l.at)
	}
	return at
}

// entry finds an entry in any of the logs.
func (v *View) entry(id string) (roomlog.Entry, bool) {
	for _, l := range v.logs {
		if i, ok := l.index[id]; ok {
			return l.Entries[i], true
		}
	}
	return roomlog.Entry{}, false
}

func (v *View) page(name string) *page {
	for _, p := range v.pages {
		if p.name == name {
			return p
		}
	}
	return nil
}

func quote(b []byte) string {
	s := string(b)
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
