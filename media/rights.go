package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/session"
)

const maxCollaborators = 50

// Managed returns the medium if this browser manages it. Who may not even see
// it is told that there is no such medium; who may is told forbidden.
func (l *Library) Managed(ctx context.Context, id string) (*Item, session.Identity, error) {
	m, p, err := l.managed(ctx, id)
	return m, p.who, err
}

func (l *Library) managed(ctx context.Context, id string) (*Item, place, error) {
	m, err := l.reach(ctx, id)
	if err != nil {
		return nil, place{}, err
	}
	p, err := l.place(ctx, m)
	if err == nil {
		err = p.maySee()
	}
	switch {
	case err != nil:
		return nil, p, err
	case p.who.Email == "":
		return nil, p, protocol.Errorf(protocol.SignedOut, "Please sign in first.")
	case !p.manage:
		return nil, p, protocol.Errorf(protocol.Forbidden, "Only those who manage this may do that.")
	}
	return m, p, nil
}

// owned is managed for what only the owners may do.
func (l *Library) owned(ctx context.Context, id string) (*Item, place, error) {
	m, p, err := l.managed(ctx, id)
	if err == nil && p.right != Owner && p.right != CoOwner {
		err = protocol.Errorf(protocol.Forbidden, "Only the owners of this may do that.")
	}
	return m, p, err
}

// reach is Get for those who have shown no link: for them a deleted medium
// was never there, and who isn't signed in learns nothing of one that isn't
// for anyone.
func (l *Library) reach(ctx context.Context, id string) (*Item, error) {
	m, err := l.Get(ctx, id)
	if errors.Is(err, &protocol.Error{Code: protocol.MediaGone}) {
		err = gone()
	}
	if !errors.Is(err, &protocol.Error{Code: protocol.NotFound}) {
		return m, err
	}
	if _, who := l.Sessions.Account(ctx); errors.Is(who, &protocol.Error{Code: protocol.SignedOut}) {
		return nil, who
	}
	return nil, err
}

// chooseCollaborators checks those that d names, who must have accounts.
func (l *Library) chooseCollaborators(ctx context.Context, m *Item, d Draft) error {
	if d.Collaborators == nil {
		return nil
	}
	if len(*d.Collaborators) > maxCollaborators {
		return protocol.Invalid("collaborators", "A medium may have %d collaborators at most.", maxCollaborators)
	}
	m.Collaborators = nil
	for _, c := range *d.Collaborators {
		if !slices.Contains([]Right{CoOwner, CoEditor, CoPublisher}, c.Right) {
			return protocol.Invalid("collaborators", "The right must be co-owner, co-editor or co-publisher.")
		}
		email, err := session.Email("collaborators", c.Email)
		if err != nil {
			return err
		}
		a, ok, err := l.Sessions.Lookup(ctx, email)
		if err != nil {
			return err
		}
		if !ok {
			return protocol.Invalid("collaborators", "%s has no account on this site.", email)
		}
		if m.right(email) != "" {
			return protocol.Invalid("collaborators", "%s is named twice, or owns this.", email)
		}
		m.Collaborators = append(m.Collaborators, Collaborator{Email: email, Name: a.Name(), Right: c.Right})
	}
	return nil
}

// seatCollaborators makes managers in the room of those who weren't
// collaborators before. Who was, may have been lowered there since.
func (l *Library) seatCollaborators(ctx context.Context, was, m *Item) error {
	for _, c := range m.Collaborators {
		if was.right(c.Email) != "" {
			continue
		}
		id := l.Participant(m.ID, session.Identity{Email: c.Email})
		who := roomlog.Profile{Name: c.Name, Email: c.Email}
		_, err := l.Store.Admit(ctx, m.ID, id, who, protocol.Manager)
		if err != nil && !errors.Is(err, &protocol.Error{Code: protocol.Removed}) {
			return fmt.Errorf("seat collaborator: %w", err)
		}
	}
	return nil
}

func (l *Library) seatOwner(ctx context.Context, m *Item) error {
	owner := session.Identity{Email: m.Owner, First: m.Host}
	id := l.Participant(m.ID, owner)
	body, err := json.Marshal(map[string]any{"person": protocol.Person{ID: id, Name: m.Host}, "out": false})
	if err != nil {
		return err
	}
	_, err = l.Store.Commit(ctx, roomlog.Command{Room: m.ID, Kind: "remove", Object: id, Body: body, Effect: roomlog.Remove{}})
	if err != nil && !errors.Is(err, &protocol.Error{Code: protocol.Conflict}) { // they weren't removed
		return fmt.Errorf("seat owner: %w", err)
	}
	if _, err := l.Store.Admit(ctx, m.ID, id, profile(owner), protocol.Manager); err != nil {
		return fmt.Errorf("seat owner: %w", err)
	}
	return nil
}

// unseat makes viewers of those who were collaborators and are no longer. The
// owner is a manager again, lest one of them has become the last.
func (l *Library) unseat(ctx context.Context, was, m *Item) error {
	for _, c := range was.Collaborators {
		if m.right(c.Email) != "" {
			continue
		}
		if err := l.seatOwner(ctx, m); err != nil {
			return err
		}
		if err := l.Store.Redis.ZRem(ctx, l.managedBy(c.Email), m.ID).Err(); err != nil {
			return fmt.Errorf("unseat collaborator: %w", err)
		}
		id := l.Participant(m.ID, session.Identity{Email: c.Email})
		body, err := roleBody(c.Name)
		if err != nil {
			return err
		}
		_, err = l.Store.Commit(ctx, roomlog.Command{Room: m.ID, Kind: "role", Object: id, Body: body,
			Effect: roomlog.SetRole{Role: protocol.Viewer}})
		if e, ok := protocol.AsError(err); err != nil && (!ok || e.Code == protocol.Unavailable) {
			return fmt.Errorf("unseat collaborator: %w", err)
		}
	}
	return nil
}
