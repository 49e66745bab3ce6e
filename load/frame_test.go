package load

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// heard collects frames.
type heard []string

func (h *heard) frame(op byte, payload []byte) error {
	*h = append(*h, fmt.Sprintf("%d %s", op, payload))
	return nil
}

func TestFramesComeWholeHoweverTheyAreCut(t *testing.T) {
	var stream []byte
	var want heard
	for _, size := range []int{0, 1, 125, 126, 127, 65535, 65536, 70000, 3} {
		payload := strings.Repeat("x", size)
		stream = append(stream, serverFrame([]byte(payload))...)
		want = append(want, "1 "+payload)
	}
	stream = append(stream, 0x89, 2, 'h', 'i')
	want = append(want, "9 hi")
	for _, step := range []int{1, 2, 3, 7, 1000, 65536, len(stream)} {
		var f frames
		var got heard
		for rest := stream; len(rest) > 0; {
			n := min(step, len(rest))
			piece := bytes.Clone(rest[:n]) // a buffer that others use afterwards
			if err := f.feed(piece, &got); err != nil {
				t.Fatal(err)
			}
			clear(piece)
			rest = rest[n:]
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("cut into pieces of %d bytes, they came differently", step)
		}
		if f.rest != nil {
			t.Fatalf("%d bytes are left", len(f.rest))
		}
	}
}

func TestFramesThatNoServerSendsAreErrors(t *testing.T) {
	for name, b := range map[string][]byte{
		"masked":      clientFrame(opText, []byte("hi")),
		"part":        {0x01, 1, 'x'},
		"reserved":    {0xC1, 1, 'x'},
		"binary":      {0x82, 1, 'x'},
		"far too big": {0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0},
	} {
		var f frames
		if err := f.feed(b, &heard{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestClientFrameIsMasked(t *testing.T) {
	text := strings.Repeat("hello ", 50)
	f := clientFrame(opText, []byte(text))
	if f[0] != 0x81 || f[1] != 0x80|126 {
		t.Fatalf("head is % x", f[:2])
	}
	key, payload := f[4:8], bytes.Clone(f[8:])
	for i := range payload {
		payload[i] ^= key[i%4]
	}
	if string(payload) != text {
		t.Fatal("the mask doesn't come off")
	}
}
