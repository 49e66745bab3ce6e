package hub

import (
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// scriptPace is how much one person of a script may write in paceWindow.
const scriptPace = 20

// Line returns the command by which from writes to everybody or, as "whisper",
// to the backchannel, without a connection. It is for rooms that are played
// from a script, such as the demo's.
func Line(room, kind string, from protocol.Person, text string) roomlog.Command {
	return roomlog.Command{Room: room, Actor: from.ID, Allowed: []protocol.Role{from.Role}, Kind: kind,
		Body: encodeBody(chatBody{from, text}), Effect: roomlog.Speak{Most: scriptPace, Window: paceWindow}}
}

// Question returns the command by which q.Asker asks, into any state.
func Question(room string, q protocol.Question) roomlog.Command {
	body := question{ID: q.ID, State: q.State, Text: q.Text, Asker: *q.Asker, Anonymous: q.Anonymous,
		By: q.By, How: q.How, Answers: q.Answers}
	return roomlog.Command{Room: room, Actor: q.Asker.ID, Allowed: []protocol.Role{q.Asker.Role}, Kind: "question",
		Object: q.ID, Body: encodeBody(body),
		Effect: roomlog.Speak{Most: scriptPace, Window: paceWindow, Question: q.ID, QuestionState: q.State}}
}
