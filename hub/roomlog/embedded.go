package roomlog

import (
	"context"
	"net"
	"sync"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func openEmbedded() *Store {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	client := redis.NewClient(&redis.Options{
		Addr: "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			c, err := m.Dial()
			return &pipe{Conn: c}, err
		},
		MaxRetries:      -1,
		Protocol:        2,
		DisableIdentity: true,

		MaintNotificationsConfig: noResolving,
	})
	return &Store{Redis: client, Embedded: true, close: func() { client.Close(); m.Close() }}
}

// pipe is a net.Pipe whose Write doesn't wait for the other side to read. Over a
// bare one the client subscribes under a lock that its reader needs, while the
// store, which would read that, waits for the reader: all stands still until a
// timeout.
type pipe struct {
	net.Conn

	mu      sync.Mutex // guards the following
	out     []byte
	err     error
	writing bool
}

// Write does not block. What becomes of b, a later call tells.
func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return 0, p.err
	}
	p.out = append(p.out, b...)
	if !p.writing {
		p.writing = true
		go p.flush() // stops when all is written, or Conn is closed
	}
	return len(b), nil
}

func (p *pipe) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.out) > 0 && p.err == nil {
		b := p.out
		p.out = nil
		p.mu.Unlock()
		_, err := p.Conn.Write(b)
		p.mu.Lock()
		p.err = err
	}
	p.writing = false
}
