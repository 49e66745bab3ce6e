package hub

import (
	"encoding/json"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// eyes are those of one participant, as of now: who they are and what that lets
// them see. Everything that leaves the hub passes through them.
type eyes struct {
	participant string
	role        protocol.Role // NoRole: outside, before the doors or in the lobby
	caps        protocol.Capability
	staffSince  uint64 // the backchannel before this entry stays closed
}

// eyesOf returns the eyes of a participant in the state as it is now. Before
// the doors open, and after they close, only managers are inside; who was
// removed is outside from that entry on, whatever their sockets still take.
func (s *state) eyesOf(participant string) eyes {
	p := s.person(participant, "")
	if participant == "" || p.Removed || p.Role != protocol.Manager && s.Doors.State != protocol.Open {
		return eyes{participant: participant}
	}
	return eyes{participant, p.Role, s.Rules.Capabilities(p.Role), p.StaffSince}
}

func (y eyes) may(c protocol.Capability) bool { return y.caps&c == c }

// visible returns what an entry looks like to y, or nil where y may not see it.
// It is the one place that decides this, for live delivery, resume and history
// alike, and it knows nothing but the entry and the eyes.
func visible(e roomlog.Entry, y eyes, cursor string) protocol.ServerMessage {
	switch e.Kind {
	case "doors":
		return seeDoors(e, cursor)
	case "chat", "whisper":
		return seeLine(e, y, cursor)
	case "question":
		return seeQuestion(e, y, cursor)
	case "role", "mute", "remove":
		return seePerson(e, y, cursor)
	case "settings", "rules":
		return seeSettings(e, y, cursor)
	}
	return nil
}

func seeDoors(e roomlog.Entry, cursor string) protocol.ServerMessage {
	var s state
	s.applyDoors(e)
	return protocol.DoorsChanged{Cursor: cursor, Now: e.At, Doors: s.Doors}
}

func seeLine(e roomlog.Entry, y eyes, cursor string) protocol.ServerMessage {
	if e.Kind == "chat" && !y.may(protocol.CanChat) || e.Kind == "whisper" && !y.seesWhisper(e.Seq) {
		return nil
	}
	var b chatBody
	if json.Unmarshal(e.Body, &b) != nil {
		return nil
	}
	return protocol.ChatMessage{Channel: e.Kind, Cursor: cursor, ID: e.ID, At: e.At, From: b.From, Text: b.Text}
}

func (y eyes) seesWhisper(seq uint64) bool {
	return y.may(protocol.CanBackchannel) && seq > y.staffSince
}

func seeQuestion(e roomlog.Entry, y eyes, cursor string) protocol.ServerMessage {
	q, ok := questionOf(e)
	if !ok || !y.may(protocol.CanAsk) {
		return nil
	}
	if seen, ok := q.to(y); ok {
		return protocol.QuestionChanged{Cursor: cursor, Question: seen}
	}
	if q.WasPublic {
		return protocol.QuestionGone{Cursor: cursor, Question: q.ID}
	}
	return nil
}

// to returns the question as y may see it; ok is false where y may not.
func (q question) to(y eyes) (seen protocol.Question, ok bool) {
	mine := q.Asker.ID == y.participant
	desk := y.may(protocol.CanModerateQnA)
	if !q.public() && !mine && !desk {
		return protocol.Question{}, false
	}
	seen = protocol.Question{ID: q.ID, Version: q.Version, State: q.State, Text: q.Text, Anonymous: q.Anonymous,
		Mine: mine, At: q.At, Since: q.Since, How: q.How}
	if !q.Anonymous || desk || mine {
		seen.Asker = &q.Asker
	}
	if desk || q.State == protocol.QuestionNow || q.State == protocol.QuestionAnswered {
		seen.By = q.By
	}
	if desk || mine {
		seen.Reason = q.Reason
	}
	for _, a := range q.Answers {
		if a.To != toAsker || mine || y.may(protocol.CanAnswer) {
			seen.Answers = append(seen.Answers, a)
		}
	}
	return seen, true
}

func seePerson(e roomlog.Entry, y eyes, cursor string) protocol.ServerMessage {
	switch {
	case e.Kind == "role" && y.may(protocol.CanManage):
		var b roleBody
		if json.Unmarshal(e.Body, &b) != nil {
			return nil
		}
		return protocol.RoleChanged{Cursor: cursor, At: e.At, Was: b.Was, Version: e.Version, By: b.By,
			Person: protocol.Person{ID: e.Object, Name: b.Name, Role: b.Role}}
	case e.Kind == "mute" && y.may(protocol.CanModerateChat):
		var b muteBody
		if json.Unmarshal(e.Body, &b) != nil {
			return nil
		}
		return protocol.PersonMuted{Cursor: cursor, Person: b.Person, Until: e.Version, By: b.By}
	case e.Kind == "remove" && y.may(protocol.CanModerateChat):
		var b removeBody
		if json.Unmarshal(e.Body, &b) != nil {
			return nil
		}
		return protocol.PersonRemoved{Cursor: cursor, Person: b.Person, Removed: b.Out, By: b.By}
	}
	return nil
}

func seeSettings(e roomlog.Entry, y eyes, cursor string) protocol.ServerMessage {
	if y.role == protocol.NoRole {
		return nil
	}
	var s state
	appliers[e.Kind](&s, e)
	return protocol.SettingsChanged{Cursor: cursor, Settings: s.Settings}
}

// aboutPerson returns the participant for whom an entry looks different than
// for others of their role, or none.
func aboutPerson(e roomlog.Entry) string {
	if e.Kind != "question" {
		return ""
	}
	q, _ := questionOf(e)
	return q.Asker.ID
}
