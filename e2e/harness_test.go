// Package e2e tests the whole program as its users meet it: the real binary,
// real Redis, several nodes, and a real browser.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"greenroom/hub/roomlog/storetest"
)

// Who manages every room of these tests.
const (
	adminEmail    = "jonas@marlow.example"
	adminPassword = "correct horse battery staple"
)

var binary struct {
	once sync.Once
	path string
	err  error
}

// build returns the program, built once.
func build(t *testing.T) string {
	t.Helper()
	binary.once.Do(func() {
		dir, err := os.MkdirTemp("", "greenroom-e2e")
		if err != nil {
			binary.err = err
			return
		}
		binary.path = filepath.Join(dir, "greenroom")
		out, err := exec.Command("go", "build", "-o", binary.path, "greenroom/cmd/greenroom").CombinedOutput()
		if err != nil {
			binary.err = fmt.Errorf("build: %w\n%s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// cluster is some nodes on one Redis.
type cluster struct {
	t     *testing.T
	redis *storetest.Server
	nodes []*node
}

// node is one running program.
type node struct {
	url string
	cmd *exec.Cmd
	log *bytes.Buffer
}

// newCluster starts Redis and n nodes, whose first admin is adminEmail.
func newCluster(t *testing.T, n int) *cluster {
	t.Helper()
	c := &cluster{t: t, redis: storetest.NewServer(t)}
	for range n {
		c.start()
	}
	return c
}

// start adds a node and waits until it is ready.
func (c *cluster) start() *node {
	c.t.Helper()
	addr := freeAddr(c.t)
	public := "http://" + addr
	if len(c.nodes) > 0 {
		public = c.nodes[0].url
	}
	n := &node{url: "http://" + addr, log: new(bytes.Buffer)}
	n.cmd = exec.Command(build(c.t), "-addr", addr, "-redis", c.redis.URL, "-url", public)
	n.cmd.Env = append(os.Environ(), "GREENROOM_ADMIN_EMAIL="+adminEmail, "GREENROOM_ADMIN_PASSWORD="+adminPassword)
	n.cmd.Stdout, n.cmd.Stderr = n.log, n.log
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := n.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(n.kill)
	c.nodes = append(c.nodes, n)
	c.eventually("node is ready", func() error {
		resp, err := http.Get(n.url + "/readyz")
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz says %s", resp.Status)
		}
		return nil
	})
	return n
}

// complaints returns what the node logged above info.
func (n *node) complaints() string {
	var lines []string
	for line := range strings.Lines(n.log.String()) {
		if !strings.Contains(line, `"level":"info"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// kill ends the node at once, as kill -9 does.
func (n *node) kill() {
	if n.cmd.ProcessState == nil {
		_ = n.cmd.Process.Kill()
		_ = n.cmd.Wait()
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// eventually waits until f succeeds.
func (c *cluster) eventually(what string, f func() error) {
	c.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(60 * time.Second)
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			c.t.Fatalf("%s: %v", what, err)
		}
	}
}

// browser is somebody's cookies, as a browser keeps them.
type browser struct {
	t       *testing.T
	cookies map[string]string
}

func newBrowser(t *testing.T) *browser { return &browser{t: t, cookies: map[string]string{}} }

// call sends JSON and returns the answer, which must have this status.
func (b *browser) call(status int, method, url string, body any) map[string]any {
	b.t.Helper()
	got, answer, err := b.try(method, url, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if got != status {
		b.t.Fatalf("%s %s: %d %v, want %d", method, url, got, answer, status)
	}
	return answer
}

func (b *browser) try(method, url string, body any) (int, map[string]any, error) {
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
	resp, err := http.DefaultClient.Do(r)
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

func (b *browser) header() string {
	var parts []string
	for name, value := range b.cookies {
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, "; ")
}

// admin signs in.
func (c *cluster) admin() *browser {
	c.t.Helper()
	b := newBrowser(c.t)
	b.call(200, "POST", c.nodes[0].url+"/api/v1/session", map[string]any{"email": adminEmail, "password": adminPassword})
	return b
}

// openRoom makes a webcast that anybody may enter, and opens it.
func (c *cluster) openRoom(admin *browser) string {
	c.t.Helper()
	base := c.nodes[0].url + "/api/v1/media"
	m := admin.call(201, "POST", base, map[string]any{"title": "Town hall", "kind": "webcast", "access": "anyone",
		"collaboration": true, "start": "2030-01-01T10:00", "zone": "Europe/Lisbon"})
	id := m["id"].(string)
	admin.call(200, "POST", base+"/"+id+"/doors", map[string]any{"do": "open"})
	return id
}
