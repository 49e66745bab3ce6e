package session

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"greenroom/hub/protocol"
)

// Email returns the one form in which an address is stored, compared and
// hashed: lower case, its domain in punycode. field names the input in the
// error.
func Email(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	wrong := protocol.Invalid(field, "Please enter an email address, such as name@example.org.")
	if len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"<>(),;:\[]`, r)
	}) {
		return "", wrong
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 {
		return "", wrong
	}
	domain, err := Domain(domain)
	if err != nil || !strings.Contains(domain, ".") {
		return "", wrong
	}
	email := strings.ToLower(local) + "@" + domain
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email {
		return "", wrong
	}
	return email, nil
}

// Domain returns the one form of a domain name: lower case, punycode.
func Domain(s string) (string, error) { return idna.Lookup.ToASCII(strings.ToLower(s)) }

// Hint shows an address to somebody who should recognise it but need not
// learn it: i…n@marlow.example.
func Hint(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	runes := []rune(local)
	if len(runes) < 3 {
		return string(runes[:1]) + "…@" + domain
	}
	return string(runes[0]) + "…" + string(runes[len(runes)-1]) + "@" + domain
}
