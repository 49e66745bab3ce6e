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
