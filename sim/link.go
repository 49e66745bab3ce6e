// Package sim runs whole rooms in one bubble of virtual time: some nodes, the
// embedded store, pages, and between them links that fail in every way that
// links do. A seed decides what happens when; the rules of package check decide
// whether it was right. Nothing here is part of the program.
package sim

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Link is the network between one node and the store.
type Link struct {
	dial func() (net.Conn, error)

	mu      sync.Mutex // guards the following
	rnd     *rand.Rand
	faults  Faults
	changed chan struct{} // closed and replaced whenever faults changes
	lose    int           // how many scripts' answers get lost
	did     Did
	wires   []*wire
}

// Faults is what a link does to what passes.
type Faults struct {
	// Of what is published:
	Drop, Double, Swap float64       // how likely
	Trickle            time.Duration // at most one message in this time

	// Of everything:
	Delay, Jitter time.Duration // each way
	Frozen        bool          // nothing passes, nothing is lost: a paused node, a dead route
	CallsFrozen   bool          // the same, but what is published passes
	HearsNothing  bool          // the same, but only what is published is held
}

// NewLink returns a healthy link to what dial reaches.
func NewLink(seed uint64, dial func() (net.Conn, error)) *Link {
	return &Link{dial: dial, rnd: rand.New(rand.NewPCG(seed, 7)), changed: make(chan struct{})}
}

// Set changes what the link does from now on.
func (l *Link) Set(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = f
	close(l.changed)
	l.changed = make(chan struct{})
}

// LoseAnswers lets the next n scripts run and cuts the connection before their
// answers.
func (l *Link) LoseAnswers(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose = n
}

// Did counts what a link has done: a fault that did not happen proves nothing.
type Did struct{ Dropped, Doubled, Swapped, Held, Lost int }

// Did returns what the link has done so far.
func (l *Link) Did() Did {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.did
}

// Cut ends all connections, or only subscriptions.
func (l *Link) Cut(subscriptions bool) {
	l.mu.Lock()
	wires := slices.Clone(l.wires)
	l.mu.Unlock()
	for _, w := range wires {
		if !subscriptions || w.listens.Load() {
			w.close()
		}
	}
}

// Deafen lets the subscriptions that there are now hear nothing any more,
// without an error: their route has gone. New ones hear.
func (l *Link) Deafen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.wires {
		if w.listens.Load() {
			w.deaf.Store(true)
		}
	}
}

// Dial connects a node. A frozen link lets it wait.
func (l *Link) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	for {
		l.mu.Lock()
		f, changed := l.faults, l.changed
		l.mu.Unlock()
		if !f.Frozen && !f.CallsFrozen {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
	store, err := l.dial()
	if err != nil {
		return nil, err
	}
	theirs, ours := net.Pipe()
	w := &wire{link: l, node: ours, store: store, up: newLane(), down: newLane(), gone: make(chan struct{})}
	l.mu.Lock()
	l.wires = append(l.wires, w)
	l.mu.Unlock()
	go w.readNode()  // these four stop when either end closes
	go w.readStore() //
	go w.write(w.up, w.store)
	go w.write(w.down, w.node)
	return theirs, nil
}

// wire is one connection of a link.
type wire struct {
	link        *Link
	node, store net.Conn
	up, down    *lane
	gone        chan struct{}
	once        sync.Once
	listens     atomic.Bool // it is a subscription
	deaf        atomic.Bool // and hears nothing
	lose        atomic.Bool // the next answer gets lost
}

func (w *wire) close() {
	w.once.Do(func() {
		close(w.gone)
		w.node.Close()
		w.store.Close()
		w.link.mu.Lock()
		defer w.link.mu.Unlock()
		w.link.wires = slices.DeleteFunc(w.link.wires, func(o *wire) bool { return o == w })
	})
}

// readNode takes what the node sends.
func (w *wire) readNode() {
	defer w.close()
	b := make([]byte, 64<<10)
	for {
		n, err := w.node.Read(b)
		if err != nil {
			return
		}
		chunk := bytes.Clone(b[:n])
		if bytes.Contains(bytes.ToLower(chunk), []byte("\r\nsubscribe")) {
			w.listens.Store(true)
		}
		if bytes.Contains(bytes.ToLower(chunk), []byte("\r\neval")) {
			w.link.mu.Lock()
			if w.link.lose > 0 {
				w.link.lose--
				w.lose.Store(true)
			}
			w.link.mu.Unlock()
		}
		w.up.push(chunk, w.link.delay())
	}
}

// readStore takes what the store sends. It always reads: a store that publishes
// to somebody who doesn't would stand still.
func (w *wire) readStore() {
	defer w.close()
	var held []byte
	r := bufio.NewReader(w.store)
	for {
		value, kind, err := readValue(r)
		if err != nil || w.losesAnswer() {
			return
		}
		if !w.listens.Load() || kind != "message" {
			w.down.push(value, w.link.delay())
			continue
		}
		held = w.publish(value, held)
	}
}

// losesAnswer reports whether what has come is an answer that is to get lost.
func (w *wire) losesAnswer() bool {
	if !w.lose.Load() {
		return false
	}
	w.link.mu.Lock()
	defer w.link.mu.Unlock()
	w.link.did.Lost++
	return true
}

// publish hands on a published message as the link's faults will have it. held
// is one that is to come after the next.
func (w *wire) publish(value, held []byte) (stillHeld []byte) {
	if w.deaf.Load() {
		return nil
	}
	if bytes.Contains(value, []byte("probe:")) {
		w.down.push(value, w.link.delay())
		return held
	}
	drop, double, swap := w.link.toss(held == nil)
	switch {
	case drop:
		return held
	case swap:
		return value
	}
	w.down.push(value, w.link.delay())
	if double {
		w.down.push(value, w.link.delay())
	}
	if held != nil {
		w.down.push(held, w.link.delay())
	}
	return nil
}

// toss decides what becomes of a published message.
func (l *Link) toss(maySwap bool) (drop, double, swap bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.rnd.Float64() < l.faults.Drop:
		l.did.Dropped++
		return true, false, false
	case maySwap && l.rnd.Float64() < l.faults.Swap:
		l.did.Swapped++
		return false, false, true
	case l.rnd.Float64() < l.faults.Double:
		l.did.Doubled++
		return false, true, false
	}
	return false, false, false
}

