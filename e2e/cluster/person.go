package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// What the page does too: see static/app/lib/socket.js.
const (
	quietFor = 20 * time.Second // nothing heard for so long: ask
	deafFor  = 5 * time.Second  // no answer: the link is dead
	retryCap = 20 * time.Second
)

// Person is a browser's page reduced to its promises: it comes back by itself,
// to any node, resumes where it was, and repeats what was not answered.
type Person struct {
	// Set at construction.
	Name    string
	cluster *Cluster
	browser *Browser
	room    string
	client  string
	here    func() // called once, at the first welcome
	late    bool   // came when there had been talk already

	doing sync.Mutex // held by Do: one command at a time

	mu      sync.Mutex // guards the following
	node    int
	ws      *websocket.Conn
	open    bool // welcomed on ws
	cursor  string
	counter int64
	asking  *asking
	lost    time.Time // when the last connection went; zero while there is one
	view    View
}

// asking is a command that waits for its reply.
type asking struct {
	id    int64
	frame []byte
	reply chan Reply
}

// Reply answers a command.
type Reply struct {
	Type       string `json:"type"` // ack or error
	Code       string `json:"code"`
	Version    int64  `json:"version"`
	Object     string `json:"object"`
	RetryAfter int    `json:"retry_after"`
}

// View is what a person has seen and been told.
type View struct {
	ID       string // participant
	Role     string
	Version  int64    // of the role
	Chat     []string // entry ids since they last had to start afresh, as they came
	Whispers []string // texts, ever
	Question string   // the newest that came
	Leaks    int      // staff's words that came after the role for them was gone
	Acks     []Ack
	Resets   []time.Time
	Connects int
	Away     []time.Duration // from each loss of a connection to the next welcome
	Delays   []time.Duration // from sending to seeing, of every message with a time in it
	Closes   map[int]int     // by close code; -1: without one
	Degraded int
	Ended    int // close code after which they don't come back
	Heard    time.Time
}

// Ack is a message that was accepted.
type Ack struct {
	Text string
	At   time.Time
}

// Enter lets somebody into the room as a viewer, through the node with this
// number. They connect with Live.
func (c *Cluster) Enter(room, name string, node int) (*Person, error) {
	b := NewBrowser(c.t)
	status, answer, err := b.Try("POST", c.Nodes[node%len(c.Nodes)].URL+"/api/v1/media/"+room+"/enter",
		map[string]any{"email": name + "@crowd.example", "name": "Talker " + name})
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("enter: %d %v %w", status, answer, err)
	}
	return c.Person(b, room, name, node), nil
}

// Person is whoever this browser is, in a room.
func (c *Cluster) Person(b *Browser, room, name string, node int) *Person {
	return &Person{Name: name, cluster: c, browser: b, room: room, node: node % len(c.Nodes),
		client: roomlog.NewID() + roomlog.NewID(), view: View{Closes: map[int]int{}}}
}

// View returns what the person has seen up to now.
func (p *Person) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.view
	v.Chat = append([]string(nil), v.Chat...)
	v.Acks = append([]Ack(nil), v.Acks...)
	v.Away = append([]time.Duration(nil), v.Away...)
	v.Delays = append([]time.Duration(nil), v.Delays...)
	v.Whispers = append([]string(nil), v.Whispers...)
	return v
}

// Last is the newest entry that the person has seen, and how many there were.
func (p *Person) Last() (id string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n = len(p.view.Chat); n > 0 {
		id = p.view.Chat[n-1]
	}
	return id, n
}

// Open reports whether the person is connected and welcomed.
func (p *Person) Open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// Node is the number of the node that the person is or was at.
func (p *Person) Node() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.node
}

// Drop cuts the person's connection without a word, as a lost network does.
func (p *Person) Drop() {
	p.mu.Lock()
	ws := p.ws
	p.mu.Unlock()
	if ws != nil {
		_ = ws.CloseNow()
	}
}

