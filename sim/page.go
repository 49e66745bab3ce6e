package sim

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"greenroom/check"
	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Page is a browser's page reduced to its promises: it has one command under way
// at a time, comes back by itself to any node, goes on where it was, and repeats
// what was not answered.
type Page struct {
	// Set at construction.
	Name, Person string
	world        *World
	client       string
	end          chan struct{} // closed when the page is left
	over         chan struct{} // closed when it has ended, for whatever reason
	leaving      sync.Once
	kick         chan struct{} // holds one token while there is something to send

	mu       sync.Mutex // guards the following
	node     int
	socket   *websocket.Conn
	wire     *pipeConn
	in       bool // was welcomed on this socket
	cursor   string
	version  int64
	you      *protocol.You
	next     int64
	pending  *command
	roster   int64                // the command that opened the roster on this socket; 0: none yet
	watching bool                 // it is open
	closed   websocket.StatusCode // how the last socket ended
	came     int                  // how often it was welcomed
	got      bytes.Buffer
	resets   int // of these, how often afresh, but for the first time
}

// command is what the page wants done.
type command struct {
	id   int64
	kind string
	with map[string]any
	sent bool // on this socket
}

// Open lets a person open the room's page, at first on a node.
func (w *World) Open(person string, node int) *Page {
	w.mu.Lock()
	w.opened[person]++
	p := &Page{Name: fmt.Sprint(person, ".", w.opened[person]), Person: person, world: w, node: node,
		client: roomlog.NewID() + roomlog.NewID(), end: make(chan struct{}), over: make(chan struct{}), kick: make(chan struct{}, 1)}
	w.pages = append(w.pages, p)
	w.mu.Unlock()
	go p.run() // stops with p.end, or when the page may not come back
	return p
}

// Leave closes the page for good.
func (p *Page) Leave() {
	p.leaving.Do(func() { close(p.end) })
	p.Cut()
	<-p.over
}

// Cut ends the page's connection. It comes back.
func (p *Page) Cut() {
	p.mu.Lock()
	socket := p.socket
	p.mu.Unlock()
	if socket != nil {
		_ = socket.CloseNow()
	}
}

// Move lets the page come back at another node.
func (p *Page) Move(node int) {
	p.mu.Lock()
	p.node = node
	p.mu.Unlock()
	p.Cut()
}

// Stick lets the page read nothing, or go on.
func (p *Page) Stick(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wire != nil {
		p.wire.stick(on)
		p.world.History.Note(check.Stuck{Page: p.Name, On: on})
	}
}

// In reports whether the page is in the room now, and on which node.
func (p *Page) In() (node int, in bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.node, p.in
}

// Is returns what the page believes its person to be.
func (p *Page) Is() protocol.Role {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.you == nil {
		return protocol.NoRole
	}
	return p.you.Role
}

// Got reports whether a text ever came over the page's sockets.
func (p *Page) Got(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Contains(p.got.Bytes(), []byte(text))
}

// Resets returns how often the page had to start afresh.
func (p *Page) Resets() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resets
}

// Closed returns how the page's last socket ended; 0: none did.
func (p *Page) Closed() websocket.StatusCode {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// Idle reports whether every command was answered.
func (p *Page) Idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending == nil
}

// Do sends a command, once the page is in. It returns false where the one
// before is still under way.
func (p *Page) Do(kind string, with map[string]any) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending != nil {
		return false
	}
	p.next++
	p.pending = &command{id: p.next, kind: kind, with: with}
	call := check.Call{Page: p.Name, Person: p.Person, ID: p.next, Kind: kind}
	call.Text, _ = with["text"].(string)
	call.Object, _ = with["participant"].(string)
	if role, ok := with["role"].(protocol.Role); ok {
		call.Role = role
	}
	p.world.History.Note(call)
	p.wake()
	return true
}

func (p *Page) wake() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// pauses between two tries to connect.
const comeBack = 300 * time.Millisecond

