package load

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// joinWithin bounds each step of a join: the request, the handshake, the welcome.
const joinWithin = 20 * time.Second

const subprotocol = "greenroom.v1"

// dial opens the WebSocket at path of base. early is what the server has said
// already, after its answer.
func dial(ctx context.Context, base *url.URL, path, cookies string) (c net.Conn, early []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, joinWithin)
	defer cancel()
	addr := base.Host
	if base.Port() == "" {
		addr = net.JoinHostPort(base.Hostname(), map[string]string{"https": "443"}[base.Scheme])
		if base.Scheme == "http" {
			addr = net.JoinHostPort(base.Hostname(), "80")
		}
	}
	if base.Scheme == "https" {
		c, err = (&tls.Dialer{Config: &tls.Config{NextProtos: []string{"http/1.1"}}}).DialContext(ctx, "tcp", addr)
	} else {
		c, err = (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}
	if err != nil {
		return nil, nil, err
	}
	deadline, _ := ctx.Deadline()
	_ = c.SetDeadline(deadline)
	if early, err = handshake(c, base, path, cookies); err != nil {
		c.Close()
		return nil, nil, fmt.Errorf("open socket: %w", err)
	}
	_ = c.SetDeadline(time.Time{})
	return c, early, nil
}

func handshake(c net.Conn, base *url.URL, path, cookies string) (early []byte, err error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	var req bytes.Buffer
	fmt.Fprintf(&req, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Protocol: %s\r\nOrigin: %s://%s\r\n", path, base.Host, key, subprotocol, base.Scheme, base.Host)
	if cookies != "" {
		fmt.Fprintf(&req, "Cookie: %s\r\n", cookies)
	}
	req.WriteString("\r\n")
	if _, err := c.Write(req.Bytes()); err != nil {
		return nil, err
	}
	head, early, err := readHead(c)
	if err != nil {
		return nil, err
	}
	status, fields, _ := strings.Cut(head, "\r\n")
	if !strings.HasPrefix(status, "HTTP/1.1 101 ") {
		return nil, fmt.Errorf("the server answers %q %.300s", status, early)
	}
	if field(fields, "Sec-WebSocket-Accept") != acceptKey(key) || field(fields, "Sec-WebSocket-Protocol") != subprotocol {
		return nil, errors.New("the server accepts another protocol")
	}
	return early, nil
}

// readHead reads until the empty line of an HTTP message, and returns what came
// behind it.
func readHead(c net.Conn) (head string, early []byte, err error) {
	b := make([]byte, 0, 1024)
	for len(b) < 32<<10 {
		if len(b) == cap(b) {
			b = append(b, make([]byte, cap(b))...)[:len(b)]
		}
		n, err := c.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if head, early, ok := bytes.Cut(b, []byte("\r\n\r\n")); ok {
			return string(head), early, nil
		}
		if err != nil {
			return "", nil, err
		}
	}
	return "", nil, errors.New("the head has no end")
}

// field returns a header field's value from the lines of a head.
func field(lines, name string) string {
	for line := range strings.SplitSeq(lines, "\r\n") {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// acceptKey is the server's answer to a client's key, RFC 6455 section 4.2.2.
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// cookieHeader keeps of an answer's cookies what a browser sends back.
func cookieHeader(res *http.Response) string {
	var pairs []string
	for _, c := range res.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}
