// Package storetest runs tests on both stores: the embedded one, and a real
// redis-server that it starts.
package storetest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/hub/roomlog"
)

// Each runs f on the embedded store and on real Redis, with names of its own.
func Each(t *testing.T, f func(t *testing.T, s *roomlog.Store)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { f(t, Embedded(t)) })
	t.Run("redis", func(t *testing.T) { f(t, Redis(t)) })
}

// Embedded returns a new embedded store.
func Embedded(t testing.TB) *roomlog.Store {
	s, err := roomlog.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Redis returns a store on the real Redis that the tests of one package share,
// under a prefix of its own.
func Redis(t testing.TB) *roomlog.Store {
	t.Helper()
	shared.once.Do(func() {
		dir, err := os.MkdirTemp("", "greenroom-redis")
		if err != nil {
			shared.err = err
			return
		}
		shared.server, shared.err = start(dir, "--appendfsync", "no")
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	s, err := roomlog.Open(t.Context(), shared.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s.WithPrefix("t" + roomlog.NewID() + ":")
}

// Server is a redis-server of a test's own. Its append-only file is synced with
// every write: with everysec, a slow disk lets kill -9 take what was answered.
type Server struct {
	URL  string
	Addr string
	Dir  string   // of its files
	Args []string // settings beside the usual ones

	port string
	cmd  *exec.Cmd
}

// NewServer starts a redis-server that ends with the test.
func NewServer(t testing.TB, args ...string) *Server {
	t.Helper()
	return NewServerIn(t, t.TempDir(), args...)
}

// NewServerIn is NewServer with its files in dir.
func NewServerIn(t testing.TB, dir string, args ...string) *Server {
	t.Helper()
	s, err := start(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func start(dir string, args ...string) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	addr := "127.0.0.1:" + port
	s := &Server{URL: "redis://" + addr, Addr: addr, Dir: dir, Args: args, port: port}
	return s, s.Start()
}

// Start starts the server, again after Kill, and waits until it answers.
func (s *Server) Start() error {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return fmt.Errorf("these tests need a real Redis: apt-get install redis-server (%w)", err)
	}
	s.cmd = exec.Command(path, append([]string{"--port", s.port, "--bind", "127.0.0.1", "--dir", s.Dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always", "--logfile", filepath.Join(s.Dir, "redis.log")}, s.Args...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	client := redis.NewClient(&redis.Options{Addr: s.Addr})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = client.Ping(ctx).Err(); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis-server doesn't answer: %w", err)
		case <-tick.C:
		}
	}
}

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// Signal sends the server a signal.
func (s *Server) Signal(sig syscall.Signal) error { return s.cmd.Process.Signal(sig) }

// Pid is the server's process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }
