package session

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/api"
	"greenroom/hub/protocol"
)

// Account is a person of this site, who signs in with a password.
type Account struct {
	Email string `json:"email"`
	First string `json:"first"`
	Last  string `json:"last"`
	Admin bool   `json:"admin"`
}

// Name is how others see the person.
func (a Account) Name() string { return strings.TrimSpace(a.First + " " + a.Last) }

func (a Account) identity() Identity {
	return Identity{Email: a.Email, First: a.First, Last: a.Last, Signed: a.Email != "", Admin: a.Admin}
}

// stored is an account as it is kept.
type stored struct {
	Account
	Hash    string `json:"hash"` // argon2id
	Created int64  `json:"created_at"`
}

// MaxName is the length of a first or last name, in characters.
const MaxName = 60

//go:embed account.lua
var accountLua string

var accountScript = redis.NewScript(accountLua)

// Outcomes of account.lua.
const (
	accountMade  = 1
	accountTaken = 0
	adminExists  = -1
	setupUnknown = -2
)

// Create makes an account. It refuses bad input, and an email that has one.
func (s *Sessions) Create(ctx context.Context, a Account, password string) (Account, error) {
	a, outcome, err := s.create(ctx, a, password, false, "")
	if err == nil && outcome == accountTaken {
		err = protocol.Errorf(protocol.Conflict, "There is an account with this email already.")
	}
	return a, err
}

// CreateFirst makes the account of the first admin and reports whether it
// did: it does nothing once there is one.
func (s *Sessions) CreateFirst(ctx context.Context, a Account, password string) (bool, error) {
	a.Admin = true
	_, outcome, err := s.create(ctx, a, password, true, "")
	return outcome == accountMade, err
}

func (s *Sessions) create(ctx context.Context, a Account, password string, first bool, setup string) (Account, int, error) {
	var err error
	if a.Email, err = Email("email", a.Email); err != nil {
		return a, 0, err
	}
	if a.First, err = api.Line("first", a.First, MaxName); err != nil {
		return a, 0, err
	}
	if a.Last != "" {
		if a.Last, err = api.Line("last", a.Last, MaxName); err != nil {
			return a, 0, err
		}
	}
	if err = checkPassword(password); err != nil {
		return a, 0, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return a, 0, err
	}
	body, err := json.Marshal(stored{Account: a, Hash: hash, Created: time.Now().UnixMilli()})
	if err != nil {
		return a, 0, err
	}
	keys := []string{s.keys.account(a.Email), s.keys.admins(), s.keys.names()}
	if setup != "" {
		keys = append(keys, s.keys.setup(setup))
	}
	args := []any{body, a.Email, a.Admin, first}
	for _, entry := range searchEntries(a) {
		args = append(args, entry)
	}
	outcome, err := accountScript.Run(ctx, s.db, keys, args...).Int()
	if err != nil {
		return a, 0, fmt.Errorf("create account: %w", err)
	}
	return a, outcome, nil
}

func (s *Sessions) load(ctx context.Context, email string) (stored, bool, error) {
	var a stored
	raw, err := s.db.Get(ctx, s.keys.account(email)).Bytes()
	if errors.Is(err, redis.Nil) {
		return a, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &a)
	}
	if err != nil {
		return a, false, fmt.Errorf("read account: %w", err)
	}
	return a, true, nil
}

// Lookup returns the account with this email, in its normal form, if any.
func (s *Sessions) Lookup(ctx context.Context, email string) (Account, bool, error) {
	a, ok, err := s.load(ctx, email)
	return a.Account, ok, err
}

// bar stands between what an account is found by and whose it is.
const bar = "\x00"

// searchEntries lists what an account is found by: the beginnings of its
// email, name and last name.
func searchEntries(a Account) []string {
	entries := []string{a.Email + bar + a.Email, strings.ToLower(a.Name()) + bar + a.Email}
	if a.Last != "" {
		entries = append(entries, strings.ToLower(a.Last)+bar+a.Email)
	}
	return entries
}

// Search returns up to limit accounts whose email, name or last name begins
// with q. An empty q finds the first ones in order.
func (s *Sessions) Search(ctx context.Context, q string, limit int) ([]Account, error) {
	q = strings.ToLower(strings.TrimSpace(q))
	hits, err := s.db.ZRangeByLex(ctx, s.keys.names(), &redis.ZRangeBy{
		Min: "[" + q, Max: "[" + q + "\xff", Count: int64(limit) * 3, // an account has three entries at most
	}).Result()
	if err != nil {
		return nil, fmt.Errorf("search accounts: %w", err)
	}
	accounts, seen := []Account{}, map[string]bool{}
	for _, hit := range hits {
		email := hit[strings.LastIndex(hit, bar)+len(bar):]
		if seen[email] || len(accounts) == limit {
			continue
		}
		seen[email] = true
		a, ok, err := s.Lookup(ctx, email)
		if err != nil {
			return nil, err
		}
		if ok {
			accounts = append(accounts, a)
		}
	}
	return accounts, nil
}
