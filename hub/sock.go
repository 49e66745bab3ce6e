package hub

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of one socket.
const (
	kernelBuffer = 64 << 10         // what the kernel may hold for a reader that is away
	mostQueued   = 256 << 10        // what may queue up behind a frame that it hasn't taken whole
	stuckAfter   = 10 * time.Second // a socket that takes nothing for so long is closed
	readBuffer   = 256
	writeBuffer  = 136 // control frames only
)

// keepAlive finds peers that vanished without a word, within 40 seconds and
// without a timer of ours.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 20 * time.Second, Interval: 5 * time.Second, Count: 4}

// goneAfter is how long the peer may leave unacknowledged what was sent to it:
// while something is, the kernel sends no keep-alives.
const goneAfter = 40 * time.Second

var errSlow = errors.New("the reader is too slow")

// sock is the TCP connection below a WebSocket, whose Write never waits: what
// the kernel doesn't take at once is kept, and a goroutine that lives only so
// long writes it. So one goroutine can serve thousands of sockets, and a stuck
// one holds up nobody.
type sock struct {
	net.Conn
	raw       syscall.RawConn // nil: Conn is no real socket, and every write is left to flush
	unblocked func()          // called without locks when rest is written
	early     []byte          // owned by the reader: came before Conn was ours

	mu     sync.Mutex // guards the following
	rest   []byte     // not yet taken by the kernel
	err    error
	closed bool // a close frame goes out; no data may follow it
}

func newSock(c net.Conn) *sock {
	s := &sock{Conn: c, unblocked: func() {}}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(kernelBuffer)
		_ = tcp.SetKeepAliveConfig(keepAlive)
		if s.raw, _ = tcp.SyscallConn(); s.raw != nil {
			_ = s.raw.Control(func(fd uintptr) {
				_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(goneAfter.Milliseconds()))
			})
		}
	}
	return s
}

// Read reads from the connection, what came early first.
func (s *sock) Read(b []byte) (int, error) {
	if len(s.early) > 0 {
		n := copy(b, s.early)
		if s.early = s.early[n:]; len(s.early) == 0 {
			s.early = nil
		}
		return n, nil
	}
	return s.Conn.Read(b)
}

// Write takes all of b or fails. It does not block, and keeps nothing of b.
func (s *sock) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writeLocked(bytes.Clone(b))
}

// send writes one whole data frame, unless the socket is being closed. It does
// not block; blocked reports whether the kernel took less than all. The frame,
// which others may share, must not change any more.
func (s *sock) send(frame []byte) (blocked bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, net.ErrClosed
	}
	_, err = s.writeLocked(frame)
	return len(s.rest) > 0, err
}

// finish lets no further data frame through.
func (s *sock) finish() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

func (s *sock) writeLocked(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n := 0
	if len(s.rest) == 0 {
		if n, s.err = s.tryWrite(b); s.err != nil {
			return n, s.err
		}
	}
	if n == len(b) {
		return n, nil
	}
	if len(s.rest) == 0 {
		// However large: a room as it is now must get through, or whoever it
		// is for comes back for it forever.
		s.rest = b[n:len(b):len(b)]
		go s.flush() // stops when rest is written or the socket fails
		return len(b), nil
	}
	if len(s.rest)+len(b) > mostQueued {
		s.err = errSlow
		return 0, errSlow
	}
	s.rest = append(s.rest, b...)
	return len(b), nil
}

// tryWrite writes what the kernel takes now.
func (s *sock) tryWrite(b []byte) (n int, err error) {
	if s.raw == nil {
		return 0, nil
	}
	var failed error
	err = s.raw.Write(func(fd uintptr) bool {
		n, failed = syscall.Write(int(fd), b)
		return true
	})
	if failed == syscall.EAGAIN || failed == syscall.EINTR {
		return 0, nil
	}
	if failed != nil {
		return max(n, 0), failed
	}
	return n, err
}

func (s *sock) flush() {
	for {
		s.mu.Lock()
		b := s.rest
		s.mu.Unlock()
		_ = s.Conn.SetWriteDeadline(time.Now().Add(stuckAfter))
		n, err := s.Conn.Write(b)
		if n > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil // slow, but it takes something
		}
		s.mu.Lock()
		s.rest = s.rest[n:]
		if err != nil {
			s.err = errSlow
			s.rest = nil
		}
		done := len(s.rest) == 0
		if done {
			s.rest = nil
			_ = s.Conn.SetWriteDeadline(time.Time{}) // tryWrite would fail by it once it has passed
		}
		s.mu.Unlock()
		if done {
			s.unblocked()
			return
		}
	}
}

// smallHijack gives coder/websocket buffers of the size that we need: its own
// come from net/http and cost more than all else of an idle connection.
type smallHijack struct {
	http.ResponseWriter
	sock *sock
}

func (h *smallHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.sock = newSock(c)
	// A quick client's first frame may have been read by net/http already.
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	h.sock.early = bytes.Clone(early)
	return h.sock, bufio.NewReadWriter(bufio.NewReaderSize(h.sock, readBuffer), bufio.NewWriterSize(h.sock, writeBuffer)), nil
}

// textFrame returns lines as one unmasked text frame, RFC 6455 section 5.2.
func textFrame(lines ...[]byte) []byte {
	size := len(lines) - 1
	for _, l := range lines {
		size += len(l)
	}
	f := make([]byte, 0, size+10)
	f = append(f, 0x81)
	switch {
	case size < 126:
		f = append(f, byte(size))
	case size < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 126), uint16(size))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 127), uint64(size))
	}
	for i, l := range lines {
		if i > 0 {
			f = append(f, '\n')
		}
		f = append(f, l...)
	}
	return f
}
