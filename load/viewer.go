package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// viewer is one connection of the crowd.
type viewer struct {
	// Set at construction.
	crowd  *crowd
	number int
	conn   net.Conn
	raw    syscall.RawConn // nil with TLS
	ready  chan struct{}   // closed at the welcome
	over   chan struct{}   // closed when readLoop ends; why is set then

	// Owned by readLoop.
	frames   frames
	welcomed bool
	storm    *storm   // the one that next is about
	next     []uint32 // by sender: the number of its next message
	buffer   *[64 << 10]byte
	read     int // bytes in buffer
	failed   error
	why      error
}

func newViewer(c *crowd, number int, conn net.Conn) *viewer {
	v := &viewer{crowd: c, number: number, conn: conn, ready: make(chan struct{}), over: make(chan struct{})}
	if sc, ok := conn.(syscall.Conn); ok {
		v.raw, _ = sc.SyscallConn()
	}
	return v
}

// buffers are lent to a viewer only while there is something to read, so that
// an idle one has none.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// readLoop reads until either side closes. early is what came before it.
func (v *viewer) readLoop(early []byte) {
	defer v.crowd.readers.Done()
	err := v.frames.feed(early, v)
	tryRead := v.tryRead
	for err == nil {
		if v.raw == nil {
			v.buffer = buffers.Get().(*[64 << 10]byte)
			v.read, v.failed = v.conn.Read(v.buffer[:])
		} else if err = v.raw.Read(tryRead); err != nil {
			break
		}
		err = v.frames.feed(v.buffer[:v.read], v)
		if err == nil {
			err = v.failed
		}
		buffers.Put(v.buffer)
	}
	v.why = err
	close(v.over)
	v.crowd.ended(v)
}

// tryRead reads what is there into a buffer; false where there is nothing yet.
func (v *viewer) tryRead(fd uintptr) bool {
	v.buffer = buffers.Get().(*[64 << 10]byte)
	n, err := syscall.Read(int(fd), v.buffer[:])
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), v.buffer[:])
	}
	if err == syscall.EAGAIN {
		buffers.Put(v.buffer)
		return false
	}
	if v.read, v.failed = max(n, 0), err; n == 0 && err == nil {
		v.failed = io.EOF
	}
	return true
}

// frame handles one frame.
func (v *viewer) frame(op byte, payload []byte) error {
	switch op {
	case opPing:
		_, err := v.conn.Write(clientFrame(opPong, payload))
		return err
	case opPong:
		return nil
	case opClose:
		if len(payload) < 2 {
			return errors.New("closed without a code")
		}
		return fmt.Errorf("closed with %d %s", binary.BigEndian.Uint16(payload), payload[2:])
	}
	now := v.crowd.now()
	for len(payload) > 0 {
		line, rest, _ := bytes.Cut(payload, []byte{'\n'})
		v.line(line, now)
		payload = rest
	}
	return nil
}

var (
	chatLine    = []byte(`{"type":"chat"`)
	welcomeLine = []byte(`{"type":"welcome"`)
	ackLine     = []byte(`{"type":"ack","id":`)
	errorLine   = []byte(`{"type":"error"`)
)

// line handles one message that was read at now. It looks for its own marks
// instead of decoding JSON: it runs for every delivery.
func (v *viewer) line(line []byte, now time.Duration) {
	switch {
	case bytes.HasPrefix(line, chatLine):
		if s := v.crowd.storm.Load(); s != nil {
			v.chat(s, line, now)
		}
	case bytes.HasPrefix(line, ackLine):
		if s := v.crowd.storm.Load(); s != nil {
			id, _ := number(line[len(ackLine):])
			s.acked(v.number, int(id), now)
		}
	case bytes.HasPrefix(line, errorLine):
		if s := v.crowd.storm.Load(); s != nil {
			s.refuse(string(line))
		}
	case bytes.HasPrefix(line, welcomeLine) && !v.welcomed:
		v.welcomed = true
		close(v.ready)
	}
}

// chat takes the measure of a message if it is one of the storm's.
func (v *viewer) chat(s *storm, line []byte, now time.Duration) {
	i := bytes.Index(line, s.mark)
	if i < 0 {
		return
	}
	rest := line[i+len(s.mark):]
	sender, rest := number(rest)
	n, rest := number(rest)
	sent, _ := number(rest)
	if v.storm != s {
		v.storm, v.next = s, make([]uint32, s.senders)
	}
	if int(sender) >= len(v.next) || int(n) >= s.each {
		return
	}
	if uint32(n) < v.next[sender] {
		s.doubled.Add(1)
		return
	}
	v.next[sender] = uint32(n) + 1
	s.received(int(sender), int(n), time.Duration(sent), now)
}

// number reads the digits that b begins with, and goes by the space behind.
func number(b []byte) (n int64, rest []byte) {
	i := 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		n = n*10 + int64(b[i]-'0')
	}
	if i < len(b) && b[i] == ' ' {
		i++
	}
	return n, b[i:]
}

// say sends a chat message with this request id.
func (v *viewer) say(id int, text []byte) error {
	b := make([]byte, 0, len(text)+48)
	b = append(b, `{"type":"chat","id":`...)
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(b, `,"text":"`...)
	b = append(b, text...)
	b = append(b, `"}`...)
	_, err := v.conn.Write(clientFrame(opText, b))
	return err
}
