package session

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// Secret is a random value that proves something by being known. However it
// is printed, logged or encoded, it reads [redacted]; Reveal is the one way out.
type Secret struct{ value string }

const redacted = "[redacted]"

// NewSecret returns a Secret of 256 random bits.
func NewSecret() Secret {
	b := make([]byte, 32)
	rand.Read(b)
	return Secret{base64.RawURLEncoding.EncodeToString(b)}
}

// ParseSecret returns the Secret that s spells. It says false for what
// NewSecret can't have made.
func ParseSecret(s string) (Secret, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return Secret{s}, err == nil && len(b) == 32 && len(s) == 43 // the decoder skips line ends
}

// Reveal returns the value, for the cookie or link that carries it.
func (s Secret) Reveal() string { return s.value }

// Hash returns what is stored of the secret. With 256 random bits there is
// nothing to guess, so a fast hash does.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s.value))
	return hex.EncodeToString(sum[:])
}

// Fits reports whether hash is the hash of s, in a time that tells nothing.
func (s Secret) Fits(hash string) bool {
	return subtle.ConstantTimeCompare([]byte(s.Hash()), []byte(hash)) == 1
}

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) Format(f fmt.State, _ rune)   { fmt.Fprint(f, redacted) }
