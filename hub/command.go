package hub

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// command says who may send a message and what it does. do returns the reply,
// or nil where there is none.
type command struct {
	needs protocol.Capability
	do    func(*conn, context.Context, protocol.ClientMessage) (protocol.ServerMessage, error)
}

// commands is everything that a browser may do once it is in a room. c.do
// checks needs before it calls one, and the commit script checks the role again
// at the instant at which it writes.
var commands = map[string]command{
	"ping":    {0, on((*conn).ping)},
	"applied": {0, on((*conn).applied)},

	"chat":    {protocol.CanChat, on((*conn).chat)},
	"whisper": {protocol.CanBackchannel, on((*conn).whisper)},
	"history": {protocol.CanChat, on((*conn).history)},

	"ask":         {protocol.CanAsk, on((*conn).ask)},
	"withdraw":    {protocol.CanAsk, on((*conn).withdraw)},
	"vote":        {protocol.CanAsk, on((*conn).vote)},
	"publish":     {protocol.CanModerateQnA, on((*conn).publish)},
	"dismiss":     {protocol.CanModerateQnA, on((*conn).dismiss)},
	"answer":      {protocol.CanAnswer, on((*conn).answer)},
	"answer_live": {protocol.CanAnswer, on((*conn).answerLive)},
	"answered":    {protocol.CanAnswer, on((*conn).answered)},

	"set_role": {protocol.CanManage, on((*conn).setRole)},
	"mute":     {protocol.CanModerateChat, on((*conn).mute)},
	"unmute":   {protocol.CanModerateChat, on((*conn).unmute)},
	"remove":   {protocol.CanManage, on((*conn).remove)},
	"readmit":  {protocol.CanManage, on((*conn).readmit)},
	"settings": {protocol.CanManage, on((*conn).settings)},
	"roster":   {protocol.CanModerateChat, on((*conn).roster)},
}

// on lets a handler take its own message type.
func on[M protocol.ClientMessage](f func(*conn, context.Context, M) (protocol.ServerMessage, error)) func(*conn, context.Context, protocol.ClientMessage) (protocol.ServerMessage, error) {
	return func(c *conn, ctx context.Context, m protocol.ClientMessage) (protocol.ServerMessage, error) {
		return f(c, ctx, m.(M))
	}
}

// do checks what every command needs, in one place, and runs it.
func (c *conn) do(ctx context.Context, name string, m protocol.ClientMessage, id int64) (protocol.ServerMessage, error) {
	cmd, ok := commands[name]
	switch {
	case !ok:
		return nil, protocol.Invalid("type", "You have said hello already.")
	case id <= 0 && name != "applied":
		return nil, protocol.Invalid("id", "id must count up from 1.")
	case c.participant == "" && name != "ping":
		return nil, protocol.Errorf(protocol.Forbidden, "You are in the lobby.")
	case cmd.needs != 0 && !c.now().may(cmd.needs):
		return nil, forbidden()
	case cmd.needs != 0 && !c.room.follower.Fresh():
		return nil, protocol.Errorf(protocol.Unavailable, "The room is out of reach for a moment. Please try again.")
	}
	return cmd.do(c, ctx, m)
}

func forbidden() *protocol.Error {
	return protocol.Errorf(protocol.Forbidden, "Your role does not allow this.")
}

// now returns the eyes of c as of this instant.
func (c *conn) now() eyes {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	return c.eyes
}

// me returns how c's person signs what they write.
func (c *conn) me() protocol.Person {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	p := protocol.Person{ID: c.participant, Role: c.eyes.role}
	if m := c.room.members[c.participant]; m != nil {
		p.Name = m.name
	}
	return p
}

// commit appends what c's person did. needs is what the role must allow when it
// is written.
func (c *conn) commit(ctx context.Context, id int64, needs protocol.Capability, kind, object string, body any, effect roomlog.Effect) (protocol.ServerMessage, error) {
	r, err := c.room.hub.Store.Commit(ctx, roomlog.Command{Room: c.roomID, Client: c.client, Counter: id, Actor: c.participant,
		Allowed: c.room.rolesWith(needs), Kind: kind, Object: object, Body: encodeBody(body), Effect: effect})
	c.hub.metrics.committed(kind, err)
	if err != nil {
		return nil, err
	}
	if r.Repeated {
		object = r.Object
	}
	return ackOf(id, object, r), nil
}

// ackOf answers a command that was done. Where it is about nothing that was
// there before, as a message is, it has made the entry itself.
func ackOf(id int64, object string, r roomlog.Result) protocol.Ack {
	if object == "" {
		object = r.ID
	}
	return protocol.Ack{ID: id, At: r.At, Object: object, Version: r.Version}
}