func (p *Page) run() {
	defer close(p.over)
	for {
		if code := p.visit(); code > 0 && !protocol.Resume(int(code)) {
			return
		}
		p.mu.Lock()
		p.node++
		p.mu.Unlock()
		timer := time.NewTimer(comeBack)
		select {
		case <-p.end:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// visit is one connection from its beginning to its end.
func (p *Page) visit() (code websocket.StatusCode) {
	p.mu.Lock()
	node := p.world.up(p.node)
	hello := map[string]any{"type": "hello", "client": p.client, "after": p.cursor, "version": p.version}
	p.next++
	id := p.next
	hello["id"] = id
	p.mu.Unlock()
	if node == nil {
		return 0
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ws, wire, err := dial(ctx, node.hub, p.Person)
	if err != nil {
		return 0
	}
	defer ws.CloseNow()
	p.mu.Lock()
	select {
	case <-p.end:
		p.mu.Unlock()
		return 0
	default:
	}
	p.socket, p.wire, p.in, p.roster, p.watching = ws, wire, false, 0, false
	if p.pending != nil {
		p.pending.sent = false
	}
	p.mu.Unlock()
	p.world.History.Note(check.Call{Page: p.Name, Person: p.Person, ID: id, Kind: "hello"})
	written := make(chan struct{})
	go func() { // stops with ctx
		defer close(written)
		p.send(ctx, ws, hello)
		p.talk(ctx, ws)
	}()
	for {
		_, frame, err := ws.Read(ctx)
		if err != nil {
			cancel()
			ws.CloseNow()
			<-written
			p.mu.Lock()
			defer p.mu.Unlock()
			p.socket, p.wire, p.in, p.closed = nil, nil, false, websocket.CloseStatus(err)
			return p.closed
		}
		p.world.History.Note(check.Frame{Page: p.Name, Person: p.Person, Bytes: bytes.Clone(frame)})
		p.mu.Lock()
		p.got.Write(frame)
		p.mu.Unlock()
		for l := range bytes.Lines(frame) {
			p.take(l, id)
		}
	}
}

// talk sends what is to be sent while the connection lives.
func (p *Page) talk(ctx context.Context, ws *websocket.Conn) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.kick:
		}
		p.mu.Lock()
		applied := map[string]any{"type": "applied", "version": p.version}
		var m map[string]any
		if c := p.pending; p.in && c != nil && !c.sent {
			c.sent = true
			m = map[string]any{"type": c.kind, "id": c.id}
			for k, v := range c.with {
				m[k] = v
			}
		}
		in, roster := p.in, int64(0)
		if in && p.roster == 0 && p.you.Role == protocol.Manager {
			p.next++
			p.roster, roster = p.next, p.next
		}
		p.mu.Unlock()
		if in {
			p.send(ctx, ws, applied)
		}
		if roster > 0 {
			p.send(ctx, ws, map[string]any{"type": "roster", "id": roster, "open": true})
		}
		if m != nil {
			p.send(ctx, ws, m)
		}
	}
}

func (p *Page) send(ctx context.Context, ws *websocket.Conn, m map[string]any) {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	_ = ws.Write(ctx, websocket.MessageText, b) // the reader notices the end
}

// take does what one line says. hello is the id under which the page came in.
func (p *Page) take(l []byte, hello int64) {
	var m struct {
		Type, Cursor, Code, Object string
		ID                         json.RawMessage
		Resumed                    bool
		Version, At                int64
		You                        *protocol.You
	}
	if json.Unmarshal(l, &m) != nil {
		return // the rules tell
	}
	var id int64
	_ = json.Unmarshal(m.ID, &id) // a chat message's is a text
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.Cursor != "" && m.Type != "history" {
		p.cursor = m.Cursor
	}
	switch m.Type {
	case "welcome":
		if !m.Resumed && p.came > 0 {
			p.resets++
		}
		p.came++
		p.in, p.you, p.version = true, m.You, m.You.Version
		if id == hello {
			p.world.History.Note(check.Return{Page: p.Name, ID: id, Role: m.You.Role, Version: m.You.Version})
		}
		p.wake()
	case "you":
		p.you, p.version = m.You, m.You.Version
		if p.you.Role < protocol.Moderator {
			p.roster, p.watching = 0, false
		}
		p.wake()
	case "ack", "error", "history", "pong":
		c := p.pending
		if id == p.roster {
			p.opened(m.Code)
			return
		}
		if c == nil || c.id != id {
			return
		}
		if m.Code == string(protocol.Unavailable) {
			time.AfterFunc(comeBack, func() { p.again(c) })
			return
		}
		p.pending = nil
		p.world.History.Note(check.Return{Page: p.Name, ID: id, Code: protocol.Code(m.Code), Object: m.Object, Version: m.Version, Moment: m.At})
	}
}

// opened takes the answer to the command that opens the roster, and repeats it
// where it was refused. p.mu is held.
func (p *Page) opened(code string) {
	if p.watching = code == ""; p.watching {
		return
	}
	time.AfterFunc(comeBack, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.roster = 0
		p.wake()
	})
}

