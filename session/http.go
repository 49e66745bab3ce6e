package session

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"greenroom/api"
	"greenroom/hub/protocol"
)

// Tries of a password. A network is only held to its failures: a whole company
// may sign in from one address within the same minute.
var (
	signInsByNetwork = api.Limit{Name: "signin-net", Burst: 30, Period: time.Minute}
	signInsByEmail   = api.Limit{Name: "signin-email", Burst: 10, Period: time.Minute}
)

// state is who is signed in, as the browser gets it.
type state struct {
	Account *accountView `json:"account"`
	Now     int64        `json:"now"`
}

type accountView struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	Admin bool   `json:"admin"`
}

func (s *Sessions) reply(ctx context.Context, w http.ResponseWriter, a Account) error {
	now, err := s.db.Time(ctx).Result()
	if err != nil {
		return err
	}
	answer := state{Now: now.UnixMilli()}
	if a.Email != "" {
		answer.Account = &accountView{Email: a.Email, Name: a.Name(), Admin: a.Admin}
	}
	return api.Reply(w, http.StatusOK, answer)
}

// Show tells who is signed in.
func (s *Sessions) Show(w http.ResponseWriter, r *http.Request) error {
	a, err := s.Account(r.Context())
	if err != nil && !isSignedOut(err) {
		return err
	}
	return s.reply(r.Context(), w, a)
}

// Start signs in with a password.
func (s *Sessions) Start(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	email, err := Email("email", in.Email)
	if err != nil {
		return err
	}
	if in.Password == "" || len(in.Password) > 4*maxPassword {
		return protocol.Invalid("password", "Please enter your password.")
	}
	if err := s.limit.Check(ctx, signInsByNetwork, api.Network(ctx)); err != nil {
		return err
	}
	if err := s.limit.Spend(ctx, signInsByEmail, email); err != nil {
		return err
	}
	a, _, err := s.load(ctx, email)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, in.Password, a.Hash); err != nil {
		return err
	}
	if err := s.SignIn(ctx, a.Account); err != nil {
		return err
	}
	return s.reply(ctx, w, a.Account)
}

// prove refuses a wrong password. It looks at the network's limit again when its
// turn to hash has come, so that of many tries at once few go past it.
func (s *Sessions) prove(ctx context.Context, password, hash string) error {
	done, err := s.hasher.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := s.limit.Check(ctx, signInsByNetwork, api.Network(ctx)); err != nil {
		return err
	}
	ok, err := s.hasher.fits(password, hash)
	if err != nil || ok {
		return err
	}
	if err := s.limit.Spend(ctx, signInsByNetwork, api.Network(ctx)); err != nil {
		return err
	}
	return protocol.Errorf(protocol.WrongLogin, "Please check the email and the password.")
}

// End signs out.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) error {
	if err := s.SignOut(r.Context()); err != nil {
		return err
	}
	return api.Done(w)
}

// SetUp makes the first admin and signs in.
func (s *Sessions) SetUp(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token    string `json:"token"`
		Email    string `json:"email"`
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	if err := s.limit.Spend(ctx, signInsByNetwork, api.Network(ctx)); err != nil {
		return err
	}
	a, err := s.setUp(ctx, in.Token, in.Email, in.Name, in.Password)
	if err != nil {
		return err
	}
	if err := s.SignIn(ctx, a); err != nil {
		return err
	}
	return s.reply(ctx, w, a)
}

// maxFound is how many accounts one search may bring.
const maxFound = 50

// Accounts searches the accounts: for typing ahead in an invitation, and for
// the admin's list. Package cmd lets only those through who may see them.
func (s *Sessions) Accounts(w http.ResponseWriter, r *http.Request) error {
	limit := 10
	if raw := r.URL.Query().Get("limit"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > maxFound {
			return protocol.Invalid("limit", "The limit must be from 1 to %d.", maxFound)
		}
		limit = n
	}
	q := r.URL.Query().Get("q")
	if len(q) > protocol.MaxSearch {
		return protocol.Invalid("q", "The search is too long.")
	}
	found, err := s.Search(r.Context(), q, limit)
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusOK, map[string]any{"accounts": views(found)})
}

// AddAccount makes an account; an admin's right.
func (s *Sessions) AddAccount(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Admin(r.Context()); err != nil {
		return err
	}
	var in struct {
		Email    string `json:"email"`
		First    string `json:"first"`
		Last     string `json:"last"`
		Admin    bool   `json:"admin"`
		Password string `json:"password"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	if in.Last == "" {
		return protocol.Invalid("last", "Please fill in this field.")
	}
	a, err := s.Create(r.Context(), Account{Email: in.Email, First: in.First, Last: in.Last, Admin: in.Admin}, in.Password)
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusCreated, view(a))
}

// found is an account as a search brings it.
type found struct {
	Account
	Name string `json:"name"`
}

func view(a Account) found { return found{a, a.Name()} }

func views(accounts []Account) []found {
	all := make([]found, len(accounts))
	for i, a := range accounts {
		all[i] = view(a)
	}
	return all
}

func isSignedOut(err error) bool {
	e, ok := protocol.AsError(err)
	return ok && e.Code == protocol.SignedOut
}
