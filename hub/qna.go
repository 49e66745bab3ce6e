package hub

import (
	"context"
	"slices"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// To whom a written answer goes.
const (
	toAll   = "all"
	toAsker = "asker"
)

// mostAnswers is how many written answers one question may have; mostAsked is
// how many questions one person may put in a room. Every page gets all questions
// at once.
const (
	mostAnswers = 20
	mostAsked   = 50
)

// moves says from which states a question may go where.
var moves = map[string][]string{
	protocol.QuestionOpen:      {protocol.QuestionHeld, protocol.QuestionDismissed, protocol.QuestionNow, protocol.QuestionAnswered},
	protocol.QuestionNow:       {protocol.QuestionHeld, protocol.QuestionOpen, protocol.QuestionAnswered, protocol.QuestionDismissed},
	protocol.QuestionAnswered:  {protocol.QuestionHeld, protocol.QuestionOpen, protocol.QuestionNow, protocol.QuestionAnswered},
	protocol.QuestionDismissed: {protocol.QuestionHeld, protocol.QuestionOpen, protocol.QuestionNow, protocol.QuestionAnswered},
	protocol.QuestionWithdrawn: {protocol.QuestionHeld, protocol.QuestionOpen},
}

func (c *conn) ask(ctx context.Context, m *protocol.Ask) (protocol.ServerMessage, error) {
	s, err := text("text", m.Text, protocol.MaxQuestion)
	if err != nil {
		return nil, err
	}
	if c.asked() >= mostAsked {
		return nil, protocol.Errorf(protocol.Conflict, "You have asked %d questions already.", mostAsked)
	}
	q := question{ID: roomlog.NewID(), State: protocol.QuestionOpen, Text: s, Asker: c.me(), Anonymous: m.Anonymous}
	if c.room.settingsNow().Premoderation && !c.now().may(protocol.CanModerateQnA) {
		q.State = protocol.QuestionHeld
	}
	return c.commit(ctx, m.ID, protocol.CanAsk, "question", q.ID, q,
		roomlog.Speak{Most: c.hub.Pace, Window: paceWindow, Question: q.ID, QuestionState: q.State})
}

// asked counts the questions of c's person, whatever became of them.
func (c *conn) asked() (n int) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	for _, q := range c.room.state.Questions {
		if q.Asker.ID == c.participant {
			n++
		}
	}
	return n
}

func (r *Room) settingsNow() protocol.RoomSettings {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Settings
}

// question returns a copy of a question of this room. One that c can't see does
// not exist.
func (c *conn) question(id string, version int64) (question, error) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	q, ok := c.room.state.Questions[id]
	if ok {
		_, ok = q.to(c.eyes)
	}
	if !ok {
		return q, protocol.Errorf(protocol.NotFound, "There is no such question in this room.")
	}
	if q.Version != version {
		return q, protocol.Errorf(protocol.Conflict, "Somebody else was faster.")
	}
	q.WasPublic = q.public()
	q.Answers = slices.Clone(q.Answers)
	return q, nil
}

// move brings a question into a new state.
func (c *conn) move(ctx context.Context, id int64, needs protocol.Capability, q question, state string) (protocol.ServerMessage, error) {
	return c.change(ctx, id, needs, q, roomlog.SetQuestion{State: state})
}

// say is move with words of c's person, who must not be muted.
func (c *conn) say(ctx context.Context, id int64, needs protocol.Capability, q question, state string) (protocol.ServerMessage, error) {
	return c.change(ctx, id, needs, q, roomlog.SetQuestion{State: state, Speaks: true})
}

func (c *conn) change(ctx context.Context, id int64, needs protocol.Capability, q question, to roomlog.SetQuestion) (protocol.ServerMessage, error) {
	if !slices.Contains(moves[to.State], q.State) {
		return nil, protocol.Errorf(protocol.Conflict, "A question that is %s can't become %s.", q.State, to.State)
	}
	to.Version, q.State = q.Version, to.State
	q.Version, q.Since = 0, 0 // the entry says them
	return c.commit(ctx, id, needs, "question", q.ID, q, to)
}

// answering returns what it takes to answer q. Who asked it sees it while it is
// held or dismissed, but an answer must not carry it past the review.
func answering(q question) protocol.Capability {
	if q.public() {
		return protocol.CanAnswer
	}
	return protocol.CanAnswer | protocol.CanModerateQnA
}

