package protocol

// ServerMessage is anything that the hub sends; Type names it on the wire. One
// text frame carries one or more messages, each on a line of its own.
type ServerMessage interface{ Type() string }

// Person is how one participant appears to another. No email is ever in it.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// Doors says whether one may come in. Times are Unix milliseconds by the
// store's clock.
type Doors struct {
	State    string `json:"state"` // scheduled, open, ended
	Start    int64  `json:"start"` // 0: not known, until further notice
	OpenedAt int64  `json:"opened_at,omitempty"`
	EndedAt  int64  `json:"ended_at,omitempty"`
	Delayed  bool   `json:"delayed,omitempty"`
	Word     string `json:"word,omitempty"` // from the host to those who wait
}

// States of the doors.
const (
	Scheduled = "scheduled"
	Open      = "open"
	Over      = "ended"
)

// Question as one participant may see it.
type Question struct {
	ID        string       `json:"id"`
	Version   int64        `json:"version"`
	State     string       `json:"state"` // held, open, now, answered, dismissed, withdrawn
	Text      string       `json:"text"`
	Asker     *Person      `json:"asker,omitempty"` // absent: anonymous to you
	Anonymous bool         `json:"anonymous,omitempty"`
	Mine      bool         `json:"mine,omitempty"`
	At        int64        `json:"at"`
	Since     int64        `json:"since"` // when it came into this state
	By        *Person      `json:"by,omitempty"`
	How       string       `json:"how,omitempty"` // answered: "live" or "text"
	Answers   []TextAnswer `json:"answers,omitempty"`
	Reason    string       `json:"reason,omitempty"`
}

// States of a question.
const (
	QuestionHeld      = "held"
	QuestionOpen      = "open"
	QuestionNow       = "now"
	QuestionAnswered  = "answered"
	QuestionDismissed = "dismissed"
	QuestionWithdrawn = "withdrawn"
)

// TextAnswer is one written answer.
type TextAnswer struct {
	By   Person `json:"by"`
	Text string `json:"text"`
	To   string `json:"to"` // all, asker
	At   int64  `json:"at"`
}

// RoomInfo is what one needs to draw the room around the panel.
type RoomInfo struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Kind        Kind   `json:"kind"`
	Host        string `json:"host"`
	Zone        string `json:"zone"`
	StageURL    string `json:"stage_url,omitempty"`
}

// You is what the hub knows of the person at this end, and what they may do.
type You struct {
	Person
	Version      int64      `json:"version"` // of the role; send Applied when it is in effect
	Capabilities Capability `json:"capabilities"`
	MutedUntil   int64      `json:"muted_until,omitempty"` // Unix ms; -1 until lifted
	Guest        bool       `json:"guest,omitempty"`
	Voted        []string   `json:"voted,omitempty"` // questions that carry my upvote
}

// RoomSettings are the switches that everybody may know of.
type RoomSettings struct {
	Premoderation bool `json:"premoderation"`
	SlowMode      int  `json:"slow_mode,omitempty"`
}

