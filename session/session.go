// Package session knows who a browser is: its session and device cookies, the
// accounts of the site, and the identities that invitations give a browser in
// single rooms.
//
// It does not know what anybody may do. Packages media, invite and hub ask it
// who speaks and decide from there.
package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/alexedwards/scs/v2"
	"github.com/redis/go-redis/v9"

	"greenroom/api"
)

// Lifetimes. A device outlives a session: an invitation is bound to it.
const (
	sessionLife = 7 * 24 * time.Hour
	deviceLife  = 400 * 24 * time.Hour // the most that browsers keep
	setupLife   = time.Hour
)

// Sessions gives out and recognises sessions. Its methods may be called from
// any goroutine.
type Sessions struct {
	// Ended is told which browser has signed out; may be nil.
	Ended func(ctx context.Context, browser string) error

	db     redis.UniversalClient
	keys   keys
	scs    *scs.SessionManager
	hasher *hasher
	limit  *api.Limiter
	secure bool // cookies for https only, with the __Host- prefix
}

// New returns the Sessions whose data is in db under prefix. secure says that
// the public URL is https.
func New(db redis.UniversalClient, prefix string, secure bool, limit *api.Limiter) *Sessions {
	s := &Sessions{db: db, keys: keys{prefix}, scs: scs.New(), hasher: newHasher(hashing), limit: limit, secure: secure}
	s.scs.Store = store{db, s.keys}
	s.scs.HashTokenInStore = true
	s.scs.Lifetime = sessionLife
	s.scs.Cookie.Name = s.cookieName("greenroom")
	s.scs.Cookie.Secure = secure
	s.scs.Cookie.HttpOnly = true
	s.scs.Cookie.SameSite = http.SameSiteLaxMode
	s.scs.ErrorFunc = api.Refuse
	return s
}

// HashCheaply makes password hashes that are quick to make and to break, for
// tests that sign in hundreds of times. Call it before anything else.
func (s *Sessions) HashCheaply() {
	s.hasher = newHasher(argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

// Attach gives the handlers behind it the session of the request, and keeps
// what they change of it. A request without a cookie gets one only if
// something is to be kept.
func (s *Sessions) Attach(next http.Handler) http.Handler { return s.scs.LoadAndSave(next) }

// Look gives the handlers behind it the session of the request to read. What
// they change is not kept: a socket outlives its first answer.
func (s *Sessions) Look(next http.Handler) http.Handler {
	return api.Handler(func(w http.ResponseWriter, r *http.Request) error {
		token := ""
		if cookie, err := r.Cookie(s.scs.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.scs.Load(r.Context(), token)
		if err != nil {
			return err
		}
		next.ServeHTTP(w, r.WithContext(ctx))
		return nil
	})
}

// Device returns the secret of this browser, and gives it one if it has none.
// Call it before anything is written to w.
func (s *Sessions) Device(w http.ResponseWriter, r *http.Request) Secret {
	name := s.cookieName("greenroom-device")
	if cookie, err := r.Cookie(name); err == nil {
		if device, ok := ParseSecret(cookie.Value); ok {
			return device
		}
	}
	device := NewSecret()
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: device.Reveal(), Path: "/", MaxAge: int(deviceLife.Seconds()),
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return device
}

// cookieName adds the prefix that binds a cookie to this very host. Browsers
// refuse it over plain http.
func (s *Sessions) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// store keeps sessions in Redis. scs's own store for go-redis takes only the
// client of a single server, and ours may be a cluster.
type store struct {
	db   redis.UniversalClient
	keys keys
}

var _ scs.CtxStore = store{}

func (s store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	b, err := s.db.Get(ctx, s.keys.session(token)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	return b, err == nil, err
}

func (s store) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return s.db.Set(ctx, s.keys.session(token), b, time.Until(expiry)).Err()
}

func (s store) DeleteCtx(ctx context.Context, token string) error {
	return s.db.Del(ctx, s.keys.session(token)).Err()
}

// The forms without a context are part of scs.Store and never called, since
// scs prefers the ones above.
func (s store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}
func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
func (s store) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}
