// Package cluster runs the whole program for tests: several nodes, real
// processes, on a real Redis, and people who come back by themselves and
// remember what they saw. The tests of e2e and faults are written with it.
package cluster

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// Who manages every room of these tests.
const (
	AdminEmail    = "jonas@marlow.example"
	AdminPassword = "correct horse battery staple"
)

// Plan says what a cluster is made of.
type Plan struct {
	Nodes int
	// Redis are settings of the server, beside the usual ones.
	Redis []string
	// RedisDir is where the server keeps its files; empty: somewhere.
	RedisDir string
	// Store is the address of a store that the test runs itself; empty: a
	// redis-server is started.
	Store string
	// Via returns the store's address as node i is given it, such as that of a
	// proxy; nil: the store's own.
	Via func(i int, store string) string
	// Under is put before the program's name, such as sh -c with a limit.
	Under []string
}

// Cluster is some nodes on one store.
type Cluster struct {
	Redis *storetest.Server // nil where the plan names a store
	Store string
	Nodes []*Node

	t    testing.TB
	plan Plan
}

// Node is one running program.
type Node struct {
	URL string

	t    testing.TB
	ops  string
	args []string
	mu   sync.Mutex // guards cmd and gone
	cmd  *exec.Cmd
	gone chan struct{} // closed when cmd has ended
	log  *logBuffer
}

// Start starts the store and the nodes, whose first admin is AdminEmail, and
// waits until they are ready. Everything ends with the test.
func Start(t testing.TB, p Plan) *Cluster {
	t.Helper()
	c := &Cluster{t: t, plan: p, Store: p.Store}
	if c.Store == "" {
		if p.RedisDir == "" {
			p.RedisDir = t.TempDir()
		}
		c.Redis = storetest.NewServerIn(t, p.RedisDir, p.Redis...)
		c.Store = c.Redis.URL
	}
	for range p.Nodes {
		c.Add()
	}
	return c
}

// Add starts one more node and waits until it is ready.
func (c *Cluster) Add() *Node {
	c.t.Helper()
	addr, ops, store := freeAddr(c.t), freeAddr(c.t), c.Store
	public := "http://" + addr
	if len(c.Nodes) > 0 {
		public = c.Nodes[0].URL
	}
	if c.plan.Via != nil {
		store = c.plan.Via(len(c.Nodes), store)
	}
	n := &Node{t: c.t, URL: "http://" + addr, ops: "http://" + ops, log: new(logBuffer),
		args: append(append([]string{}, c.plan.Under...), Program(c.t), "-addr", addr, "-ops", ops, "-redis", store, "-url", public)}
	c.t.Cleanup(n.Kill)
	c.Nodes = append(c.Nodes, n)
	n.Start()
	n.WaitReady()
	return n
}

// Start starts the node's program, again after it ended. It doesn't wait.
func (n *Node) Start() {
	n.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cmd = exec.Command(n.args[0], n.args[1:]...)
	n.cmd.Env = append(os.Environ(), "GREENROOM_ADMIN_EMAIL="+AdminEmail, "GREENROOM_ADMIN_PASSWORD="+AdminPassword)
	n.cmd.Stdout, n.cmd.Stderr = n.log, n.log
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	cmd, gone := n.cmd, make(chan struct{})
	n.gone = gone
	go func() { // stops when the program does
		_ = cmd.Wait()
		close(gone)
	}()
}

// WaitReady waits until the node takes people.
func (n *Node) WaitReady() {
	n.t.Helper()
	Eventually(n.t, "node is ready", func() error {
		resp, err := web.Get(n.URL + "/readyz")
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz says %s\n%s", resp.Status, n.Complaints())
		}
		return nil
	})
}

// Signal sends the node's process a signal.
func (n *Node) Signal(sig syscall.Signal) {
	n.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.cmd.Process.Signal(sig); err != nil {
		n.t.Errorf("signal %v: %v", sig, err)
	}
}

// Pid is the node's process.
func (n *Node) Pid() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.cmd.Process.Pid
}

// Ended is closed when the node's process has ended.
func (n *Node) Ended() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.gone
}

// Kill ends the node at once, as kill -9 does.
func (n *Node) Kill() {
	n.mu.Lock()
	cmd, gone := n.cmd, n.gone
	n.mu.Unlock()
	if cmd != nil && cmd.Process != nil {
		_ = cmd.Process.Kill()
		<-gone
	}
}

// Complaints returns what the node logged above info.
func (n *Node) Complaints() string {
	var lines []string
	for line := range strings.Lines(n.log.String()) {
		if !strings.Contains(line, `"level":"info"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// Metric returns the sum of a metric of the node over its labels; with a label,
// such as code="4408", only of those that have it.
func (n *Node) Metric(name string, label ...string) (sum float64) {
	n.t.Helper()
	resp, err := web.Get(n.ops + "/metrics")
	if err != nil {
		n.t.Errorf("read metrics: %v", err)
		return 0
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), " ")
		bare, labels, _ := strings.Cut(key, "{")
		if bare != name || len(label) > 0 && !strings.Contains(labels, label[0]) {
			continue
		}
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			sum += v
		}
	}
	return sum
}

// Metric returns the sum of a metric over all nodes.
func (c *Cluster) Metric(name string, label ...string) (sum float64) {
	c.t.Helper()
	for _, n := range c.Nodes {
		sum += n.Metric(name, label...)
	}
	return sum
}

// Complaints returns what all nodes logged above info.
func (c *Cluster) Complaints() string {
	var all strings.Builder
	for i, n := range c.Nodes {
		fmt.Fprintf(&all, "node %d:\n%s", i, n.Complaints())
	}
	return all.String()
}

// Open opens the store as the nodes do, but past any proxy.
func (c *Cluster) Open() *roomlog.Store {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	s, err := roomlog.Open(ctx, c.Store)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(s.Close)
	return s
}

// Eventually waits until f succeeds, for a minute at most.
func Eventually(t testing.TB, what string, f func() error) {
	t.Helper()
	Within(t, time.Minute, what, f)
}

// Within waits until f succeeds, and returns how long that took.
func Within(t testing.TB, long time.Duration, what string, f func() error) time.Duration {
	t.Helper()
	began := time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(long)
	for {
		err := f()
		if err == nil {
			return time.Since(began)
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: not within %s: %v", what, long, err)
		}
	}
}

var program struct {
	once sync.Once
	path string
	err  error
}

// Program returns the path of the program, built once.
func Program(t testing.TB) string {
	t.Helper()
	program.once.Do(func() {
		dir, err := os.MkdirTemp("", "greenroom-test")
		if err != nil {
			program.err = err
			return
		}
		program.path = filepath.Join(dir, "greenroom")
		out, err := exec.Command("go", "build", "-o", program.path, "greenroom/cmd/greenroom").CombinedOutput()
		if err != nil {
			program.err = fmt.Errorf("build: %w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// logBuffer is what a process wrote, readable while it writes.
type logBuffer struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
