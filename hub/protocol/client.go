package protocol

// Limits of what a client may send, in bytes unless said otherwise.
const (
	MaxFrame    = 16 << 10
	MaxChat     = 2000
	MaxQuestion = 1200
	MaxAnswer   = 4000
	MaxReason   = 300
	MaxSearch   = 100
	MaxPage     = 100 // messages or people in one reply
)

// ClientMessage is anything that a browser sends. Decode returns one of the
// pointer types below.
type ClientMessage interface{ clientMessage() }

// Request is what every command carries: ID counts up from 1 for each client,
// names the reply, and makes a retry harmless.
type Request struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
}

func (Request) clientMessage() {}

// RequestID returns the counter of a command.
func (r Request) RequestID() int64 { return r.ID }

type (
	// Hello is the first message: who speaks (an id made anew by each page),
	// from where to go on, and which version of the role it has applied. A
	// visitor who only waits in the lobby sends the invitation's token.
	Hello struct {
		Request
		Client  string `json:"client"`
		After   string `json:"after,omitempty"`
		Version int64  `json:"version,omitempty"`
		Invite  string `json:"invite,omitempty"`
	}
	// Ping asks for a Pong: it proves that the link is alive.
	Ping struct{ Request }
	// Chat writes to everybody.
	Chat struct {
		Request
		Text string `json:"text"`
	}
	// Whisper writes to the backchannel.
	Whisper struct {
		Request
		Text string `json:"text"`
	}
	// History asks for older messages of "chat" or "backchannel".
	History struct {
		Request
		Channel string `json:"channel"`
		Before  string `json:"before"`
		Limit   int    `json:"limit,omitempty"`
	}
	// Ask puts a question, which is held where questions are reviewed first.
	Ask struct {
		Request
		Text      string `json:"text"`
		Anonymous bool   `json:"anonymous,omitempty"`
	}
	// Withdraw takes back one's own question.
	Withdraw struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
	}
	// Vote sets or lifts one's own upvote.
	Vote struct {
		Request
		Question string `json:"question"`
		On       bool   `json:"on"`
	}
	// Publish shows a held or dismissed question to everybody.
	Publish struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
	}
	// Dismiss takes a question away from everybody but its asker and the moderators.
	Dismiss struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
		Reason   string `json:"reason,omitempty"`
	}
	// Answer answers in text, to "all" or to the "asker".
	Answer struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
		Text     string `json:"text"`
		To       string `json:"to"`
	}
	// AnswerLive puts a question on stage: it is being answered aloud now. One
	// that was on stage before counts as answered.
	AnswerLive struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
	}
	// Answered takes a question off the stage, or marks it as answered aloud.
	Answered struct {
		Request
		Question string `json:"question"`
		Version  int64  `json:"version"`
	}
	// SetRole gives a participant another role.
	SetRole struct {
		Request
		Participant string `json:"participant"`
		Role        Role   `json:"role"`
	}
	// Mute stops a participant's chat, questions and backchannel for some
	// minutes; 0 means until lifted.
	Mute struct {
		Request
		Participant string `json:"participant"`
		Minutes     int    `json:"minutes"`
	}
	// Unmute lifts a mute.
	Unmute struct {
		Request
		Participant string `json:"participant"`
	}
	// Remove shows a participant out, on every device, for good.
	Remove struct {
		Request
		Participant string `json:"participant"`
	}
	// Readmit undoes a Remove.
	Readmit struct {
		Request
		Participant string `json:"participant"`
	}
	// Settings changes how the room works. What is absent stays.
	Settings struct {
		Request
		Premoderation *bool `json:"premoderation,omitempty"`
		SlowMode      *int  `json:"slow_mode,omitempty"` // seconds between two messages of a viewer
	}
	// Roster opens or closes the list of participants and says which part of it
	// to send, now and whenever it changes.
	Roster struct {
		Request
		Open   bool   `json:"open"`
		Search string `json:"search,omitempty"`
		Limit  int    `json:"limit,omitempty"`
	}
	// Applied tells that this device has applied the version of its role. It
	// has no reply.
	Applied struct {
		Request
		Version int64 `json:"version"`
	}
)
