package media

import (
	"context"
	"encoding/json"
	"fmt"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Doors is what a manager does to the doors of a medium. To end one that is on
// demand is to withdraw it; to open it brings it back.
type Doors struct {
	Do    string `json:"do"`    // open, delay, end
	Start string `json:"start"` // delay: the new local time; empty: until further notice
	Zone  string `json:"zone"`
	Word  string `json:"word"` // to those who wait
}

// move changes the doors on every node. actor is the manager who does it.
func (l *Library) move(ctx context.Context, m *Item, actor string, d Doors) error {
	word, err := api.Text("word", d.Word, maxWord)
	if err != nil {
		return err
	}
	body := roomlog.DoorsBody{Start: m.Start, Word: word}
	now, err := l.Store.Doors(ctx, m.ID)
	if err != nil {
		return err
	}
	body.Start = now.Start
	switch d.Do {
	case "open":
		body.State = protocol.Open
	case "end":
		body.State = protocol.Over
	case "delay":
		if !m.Kind.Live() {
			return protocol.Invalid("do", "What is on demand has no start to delay.")
		}
		body.State, body.Delayed, body.Start = protocol.Scheduled, true, 0
		if d.Start != "" {
			zone := m.Zone
			if d.Zone != "" {
				zone = d.Zone
			}
			if body.Start, err = localTime("start", d.Start, zone); err != nil {
				return err
			}
		}
	default:
		return protocol.Invalid("do", "The doors can be told to open, delay or end.")
	}
	if body.State != protocol.Scheduled && (d.Start != "" || d.Zone != "") {
		return protocol.Invalid("start", "Only a delay has a new start.")
	}
	return l.setDoors(ctx, m.ID, actor, body)
}

// Open opens the doors of m in the program's own name.
func (l *Library) Open(ctx context.Context, m *Item) error {
	return l.setDoors(ctx, m.ID, "", roomlog.DoorsBody{State: protocol.Open, Start: m.Start})
}

func (l *Library) setDoors(ctx context.Context, room, actor string, body roomlog.DoorsBody) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = l.Store.Commit(ctx, roomlog.Command{
		Room: room, Actor: actor, Allowed: []protocol.Role{protocol.Manager}, Kind: "doors", Body: raw,
		Effect: roomlog.SetDoors{State: body.State, Start: body.Start},
	})
	if e, ok := protocol.AsError(err); err != nil && ok && e.Code == protocol.Conflict {
		return protocol.Errorf(protocol.Conflict, "The doors are %s already.", map[string]string{
			protocol.Open: "open", protocol.Over: "closed for good", protocol.Scheduled: "open, or closed for good,",
		}[body.State])
	}
	if err != nil {
		return fmt.Errorf("move doors: %w", err)
	}
	return nil
}

// mayMove refuses a new start of a medium whose doors have opened.
func (l *Library) mayMove(ctx context.Context, was, m *Item) error {
	if was.Start == m.Start || !m.Kind.Live() {
		return nil
	}
	doors, err := l.Store.Doors(ctx, m.ID)
	if err == nil && doors.State != protocol.Scheduled {
		err = protocol.Errorf(protocol.Conflict, "The doors have opened, so the start can't be moved.")
	}
	return err
}

// reschedule moves doors that are still closed to a new start of the medium.
func (l *Library) reschedule(ctx context.Context, was, m *Item) error {
	if was.Start == m.Start || !m.Kind.Live() {
		return nil
	}
	return l.setDoors(ctx, m.ID, "", roomlog.DoorsBody{State: protocol.Scheduled, Start: m.Start})
}

func roleBody(name string) ([]byte, error) {
	return json.Marshal(roomlog.RoleBody{Role: protocol.Viewer, Name: name})
}
