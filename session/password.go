package session

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"greenroom/hub/protocol"
)

// hashing is OWASP's first choice for argon2id. Its 19 MiB for each running
// hash are why only a few run at once.
var hashing = argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	minPassword = 12
	maxPassword = 200
	hashingWait = 5 * time.Second
)

// hasher makes and checks password hashes, a few at a time.
type hasher struct {
	params argon2id.Params
	turns  chan struct{}
	dummy  func() (string, error) // takes as long to check as a real one
}

func newHasher(params argon2id.Params) *hasher {
	return &hasher{params: params, turns: make(chan struct{}, runtime.NumCPU()), dummy: sync.OnceValues(func() (string, error) {
		return argon2id.CreateHash(NewSecret().Reveal(), &params)
	})}
}

// turn waits until a hash may run. Where too many wait already, it says so.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	timer := time.NewTimer(hashingWait)
	defer timer.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-timer.C:
		return nil, protocol.Errorf(protocol.Unavailable, "Too many people are signing in. Please try again in a moment.")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(password, &h.params)
}

// fits reports whether password is the one that hash was made from. An empty
// hash, of an account that doesn't exist, takes as long as any other. The caller
// has waited for its turn.
func (h *hasher) fits(password, hash string) (ok bool, err error) {
	exists := hash != ""
	if !exists {
		if hash, err = h.dummy(); err != nil {
			return false, err
		}
	}
	ok, err = argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return ok && exists, nil
}

func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return protocol.Invalid("password", "A password needs at least %d characters.", minPassword)
	case n > maxPassword:
		return protocol.Invalid("password", "A password may have %d characters at most.", maxPassword)
	}
	return nil
}
