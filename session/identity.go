package session

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"

	"greenroom/hub/protocol"
)

// Names in the data of a session.
const (
	accountField = "account" // email of the account that is signed in
	roomField    = "room:"   // and the room: a Claim in JSON
	browserField = "browser" // names the session, whatever its id becomes; proves nothing
)

// Identity is who a browser is in one room.
type Identity struct {
	Email  string
	First  string
	Last   string
	Invite string // the invitation that it came by; none for accounts and guests
	Guest  string // what tells guests apart: nobody has checked their email
	Signed bool   // an account of the site, with a password
	Admin  bool
}

// Claim is what a session remembers of an identity that counts in one room
// alone: an invitee's, or a guest's.
type Claim struct {
	Email  string `json:"email"`
	First  string `json:"first"`
	Last   string `json:"last"`
	Invite string `json:"invite,omitempty"`
	Guest  string `json:"guest,omitempty"`
}

// Name is how others see the person.
func (i Identity) Name() string { return strings.TrimSpace(i.First + " " + i.Last) }

// Key is what the participant's id is made from: the email, except for
// guests, who may type anybody's and must never become that person.
func (i Identity) Key() string {
	if i.Guest != "" {
		return "guest " + i.Guest + " " + i.Email
	}
	return i.Email
}

// Identity returns who this browser is in room: what it claimed there, else
// the account that is signed in. It refuses with signed_out where it is
// neither.
func (s *Sessions) Identity(ctx context.Context, room string) (Identity, error) {
	if raw := s.scs.GetBytes(ctx, roomField+room); raw != nil {
		var c Claim
		if err := json.Unmarshal(raw, &c); err != nil {
			return Identity{}, fmt.Errorf("read claim: %w", err)
		}
		return Identity{Email: c.Email, First: c.First, Last: c.Last, Invite: c.Invite, Guest: c.Guest}, nil
	}
	a, err := s.Account(ctx)
	return a.identity(), err
}

// Claim makes this browser who c says, in room and nowhere else, under a new
// session id.
func (s *Sessions) Claim(ctx context.Context, room string, c Claim) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := s.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.scs.Put(ctx, roomField+room, raw)
	s.name(ctx)
	return nil
}

// Account returns the account that is signed in, as it is now. It refuses
// with signed_out where there is none.
func (s *Sessions) Account(ctx context.Context) (Account, error) {
	nobody := protocol.Errorf(protocol.SignedOut, "Please sign in first.")
	email := s.scs.GetString(ctx, accountField)
	if email == "" {
		return Account{}, nobody
	}
	a, ok, err := s.load(ctx, email)
	if err != nil {
		return Account{}, err
	}
	if !ok {
		return Account{}, nobody
	}
	return a.Account, nil
}

// Admin returns the account that is signed in if it runs the site.
func (s *Sessions) Admin(ctx context.Context) (Account, error) {
	a, err := s.Account(ctx)
	if err == nil && !a.Admin {
		err = protocol.Errorf(protocol.Forbidden, "Only those who run this site may do this.")
	}
	return a, err
}

// SignIn makes this browser that account's, under a new session id. The
// caller has checked the password, or what stands for it.
func (s *Sessions) SignIn(ctx context.Context, a Account) error {
	if err := s.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.scs.Put(ctx, accountField, a.Email)
	s.name(ctx)
	return nil
}

func (s *Sessions) name(ctx context.Context) {
	if s.Browser(ctx) == "" {
		s.scs.Put(ctx, browserField, rand.Text())
	}
}

// Browser names this browser from its first identity until it signs out;
// empty where it has none.
func (s *Sessions) Browser(ctx context.Context) string { return s.scs.GetString(ctx, browserField) }

// SignOut forgets everything that this browser was, and has Ended end what
// still lives of it.
func (s *Sessions) SignOut(ctx context.Context) error {
	browser := s.Browser(ctx)
	if err := s.scs.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	if browser == "" || s.Ended == nil {
		return nil
	}
	return s.Ended(ctx, browser)
}

// Rooms lists the rooms in which this browser has claimed to be somebody.
func (s *Sessions) Rooms(ctx context.Context) []string {
	var rooms []string
	for _, field := range s.scs.Keys(ctx) {
		if room, ok := strings.CutPrefix(field, roomField); ok {
			rooms = append(rooms, room)
		}
	}
	return rooms
}