func (r *Room) rolesWith(needs protocol.Capability) []protocol.Role {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Rules.RolesWith(needs)
}

func encodeBody(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("hub: encode entry: " + err.Error())
	}
	return b
}

// text checks and cleans what somebody wrote: no control characters, nothing
// that turns the reading direction of what follows, composed letters.
func text(field, s string, most int) (string, error) {
	if !utf8.ValidString(s) {
		return "", protocol.Invalid(field, "%s is not text.", field)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	s = strings.TrimSpace(s)
	if s == "" {
		return "", protocol.Invalid(field, "%s is empty.", field)
	}
	if len(s) > most {
		return "", protocol.Invalid(field, "%s is too long: %d of %d bytes.", field, len(s), most)
	}
	return s, nil
}

func (c *conn) ping(_ context.Context, m *protocol.Ping) (protocol.ServerMessage, error) {
	return protocol.Pong{ID: m.ID, Now: c.room.now().UnixMilli()}, nil
}

// paceWindow is the time in which one person may write Config.Pace messages.
const paceWindow = 10 * time.Second

func (c *conn) chat(ctx context.Context, m *protocol.Chat) (protocol.ServerMessage, error) {
	s, err := text("text", m.Text, protocol.MaxChat)
	if err != nil {
		return nil, err
	}
	return c.commit(ctx, m.ID, protocol.CanChat, "chat", "", chatBody{c.me(), s},
		roomlog.Speak{Most: c.hub.Pace, Window: paceWindow, Slow: true})
}

func (c *conn) whisper(ctx context.Context, m *protocol.Whisper) (protocol.ServerMessage, error) {
	s, err := text("text", m.Text, protocol.MaxChat)
	if err != nil {
		return nil, err
	}
	return c.commit(ctx, m.ID, protocol.CanBackchannel, "whisper", "", chatBody{c.me(), s},
		roomlog.Speak{Most: c.hub.Pace, Window: paceWindow})
}

// mostScanned is how many entries one page of history may look at.
const mostScanned = 4000

// channelNeeds says who may read the history of a channel.
var channelNeeds = map[string]protocol.Capability{"chat": protocol.CanChat, "backchannel": protocol.CanBackchannel}

// pageCost is how many other messages one page of history counts for.
const pageCost = 10

// history reads older messages from the log, through the same visible as
// everything else.
func (c *conn) history(ctx context.Context, m *protocol.History) (protocol.ServerMessage, error) {
	kind := map[string]string{"chat": "chat", "backchannel": "whisper"}[m.Channel]
	if kind == "" {
		return nil, protocol.Invalid("channel", "There is no such channel.")
	}
	if m.Limit < 0 || m.Limit > protocol.MaxPage {
		return nil, protocol.Invalid("limit", "limit must be from 1 to %d.", protocol.MaxPage)
	}
	if !c.now().may(channelNeeds[m.Channel]) {
		return nil, forbidden()
	}
	before, ok := c.room.cursors.open(m.Before)
	if !ok {
		return nil, protocol.Invalid("before", "before is not a cursor of this room.")
	}
	if !c.limit.AllowN(time.Now(), pageCost-1) {
		return nil, tooFast()
	}
	limit := m.Limit
	if limit == 0 {
		limit = 50
	}
	page := protocol.HistoryPage{ID: m.ID, Channel: m.Channel, Messages: []protocol.ChatMessage{}}
	if err := c.readPage(ctx, &page, kind, before, limit); err != nil {
		return nil, err
	}
	return page, nil
}

func (c *conn) readPage(ctx context.Context, page *protocol.HistoryPage, kind string, at roomlog.Position, limit int) error {
	for scanned := 0; len(page.Messages) < limit && scanned < mostScanned; {
		entries, err := c.hub.Store.ReadBack(ctx, c.roomID, at.Seq, 500)
		if err != nil {
			return err
		}
		scanned += len(entries)
		y := c.now()
		for _, e := range entries {
			at = e.Position
			if e.Kind != kind {
				continue
			}
			if l, ok := visible(e, y, c.room.cursors.seal(e.Position)).(protocol.ChatMessage); ok {
				page.Messages = append(page.Messages, l)
			}
			if len(page.Messages) == limit {
				break
			}
		}
		if len(entries) == 0 || at.Seq <= 1 {
			page.More = false
			slices.Reverse(page.Messages)
			return nil
		}
		page.More, page.Cursor = true, c.room.cursors.seal(at)
	}
	slices.Reverse(page.Messages)
	return nil
}
