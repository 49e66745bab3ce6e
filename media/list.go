package media

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"greenroom/hub/protocol"
	"greenroom/session"
)

// maxListed is how many media one list has, the newest ones.
const maxListed = 200

// The lists that media are in, each ordered by when the medium was made.
func (l *Library) listOf(email string) string { return l.Store.Key("{site}:media:of:" + email) }
func (l *Library) managedBy(email string) string {
	return l.Store.Key("{site}:media:managed:" + email)
}
func (l *Library) openTo(a Access) string { return l.Store.Key("{site}:media:open:" + string(a)) }

// index puts m into the lists that it belongs to, and takes it off the others.
func (l *Library) index(ctx context.Context, m *Item) error {
	entry := redis.Z{Score: float64(m.Created), Member: m.ID}
	pipe := l.Store.Redis.Pipeline()
	for _, a := range []Access{Accounts, Anyone} {
		if a == m.Access {
			pipe.ZAdd(ctx, l.openTo(a), entry)
		} else {
			pipe.ZRem(ctx, l.openTo(a), m.ID)
		}
	}
	pipe.ZAdd(ctx, l.managedBy(m.Owner), entry)
	for _, c := range m.Collaborators {
		pipe.ZAdd(ctx, l.managedBy(c.Email), entry)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("list medium: %w", err)
	}
	return nil
}

// Remember lists m for an invited person, who may come back to it.
func (l *Library) Remember(ctx context.Context, m *Item, email string) error {
	err := l.Store.Redis.ZAdd(ctx, l.listOf(email), redis.Z{Score: float64(m.Created), Member: m.ID}).Err()
	if err != nil {
		return fmt.Errorf("list medium: %w", err)
	}
	return nil
}

func (l *Library) unlist(ctx context.Context, m *Item) error {
	pipe := l.Store.Redis.Pipeline()
	pipe.ZRem(ctx, l.openTo(Accounts), m.ID)
	pipe.ZRem(ctx, l.openTo(Anyone), m.ID)
	pipe.ZRem(ctx, l.managedBy(m.Owner), m.ID)
	for _, c := range m.Collaborators {
		pipe.ZRem(ctx, l.managedBy(c.Email), m.ID)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("unlist medium: %w", err)
	}
	return nil
}

// Manages reports whether the account with this email manages any medium.
func (l *Library) Manages(ctx context.Context, email string) (bool, error) {
	n, err := l.Store.Redis.ZCard(ctx, l.managedBy(email)).Result()
	if err != nil {
		return false, fmt.Errorf("count media: %w", err)
	}
	return n > 0, nil
}

// list returns the media that this browser manages or may enter, the newest
// ones first.
func (l *Library) list(ctx context.Context) ([]View, error) {
	lists := []string{l.openTo(Anyone)}
	switch a, err := l.Sessions.Account(ctx); {
	case err == nil:
		lists = append(lists, l.openTo(Accounts), l.managedBy(a.Email), l.listOf(a.Email))
	case !errors.Is(err, &protocol.Error{Code: protocol.SignedOut}):
		return nil, err
	}
	found, err := l.Store.Redis.ZUnion(ctx, redis.ZStore{Keys: lists, Aggregate: "MAX"}).Result()
	if err != nil {
		return nil, fmt.Errorf("list media: %w", err)
	}
	slices.Reverse(found)
	views, seen := []View{}, map[string]bool{}
	for _, id := range append(l.Sessions.Rooms(ctx), found...) {
		if seen[id] || len(views) == maxListed {
			continue
		}
		seen[id] = true
		view, err := l.see(ctx, id)
		if e, ok := protocol.AsError(err); err != nil && ok && e.Code != protocol.Unavailable {
			continue // deleted, or no longer for this browser
		}
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// see returns a medium as this browser sees it, where it may.
func (l *Library) see(ctx context.Context, id string) (View, error) {
	m, err := l.Get(ctx, id)
	if err != nil {
		return View{}, err
	}
	p, err := l.place(ctx, m)
	if err != nil {
		return View{}, err
	}
	if err := p.maySee(); err != nil {
		return View{}, err
	}
	return l.view(ctx, m, p)
}

// place is what a browser is to a medium.
type place struct {
	who    session.Identity // zero: nobody is signed in
	role   protocol.Role
	right  Right // of an account that works on it
	sees   bool
	manage bool
	gone   bool // removed from its room
}

// maySee refuses who may not even see the medium.
func (p place) maySee() error {
	switch {
	case p.manage:
		return nil
	case p.gone:
		return protocol.Errorf(protocol.Removed, "A host removed you. If you think this is a mistake, write to the host.")
	case p.sees:
		return nil
	case p.who.Email == "":
		return protocol.Errorf(protocol.SignedOut, "Please sign in first.")
	}
	return gone()
}

// place finds out what this browser is to m.
func (l *Library) place(ctx context.Context, m *Item) (place, error) {
	var p place
	who, err := l.Sessions.Identity(ctx, m.ID)
	if err != nil {
		if !errors.Is(err, &protocol.Error{Code: protocol.SignedOut}) {
			return p, err
		}
		p.sees = m.Access == Anyone
		return p, nil
	}
	seat, err := l.Store.Seat(ctx, m.ID, l.Participant(m.ID, who))
	if err != nil {
		return p, err
	}
	p.who, p.role, p.gone = who, seat.Role, seat.Removed
	if who.Signed {
		p.right = m.right(who.Email)
	}
	p.manage = p.right != "" || p.role == protocol.Manager && !p.gone
	p.sees = p.manage || p.role != protocol.NoRole || m.Access == Anyone || m.Access == Accounts && who.Signed
	return p, nil
}