// again repeats a command that found the store away.
func (p *Page) again(c *command) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending == c {
		c.sent = false
		p.wake()
	}
}

// dial connects a person's page to a hub, through a pipe and the real handler.
func dial(ctx context.Context, h *hub.Hub, person string) (*websocket.Conn, *pipeConn, error) {
	t := &pipeTransport{hub: h}
	ws, _, err := websocket.Dial(ctx, "http://room.example/"+Room, &websocket.DialOptions{HTTPClient: &http.Client{Transport: t},
		Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"X-Participant": {person}, "Origin": {"http://room.example"}}})
	if err != nil {
		return nil, nil, err
	}
	ws.SetReadLimit(1 << 24)
	return ws, t.conn, nil
}

// pipeTransport does one request by calling the hub, over a pipe.
type pipeTransport struct {
	hub  *hub.Hub
	conn *pipeConn
}

func (t *pipeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ours, theirs := net.Pipe()
	rw := &hijacker{conn: theirs, header: http.Header{}}
	r.RemoteAddr = "192.0.2.1:1"
	t.hub.Socket(rw, r, Room)
	if rw.code != http.StatusSwitchingProtocols {
		ours.Close()
		theirs.Close()
		return nil, errors.New(http.StatusText(rw.code))
	}
	t.conn = &pipeConn{Conn: ours, flowing: make(chan struct{}), done: make(chan struct{})}
	close(t.conn.flowing)
	return &http.Response{StatusCode: rw.code, Header: rw.header, Body: t.conn, Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

// hijacker is as much of a server's response as a WebSocket needs.
type hijacker struct {
	conn   net.Conn
	header http.Header
	code   int
}

func (h *hijacker) Header() http.Header { return h.header }
func (h *hijacker) WriteHeader(code int) {
	if h.code == 0 {
		h.code = code
	}
}
func (h *hijacker) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return len(b), nil
}
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// pipeConn is a page's end of its connection, which can stop to read.
type pipeConn struct {
	net.Conn
	once sync.Once
	done chan struct{}

	mu      sync.Mutex    // guards flowing
	flowing chan struct{} // closed while the page reads
}

func (c *pipeConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	flowing := c.flowing
	c.mu.Unlock()
	select {
	case <-flowing:
	case <-c.done:
	}
	return c.Conn.Read(b)
}

func (c *pipeConn) Close() error {
	c.once.Do(func() { close(c.done) })
	return c.Conn.Close()
}

func (c *pipeConn) stick(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.flowing:
		if on {
			c.flowing = make(chan struct{})
		}
	default:
		if !on {
			close(c.flowing)
		}
	}
}
