package hub

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Bounds of what one connection may do.
const (
	helloWithin   = 10 * time.Second
	perSecond     = 20 // messages from one connection
	burst         = 60
	mostOwned     = 1 << 20 // bytes that wait for one connection alone; with more, it is too slow
	floodAfter    = 200     // refusals in a row after which it is closed
	mostConns     = 10      // of one participant on this node; the oldest goes
	closePatience = time.Second
)

// conn is one browser's WebSocket in one room.
type conn struct {
	// Set at construction.
	hub         *Hub
	roomID      string
	ws          *websocket.Conn
	sock        *sock
	participant string // empty: nobody, who may wait in the lobby
	browser     string // the session that proved it
	gone        chan struct{}
	closing     sync.Once

	// Owned by readLoop.
	limit  *rate.Limiter
	floods int
	client string
	invite string      // with which it waits in the lobby
	late   *time.Timer // closes a connection that doesn't say Hello

	// Set by join, before anybody else sees the conn.
	room  *Room
	shard *shard

	// Guarded by room.mu:
	due
	eyes     eyes
	voted    []string
	dirty    bool // is in shard.dirty
	blocked  bool // the socket takes nothing now
	shutting bool
	version  int64            // of the role that the browser has in effect
	search   *protocol.Roster // the part of the roster that it watches
	sent     []byte           // the roster as it last got it
}

// due is what a connection has yet to get.
type due struct {
	next    uint64               // the first frame not yet written
	own     []owned              // messages for this connection alone
	size    int                  // of own, in bytes
	welcome bool                 // the room afresh
	you     bool                 // its new rights
	reason  protocol.CloseReason // how to end it, after all else
}

// owned is a message for one connection alone. The person's rights may change
// while it waits; what counts is what they may see when it is written.
type owned struct {
	line    []byte
	needs   protocol.Capability
	instead []byte // what goes out where needs are lost; nil: nothing
	afresh  bool   // where needs are lost, the page starts afresh
}

// Socket upgrades a request to a room's WebSocket and returns; the connection
// lives on until either side ends it.
func (h *Hub) Socket(w http.ResponseWriter, r *http.Request, room string) {
	if h.Draining() {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	if !h.sameSite(r) {
		http.Error(w, "this page may not connect here", http.StatusForbidden)
		return
	}
	participant := ""
	if roomlog.ValidRoom(room) {
		var err error
		if participant, err = h.Identify(r, room); err != nil {
			e := h.logged(err, room, "", "identify")
			http.Error(w, e.Message, e.Code.Status())
			return
		}
	}
	small := &smallHijack{ResponseWriter: w}
	ws, err := websocket.Accept(small, r, &websocket.AcceptOptions{
		Subprotocols:       []string{"greenroom.v1"},
		InsecureSkipVerify: true, // sameSite is stricter
	})
	if err != nil {
		return // Accept has answered
	}
	ws.SetReadLimit(protocol.MaxFrame)
	c := &conn{hub: h, roomID: room, ws: ws, sock: small.sock, participant: participant,
		gone: make(chan struct{}), limit: rate.NewLimiter(perSecond, burst)}
	if h.Browser != nil {
		c.browser = h.Browser(r)
	}
	h.metrics.connections.Add(1)
	go c.readLoop() // stops when the socket ends
}

// sameSite reports whether the page that connects is ours. Its absence is a
// refusal: every browser sends Origin with a WebSocket.
func (h *Hub) sameSite(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" {
		return false
	}
	secure := false
	for _, o := range h.Origins {
		if strings.EqualFold(o, origin) {
			return true
		}
		secure = secure || strings.HasPrefix(o, "https://")
	}
	return strings.EqualFold(u.Host, r.Host) && (u.Scheme == "http" && !secure || u.Scheme == "https" && (secure || r.TLS != nil))
}

func (c *conn) readLoop() {
	c.late = time.AfterFunc(helloWithin, func() { c.shut(protocol.CloseBadMessage) })
	defer c.shut(protocol.CloseReason{Code: int(websocket.StatusNormalClosure)})
	for {
		kind, frame, err := c.ws.Read(context.Background()) // ends when the socket does: see shut and Hub.Close
		if err != nil {
			return
		}
		if kind != websocket.MessageText {
			c.shut(protocol.CloseNotText)
			return
		}
		// On a goroutine of its own, so that the stack which a command needs
		// isn't kept by every idle connection.
		done := make(chan error, 1)
		go func() { done <- c.receive(frame) }() // stops by itself: every call has a timeout
		if err := <-done; err != nil {
			var reason protocol.CloseReason
			if !errors.As(err, &reason) {
				reason = protocol.CloseStale
			}
			c.shut(reason)
			return
		}
	}
}

