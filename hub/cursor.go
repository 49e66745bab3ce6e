package hub

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"

	"greenroom/hub/roomlog"
)

// cursors turns positions of one room into what browsers hold, and back. A
// cursor is one enciphered block, so that nobody can read from it how much the
// staff wrote in between, and a cursor of another room means nothing here.
type cursors struct{ block cipher.Block }

func newCursors(secret []byte, room string) cursors {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("cursor\x00" + room))
	block, err := aes.NewCipher(mac.Sum(nil)[:16])
	if err != nil {
		panic("hub: cursor key: " + err.Error())
	}
	return cursors{block}
}

// seal returns the cursor of a position.
func (c cursors) seal(p roomlog.Position) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], p.Seq)
	if n, err := hex.Decode(b[8:], []byte(p.ID)); err != nil || n != 8 && p.Seq != 0 {
		return ""
	}
	c.block.Encrypt(b[:], b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// open reads a cursor. What was not sealed here gives, but for a chance of one
// in 65,536, no position; and the rest name an entry that doesn't exist.
func (c cursors) open(cursor string) (roomlog.Position, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) != 16 {
		return roomlog.Position{}, false
	}
	c.block.Decrypt(b, b)
	seq := binary.BigEndian.Uint64(b[:8])
	if seq == 0 || seq>>48 != 0 {
		return roomlog.Position{}, false
	}
	return roomlog.Position{Seq: seq, ID: hex.EncodeToString(b[8:])}, true
}
