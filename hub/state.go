package hub

import (
	"encoding/json"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// keepLines is how many messages of each channel the state holds, for those
// who come in. Older ones are read from the log.
const keepLines = 100

// state is a room as of one position of its log, and of nothing else: the same
// entries give the same state on every node, byte for byte. It is what a
// snapshot holds.
type state struct {
	At          roomlog.Position      `json:"at"`
	Rules       protocol.Rules        `json:"rules"`
	Info        protocol.RoomInfo     `json:"info"`
	Settings    protocol.RoomSettings `json:"settings"`
	Doors       protocol.Doors        `json:"doors"`
	People      map[string]person     `json:"people"` // of whom the log says something; all others are plain viewers
	Questions   map[string]question   `json:"questions"`
	Chat        []line                `json:"chat"`
	Backchannel []line                `json:"backchannel"`
	Deleted     bool                  `json:"deleted,omitempty"`
}

// person is what the log says of a participant.
type person struct {
	Name       string        `json:"name"`
	Role       protocol.Role `json:"role"`
	Version    int64         `json:"version"`
	StaffSince uint64        `json:"staff_since"` // the entry since which they see the backchannel
	MutedUntil int64         `json:"muted_until"` // Unix ms; -1 until lifted
	Removed    bool          `json:"removed"`
}

// line is one message of the chat or the backchannel.
type line struct {
	roomlog.Position
	At   int64           `json:"at"`
	From protocol.Person `json:"from"`
	Text string          `json:"text"`
}

// question is a question with all that only some may see.
type question struct {
	ID        string                `json:"id"`
	State     string                `json:"state"`
	Text      string                `json:"text"`
	Asker     protocol.Person       `json:"asker"`
	Anonymous bool                  `json:"anonymous,omitempty"`
	By        *protocol.Person      `json:"by,omitempty"`
	How       string                `json:"how,omitempty"`
	Answers   []protocol.TextAnswer `json:"answers,omitempty"`
	Reason    string                `json:"reason,omitempty"`
	WasPublic bool                  `json:"was_public,omitempty"` // everybody saw it before this entry

	At int64 `json:"at,omitempty"` // when it was asked; 0: by this entry

	// Set by questionOf.
	Version int64 `json:"version,omitempty"`
	Since   int64 `json:"since,omitempty"`
}

// public reports whether everybody may see the question.
func (q question) public() bool {
	return q.State == protocol.QuestionOpen || q.State == protocol.QuestionNow || q.State == protocol.QuestionAnswered
}

// Bodies of entries, by kind, beside those of roomlog.
type (
	chatBody struct {
		From protocol.Person `json:"from"`
		Text string          `json:"text"`
	}
	roleBody struct {
		roomlog.RoleBody
		Was protocol.Role   `json:"was"`
		By  protocol.Person `json:"by"`
	}
	muteBody struct {
		Person protocol.Person `json:"person"`
		By     protocol.Person `json:"by"`
	}
	removeBody struct {
		Person protocol.Person `json:"person"`
		Out    bool            `json:"out"`
		By     protocol.Person `json:"by"`
	}
)

func newState() *state {
	return &state{People: map[string]person{}, Questions: map[string]question{}}
}

// loadState reads what snapshot wrote.
func loadState(b []byte) (*state, error) {
	s := newState()
	err := json.Unmarshal(b, s)
	return s, err
}

// snapshot writes the state. Equal states give equal bytes.
func (s *state) snapshot() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic("hub: snapshot: " + err.Error())
	}
	return b
}

// appliers says what each kind of entry does to the state. A kind that isn't
// here, or a body that can't be read, changes nothing: a newer node may have
// written it, and every older one must skip it alike.
var appliers = map[string]func(*state, roomlog.Entry){
	"chat":     (*state).applyChat,
	"whisper":  (*state).applyWhisper,
	"question": (*state).applyQuestion,
	"role":     (*state).applyRole,
	"mute":     (*state).applyMute,
	"remove":   (*state).applyRemove,
	"settings": (*state).applySettings,
	"rules":    (*state).applyRules,
	"doors":    (*state).applyDoors,
	"deleted":  func(s *state, _ roomlog.Entry) { s.Deleted = true },
}

