package protocol

import (
	"errors"
	"fmt"
	"net/http"
)

// Code names a failure that the person is told about while the connection, or
// the page, lives on. Codes are part of the contract and never change meaning.
type Code string

// Every code. Status and Title say how each is answered over HTTP.
const (
	BadRequest   Code = "bad_request"  // malformed, of the wrong type, too long, unknown field
	SignedOut    Code = "signed_out"   // nobody is signed in, or the session has ended
	WrongLogin   Code = "wrong_login"  // email and password don't fit
	Forbidden    Code = "forbidden"    // the role doesn't allow it
	CrossOrigin  Code = "cross_origin" // the request came from another site
	NotFound     Code = "not_found"    // no such thing, here
	Conflict     Code = "conflict"     // somebody else was faster; the newest state is on its way
	Stale        Code = "stale_retry"  // a counter that is too old to tell whether it was done
	RateLimited  Code = "rate_limited" // too fast; retry after
	Muted        Code = "muted"        // the staff has muted this person
	Closed       Code = "closed"       // the room is not open
	LastManager  Code = "last_manager" // the last manager can't be lowered or removed
	Unavailable  Code = "unavailable"  // the store can't be reached now; try again
	Internal     Code = "internal"     // our fault; logged
	LinkInvalid  Code = "link_invalid" // unknown or cut off, removed, or of a deleted medium
	LinkExpired  Code = "link_expired" // its time is over
	LinkUsed     Code = "link_used"    // all its uses are spent
	OtherDevice  Code = "other_device" // bound to another device
	Mismatch     Code = "email_mismatch"
	NotInvited   Code = "not_invited"
	Blocked      Code = "domain_blocked"
	TooManyTries Code = "too_many_tries"
	Removed      Code = "removed" // removed from the room by the staff
	NotStarted   Code = "not_started"
	Ended        Code = "ended"
	Withdrawn    Code = "withdrawn"  // an invitation that was taken back; shown only to who holds its secret
	MediaGone    Code = "media_gone" // the medium was deleted; shown only to who holds a secret
)

var httpAnswers = map[Code]struct {
	status int
	title  string
}{
	BadRequest:   {http.StatusBadRequest, "That request could not be understood"},
	SignedOut:    {http.StatusUnauthorized, "Please sign in"},
	WrongLogin:   {http.StatusUnauthorized, "Email or password is wrong"},
	Forbidden:    {http.StatusForbidden, "You may not do this"},
	CrossOrigin:  {http.StatusForbidden, "This request came from another site"},
	NotFound:     {http.StatusNotFound, "There is nothing here"},
	Conflict:     {http.StatusConflict, "Somebody else was faster"},
	Stale:        {http.StatusConflict, "It is not certain whether this was done"},
	RateLimited:  {http.StatusTooManyRequests, "Too fast"},
	Muted:        {http.StatusForbidden, "You are muted"},
	Closed:       {http.StatusConflict, "The room is not open"},
	LastManager:  {http.StatusConflict, "A room needs a manager"},
	Unavailable:  {http.StatusServiceUnavailable, "Not available right now"},
	Internal:     {http.StatusInternalServerError, "Something went wrong on our side"},
	LinkInvalid:  {http.StatusNotFound, "This link does not work"},
	LinkExpired:  {http.StatusGone, "This invitation has expired"},
	LinkUsed:     {http.StatusGone, "This invitation was already used"},
	OtherDevice:  {http.StatusConflict, "This invitation is in use on another device"},
	Mismatch:     {http.StatusForbidden, "That address does not match this invitation"},
	NotInvited:   {http.StatusForbidden, "We could not find an invitation for this address"},
	Blocked:      {http.StatusForbidden, "Addresses from this domain cannot join"},
	TooManyTries: {http.StatusTooManyRequests, "Too many tries"},
	Removed:      {http.StatusForbidden, "You were removed from this session"},
	NotStarted:   {http.StatusConflict, "This has not started yet"},
	Ended:        {http.StatusGone, "This session has ended"},
	Withdrawn:    {http.StatusGone, "This invitation was withdrawn"},
	MediaGone:    {http.StatusGone, "This session no longer exists"},
}

// Codes lists every code that has an answer.
func Codes() []Code {
	codes := make([]Code, 0, len(httpAnswers))
	for c := range httpAnswers {
		codes = append(codes, c)
	}
	return codes
}

// Status returns the HTTP status that carries c.
func (c Code) Status() int {
	if a, ok := httpAnswers[c]; ok {
		return a.status
	}
	return http.StatusInternalServerError
}

// Title returns c's one line for people.
func (c Code) Title() string { return httpAnswers[c].title }

// Error is a failure that is an answer: the connection lives on.
type Error struct {
	Code       Code   `json:"code"`
	Message    string `json:"message"`               // one sentence for people
	Field      string `json:"field,omitempty"`       // the input at fault, for bad_request
	RetryAfter int    `json:"retry_after,omitempty"` // seconds
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// Is makes errors.Is compare errors by their code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Errorf returns an Error with this code and message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns a bad_request error about one field.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: BadRequest, Field: field, Message: fmt.Sprintf(format, args...)}
}

// AsError returns the Error inside err. Anything else is internal: its text is
// for the log and never for the person, so ok is false and the Error says only
// that something went wrong.
func AsError(err error) (e *Error, ok bool) {
	if errors.As(err, &e) {
		return e, true
	}
	return &Error{Code: Internal, Message: "Something went wrong on our side. Please try again."}, false
}

// CloseReason ends a socket. Its code alone tells the browser whether to come
// back: see Resume.
type CloseReason struct {
	Code int
	Text string
}

func (c CloseReason) Error() string { return fmt.Sprintf("closed %d: %s", c.Code, c.Text) }

// Every way in which the hub ends a connection.
var (
	CloseRestart    = CloseReason{1012, "restart"}         // this node stops; another one takes over
	CloseNotText    = CloseReason{1003, "text only"}       // a binary frame
	CloseNotUTF8    = CloseReason{1007, "not UTF-8"}       // a text frame that isn't text
	CloseBadMessage = CloseReason{4400, "bad message"}     // not JSON, too deep, no hello
	CloseSignedOut  = CloseReason{4401, "signed out"}      // no session, or no place in this room
	CloseRemoved    = CloseReason{4403, "removed"}         // removed by the staff
	CloseNotFound   = CloseReason{4404, "no such room"}    // unknown, or deleted
	CloseSlow       = CloseReason{4408, "slow"}            // took nothing for too long; nothing is lost
	CloseReplaced   = CloseReason{4409, "replaced"}        // too many connections of one person; the oldest goes
	CloseFlood      = CloseReason{4429, "too many"}        // ignored its rate errors
	CloseStale      = CloseReason{4503, "come back later"} // this node lost sight of the room, or could not let you in
)

// Resume reports whether a browser that was closed with this code should
// connect again by itself.
func Resume(code int) bool {
	switch code {
	case CloseNotText.Code, CloseNotUTF8.Code, CloseBadMessage.Code, CloseSignedOut.Code, CloseRemoved.Code, CloseNotFound.Code,
		CloseReplaced.Code:
		return false
	}
	return true
}
