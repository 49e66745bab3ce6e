package hub

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// tcpSock returns a sock and the peer that reads from it.
func tcpSock(t *testing.T) (*sock, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); peer.Close() })
	if err := peer.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return newSock(c), peer
}

// flushed sends a frame that the kernel doesn't take at once, and waits until
// the peer has it.
func flushed(t *testing.T, s *sock, peer net.Conn, size int) {
	t.Helper()
	done := make(chan struct{})
	s.unblocked = func() { close(done) }
	frame := bytes.Repeat([]byte("x"), size)
	if blocked, err := s.send(frame); err != nil || !blocked {
		t.Fatalf("send: blocked %v, %v", blocked, err)
	}
	if _, err := io.ReadFull(peer, make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	<-done
}

// TestRoomAsItIsNowGetsThrough sends what a welcome or a resume may weigh.
func TestRoomAsItIsNowGetsThrough(t *testing.T) {
	s, peer := tcpSock(t)
	flushed(t, s, peer, 16*mostQueued)
}

func TestReaderThatFallsBehindIsGivenUp(t *testing.T) {
	s, _ := tcpSock(t)
	frame := bytes.Repeat([]byte("x"), mostQueued)
	for range 100 {
		if _, err := s.send(frame); err == errSlow {
			return
		}
	}
	t.Fatal("a reader that takes nothing was never given up")
}

// impatient gives a write a fraction of its time.
type impatient struct {
	net.Conn
	patience time.Duration
}

func (c impatient) SetWriteDeadline(at time.Time) error {
	if !at.IsZero() {
		at = time.Now().Add(c.patience)
	}
	return c.Conn.SetWriteDeadline(at)
}

// TestSocketThatWasBusyOnceStaysOpen writes after the deadline of a write that
// was done in time.
func TestSocketThatWasBusyOnceStaysOpen(t *testing.T) {
	s, peer := tcpSock(t)
	s.Conn = impatient{s.Conn, time.Second}
	flushed(t, s, peer, 16*mostQueued)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 15 {
		<-tick.C
		if _, err := s.send([]byte("later")); err != nil {
			t.Fatalf("a socket that once had to wait fails: %v", err)
		}
	}
}

// TestSlowReaderThatTakesSomethingStaysOpen reads for longer than one write may
// take.
func TestSlowReaderThatTakesSomethingStaysOpen(t *testing.T) {
	s, peer := tcpSock(t)
	s.Conn = impatient{s.Conn, 200 * time.Millisecond}
	flushed(t, s, slowly{peer}, 16*mostQueued)
}

// slowly reads for about two seconds what flushed sends.
type slowly struct{ net.Conn }

func (c slowly) Read(b []byte) (int, error) {
	<-time.After(20 * time.Millisecond)
	return io.ReadFull(c.Conn, b[:min(len(b), 40<<10)])
}