// Dial opens a socket to the room with the person's cookies, says hello and
// waits for the welcome, but leaves everything else to the caller. tune may
// change the TCP connection before anything goes over it.
func (p *Person) Dial(ctx context.Context, tune func(*net.TCPConn)) (*websocket.Conn, error) {
	url := p.cluster.Nodes[p.node].URL
	var d net.Dialer
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := d.DialContext(ctx, network, addr)
			if err == nil && tune != nil {
				tune(c.(*net.TCPConn))
			}
			return c, err
		}}}
	ws, resp, err := websocket.Dial(ctx, url+"/api/v1/rooms/"+p.room+"/socket", &websocket.DialOptions{HTTPClient: client,
		Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"Origin": {url}, "Cookie": {p.browser.header()}}})
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("%s: %w", resp.Status, err)
		}
		return nil, err
	}
	ws.SetReadLimit(1 << 26)
	if err := ws.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"hello","id":1,"client":%q}`, p.client)); err != nil {
		return nil, err
	}
	_, _, err = ws.Read(ctx)
	return ws, err
}

// Live keeps the person connected until ctx ends, or a node closes for good.
func (p *Person) Live(ctx context.Context) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		before := p.connects()
		err := p.connection(ctx)
		if ctx.Err() != nil {
			return
		}
		if p.connects() > before {
			attempt = 0
		}
		code := int(websocket.CloseStatus(err))
		if code > 0 && !protocol.Resume(code) {
			p.mu.Lock()
			p.view.Ended = code
			p.mu.Unlock()
			return
		}
		timer := time.NewTimer(retryDelay(attempt, code))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

func retryDelay(attempt, code int) time.Duration {
	first := 500 * time.Millisecond
	switch code {
	case protocol.CloseStale.Code, protocol.CloseFlood.Code:
		first = 3 * time.Second
	case protocol.CloseRestart.Code:
		first = 2 * time.Second
	}
	return time.Duration(rand.Float64() * float64(min(retryCap, first<<min(attempt, 10))))
}

func (p *Person) connects() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view.Connects
}

// connection is one connection from its beginning to its end. The next one
// goes to the next node, as behind a proxy.
func (p *Person) connection(ctx context.Context) error {
	p.mu.Lock()
	url, cursor, version := p.cluster.Nodes[p.node].URL, p.cursor, p.view.Version
	p.counter++
	hello := fmt.Sprintf(`{"type":"hello","id":%d,"client":%q,"after":%q,"version":%d}`, p.counter, p.client, cursor, version)
	p.mu.Unlock()
	dial, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(dial, url+"/api/v1/rooms/"+p.room+"/socket", &websocket.DialOptions{HTTPClient: sockets,
		Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"Origin": {url}, "Cookie": {p.browser.header()}}})
	if err == nil {
		defer ws.CloseNow()
		ws.SetReadLimit(1 << 26)
		p.mu.Lock()
		p.ws = ws
		p.mu.Unlock()
		if err = ws.Write(dial, websocket.MessageText, []byte(hello)); err == nil {
			err = p.read(ctx, ws)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open {
		p.lost = time.Now()
		p.view.Closes[int(websocket.CloseStatus(err))]++
	}
	p.ws, p.open = nil, false
	p.node = (p.node + 1) % len(p.cluster.Nodes)
	return err
}

// sockets is the dialer of all WebSockets.
var sockets = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// read takes frames until the connection fails or goes silent.
func (p *Person) read(ctx context.Context, ws *websocket.Conn) error {
	asked := make(chan struct{}, 1)
	var silence *time.Timer
	silence = time.AfterFunc(quietFor, func() {
		select {
		case asked <- struct{}{}: // the first time: ask
			silence.Reset(deafFor)
			_ = ws.Write(ctx, websocket.MessageText, []byte(`{"type":"ping","id":1}`)) // answered or not, that tells
		default:
			_ = ws.CloseNow()
		}
	})
	defer silence.Stop()
	for {
		_, frame, err := ws.Read(ctx)
		if err != nil {
			return err
		}
		silence.Reset(quietFor)
		select {
		case <-asked:
		default:
		}
		if again := p.frame(frame); again != nil {
			if err := ws.Write(ctx, websocket.MessageText, again); err != nil {
				return err
			}
		}
	}
}

var chatLine = []byte(`{"type":"chat"`)

// frame takes one frame, and returns what has to be said again.
func (p *Person) frame(frame []byte) (again []byte) {
	now := time.Now()
	p.mu.Lock()
	p.view.Heard = now
	var welcomed func()
	for line := range bytes.SplitSeq(frame, []byte{'\n'}) {
		if bytes.HasPrefix(line, chatLine) {
			p.chatLocked(line, now)
			continue
		}
		first := p.view.Connects == 0
		if p.lineLocked(line, now) {
			if p.asking != nil {
				again = p.asking.frame
			}
			if first {
				welcomed = p.here
			}
		}
	}
	p.mu.Unlock()
	if welcomed != nil {
		welcomed()
	}
	return again
}

// chatLocked takes a message without decoding all of it: it runs for every
// delivery. p.mu is held.
func (p *Person) chatLocked(line []byte, now time.Time) {
	p.cursor = field(line, `"cursor":"`)
	p.view.Chat = append(p.view.Chat, field(line, `"id":"`))
	text := field(line, `"text":"`)
	if ns, err := strconv.ParseInt(text[bytes.LastIndexByte([]byte(text), ' ')+1:], 10, 64); err == nil && ns > 1e18 {
		p.view.Delays = append(p.view.Delays, now.Sub(time.Unix(0, ns)))
	}
}

func field(line []byte, name string) string {
	_, rest, _ := bytes.Cut(line, []byte(name))
	value, _, _ := bytes.Cut(rest, []byte{'"'})
	return string(value)
}

