package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// floorWelcome is all that the floor says by itself.
const floorWelcome = `{"type":"welcome"}`

// floorUsage is the floor's answer to a question about itself.
type floorUsage struct {
	CPU      time.Duration `json:"cpu"`
	Resident float64       `json:"resident"`
}

// floorServer hands messages to sockets by a bare loop of write(2): no store,
// no roles, no order but the one in which they come. No server can do with
// less, so it says what this machine itself costs.
type floorServer struct {
	mu    sync.Mutex // guards the following
	socks []floorSock
}

type floorSock struct {
	conn net.Conn
	raw  syscall.RawConn
}

// ServeFloor runs the floor: it prints the address of its sockets on out, and
// obeys the lines of in until that ends. "w" and a message writes to all, "u"
// asks what it has used.
func ServeFloor(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	f := &floorServer{}
	go f.accept(l) // stops when l is closed
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch line[0] {
		case 'w':
			f.write(serverFrame(line[1 : len(line)-1]))
		case 'u':
			if err := json.NewEncoder(out).Encode(floorUsage{CPU: ownCPU(), Resident: ownResident()}); err != nil {
				return err
			}
		}
	}
}

func (f *floorServer) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go f.admit(c) // stops when the handshake is done or its time is over
	}
}

func (f *floorServer) admit(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(joinWithin))
	head, _, err := readHead(c)
	if err != nil {
		c.Close()
		return
	}
	var answer bytes.Buffer
	fmt.Fprintf(&answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"+
		"Sec-WebSocket-Protocol: %s\r\n\r\n%s", acceptKey(field(head, "Sec-WebSocket-Key")), subprotocol, serverFrame([]byte(floorWelcome)))
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		c.Close()
		return
	}
	_ = c.SetDeadline(time.Time{})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.socks = append(f.socks, floorSock{c, raw})
	_, _ = c.Write(answer.Bytes()) // write finds out whether the peer is gone
}

// write gives frame to every socket. One that doesn't take it at once is
// waited for.
func (f *floorServer) write(frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.socks {
		n := 0
		_ = s.raw.Write(func(fd uintptr) bool {
			n, _ = syscall.Write(int(fd), frame)
			return true
		})
		if n = max(n, 0); n < len(frame) {
			_, _ = s.conn.Write(frame[n:]) // fails if the peer is gone
		}
	}
}

// ownResident is the memory of this process in bytes; 0 where the system
// doesn't tell as Linux does.
func ownResident() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize())
}
