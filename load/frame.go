package load

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
)

// Opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// mostFrame is larger than anything that the server says.
const mostFrame = 16 << 20

// frameReader gets each whole frame. The payload is only lent.
type frameReader interface {
	frame(op byte, payload []byte) error
}

// frames cuts what a socket brings into frames, RFC 6455 section 5.2. The
// server masks nothing and splits no message, so anything else is an error.
type frames struct {
	rest []byte // the beginning of a frame whose end is yet to come
}

// feed hands every frame that b completes to r, in order. It keeps no part of b.
func (f *frames) feed(b []byte, r frameReader) error {
	joined := len(f.rest) > 0
	if joined {
		f.rest = append(f.rest, b...)
		b = f.rest
	}
	whole := 0
	for {
		op, payload, size, err := cutFrame(b[whole:])
		if err != nil {
			return err
		}
		if size == 0 {
			break
		}
		whole += size
		if err := r.frame(op, payload); err != nil {
			return err
		}
	}
	switch {
	case whole == len(b):
		f.rest = nil
	case !joined || whole > 0:
		f.rest = append([]byte(nil), b[whole:]...)
	}
	return nil
}

// cutFrame returns the first frame of b; size 0 where b doesn't hold all of it.
func cutFrame(b []byte) (op byte, payload []byte, size int, err error) {
	if len(b) < 2 {
		return 0, nil, 0, nil
	}
	op = b[0] & 0x0f
	switch {
	case b[0]&0xf0 != 0x80:
		return 0, nil, 0, errors.New("the server sent part of a message, or a reserved bit")
	case b[1]&0x80 != 0:
		return 0, nil, 0, errors.New("the server sent a masked frame")
	case op != opText && op != opClose && op != opPing && op != opPong:
		return 0, nil, 0, fmt.Errorf("the server sent a frame of kind %d", op)
	}
	head, length := 2, uint64(b[1])
	switch length {
	case 126:
		if head = 4; len(b) < head {
			return 0, nil, 0, nil
		}
		length = uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		if head = 10; len(b) < head {
			return 0, nil, 0, nil
		}
		length = binary.BigEndian.Uint64(b[2:])
	}
	if length > mostFrame {
		return 0, nil, 0, fmt.Errorf("the server sent a frame of %d bytes", length)
	}
	size = head + int(length)
	if len(b) < size {
		return 0, nil, 0, nil
	}
	return op, b[head:size], size, nil
}

// appendHead appends the head of a frame of n bytes; mask is 0x80 or 0.
func appendHead(f []byte, op, mask byte, n int) []byte {
	f = append(f, 0x80|op)
	switch {
	case n < 126:
		return append(f, mask|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(f, mask|126), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(f, mask|127), uint64(n))
}

// clientFrame returns payload as a masked frame, as clients have to send it.
func clientFrame(op byte, payload []byte) []byte {
	f := appendHead(make([]byte, 0, len(payload)+14), op, 0x80, len(payload))
	var key [4]byte
	_, _ = rand.Read(key[:]) // never fails
	f = append(f, key[:]...)
	for i, b := range payload {
		f = append(f, b^key[i%4])
	}
	return f
}

// serverFrame returns payload as an unmasked text frame.
func serverFrame(payload []byte) []byte {
	return append(appendHead(make([]byte, 0, len(payload)+10), opText, 0, len(payload)), payload...)
}