// message is everything else that a person listens for.
type message struct {
	Reply
	ID      json.RawMessage `json:"id"`
	Cursor  string          `json:"cursor"`
	Text    string          `json:"text"`
	On      bool            `json:"on"`
	Resumed bool            `json:"resumed"`
	Chat    []struct {
		ID string `json:"id"`
	} `json:"chat"`
	Question struct {
		ID string `json:"id"`
	} `json:"question"`
	Backchannel []struct {
		Text string `json:"text"`
	} `json:"backchannel"`
	You struct {
		ID      string `json:"id"`
		Role    string `json:"role"`
		Version int64  `json:"version"`
	} `json:"you"`
}

// lineLocked takes one message, and reports whether it is a welcome. p.mu is
// held.
func (p *Person) lineLocked(line []byte, now time.Time) (welcome bool) {
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		return false
	}
	if m.Cursor != "" {
		p.cursor = m.Cursor
	}
	switch m.Type {
	case "welcome":
		p.welcomeLocked(&m, now)
		p.youLocked(&m)
		return true
	case "you":
		p.youLocked(&m)
	case "question":
		p.view.Question = m.Question.ID
	case "whisper":
		p.whisperLocked(m.Text)
	case "degraded":
		if m.On {
			p.view.Degraded++
		}
	case "ack", "error", "pong":
		if a := p.asking; a != nil && string(m.ID) == strconv.FormatInt(a.id, 10) {
			select {
			case a.reply <- m.Reply:
			default: // answered already
			}
		}
	}
	return false
}

func (p *Person) welcomeLocked(m *message, now time.Time) {
	p.open = true
	if !m.Resumed {
		if p.view.Connects > 0 {
			p.view.Resets = append(p.view.Resets, now)
		}
		p.view.Chat = p.view.Chat[:0]
		for _, c := range m.Chat {
			p.view.Chat = append(p.view.Chat, c.ID)
		}
	}
	p.view.Connects++
	if !p.lost.IsZero() {
		p.view.Away = append(p.view.Away, now.Sub(p.lost))
		p.lost = time.Time{}
	}
}

func (p *Person) youLocked(m *message) {
	p.view.ID, p.view.Role, p.view.Version = m.You.ID, m.You.Role, m.You.Version
	for _, w := range m.Backchannel {
		p.whisperLocked(w.Text)
	}
}

func (p *Person) whisperLocked(text string) {
	p.view.Whispers = append(p.view.Whispers, text)
	if p.view.Role == "viewer" {
		p.view.Leaks++
	}
}

// Do sends a command and returns its answer. It repeats it, with the same
// number, until it is answered with something else than "not now".
func (p *Person) Do(ctx context.Context, kind string, fields map[string]any) (Reply, error) {
	p.doing.Lock()
	defer p.doing.Unlock()
	m := map[string]any{"type": kind}
	for k, v := range fields {
		m[k] = v
	}
	a := &asking{reply: make(chan Reply, 1)}
	p.mu.Lock()
	p.counter++
	a.id = p.counter
	m["id"] = a.id
	frame, err := json.Marshal(m)
	a.frame, p.asking = frame, a
	p.mu.Unlock()
	if err != nil {
		return Reply{}, err
	}
	defer func() {
		p.mu.Lock()
		p.asking = nil
		p.mu.Unlock()
	}()
	for {
		p.say(ctx, a.frame)
		select {
		case <-ctx.Done():
			return Reply{}, fmt.Errorf("%s: %s %s: %w", p.Name, kind, a.frame, ctx.Err())
		case r := <-a.reply:
			wait := time.Duration(0)
			switch r.Code {
			case string(protocol.Unavailable):
				wait = 300 * time.Millisecond
			case string(protocol.RateLimited):
				wait = time.Duration(max(1, r.RetryAfter)) * time.Second
			default:
				return r, nil
			}
			timer := time.NewTimer(wait)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
			timer.Stop()
		}
	}
}

// say writes a frame if there is a connection. A frame that is lost is said
// again after the next welcome.
func (p *Person) say(ctx context.Context, frame []byte) {
	p.mu.Lock()
	ws, open := p.ws, p.open
	p.mu.Unlock()
	if ws != nil && open {
		write, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		_ = ws.Write(write, websocket.MessageText, frame)
	}
}

// ErrUncertain means that the store can't tell whether a message was accepted.
var ErrUncertain = errors.New("uncertain")

// Say says text in the chat, and remembers it once it is accepted.
func (p *Person) Say(ctx context.Context, text string) error {
	r, err := p.Do(ctx, "chat", map[string]any{"text": text})
	switch {
	case err != nil:
		return err
	case r.Code == string(protocol.Stale):
		return ErrUncertain
	case r.Type != "ack":
		return fmt.Errorf("%s: refused: %s", p.Name, r.Code)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.view.Acks = append(p.view.Acks, Ack{text, time.Now()})
	return nil
}