type (
	// Welcome answers Hello. Where Resumed is set, the messages since After
	// follow; else it holds the room as it is now and the page starts afresh.
	// In the lobby it has no You and nothing but the doors.
	Welcome struct {
		ID          int64            `json:"id"`
		Cursor      string           `json:"cursor,omitempty"`
		Now         int64            `json:"now"` // the store's clock, Unix ms
		Build       string           `json:"build,omitempty"`
		Resumed     bool             `json:"resumed"`
		Room        RoomInfo         `json:"room"`
		Doors       Doors            `json:"doors"`
		You         *You             `json:"you,omitempty"`
		Settings    RoomSettings     `json:"settings"`
		Chat        []ChatMessage    `json:"chat,omitempty"`
		Backchannel []ChatMessage    `json:"backchannel,omitempty"`
		Questions   []Question       `json:"questions,omitempty"`
		Votes       map[string]int64 `json:"votes,omitempty"`
		Here        int64            `json:"here"`
	}
	// ChatMessage is one line of the chat ("chat") or backchannel ("whisper").
	ChatMessage struct {
		Channel string `json:"-"`
		Cursor  string `json:"cursor"`
		ID      string `json:"id"`
		At      int64  `json:"at"`
		From    Person `json:"from"`
		Text    string `json:"text"`
	}
	// QuestionChanged brings a question that is new, or in a new state.
	QuestionChanged struct {
		Cursor   string   `json:"cursor"`
		Question Question `json:"question"`
	}
	// QuestionGone takes a question away that you may see no longer.
	QuestionGone struct {
		Cursor   string `json:"cursor"`
		Question string `json:"question"`
	}
	// DoorsChanged tells that the room opens, is delayed or ends.
	DoorsChanged struct {
		Cursor string `json:"cursor"`
		Now    int64  `json:"now"`
		Doors  Doors  `json:"doors"`
	}
	// SettingsChanged brings the settings of the room.
	SettingsChanged struct {
		Cursor   string       `json:"cursor"`
		Settings RoomSettings `json:"settings"`
	}
	// RoleChanged tells the managers of somebody's role. The person concerned
	// gets YouChanged instead.
	RoleChanged struct {
		Cursor  string `json:"cursor"`
		At      int64  `json:"at"`
		Person  Person `json:"person"`
		Was     Role   `json:"was"`
		Version int64  `json:"version"`
		By      Person `json:"by"`
	}
	// PersonMuted and PersonRemoved tell the moderators and managers.
	PersonMuted struct {
		Cursor string `json:"cursor"`
		Person Person `json:"person"`
		Until  int64  `json:"until"` // Unix ms; 0 lifted, -1 until lifted
		By     Person `json:"by"`
	}
	// PersonRemoved tells that somebody was shown out, or let in again.
	PersonRemoved struct {
		Cursor  string `json:"cursor"`
		Person  Person `json:"person"`
		Removed bool   `json:"removed"`
		By      Person `json:"by"`
	}
	// YouChanged replaces what you are, may do and may see. It holds whatever
	// the new role sees that the old one didn't; what is absent must leave the
	// page's memory. Answer with Applied.
	YouChanged struct {
		Cursor      string           `json:"cursor"`
		You         You              `json:"you"`
		Backchannel []ChatMessage    `json:"backchannel"`
		Questions   []Question       `json:"questions"`
		Votes       map[string]int64 `json:"votes,omitempty"`
	}

	// Ack answers a command that was done. At is its time, and Object what it
	// made, such as the question's id.
	Ack struct {
		ID      int64  `json:"id"`
		At      int64  `json:"at,omitempty"`
		Object  string `json:"object,omitempty"`
		Version int64  `json:"version,omitempty"`
	}
	// Refused answers a command that was not done.
	Refused struct {
		ID int64 `json:"id"`
		*Error
	}
	// HistoryPage answers History, oldest first. More tells that there is more
	// before it; Cursor is where to go on then.
	HistoryPage struct {
		ID       int64         `json:"id"`
		Channel  string        `json:"channel"`
		Messages []ChatMessage `json:"messages"`
		More     bool          `json:"more"`
		Cursor   string        `json:"cursor,omitempty"`
	}
	// Pong answers Ping.
	Pong struct {
		ID  int64 `json:"id"`
		Now int64 `json:"now"`
	}

	// Presence is a gauge: how many people are here.
	Presence struct {
		Here    int64 `json:"here"`
		Waiting int64 `json:"waiting,omitempty"` // in the lobby
	}
	// Votes is a gauge: the votes of the questions that changed.
	Votes struct {
		Counts map[string]int64 `json:"counts"`
	}
	// Receipt is a gauge for managers: on how many devices a role change has
	// been applied. No devices: the person is offline, it applies on return.
	Receipt struct {
		Participant string `json:"participant"`
		Version     int64  `json:"version"`
		Devices     int    `json:"devices"`
		Applied     int    `json:"applied"`
		Millis      int64  `json:"ms"`
	}
	// RosterState is a gauge for those who opened the roster.
	RosterState struct {
		Search string        `json:"search,omitempty"`
		Total  int64         `json:"total"`
		Groups []RosterGroup `json:"groups"`
	}
	// Degraded tells that this node has lost sight of the room: nothing is
	// delivered until it is back, and nothing is lost.
	Degraded struct {
		On bool `json:"on"`
	}
)

// RosterGroup is one heading of the participants list: "staff" or "viewers".
type RosterGroup struct {
	Name   string         `json:"name"`
	Count  int64          `json:"count"`
	People []RosterPerson `json:"people"` // at most as many as were asked for
}

// RosterPerson is one row of the participants list.
type RosterPerson struct {
	Person
	Devices    int   `json:"devices"` // 0: not here now (staff and muted only)
	Guest      bool  `json:"guest,omitempty"`
	MutedUntil int64 `json:"muted_until,omitempty"`
	Removed    bool  `json:"removed,omitempty"`
	Version    int64 `json:"version"`
}

func (Welcome) Type() string { return "welcome" }

// Type is the channel: the chat and the backchannel share their shape.
func (m ChatMessage) Type() string {
	if m.Channel == "" {
		return "chat"
	}
	return m.Channel
}
func (QuestionChanged) Type() string { return "question" }
func (QuestionGone) Type() string    { return "question_gone" }
func (DoorsChanged) Type() string    { return "doors" }
func (SettingsChanged) Type() string { return "settings" }
func (RoleChanged) Type() string     { return "role" }
func (PersonMuted) Type() string     { return "muted" }
func (PersonRemoved) Type() string   { return "removed" }
func (YouChanged) Type() string      { return "you" }
func (Ack) Type() string             { return "ack" }
func (Refused) Type() string         { return "error" }
func (HistoryPage) Type() string     { return "history" }
func (Pong) Type() string            { return "pong" }
func (Presence) Type() string        { return "presence" }
func (Votes) Type() string           { return "votes" }
func (Receipt) Type() string         { return "receipt" }
func (RosterState) Type() string     { return "roster" }
func (Degraded) Type() string        { return "degraded" }
