package session

import (
	"context"
	"fmt"
	"strings"

	"greenroom/hub/protocol"
)

// NewSetup returns the token of a setup link, which makes the first admin:
// once, within the hour, and only while there is none. needed is false where
// there is one.
func (s *Sessions) NewSetup(ctx context.Context) (token Secret, needed bool, err error) {
	admins, err := s.db.SCard(ctx, s.keys.admins()).Result()
	if err != nil {
		return Secret{}, false, fmt.Errorf("count admins: %w", err)
	}
	if admins > 0 {
		return Secret{}, false, nil
	}
	token = NewSecret()
	if err := s.db.Set(ctx, s.keys.setup(token.Hash()), "1", setupLife).Err(); err != nil {
		return Secret{}, false, fmt.Errorf("keep setup link: %w", err)
	}
	return token, true, nil
}

// setUp makes the first admin for who holds the token of a setup link.
func (s *Sessions) setUp(ctx context.Context, token, email, name, password string) (Account, error) {
	secret, ok := ParseSecret(token)
	if !ok {
		return Account{}, protocol.Errorf(protocol.LinkInvalid, "This setup link is not complete.")
	}
	first, last := splitName(name)
	if first == "" {
		return Account{}, protocol.Invalid("name", "Please fill in this field.")
	}
	a, outcome, err := s.create(ctx, Account{Email: email, First: first, Last: last, Admin: true}, password, true, secret.Hash())
	if err != nil {
		return Account{}, err
	}
	switch outcome {
	case adminExists:
		return Account{}, protocol.Errorf(protocol.LinkUsed, "This setup link was already used. Sign in instead.")
	case setupUnknown:
		return Account{}, protocol.Errorf(protocol.LinkInvalid, "This setup link does not work any more. Restart Greenroom to get a new one.")
	case accountTaken:
		return Account{}, protocol.Errorf(protocol.Conflict, "There is an account with this email already.")
	}
	return a, nil
}

// splitName takes the last word for the last name.
func splitName(name string) (first, last string) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return strings.Join(words, ""), ""
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
