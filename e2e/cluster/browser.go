package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// web is everybody's HTTP client: cookies are each browser's own.
var web = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 5 * time.Second}}

// Browser is somebody's cookies, as a browser keeps them.
type Browser struct {
	t       testing.TB
	cookies map[string]string
}

// NewBrowser returns a browser without cookies.
func NewBrowser(t testing.TB) *Browser { return &Browser{t: t, cookies: map[string]string{}} }

// Call sends JSON and returns the answer, which must have this status.
func (b *Browser) Call(status int, method, url string, body any) map[string]any {
	b.t.Helper()
	got, answer, err := b.Try(method, url, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if got != status {
		b.t.Fatalf("%s %s: %d %v, want %d", method, url, got, answer, status)
	}
	return answer
}

// Try sends JSON and returns the answer, whatever it is.
func (b *Browser) Try(method, url string, body any) (int, map[string]any, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequestWithContext(context.Background(), method, url, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if len(b.cookies) > 0 {
		r.Header.Set("Cookie", b.header())
	}
	resp, err := web.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		b.cookies[c.Name] = c.Value
	}
	text, err := io.ReadAll(resp.Body)
	answer := map[string]any{}
	if len(text) > 0 && err == nil {
		err = json.Unmarshal(text, &answer)
	}
	return resp.StatusCode, answer, err
}

// header is the Cookie header of the browser's requests.
func (b *Browser) header() string {
	var parts []string
	for name, value := range b.cookies {
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, "; ")
}

// Admin signs in.
func (c *Cluster) Admin() *Browser {
	c.t.Helper()
	b := NewBrowser(c.t)
	b.Call(200, "POST", c.Nodes[0].URL+"/api/v1/session", map[string]any{"email": AdminEmail, "password": AdminPassword})
	return b
}

// OpenRoom makes a webcast that anybody may enter, and opens it.
func (c *Cluster) OpenRoom(admin *Browser) string {
	c.t.Helper()
	base := c.Nodes[0].URL + "/api/v1/media"
	m := admin.Call(201, "POST", base, map[string]any{"title": "Town hall", "kind": "webcast", "access": "anyone",
		"collaboration": true, "start": "2030-01-01T10:00", "zone": "Europe/Lisbon"})
	id := m["id"].(string)
	admin.Call(200, "POST", base+"/"+id+"/doors", map[string]any{"do": "open"})
	return id
}
