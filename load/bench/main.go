// Command bench measures Greenroom against the floor, load by load, and writes
// the table of docs/performance.md: make bench. It starts a redis-server and a
// greenroom of its own, on free ports of this machine.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"greenroom/load"
)

// measure is one line of the table.
type measure struct {
	name  string
	flags string // of greenroom load
	reach string
	of    func(r result) string
}

// result is what greenroom load -json prints.
type result struct {
	Greenroom load.Figures
	Floor     load.Figures
	Ratio     load.Ratio
}

var measures = []measure{
	{"sparse: 20 messages/s to 2,000, CPU per delivery", "-n 2000 -rate 20 -duration 15s -floor", "<= 1.25 x floor", cpuRatio},
	{"storm: 80 messages/s in bursts of 20 to 2,000, CPU per delivery", "-n 2000 -rate 80 -burst 20 -duration 15s -floor", "<= 0.25 x floor", cpuRatio},
	{"crowd: 4 messages/s to 10,000, p99 from commit to the last socket", "-n 10000 -rate 4 -duration 15s -floor", "<= 1.3 x floor", crowdRatio},
	{"memory of an idle joined viewer, 10,000 joined", "-n 10000 -rate 0 -floor", "<= 12 KB", memory},
	{"a join (account of a guest, session, seat, snapshot, upgrade), CPU, 10,000 joining", "-n 10000 -rate 0 -floor", "<= 5 x floor", joins},
	{"cost against N: 500", "-n 500 -rate 20 -duration 10s -floor", "flat within 15 %", cpuRatio},
	{"cost against N: 8,000", "-n 8000 -rate 5 -duration 12s -floor", "flat within 15 %", cpuRatio},
}

func cpuRatio(r result) string {
	return fmt.Sprintf("%.2f us, floor %.2f: **%.2f**", r.Greenroom.CPUPerDelivery, r.Floor.CPUPerDelivery, r.Ratio.CPUPerDelivery)
}

func crowdRatio(r result) string {
	return fmt.Sprintf("%.0f ms, floor %.0f: **%.2f**", r.Greenroom.AfterAck.P99, r.Floor.Latency.P99, r.Greenroom.AfterAck.P99/r.Floor.Latency.P99)
}

func memory(r result) string {
	return fmt.Sprintf("**%.1f KB** resident, %.1f in use", r.Greenroom.KBPerConnection, r.Greenroom.KBInUse)
}

func joins(r result) string {
	return fmt.Sprintf("%.0f us, floor %.0f: **%.1f**", r.Greenroom.CPUPerJoin, r.Floor.CPUPerJoin, r.Greenroom.CPUPerJoin/r.Floor.CPUPerJoin)
}

func main() {
	doc := flag.String("doc", "docs/performance.md", "file whose table is replaced")
	flag.Parse()
	if err := run(*doc); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(doc string) error {
	dir, err := os.MkdirTemp("", "greenroom-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := startServer(dir)
	if err != nil {
		return err
	}
	defer s.stop()
	var table strings.Builder
	fmt.Fprintf(&table, "Measured %s with `make bench`.\n\n| load | `greenroom load` | to reach | reached |\n|---|---|---|---|\n", time.Now().UTC().Format("2 January 2006"))
	done := map[string]result{}
	for _, m := range measures {
		r, ok := done[m.flags]
		if !ok {
			fmt.Fprintln(os.Stderr, m.name)
			if r, err = s.load(m.flags); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			done[m.flags] = r
		}
		fmt.Fprintf(&table, "| %s | `%s` | %s | %s |\n", m.name, m.flags, m.reach, m.of(r))
	}
	fmt.Print(table.String())
	return replaceTable(doc, table.String())
}

// server is a greenroom on a Redis of its own.
type server struct {
	dir, bin, url, ops string
	running            []*exec.Cmd
}

func startServer(dir string) (*server, error) {
	s := &server{dir: dir, bin: filepath.Join(dir, "greenroom")}
	if out, err := exec.Command("go", "build", "-o", s.bin, "greenroom/cmd/greenroom").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	redis, addr, ops := freeAddr(), freeAddr(), freeAddr()
	s.url, s.ops = "http://"+addr, "http://"+ops
	_, port, _ := net.SplitHostPort(redis)
	if err := s.start(exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes")); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte("a password for measuring"), 0o600); err != nil {
		return nil, err
	}
	if err := until(func() error { return dial(redis) }); err != nil {
		return nil, err
	}
	cmd := exec.Command(s.bin, "-addr", addr, "-ops", ops, "-redis", "redis://"+redis)
	cmd.Env = append(os.Environ(), "GREENROOM_ADMIN_EMAIL=bench@greenroom.example", "GREENROOM_ADMIN_PASSWORD_FILE="+filepath.Join(dir, "password"))
	if err := s.start(cmd); err != nil {
		return nil, err
	}
	return s, until(func() error {
		resp, err := http.Get(s.url + "/readyz")
		if err == nil {
			resp.Body.Close()
		}
		return err
	})
}

func (s *server) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.running = append(s.running, cmd)
	return nil
}

func (s *server) stop() {
	for _, cmd := range s.running {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

func (s *server) load(flags string) (result, error) {
	args := append([]string{"load", "-json", "-url", s.url, "-ops", s.ops, "-email", "bench@greenroom.example",
		"-password-file", filepath.Join(s.dir, "password")}, strings.Fields(flags)...)
	cmd := exec.Command(s.bin, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return result{}, err
	}
	var r result
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		if json.Unmarshal(lines.Bytes(), &r) == nil {
			return r, nil
		}
	}
	return r, errors.New("no figures were printed")
}

func freeAddr() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:0"
	}
	defer l.Close()
	return l.Addr().String()
}

func dial(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err == nil {
		c.Close()
	}
	return err
}

func until(f func() error) error {
	var err error
	for range 200 {
		if err = f(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// replaceTable puts the table between the marks of doc.
func replaceTable(doc, table string) error {
	const begin, end = "<!-- bench -->\n", "<!-- /bench -->"
	text, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the table", doc)
	}
	return os.WriteFile(doc, []byte(before+begin+table+end+after), 0o644)
}
