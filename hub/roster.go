package hub

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// rosterCache is who was here, over all nodes, at the last beat that somebody
// watched. It is guarded by the room's mu.
type rosterCache struct {
	here  map[string]roomlog.Presence
	dirty bool // the log has changed somebody since
}

// roster opens, changes or closes the part of the participants list that this
// connection watches. It is sent now, and whenever it changes.
func (c *conn) roster(ctx context.Context, m *protocol.Roster) (protocol.ServerMessage, error) {
	if m.Limit < 0 || m.Limit > 5*protocol.MaxPage {
		return nil, protocol.Invalid("limit", "limit must be from 1 to %d.", 5*protocol.MaxPage)
	}
	if len(m.Search) > protocol.MaxSearch {
		return nil, protocol.Invalid("search", "That is too long to search for.")
	}
	if m.Limit == 0 {
		m.Limit = protocol.MaxPage
	}
	if !m.Open {
		c.room.mu.Lock()
		defer c.room.mu.Unlock()
		c.search, c.sent = nil, nil
		return protocol.Ack{ID: m.ID}, nil
	}
	here, err := c.hub.Store.Here(ctx, c.roomID, c.room.now())
	if err != nil {
		return nil, err
	}
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.search, c.sent = m, nil
	for id := range c.room.members { // this node knows its own people before the store does
		here[id] = *c.room.hereLocked(id)
	}
	c.room.roster.here = here
	c.sendLocked(owned{line: protocol.Encode(protocol.Ack{ID: m.ID})})
	c.rosterLocked()
	return nil, nil
}

// watchedLocked reports whether anybody here has the roster open. r.mu is held.
func (r *Room) watchedLocked() bool {
	for _, sh := range r.shards {
		for _, c := range sh.conns {
			if c.search != nil {
				return true
			}
		}
	}
	return false
}

// rosterLocked brings the roster up to date for all who watch it. r.mu is held.
func (r *Room) rosterLocked() {
	r.roster.dirty = false
	for _, sh := range r.shards {
		for _, c := range sh.conns {
			if c.search != nil {
				c.rosterLocked()
			}
		}
	}
}

// rosterLocked sends c the part that it watches, if it may, and if that is news.
// room.mu is held.
func (c *conn) rosterLocked() {
	if !c.eyes.may(protocol.CanModerateChat) {
		c.search, c.sent = nil, nil
		return
	}
	line := protocol.Encode(c.room.rosterFor(c.search))
	if !bytes.Equal(line, c.sent) {
		c.sent = line
		c.sendLocked(owned{line: line, needs: protocol.CanModerateChat})
	}
}

// rosterFor sorts everybody who is here, and the staff and the removed who
// aren't, into groups. r.mu is held.
func (r *Room) rosterFor(m *protocol.Roster) protocol.RosterState {
	search := strings.ToLower(strings.TrimSpace(m.Search))
	groups := map[string][]protocol.RosterPerson{}
	add := func(id string, here roomlog.Presence) {
		p := r.state.person(id, here.Name)
		row := protocol.RosterPerson{Person: protocol.Person{ID: id, Name: p.Name, Role: p.Role}, Devices: here.Devices,
			Guest: here.Guest, MutedUntil: p.MutedUntil, Removed: p.Removed, Version: p.Version}
		if row.Name == "" {
			row.Name = here.Name
		}
		if search != "" && !strings.Contains(strings.ToLower(row.Name), search) {
			return
		}
		groups[groupOf(row)] = append(groups[groupOf(row)], row)
	}
	for id, here := range r.roster.here {
		add(id, here)
	}
	for id, p := range r.state.People {
		if _, here := r.roster.here[id]; !here && (p.Role > protocol.Viewer || p.Removed || p.MutedUntil != 0) {
			add(id, roomlog.Presence{})
		}
	}
	state := protocol.RosterState{Search: m.Search, Total: int64(len(r.roster.here))}
	for _, name := range []string{"staff", "viewers", "removed"} {
		people := groups[name]
		slices.SortFunc(people, byRoleAndName)
		state.Groups = append(state.Groups, protocol.RosterGroup{Name: name, Count: int64(len(people)),
			People: append([]protocol.RosterPerson{}, people[:min(len(people), m.Limit)]...)})
	}
	return state
}

func groupOf(p protocol.RosterPerson) string {
	switch {
	case p.Removed:
		return "removed"
	case p.Role > protocol.Viewer:
		return "staff"
	}
	return "viewers"
}

func byRoleAndName(a, b protocol.RosterPerson) int {
	return cmp.Or(cmp.Compare(b.Role, a.Role), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
}
