package hub

import (
	"context"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// longestMute is what a mute for some minutes may last.
const longestMute = 24 * 60

// target returns somebody else of this room as an entry names them.
func (c *conn) target(ctx context.Context, participant string) (protocol.Person, error) {
	if participant == "" || len(participant) > 64 {
		return protocol.Person{}, protocol.Invalid("participant", "There is no such participant.")
	}
	c.room.mu.Lock()
	p, known := c.room.state.People[participant]
	m := c.room.members[participant]
	c.room.mu.Unlock()
	who := protocol.Person{ID: participant, Name: p.Name, Role: p.Role}
	if known && who.Name != "" {
		return who, nil
	}
	if m != nil {
		return protocol.Person{ID: participant, Name: m.name, Role: protocol.Viewer}, nil
	}
	seat, err := c.hub.Store.Seat(ctx, c.roomID, participant)
	if err != nil {
		return who, err
	}
	if seat.Role == protocol.NoRole {
		return who, protocol.Errorf(protocol.NotFound, "There is no such participant in this room.")
	}
	return protocol.Person{ID: participant, Name: seat.Name, Role: seat.Role}, nil
}

func (c *conn) setRole(ctx context.Context, m *protocol.SetRole) (protocol.ServerMessage, error) {
	if m.Role == protocol.NoRole {
		return nil, protocol.Invalid("role", "There is no such role.")
	}
	who, err := c.target(ctx, m.Participant)
	if err != nil {
		return nil, err
	}
	body := roleBody{RoleBody: roomlog.RoleBody{Role: m.Role, Name: who.Name}, Was: who.Role, By: c.me()}
	return c.commit(ctx, m.ID, protocol.CanManage, "role", m.Participant, body, roomlog.SetRole{Role: m.Role})
}

func (c *conn) mute(ctx context.Context, m *protocol.Mute) (protocol.ServerMessage, error) {
	if m.Minutes < 0 || m.Minutes > longestMute {
		return nil, protocol.Invalid("minutes", "minutes must be from 0 to %d.", longestMute)
	}
	who, err := c.target(ctx, m.Participant)
	if err != nil {
		return nil, err
	}
	long := time.Duration(m.Minutes) * time.Minute
	if long == 0 {
		long = -1
	}
	return c.commit(ctx, m.ID, protocol.CanModerateChat, "mute", m.Participant, muteBody{who, c.me()}, roomlog.Mute{For: long})
}

func (c *conn) unmute(ctx context.Context, m *protocol.Unmute) (protocol.ServerMessage, error) {
	who, err := c.target(ctx, m.Participant)
	if err != nil {
		return nil, err
	}
	return c.commit(ctx, m.ID, protocol.CanModerateChat, "mute", m.Participant, muteBody{who, c.me()}, roomlog.Mute{})
}

func (c *conn) remove(ctx context.Context, m *protocol.Remove) (protocol.ServerMessage, error) {
	return c.showOut(ctx, m.ID, m.Participant, true)
}

func (c *conn) readmit(ctx context.Context, m *protocol.Readmit) (protocol.ServerMessage, error) {
	return c.showOut(ctx, m.ID, m.Participant, false)
}

func (c *conn) showOut(ctx context.Context, id int64, participant string, out bool) (protocol.ServerMessage, error) {
	who, err := c.target(ctx, participant)
	if err != nil {
		return nil, err
	}
	return c.commit(ctx, id, protocol.CanManage, "remove", participant, removeBody{who, out, c.me()}, roomlog.Remove{Out: out})
}

// slowest is the longest pause that slow mode may ask for, in seconds.
const slowest = 3600

func (c *conn) settings(ctx context.Context, m *protocol.Settings) (protocol.ServerMessage, error) {
	s := c.room.settingsNow()
	if m.Premoderation != nil {
		s.Premoderation = *m.Premoderation
	}
	if m.SlowMode != nil {
		if *m.SlowMode < 0 || *m.SlowMode > slowest {
			return nil, protocol.Invalid("slow_mode", "slow_mode must be from 0 to %d.", slowest)
		}
		s.SlowMode = *m.SlowMode
	}
	return c.commit(ctx, m.ID, protocol.CanManage, "settings", "", s, roomlog.SetSettings(s))
}
