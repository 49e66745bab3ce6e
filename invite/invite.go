// Package invite owns the invitations to media: the site's policy for them,
// the links that carry a role, and the lobby in which a link is looked at and
// redeemed.
//
// A link's secret is never kept, only its hash. Whether a link may be used is
// decided in one place, redeem.lua, in the same atomic step that uses it. What
// the role then means is media's and hub's.
package invite

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/media"
	"greenroom/session"
)

// maxListed is how many invitations one list has, the newest ones.
const maxListed = 1000

// Desk makes invitations and takes them back from those who come with one. Its
// methods may be called from any goroutine.
type Desk struct {
	Store    *roomlog.Store
	Sessions *session.Sessions
	Media    *media.Library
	Limit    *api.Limiter
	URL      string // the public base URL, without a slash at its end
}

// Invitation is one as it is kept, but for the hash of its secret.
type Invitation struct {
	ID       string
	Room     string
	Email    string
	First    string
	Last     string
	Role     protocol.Role
	By       string
	Created  int64
	Expires  int64
	Opened   int64
	Redeemed int64
	Revoked  int64
	Uses     int
	MaxUses  int // 0: no bound

	hash string
}

// Name is how the invited person will be seen.
func (i *Invitation) Name() string { return strings.TrimSpace(i.First + " " + i.Last) }

// Draft is whom a manager wants to invite.
type Draft struct {
	Email string `json:"email"`
	First string `json:"first"`
	Last  string `json:"last"`
	Role  string `json:"role"`
}

// Create invites somebody to m and returns the link's token, which exists
// nowhere else.
func (d *Desk) Create(ctx context.Context, m *media.Item, by string, in Draft) (*Invitation, Token, error) {
	inv := &Invitation{Room: m.ID, By: by}
	policy, err := d.mayInvite(ctx, m)
	if err != nil {
		return nil, Token{}, err
	}
	if inv.Email, err = session.Email("email", in.Email); err != nil {
		return nil, Token{}, err
	}
	if inv.First, err = api.Line("first", in.First, session.MaxName); err != nil {
		return nil, Token{}, err
	}
	if inv.Last, err = api.Line("last", in.Last, session.MaxName); err != nil {
		return nil, Token{}, err
	}
	role, ok := protocol.ParseRole(in.Role)
	if !ok || !slices.Contains(m.Kind.Roles(), role) {
		return nil, Token{}, protocol.Invalid("role", "An invitation to this kind of media can't carry that role.")
	}
	inv.Role = role
	if err := policy.admits(inv.Email); err != nil {
		return nil, Token{}, err
	}
	seat, err := d.Store.Seat(ctx, m.ID, d.participant(inv))
	if err != nil {
		return nil, Token{}, err
	}
	if seat.Role == protocol.Manager {
		return nil, Token{}, protocol.Errorf(protocol.Conflict, "%s manages this already and needs no invitation.", inv.Email)
	}
	inv.MaxUses = policy.MaxUses
	token, err := d.issue(ctx, inv, time.Duration(policy.LifetimeHours)*time.Hour)
	return inv, token, err
}

// CreateManager makes a link that signs in to the account of a manager of m.
// The program itself may hand out such a link; no request can ask for one.
func (d *Desk) CreateManager(ctx context.Context, m *media.Item, a session.Account, life time.Duration) (Token, error) {
	inv := &Invitation{Room: m.ID, Role: protocol.Manager, By: "Greenroom", Email: a.Email, First: a.First, Last: a.Last, MaxUses: 1}
	return d.issue(ctx, inv, life)
}

// mayInvite returns the policy if one may be invited to m at all.
func (d *Desk) mayInvite(ctx context.Context, m *media.Item) (Policy, error) {
	policy, err := d.Policy(ctx)
	switch {
	case err != nil:
		return policy, err
	case !policy.Enabled:
		return policy, protocol.Errorf(protocol.Forbidden, "Invitations are switched off on this site.")
	case !m.Invitable():
		return policy, protocol.Errorf(protocol.Forbidden, "Switch chat & collaboration on to invite people to this room.")
	}
	return policy, nil
}