// apply moves the state on by one entry. It never fails.
func (s *state) apply(e roomlog.Entry) {
	if f, ok := appliers[e.Kind]; ok {
		f(s, e)
	}
	s.At = e.Position
}

func (s *state) applyChat(e roomlog.Entry) { s.Chat = addLine(s.Chat, e) }

func (s *state) applyWhisper(e roomlog.Entry) { s.Backchannel = addLine(s.Backchannel, e) }

func addLine(lines []line, e roomlog.Entry) []line {
	var b chatBody
	if json.Unmarshal(e.Body, &b) != nil {
		return lines
	}
	lines = append(lines, line{e.Position, e.At, b.From, b.Text})
	if len(lines) > keepLines {
		lines = append(lines[:0], lines[len(lines)-keepLines:]...)
	}
	return lines
}

func (s *state) applyQuestion(e roomlog.Entry) {
	q, ok := questionOf(e)
	if !ok {
		return
	}
	s.Questions[q.ID] = q
}

// questionOf reads the question that an entry brings, as of that entry.
func questionOf(e roomlog.Entry) (question, bool) {
	var q question
	if json.Unmarshal(e.Body, &q) != nil || q.ID == "" {
		return q, false
	}
	q.Version, q.Since = e.Version, e.At
	if q.At == 0 {
		q.At = e.At
	}
	return q, true
}

func (s *state) applyRole(e roomlog.Entry) {
	var b roleBody
	if json.Unmarshal(e.Body, &b) != nil || b.Role == protocol.NoRole {
		return
	}
	p := s.People[e.Object]
	was := s.Rules.Capabilities(p.Role)
	if s.Rules.Kind == "" || was&protocol.CanBackchannel == 0 {
		p.StaffSince = e.Seq
	}
	p.Name, p.Role, p.Version = b.Name, b.Role, e.Version
	s.People[e.Object] = p
}

func (s *state) applyMute(e roomlog.Entry) {
	var b muteBody
	if json.Unmarshal(e.Body, &b) != nil {
		return
	}
	p := s.person(e.Object, b.Person.Name)
	p.MutedUntil = e.Version
	s.People[e.Object] = p
}

func (s *state) applyRemove(e roomlog.Entry) {
	var b removeBody
	if json.Unmarshal(e.Body, &b) != nil {
		return
	}
	p := s.person(e.Object, b.Person.Name)
	p.Removed = b.Out
	s.People[e.Object] = p
}

// person returns what is known of a participant: somebody of whom the log
// never spoke is a viewer.
func (s *state) person(id, name string) person {
	p, ok := s.People[id]
	if !ok {
		return person{Name: name, Role: protocol.Viewer}
	}
	return p
}

func (s *state) applySettings(e roomlog.Entry) {
	settings := s.Settings
	if json.Unmarshal(e.Body, &settings) == nil {
		s.Settings = settings
	}
}

func (s *state) applyRules(e roomlog.Entry) {
	var b roomlog.RulesBody
	if json.Unmarshal(e.Body, &b) != nil {
		return
	}
	s.Rules, s.Info, s.Settings = b.Rules, b.Info, b.Settings
}

func (s *state) applyDoors(e roomlog.Entry) {
	var b roomlog.DoorsBody
	if json.Unmarshal(e.Body, &b) != nil {
		return
	}
	d := protocol.Doors{State: b.State, Start: b.Start, Delayed: b.Delayed, Word: b.Word, OpenedAt: s.Doors.OpenedAt}
	switch b.State {
	case protocol.Open:
		d.OpenedAt = e.At
	case protocol.Over:
		d.EndedAt = e.At
	}
	s.Doors = d
}