// receive handles one frame. An error ends the connection.
func (c *conn) receive(frame []byte) error {
	name, m, id, err := protocol.Decode(frame)
	var reason protocol.CloseReason
	if errors.As(err, &reason) {
		return reason
	}
	ctx, cancel := context.WithTimeout(c.hub.ctx, 10*time.Second)
	defer cancel()
	if c.room == nil {
		hello, ok := m.(*protocol.Hello)
		if err != nil || !ok || !c.late.Stop() {
			return protocol.CloseBadMessage
		}
		c.late = nil
		return c.join(ctx, hello)
	}
	if !c.limit.Allow() {
		return c.flooded(id)
	}
	c.floods = 0
	var reply protocol.ServerMessage
	if err == nil {
		reply, err = c.do(ctx, name, m, id)
	}
	if err != nil {
		if name == "applied" {
			return nil
		}
		reply = c.refuse(ctx, name, id, err)
	}
	if reply != nil {
		c.send(reply)
	}
	return nil
}

// refuse answers a command that was not done; unless this is a repetition of
// one that was, which gets its first answer, whatever has changed since. Where
// that can't be found out, nothing is refused: it has to be repeated.
func (c *conn) refuse(ctx context.Context, name string, id int64, err error) protocol.ServerMessage {
	e := c.hub.logged(err, c.roomID, c.participant, name)
	if e.Code != protocol.BadRequest && e.Code != protocol.Unavailable && id > 0 {
		switch r, ok, err := c.hub.Store.Answer(ctx, c.roomID, c.participant, c.client, id); {
		case err != nil:
			e = c.hub.logged(err, c.roomID, c.participant, name)
		case ok:
			return ackOf(id, r.Object, r)
		}
	}
	return protocol.Refused{ID: id, Error: e}
}

func (c *conn) flooded(id int64) error {
	c.floods++
	if c.floods > floodAfter {
		return protocol.CloseFlood
	}
	c.send(protocol.Refused{ID: id, Error: tooFast()})
	return nil
}

func tooFast() *protocol.Error {
	e := protocol.Errorf(protocol.RateLimited, "That was too fast. Please wait a moment.")
	e.RetryAfter = 1
	return e
}

// send queues a message for this connection alone. It does not block.
func (c *conn) send(m protocol.ServerMessage) {
	o := owned{line: protocol.Encode(m)}
	if page, ok := m.(protocol.HistoryPage); ok {
		o.needs = channelNeeds[page.Channel]
		o.instead = protocol.Encode(protocol.Refused{ID: page.ID, Error: forbidden()})
	}
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.sendLocked(o)
}

func (c *conn) sendLocked(o owned) {
	if c.shutting {
		return
	}
	if c.size > mostOwned {
		go c.shut(protocol.CloseSlow) // stops by itself
		return
	}
	c.size += len(o.line)
	c.own = append(c.own, o)
	c.shard.touchLocked(c)
}

// block notes that the socket takes nothing, so that passes go by it.
func (c *conn) block() {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.sock.mu.Lock()
	c.blocked = len(c.sock.rest) > 0
	c.sock.mu.Unlock()
}

// unblock goes on with a socket that has taken all it had.
func (c *conn) unblock() {
	c.sock.mu.Lock()
	failed := c.sock.err
	c.sock.mu.Unlock()
	if failed != nil {
		c.shut(protocol.CloseSlow)
		return
	}
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	c.blocked = false
	if !c.shutting {
		c.shard.touchLocked(c)
	}
}

// shut ends the connection with a reason. Nothing else is written to it from
// now on. It does not block, and only the first call counts.
func (c *conn) shut(reason protocol.CloseReason) {
	c.closing.Do(func() {
		if c.room != nil {
			c.room.leave(c)
		}
		c.sock.finish()
		c.hub.metrics.closed(reason)
		c.hub.metrics.connections.Add(-1)
		go func() { // stops within closePatience
			defer close(c.gone)
			// ws.CloseNow does nothing once ws.Close has begun, which waits for 5 s.
			cut := time.AfterFunc(closePatience, func() { _ = c.sock.Close() })
			defer cut.Stop()
			_ = c.ws.Close(websocket.StatusCode(reason.Code), reason.Text) // the peer may be gone
		}()
	})
}