func (c *conn) withdraw(ctx context.Context, m *protocol.Withdraw) (protocol.ServerMessage, error) {
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	if q.Asker.ID != c.participant {
		return nil, protocol.Errorf(protocol.Forbidden, "Only who asked may take a question back.")
	}
	return c.move(ctx, m.ID, protocol.CanAsk, q, protocol.QuestionWithdrawn)
}

func (c *conn) publish(ctx context.Context, m *protocol.Publish) (protocol.ServerMessage, error) {
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	q.Reason = ""
	return c.move(ctx, m.ID, protocol.CanModerateQnA, q, protocol.QuestionOpen)
}

func (c *conn) dismiss(ctx context.Context, m *protocol.Dismiss) (protocol.ServerMessage, error) {
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	if q.Reason = ""; m.Reason != "" {
		if q.Reason, err = text("reason", m.Reason, protocol.MaxReason); err != nil {
			return nil, err
		}
	}
	q.By = ptr(c.me())
	if q.Reason != "" {
		return c.say(ctx, m.ID, protocol.CanModerateQnA, q, protocol.QuestionDismissed)
	}
	return c.move(ctx, m.ID, protocol.CanModerateQnA, q, protocol.QuestionDismissed)
}

func (c *conn) answer(ctx context.Context, m *protocol.Answer) (protocol.ServerMessage, error) {
	s, err := text("text", m.Text, protocol.MaxAnswer)
	if err != nil {
		return nil, err
	}
	if m.To != toAll && m.To != toAsker {
		return nil, protocol.Invalid("to", "An answer goes to all or to the asker.")
	}
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	if len(q.Answers) >= mostAnswers {
		return nil, protocol.Errorf(protocol.Conflict, "This question has %d answers already.", mostAnswers)
	}
	me := c.me()
	q.Answers = append(q.Answers, protocol.TextAnswer{By: me, Text: s, To: m.To, At: c.room.now().UnixMilli()})
	q.By, q.How = &me, "text"
	if m.To == toAsker && !q.public() {
		return c.say(ctx, m.ID, answering(q), q, protocol.QuestionDismissed) // answered, and never shown to all
	}
	return c.say(ctx, m.ID, answering(q), q, protocol.QuestionAnswered)
}

// answerLive puts a question on stage. One that is there already counts as
// answered: there is one stage.
func (c *conn) answerLive(ctx context.Context, m *protocol.AnswerLive) (protocol.ServerMessage, error) {
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	if before, ok := c.onStage(); ok && before.ID != q.ID {
		before.How = "live"
		if _, err := c.move(ctx, 0, protocol.CanAnswer, before, protocol.QuestionAnswered); err != nil {
			return nil, err
		}
	}
	q.By = ptr(c.me())
	return c.move(ctx, m.ID, answering(q), q, protocol.QuestionNow)
}

func (c *conn) onStage() (question, bool) {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	for _, q := range c.room.state.Questions {
		if q.State == protocol.QuestionNow {
			q.WasPublic = true
			return q, true
		}
	}
	return question{}, false
}

func (c *conn) answered(ctx context.Context, m *protocol.Answered) (protocol.ServerMessage, error) {
	q, err := c.question(m.Question, m.Version)
	if err != nil {
		return nil, err
	}
	if q.State == protocol.QuestionAnswered {
		return nil, protocol.Errorf(protocol.Conflict, "It is answered already.")
	}
	q.By, q.How = ptr(c.me()), "live"
	return c.move(ctx, m.ID, answering(q), q, protocol.QuestionAnswered)
}

func (c *conn) vote(ctx context.Context, m *protocol.Vote) (protocol.ServerMessage, error) {
	c.room.mu.Lock()
	q, ok := c.room.state.Questions[m.Question]
	if ok {
		_, ok = q.to(c.eyes)
	}
	c.room.mu.Unlock()
	if !ok {
		return nil, protocol.Errorf(protocol.NotFound, "There is no such question in this room.")
	}
	n, err := c.hub.Store.Vote(ctx, c.roomID, c.participant, c.room.rolesWith(protocol.CanAsk), m.Question, m.On)
	if err != nil {
		return nil, err
	}
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	if mem := c.room.members[c.participant]; mem != nil {
		for _, other := range mem.conns {
			other.voted = slices.DeleteFunc(slices.Clone(other.voted), func(id string) bool { return id == m.Question })
			if m.On {
				other.voted = append(other.voted, m.Question)
			}
		}
	}
	return protocol.Ack{ID: m.ID, Object: m.Question, Version: n}, nil
}

func ptr[T any](v T) *T { return &v }
