package invite

import (
	"regexp"
	"strings"

	"greenroom/hub/roomlog"
	"greenroom/session"
)

// Token is what an invitation link carries: which invitation it is, and the
// secret that proves it. The room is in it so that one script can redeem it.
type Token struct {
	Room   string
	Invite string
	Secret session.Secret
}

var inviteID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// maxToken is far more than a token has, and little enough to look at.
const maxToken = 200

// ParseToken reads room.invite.secret. It says false for what can't be a
// token, and nothing of whether there is such an invitation.
func ParseToken(s string) (Token, bool) {
	if len(s) > maxToken {
		return Token{}, false
	}
	parts := strings.Split(s, ".")
	if len(parts) != 3 || !roomlog.ValidRoom(parts[0]) || !inviteID.MatchString(parts[1]) {
		return Token{}, false
	}
	secret, ok := session.ParseSecret(parts[2])
	if !ok {
		return Token{}, false
	}
	return Token{Room: parts[0], Invite: parts[1], Secret: secret}, true
}

// Reveal spells the token, for the link that carries it.
func (t Token) Reveal() string { return t.Room + "." + t.Invite + "." + t.Secret.Reveal() }
