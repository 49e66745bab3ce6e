package check

import (
	"sync"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// History is what observers noted, in the order in which they did. Its methods
// may be called from any goroutine.
type History struct {
	began time.Time

	mu    sync.Mutex // guards notes
	notes []note
}

type note struct {
	at time.Duration
	Event
}

// New returns a history that begins now.
func New() *History { return &History{began: time.Now()} }

// Note adds an event that happens now.
func (h *History) Note(e Event) { h.noteAt(time.Since(h.began), e) }

func (h *History) noteAt(at time.Duration, e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.notes = append(h.notes, note{at, e})
}

// Event is one thing that an observer noted.
type Event interface{ event() }

type (
	// Place is where somebody begins.
	Place struct {
		Person string
		Role   protocol.Role
	}
	// Call is a page's first try of a command; a repetition of it is none.
	Call struct {
		Page, Person string
		ID           int64
		Kind         string // as in the protocol; "hello" reads the person's role
		Object       string // the participant whom it is about
		Role         protocol.Role
		Text         string // different for every call
	}
	// Return is the final answer to a call. A call without one may have been
	// done or not, then or at any time later.
	Return struct {
		Page    string
		ID      int64
		Code    protocol.Code // empty: accepted
		Object  string
		Version int64
		Moment  int64         // when it was done, by the store's clock
		Role    protocol.Role // of hello
	}
	// Frame is what came over a page's socket, byte by byte.
	Frame struct {
		Page, Person string
		Bytes        []byte
	}
	// Stuck tells that a page begins, or ends, to read nothing: what it gets
	// afterwards may be old.
	Stuck struct {
		Page string
		On   bool
	}
	// Log is the whole log as it is now. All but the last Log were taken just
	// before a rewind that left the entries up to Kept.
	Log struct {
		Entries []roomlog.Entry
		Kept    uint64
	}
	// Replica is what a node holds of the room, or what a replay of the log
	// gives.
	Replica struct {
		Node string
		At   roomlog.Position
		Sum  string
	}
	// Secret is a text that nobody may ever see.
	Secret struct{ Text string }
	// Words are what the server told somebody else than a page: its log, its
	// metrics, an error page.
	Words struct {
		Where string
		Bytes []byte
	}
	// End tells, some time after the last fault, who is here: the devices of
	// each person; which pages are connected and must have everything; and which
	// of these watch the roster.
	End struct {
		Here     map[string]int
		Pages    []string
		Watchers []string
	}
)

func (Place) event()   {}
func (Call) event()    {}
func (Return) event()  {}
func (Frame) event()   {}
func (Stuck) event()   {}
func (Log) event()     {}
func (Replica) event() {}
func (Secret) event()  {}
func (Words) event()   {}
func (End) event()     {}
