package hub

import (
	"cmp"
	"slices"

	"greenroom/hub/protocol"
)

// welcomeLocked encodes the room as c may see it now. r.mu is held.
func (r *Room) welcomeLocked(c *conn, id int64) owned {
	w := r.frontLocked(c, id)
	if c.eyes.role != protocol.NoRole {
		w.Chat = r.linesLocked(c.eyes, "chat")
		w.Backchannel = r.linesLocked(c.eyes, "whisper")
		w.Questions = r.questionsLocked(c.eyes)
		w.Votes = r.votesLocked(c.eyes)
	}
	return owned{line: protocol.Encode(w), needs: c.eyes.caps, afresh: true}
}

// resumedLocked encodes the welcome of a page that keeps what it has. r.mu is held.
func (r *Room) resumedLocked(c *conn, id int64) []byte {
	w := r.frontLocked(c, id)
	w.Resumed = true
	if c.eyes.role != protocol.NoRole {
		w.Votes = r.votesLocked(c.eyes)
	}
	return protocol.Encode(w)
}

func (r *Room) frontLocked(c *conn, id int64) protocol.Welcome {
	w := protocol.Welcome{ID: id, Now: r.nowLocked().UnixMilli(), Build: r.hub.Build, Room: r.state.Info,
		Doors: r.state.Doors, Settings: r.state.Settings, Here: r.presence.here, Cursor: r.cursors.seal(r.state.At)}
	w.Room.ID, w.Room.Kind = r.id, r.state.Rules.Kind
	if !c.eyes.may(protocol.CanWatch) {
		w.Room.StageURL = ""
	}
	if c.participant != "" {
		you := r.youOf(c)
		w.You = &you
	}
	return w
}

// youLocked encodes c's new rights and what they show. r.mu is held.
func (r *Room) youLocked(c *conn) []byte {
	return protocol.Encode(protocol.YouChanged{Cursor: r.cursors.seal(r.state.At), You: r.youOf(c),
		Backchannel: r.linesLocked(c.eyes, "whisper"), Questions: r.questionsLocked(c.eyes), Votes: r.votesLocked(c.eyes)})
}

func (r *Room) youOf(c *conn) protocol.You {
	p := r.state.person(c.participant, "")
	m := r.members[c.participant]
	you := protocol.You{Person: protocol.Person{ID: c.participant, Role: p.Role}, Version: p.Version,
		Capabilities: c.eyes.caps, Voted: c.voted}
	if m != nil {
		you.Name, you.Guest = m.name, m.guest
	}
	if p.MutedUntil == -1 || p.MutedUntil > r.nowLocked().UnixMilli() {
		you.MutedUntil = p.MutedUntil
	}
	return you
}

// linesLocked returns the newest messages of a channel. r.mu is held.
func (r *Room) linesLocked(y eyes, kind string) []protocol.ChatMessage {
	messages := []protocol.ChatMessage{}
	lines := r.state.Chat
	if kind == "whisper" {
		lines = r.state.Backchannel
	}
	for _, l := range lines {
		if kind == "chat" && y.may(protocol.CanChat) || kind == "whisper" && y.seesWhisper(l.Seq) {
			messages = append(messages, protocol.ChatMessage{Channel: kind, Cursor: r.cursors.seal(l.Position),
				ID: l.ID, At: l.At, From: l.From, Text: l.Text})
		}
	}
	return messages[max(0, len(messages)-50):]
}

// questionsLocked returns the questions that y may see, oldest first. r.mu is
// held.
func (r *Room) questionsLocked(y eyes) []protocol.Question {
	questions := []protocol.Question{}
	if !y.may(protocol.CanAsk) {
		return questions
	}
	for _, q := range r.state.Questions {
		if seen, ok := q.to(y); ok {
			questions = append(questions, seen)
		}
	}
	slices.SortFunc(questions, func(a, b protocol.Question) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return questions
}

func (r *Room) votesLocked(y eyes) map[string]int64 {
	votes := map[string]int64{}
	for q, n := range r.votes {
		if asked, ok := r.state.Questions[q]; ok && y.may(protocol.CanAsk) {
			if _, seen := asked.to(y); seen {
				votes[q] = n
			}
		}
	}
	return votes
}
