package roomlog

import (
	"net"
	"sync"
)

// roomyConn is a pipe to the embedded store whose Write does not wait for the
// reader. A bare pipe holds nothing: the store, answering the first command of a
// long pipeline, and the client, writing the rest, would wait for each other.
type roomyConn struct {
	net.Conn
	more chan struct{} // holds one token while there is something to write
	done chan struct{}
	once sync.Once

	mu    sync.Mutex // guards queue
	queue []byte
}

func newRoomyConn(c net.Conn) *roomyConn {
	r := &roomyConn{Conn: c, more: make(chan struct{}, 1), done: make(chan struct{})}
	go r.pump() // stops with Close, or when the store is closed
	return r
}

// Write takes all of b. It does not block.
func (r *roomyConn) Write(b []byte) (int, error) {
	select {
	case <-r.done:
		return 0, net.ErrClosed
	default:
	}
	r.mu.Lock()
	r.queue = append(r.queue, b...)
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (r *roomyConn) Close() error {
	r.once.Do(func() { close(r.done) })
	return r.Conn.Close()
}

func (r *roomyConn) pump() {
	for {
		select {
		case <-r.done:
			return
		case <-r.more:
		}
		r.mu.Lock()
		b := r.queue
		r.queue = nil
		r.mu.Unlock()
		if _, err := r.Conn.Write(b); err != nil {
			r.Close()
			return
		}
	}
}