// issue keeps a new invitation.
func (d *Desk) issue(ctx context.Context, inv *Invitation, life time.Duration) (Token, error) {
	now, err := d.Store.Now(ctx)
	if err != nil {
		return Token{}, err
	}
	inv.ID, inv.Created = roomlog.NewID(), now.UnixMilli()
	inv.Expires = now.Add(life).UnixMilli()
	token := Token{Room: inv.Room, Invite: inv.ID, Secret: session.NewSecret()}
	k := d.Store.Keys(inv.Room)
	_, err = d.Store.Redis.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, k.Invite(inv.ID), "hash", token.Secret.Hash(), "email", inv.Email, "first", inv.First,
			"last", inv.Last, "role", int(inv.Role), "by", inv.By, "created", inv.Created,
			"expires", inv.Expires, "uses", 0, "max", inv.MaxUses)
		p.ZAdd(ctx, k.Invites(), redis.Z{Score: float64(inv.Created), Member: inv.ID})
		return nil
	})
	if err != nil {
		return Token{}, fmt.Errorf("keep invitation: %w", err)
	}
	return token, nil
}

// Link is the address that the invited person opens. The token is behind the
// #, so that it reaches no server, log or proxy by itself.
func (d *Desk) Link(t Token) string { return d.URL + "/i#" + t.Reveal() }

// participant is who the invited person is in the room.
func (d *Desk) participant(inv *Invitation) string {
	return d.Media.Participant(inv.Room, session.Identity{Email: inv.Email})
}

// load returns an invitation; nil where there is none.
func (d *Desk) load(ctx context.Context, room, id string) (*Invitation, error) {
	fields, err := d.Store.Redis.HGetAll(ctx, d.Store.Keys(room).Invite(id)).Result()
	if err != nil {
		return nil, fmt.Errorf("read invitation: %w", err)
	}
	if fields["hash"] == "" {
		return nil, nil
	}
	return decode(room, id, fields), nil
}

func decode(room, id string, fields map[string]string) *Invitation {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(fields[name], 10, 64)
		return n
	}
	return &Invitation{
		ID: id, Room: room, Email: fields["email"], First: fields["first"], Last: fields["last"],
		Role: protocol.Role(number("role")), By: fields["by"], Created: number("created"), Expires: number("expires"),
		Opened: number("opened"), Redeemed: number("redeemed"), Revoked: number("revoked"),
		Uses: int(number("uses")), MaxUses: int(number("max")), hash: fields["hash"],
	}
}

// until returns when the link stops working, Unix ms; 0 where that isn't known
// yet. Its time begins when it is made, but not before the doors open.
// redeem.lua judges by the same rule.
func (i *Invitation) until(d protocol.Doors) int64 {
	life := i.Expires - i.Created
	switch {
	case d.State == protocol.Scheduled && d.Start == 0:
		return 0
	case d.State == protocol.Scheduled:
		return max(i.Expires, d.Start+life)
	}
	return max(i.Expires, d.OpenedAt+life)
}

// list returns the invitations to a medium, the newest first.
func (d *Desk) list(ctx context.Context, room string) ([]*Invitation, error) {
	k := d.Store.Keys(room)
	ids, err := d.Store.Redis.ZRevRange(ctx, k.Invites(), 0, maxListed-1).Result()
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	pipe := d.Store.Redis.Pipeline()
	answers := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		answers[i] = pipe.HGetAll(ctx, k.Invite(id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	all := make([]*Invitation, 0, len(ids))
	for i, id := range ids {
		if fields := answers[i].Val(); fields["hash"] != "" {
			all = append(all, decode(room, id, fields))
		}
	}
	return all, nil
}

// revoke takes an invitation back. To do it twice is no error.
func (d *Desk) revoke(ctx context.Context, inv *Invitation) error {
	now, err := d.Store.Now(ctx)
	if err != nil {
		return err
	}
	err = d.Store.Redis.HSetNX(ctx, d.Store.Keys(inv.Room).Invite(inv.ID), "revoked", now.UnixMilli()).Err()
	if err != nil {
		return fmt.Errorf("revoke invitation: %w", err)
	}
	return nil
}
