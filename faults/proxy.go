// Package faults breaks what Greenroom stands on, for real: processes are killed
// and paused, links stall, disks fill, logs lose their end. TestFaults lists the
// faults; each proves that it took effect, and holds what everybody saw against
// the log. make faults runs all of them and writes docs/reliability.md, go test
// runs a short choice.
package faults

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Proxy is a TCP link that can be made bad. Nothing on it is ever lost or
// reordered: what doesn't get through is held back, as by a network that
// retransmits, and comes late.
type Proxy struct {
	Addr string // where to connect

	target   string
	listener net.Listener
	held     atomic.Int64 // bytes that wait, or waited, for a stall to end
	done     chan struct{}

	mu       sync.Mutex // guards the following
	links    map[net.Conn]net.Conn
	up, down quality
	changed  chan struct{} // closed and replaced whenever a quality changes
}

// quality is how one direction is.
type quality struct {
	stalled     bool
	least, most time.Duration // delay of each piece
}

// NewProxy starts a proxy in front of target.
func NewProxy(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{Addr: l.Addr().String(), target: target, listener: l, done: make(chan struct{}),
		links: map[net.Conn]net.Conn{}, changed: make(chan struct{})}
	go p.accept() // stops with Close
	return p, nil
}

// Close ends the proxy and its links.
func (p *Proxy) Close() {
	close(p.done)
	p.listener.Close()
	p.Cut()
}

// Pass makes both directions good again. What was held back comes now.
func (p *Proxy) Pass() { p.set(quality{}, quality{}) }

// Stall stops forwarding to the target, from it, or both.
func (p *Proxy) Stall(up, down bool) { p.set(quality{stalled: up}, quality{stalled: down}) }

// Delay lets each piece wait between least and most, either way.
func (p *Proxy) Delay(least, most time.Duration) {
	q := quality{least: least, most: most}
	p.set(q, q)
}

// Cut ends every link, and reports how many there were.
func (p *Proxy) Cut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for a, b := range p.links {
		a.Close()
		b.Close()
	}
	return len(p.links)
}

// Held is how many bytes were held back by stalls up to now.
func (p *Proxy) Held() int64 { return p.held.Load() }

func (p *Proxy) set(up, down quality) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up, p.down = up, down
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.target)
		if err != nil {
			near.Close()
			continue
		}
		p.mu.Lock()
		p.links[near] = far
		p.mu.Unlock()
		go p.forward(near, far, &p.up)   // both stop when either end closes
		go p.forward(far, near, &p.down) // or the proxy does
	}
}

// forward copies from one end to the other, as good as q says at the time.
func (p *Proxy) forward(from, to net.Conn, q *quality) {
	defer func() {
		from.Close()
		to.Close()
		p.mu.Lock()
		delete(p.links, from)
		delete(p.links, to)
		p.mu.Unlock()
	}()
	b := make([]byte, 16<<10)
	for {
		n, err := from.Read(b)
		if n > 0 && !p.wait(q, n) {
			return
		}
		if _, werr := to.Write(b[:n]); werr != nil || err != nil {
			if err == io.EOF && !p.wait(q, 0) { // even the end of a link waits
				return
			}
			return
		}
	}
}

// wait returns when n bytes may go on; false where the proxy is closed first.
func (p *Proxy) wait(q *quality, n int) bool {
	first := true
	for {
		p.mu.Lock()
		now, changed := *q, p.changed
		p.mu.Unlock()
		if !now.stalled {
			return p.sleep(now)
		}
		if first {
			first = false
			p.held.Add(int64(n))
		}
		select {
		case <-changed:
		case <-p.done:
			return false
		}
	}
}

func (p *Proxy) sleep(q quality) bool {
	if q.most == 0 {
		return true
	}
	timer := time.NewTimer(q.least + time.Duration(rand.Int64N(int64(q.most-q.least)+1)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.done:
		return false
	}
}
