package load

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// site is the Greenroom under load. It is a crowd's target.
type site struct {
	ops
	base *url.URL
	room string

	cookies string // the manager's, where we signed in
	made    bool   // the room is ours to delete
}

func newSite(c Config) (*site, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("-url: %q must be like http://127.0.0.1:8080", c.URL)
	}
	client := &http.Client{Timeout: joinWithin, Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, IdleConnTimeout: time.Minute}}
	return &site{ops: ops{c.Ops, client}, base: &url.URL{Scheme: u.Scheme, Host: u.Host}, room: c.Room}, nil
}

// call sends a request of the API and decodes the answer into out, if any. It
// returns the cookies that the server set.
func (s *site) call(ctx context.Context, method, path, cookies string, in, out any) (string, error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return "", err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.base.String()+"/api/v1"+path, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Origin", s.base.String())
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if cookies != "" {
		req.Header.Set("Cookie", cookies)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", err
	}
	if res.StatusCode >= 300 {
		return "", fmt.Errorf("%s %s: %s: %.300s", method, path, res.Status, bytes.TrimSpace(raw))
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			return "", fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	return cookieHeader(res), nil
}

// prepare makes a room that anyone may enter and opens it, unless there is one.
func (s *site) prepare(ctx context.Context, email, password string) (err error) {
	if s.room != "" {
		return nil
	}
	login := map[string]string{"email": email, "password": password}
	if s.cookies, err = s.call(ctx, "POST", "/session", "", login, nil); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	var medium struct {
		ID string `json:"id"`
	}
	draft := map[string]any{"title": "Load test", "kind": "webcast", "access": "anyone", "zone": "UTC", "collaboration": true}
	if _, err := s.call(ctx, "POST", "/media", s.cookies, draft, &medium); err != nil {
		return fmt.Errorf("make a room: %w", err)
	}
	s.room, s.made = medium.ID, true
	if _, err := s.call(ctx, "POST", "/media/"+s.room+"/doors", s.cookies, map[string]string{"do": "open"}, nil); err != nil {
		return fmt.Errorf("open the doors: %w", err)
	}
	return nil
}

// clear deletes the room if we made it.
func (s *site) clear(ctx context.Context) error {
	if !s.made {
		return nil
	}
	if _, err := s.call(ctx, "DELETE", "/media/"+s.room, s.cookies, nil, nil); err != nil {
		return fmt.Errorf("delete the room: %w", err)
	}
	s.made = false
	return nil
}

func (s *site) connect(ctx context.Context, n int) (net.Conn, []byte, error) {
	who := map[string]string{"email": fmt.Sprintf("viewer-%d@load.example", n), "name": fmt.Sprintf("Viewer %d", n)}
	cookies, err := s.call(ctx, "POST", "/media/"+s.room+"/enter", "", who, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("enter: %w", err)
	}
	c, early, err := dial(ctx, s.base, "/api/v1/rooms/"+s.room+"/socket", cookies)
	if err != nil {
		return nil, nil, err
	}
	hello := fmt.Sprintf(`{"type":"hello","id":1,"client":"%s"}`, strings.ToLower(rand.Text()))
	if _, err := c.Write(clientFrame(opText, []byte(hello))); err != nil {
		c.Close()
		return nil, nil, fmt.Errorf("say hello: %w", err)
	}
	return c, early, nil
}

func (s *site) say(c *crowd, _ *storm, sender, n int, text []byte) error {
	return c.viewers[sender].say(n+firstID, text)
}
