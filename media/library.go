package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/session"
)

// remember is how long a deleted medium is known to have been.
const remember = 30 * 24 * time.Hour

// Library is all media. Its methods may be called from any goroutine.
type Library struct {
	Store    *roomlog.Store
	Sessions *session.Sessions
	Limit    *api.Limiter
	// Secret makes participants' ids from emails.
	Secret []byte
	// MayInvite tells whether the site's policy lets people invite at all.
	MayInvite func(context.Context) (bool, error)
}

// Participant returns the id of the person with this identity in a room.
func (l *Library) Participant(room string, who session.Identity) string {
	return roomlog.ParticipantID(l.Secret, room, who.Key())
}

func gone() error { return protocol.Errorf(protocol.NotFound, "There is no such medium.") }

// Get returns a medium. It refuses with not_found where there is none, and
// with media_gone where there was one.
func (l *Library) Get(ctx context.Context, id string) (*Item, error) {
	if !roomlog.ValidRoom(id) {
		return nil, gone()
	}
	raw, err := l.Store.Redis.Get(ctx, l.Store.Keys(id).Media()).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, gone()
	}
	if err != nil {
		return nil, fmt.Errorf("read medium: %w", err)
	}
	return decode(raw)
}

func decode(raw []byte) (*Item, error) {
	var m Item
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("read medium: %w", err)
	}
	if m.Deleted {
		return nil, protocol.Errorf(protocol.MediaGone, "It was deleted by its host.")
	}
	return &m, nil
}

// Create makes a medium that owner manages, and its room.
func (l *Library) Create(ctx context.Context, owner session.Account, d Draft) (*Item, error) {
	m := &Item{ID: newID(), Access: Invited, Owner: owner.Email, Host: owner.Name()}
	if d.Kind == nil {
		return nil, protocol.Invalid("kind", "Please choose a kind of media.")
	}
	if d.Title == nil {
		return nil, protocol.Invalid("title", "Please fill in this field.")
	}
	m.Collaboration = d.Kind.Live()
	err := d.apply(m)
	if err == nil && m.Zone == "" {
		m.Zone = "UTC"
	}
	if err == nil {
		err = l.chooseCollaborators(ctx, m, d)
	}
	if err != nil {
		return nil, err
	}
	now, err := l.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	m.Created = now.UnixMilli()
	doors := roomlog.DoorsBody{State: protocol.Scheduled, Start: m.Start}
	if !m.Kind.Live() {
		doors = roomlog.DoorsBody{State: protocol.Open}
	}
	who := session.Identity{Email: owner.Email, First: owner.First, Last: owner.Last}
	err = l.Store.Create(ctx, m.ID, m.rulesBody(protocol.RoomSettings{Premoderation: m.Premoderation}), doors,
		l.Participant(m.ID, who), profile(who))
	if err != nil {
		return nil, fmt.Errorf("create medium: %w", err)
	}
	if err := l.seatCollaborators(ctx, new(Item), m); err != nil {
		return nil, err
	}
	// The medium is listed last, so that a half made one is never found.
	if err := l.write(ctx, m); err != nil {
		return nil, err
	}
	return m, l.index(ctx, m)
}

func (l *Library) write(ctx context.Context, m *Item) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := l.Store.Redis.Set(ctx, l.Store.Keys(m.ID).Media(), body, 0).Err(); err != nil {
		return fmt.Errorf("write medium: %w", err)
	}
	return nil
}

// Change applies d to a medium and tells its room. Of two changes at once one
// gets a conflict.
func (l *Library) Change(ctx context.Context, id string, d Draft) (*Item, error) {
	key := l.Store.Keys(id).Media()
	var was, m *Item
	err := l.Store.Redis.Watch(ctx, func(tx *redis.Tx) error {
		raw, err := tx.Get(ctx, key).Bytes()
		if errors.Is(err, redis.Nil) {
			return gone()
		}
		if err != nil {
			return err
		}
		if m, err = decode(raw); err != nil {
			return err
		}
		before := *m
		was = &before
		if err := d.apply(m); err != nil {
			return err
		}
		if err := l.chooseCollaborators(ctx, m, d); err != nil {
			return err
		}
		if err := l.mayMove(ctx, was, m); err != nil {
			return err
		}
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, key, body, 0).Err() })
		return err
	}, key)
	if errors.Is(err, redis.TxFailedErr) {
		return nil, protocol.Errorf(protocol.Conflict, "Somebody else changed this at the same moment. Please look again.")
	}
	if err != nil {
		return nil, fmt.Errorf("change medium: %w", err)
	}
	return m, l.tell(ctx, was, m, d)
}

// tell brings a change of a medium to its room and to the lists it is in.
func (l *Library) tell(ctx context.Context, was, m *Item, d Draft) error {
	settings, err := l.Store.Settings(ctx, m.ID)
	if err != nil {
		return err
	}
	if d.Premoderation != nil {
		settings.Premoderation = m.Premoderation
	}
	if err := l.Store.SetRules(ctx, m.ID, m.rulesBody(settings)); err != nil {
		return fmt.Errorf("change room: %w", err)
	}
	if err := l.reschedule(ctx, was, m); err != nil {
		return err
	}
	if err := l.seatCollaborators(ctx, was, m); err != nil {
		return err
	}
	if err := l.unseat(ctx, was, m); err != nil {
		return err
	}
	return l.index(ctx, m)
}

// Delete removes a medium with its room. Its links answer media_gone for a
// while, to those who hold one.
func (l *Library) Delete(ctx context.Context, m *Item) error {
	k := l.Store.Keys(m.ID)
	tombstone, err := json.Marshal(Item{ID: m.ID, Title: "deleted", Kind: m.Kind, Deleted: true})
	if err != nil {
		return err
	}
	// First nobody can enter any more, then the room closes.
	if err := l.Store.Redis.Set(ctx, k.Media(), tombstone, remember).Err(); err != nil {
		return fmt.Errorf("delete medium: %w", err)
	}
	if err := l.Store.Delete(ctx, m.ID); err != nil {
		if e, ok := protocol.AsError(err); !ok || e.Code != protocol.NotFound {
			return err
		}
	}
	invites, err := l.Store.Redis.ZRange(ctx, k.Invites(), 0, -1).Result()
	if err != nil {
		return fmt.Errorf("delete medium: %w", err)
	}
	pipe := l.Store.Redis.Pipeline()
	for _, invite := range invites {
		pipe.Expire(ctx, k.Invite(invite), remember)
	}
	pipe.Expire(ctx, k.Invites(), remember)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("delete medium: %w", err)
	}
	return l.unlist(ctx, m)
}

func profile(who session.Identity) roomlog.Profile {
	return roomlog.Profile{Name: who.Name(), Email: who.Email, Guest: who.Guest != ""}
}
