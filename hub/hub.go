// Package hub holds the rooms that this node has people in, and their
// connections. It follows each room's log, hands every entry to those who may
// see it, and turns what browsers send into commits. It does not decide who
// somebody is (session, invite), nor whether a command still holds at the
// instant it is written (roomlog).
package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Config is what a hub needs from the rest of the program.
type Config struct {
	Store  *roomlog.Store
	Secret []byte // keys cursors
	Log    zerolog.Logger
	Build  string // of the browser app, told in Welcome

	// Identify returns the participant that a request's cookies prove, in this
	// room; empty where they prove nobody.
	Identify func(r *http.Request, room string) (participant string, err error)
	// Browser names the browser that a request comes from, as SignedOut will;
	// may be nil.
	Browser func(r *http.Request) string
	// Lobby returns nil where the token is an invitation to this room that is
	// still good, so that its holder may wait for the doors.
	Lobby func(ctx context.Context, room, token string) error
	// Origins are the hosts, beside the request's own, whose pages may connect.
	Origins []string

	// Most is how many connections there may be at once; 0 means no bound.
	Most int
	// Joins is how many joins may be under way at once; 0 means 256.
	Joins int
	// Pace is how many messages one person may write in ten seconds, over all
	// their devices; 0 means 20.
	Pace int
}

// Hub is the rooms of one node.
type Hub struct {
	// Set at construction.
	Config
	node     string
	listener *roomlog.Listener
	ctx      context.Context
	cancel   context.CancelFunc
	joins    chan struct{}
	metrics  metrics

	draining atomic.Bool

	mu    sync.Mutex // guards the following
	rooms map[string]*roomSlot
}

// roomSlot is a room that is open or being opened.
type roomSlot struct {
	ready chan struct{} // closed when room and err are set
	room  *Room
	err   error
}

// New returns a hub without rooms. It accepts connections through Socket, and
// lives until Drain or Close.
func New(c Config) *Hub {
	if c.Joins == 0 {
		c.Joins = 256
	}
	if c.Pace == 0 {
		c.Pace = 20
	}
	if len(c.Secret) == 0 {
		c.Secret = make([]byte, 32)
		_, _ = rand.Read(c.Secret)
	}
	h := &Hub{Config: c, node: roomlog.NewID(), joins: make(chan struct{}, c.Joins), rooms: map[string]*roomSlot{}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.listener = c.Store.Listen(h.ctx, h.node)
	h.listener.Hear(h.ctx, h.signOuts(), h.signedOut)
	go h.tick() // stops with h.ctx
	return h
}

// Close ends everything at once, without a word to the connections.
func (h *Hub) Close() {
	h.cancel()
	for _, r := range h.open() {
		for _, c := range r.all() {
			_ = c.ws.CloseNow()
		}
	}
}

// Draining reports whether Drain was called: no new connections are taken.
func (h *Hub) Draining() bool { return h.draining.Load() }

// Drain tells everybody in a room to come back, spread over the time that ctx
// allows, and returns when all are closed or ctx ends. Who comes meanwhile is
// told so too; who has not said Hello by then is cut off.
func (h *Hub) Drain(ctx context.Context) {
	h.draining.Store(true)
	var conns []*conn
	for _, r := range h.open() {
		conns = append(conns, r.all()...)
	}
	spread := 2 * time.Second
	if deadline, ok := ctx.Deadline(); ok {
		spread = min(spread, time.Until(deadline)/2)
	}
	step := time.NewTicker(max(spread/time.Duration(len(conns)/50+1), time.Millisecond))
	defer step.Stop()
	for i, c := range conns {
		c.shut(protocol.CloseRestart)
		if i%50 == 49 {
			select {
			case <-ctx.Done():
			case <-step.C:
			}
		}
	}
	for _, c := range conns {
		select {
		case <-ctx.Done():
			h.cancel()
			return
		case <-c.gone:
		}
	}
	h.leaveAll(ctx)
	h.cancel()
}

// open lists the rooms that are open now.
func (h *Hub) open() []*Room {
	h.mu.Lock()
	defer h.mu.Unlock()
	var rooms []*Room
	for _, slot := range h.rooms {
		select {
		case <-slot.ready:
			if slot.err == nil {
				rooms = append(rooms, slot.room)
			}
		default:
		}
	}
	return rooms
}

// room returns the room with this id, opened from its log if need be. Many may
// ask at once; one opens it. It blocks for some calls to Redis.
func (h *Hub) room(ctx context.Context, id string) (*Room, error) {
	h.mu.Lock()
	slot, ok := h.rooms[id]
	if !ok {
		slot = &roomSlot{ready: make(chan struct{})}
		h.rooms[id] = slot
		go h.openRoom(id, slot) // stops by itself: every call has a timeout
	}
	h.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-slot.ready:
		return slot.room, slot.err
	}
}

func (h *Hub) openRoom(id string, slot *roomSlot) {
	ctx, cancel := context.WithTimeout(h.ctx, 10*time.Second)
	defer cancel()
	slot.room, slot.err = openRoom(ctx, h, id)
	if slot.err != nil {
		h.mu.Lock()
		delete(h.rooms, id)
		h.mu.Unlock()
	}
	close(slot.ready)
}

// signOuts is the channel on which nodes tell each other who has signed out.
func (h *Hub) signOuts() string { return h.Store.Key("signouts") }

// SignedOut closes the connections of a browser that has signed out, on every
// node. It blocks for one call to Redis.
func (h *Hub) SignedOut(ctx context.Context, browser string) error {
	return h.Store.Redis.Publish(ctx, h.signOuts(), browser).Err()
}

func (h *Hub) signedOut(browser string) {
	if browser == "" {
		return
	}
	for _, r := range h.open() {
		for _, c := range r.all() {
			if c.browser == browser {
				go c.shut(protocol.CloseSignedOut) // stops by itself
			}
		}
	}
}

// closeIdle forgets a room that nobody is in any more.
func (h *Hub) closeIdle(r *Room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !r.retire() {
		return
	}
	if slot, ok := h.rooms[r.id]; ok && slot.room == r {
		delete(h.rooms, r.id)
	}
}

// tickEvery paces gauges; beatEvery paces presence and everything slower.
const (
	tickEvery = 250 * time.Millisecond
	beatEvery = time.Second
)

// tick is the one timer of the node: no room and no connection has its own.
func (h *Hub) tick() {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	var beat time.Time
	for {
		select {
		case <-h.ctx.Done():
			return
		case now := <-ticker.C:
			slow := now.Sub(beat) >= beatEvery
			if slow {
				beat = now
			}
			for _, r := range h.open() {
				r.tick(slow)
			}
		}
	}
}

// leaveAll takes this node's people out of every room's presence.
func (h *Hub) leaveAll(ctx context.Context) {
	for _, r := range h.open() {
		_ = h.Store.Leave(ctx, r.id, h.node) // it expires by itself
	}
}

// logged notes an internal error once and returns what the person is told.
func (h *Hub) logged(err error, room, participant, doing string) *protocol.Error {
	e, known := protocol.AsError(err)
	if !known && !errors.Is(err, context.Canceled) {
		h.Log.Error().Err(err).Str("room", room).Str("participant", participant).Msg(doing)
	} else if e.Code == protocol.Unavailable {
		h.Log.Warn().Err(err).Str("room", room).Msg(doing)
	}
	return e
}