// readValue reads one RESP value as it is, and the first string in it.
func readValue(r *bufio.Reader) (value []byte, kind string, err error) {
	head, err := r.ReadBytes('\n')
	if err != nil {
		return nil, "", err
	}
	value = head
	n, _ := strconv.Atoi(strings.TrimSpace(string(head[1:])))
	switch head[0] {
	case '*':
		for i := range n {
			part, word, err := readValue(r)
			if err != nil {
				return nil, "", err
			}
			if value = append(value, part...); i == 0 {
				kind = word
			}
		}
	case '$':
		if n < 0 {
			return value, "", nil
		}
		body := make([]byte, n+2)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil, "", err
		}
		value, kind = append(value, body...), string(body[:n])
	}
	return value, kind, nil
}

// write hands on what is in a lane, when its time has come.
func (w *wire) write(from *lane, to net.Conn) {
	defer w.close()
	for {
		p, ok := from.pop(w.gone)
		if !ok || !w.wait(p.due) || !w.thaw(from == w.down) {
			return
		}
		if _, err := to.Write(p.bytes); err != nil {
			return
		}
		w.link.mu.Lock()
		trickle := w.link.faults.Trickle
		w.link.mu.Unlock()
		if trickle > 0 && w.listens.Load() && from == w.down && !w.wait(time.Now().Add(trickle)) {
			return
		}
	}
}

// wait blocks until a time. It returns false where the wire has ended.
func (w *wire) wait(until time.Time) bool {
	d := time.Until(until)
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.gone:
		return false
	}
}

// thaw blocks while the link is frozen for this wire.
func (w *wire) thaw(down bool) bool {
	for held := 0; ; {
		w.link.mu.Lock()
		f, changed := w.link.faults, w.link.changed
		w.link.mu.Unlock()
		sub := w.listens.Load()
		if !f.Frozen && !(f.CallsFrozen && !sub) && !(f.HearsNothing && sub && down) {
			return true
		}
		if held++; held == 1 {
			w.link.mu.Lock()
			w.link.did.Held++
			w.link.mu.Unlock()
		}
		select {
		case <-changed:
		case <-w.gone:
			return false
		}
	}
}

// delay returns when something that comes now gets to the other end.
func (l *Link) delay() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.faults.Delay
	if l.faults.Jitter > 0 {
		d += time.Duration(l.rnd.Int64N(int64(l.faults.Jitter)))
	}
	return time.Now().Add(d)
}

// lane is one direction of a wire: what was read and not yet written, without
// bound.
type lane struct {
	more chan struct{} // holds one token while there is something

	mu      sync.Mutex // guards the following
	packets []packet
}

type packet struct {
	bytes []byte
	due   time.Time
}

func newLane() *lane { return &lane{more: make(chan struct{}, 1)} }

func (l *lane) push(b []byte, due time.Time) {
	l.mu.Lock()
	l.packets = append(l.packets, packet{b, due})
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

func (l *lane) pop(gone <-chan struct{}) (packet, bool) {
	for {
		l.mu.Lock()
		if len(l.packets) > 0 {
			p := l.packets[0]
			l.packets = l.packets[1:]
			l.mu.Unlock()
			return p, true
		}
		l.mu.Unlock()
		select {
		case <-l.more:
		case <-gone:
			return packet{}, false
		}
	}
}
