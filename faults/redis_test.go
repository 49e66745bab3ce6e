package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func killRedis(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: size(300, 90), Talkers: 60, Every: 900 * time.Millisecond})
	w.Reached(60)
	client := f.redisAt(c.Redis.Addr)
	before := f.info(client, "server", "run_id")
	c.Redis.Kill()
	if err := c.Redis.Start(); err != nil {
		f.Fatal(err)
	}
	back := w.Alive(1)
	f.effect(f.info(client, "server", "run_id") != before, "run_id changed")
	f.mark("writes again after its first PONG", back, 2*time.Second)
	w.Alive(100)
	x := w.Check()
	f.crowd(x)
	f.none("accepted and lost", x.Lost)
	f.none("started afresh", x.Reset)
}

// cutTail kills Redis and cuts its append-only file, as a machine that lost
// power does. Somebody's demotion is among what is gone, where that is more
// than a byte.
func cutTail(n int64) func(*trial) {
	return func(f *trial) {
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		w := c.Gather(cluster.Gathering{People: 60, Talkers: 60, Every: 900 * time.Millisecond})
		x, out := f.newInsider(w, 1), w.People[50]
		w.Reached(150)
		w.Hush()
		if n >= 4<<10 {
			f.promote(w, x.Person, protocol.Viewer)
		}
		if n >= 64<<10 {
			f.do(w.Manager, "remove", map[string]any{"participant": out.View().ID})
		}
		f.do(w.Manager, "chat", map[string]any{"text": "the last word"})
		before, _ := w.Chat()
		c.Redis.Kill()
		f.truncate(c.Redis, n)
		if err := c.Redis.Start(); err != nil {
			f.Fatal(err)
		}
		after, _ := w.Chat()
		f.effect(len(after) < len(before), "%d of %d messages gone", len(before)-len(after), len(before))
		f.forked(c)
		f.mark("a message again after", f.says(w.People[0], "and on"), 5*time.Second)
		if n >= 4<<10 {
			f.mark("the demotion in force again after", f.demoted(c, x), 5*time.Second)
		}
		if n >= 64<<10 {
			f.mark("the removal in force again after", f.removed(c, w, out), 5*time.Second)
			w.Without(out)
		}
		found := w.Check()
		f.crowd(found)
		f.figure("%d accepted and lost, each reported by a reset", found.Lost)
	}
}

// truncate cuts the end of the newest append-only file.
func (f *trial) truncate(s *storetest.Server, n int64) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		f.Fatalf("append-only files: %v %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		f.Fatal(err)
	}
	if info.Size() <= n {
		f.Fatalf("the append-only file has only %d bytes", info.Size())
	}
	if err := os.Truncate(files[0], info.Size()-n); err != nil {
		f.Fatal(err)
	}
}

// forked waits until every node has found that the log was rewound.
func (f *trial) forked(c *cluster.Cluster) {
	f.Helper()
	took := cluster.Within(f, within, "every node finds the fork", func() error {
		for i, n := range c.Nodes {
			if n.Metric("greenroom_forks_total") == 0 {
				return fmt.Errorf("node %d didn't\n%s", i, n.Complaints())
			}
		}
		return nil
	})
	f.mark("fork found by every node after", took, 5*time.Second)
}

// says has somebody say something, and returns how long that took.
func (f *trial) says(p *cluster.Person, text string) time.Duration {
	f.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(f.Context(), within)
	defer cancel()
	if err := p.Say(ctx, text); err != nil {
		f.Fatal(err)
	}
	return time.Since(began)
}

// removed waits until somebody is out, by the store and at their page.
func (f *trial) removed(c *cluster.Cluster, w *cluster.Crowd, p *cluster.Person) time.Duration {
	f.Helper()
	store := c.Open()
	return cluster.Within(f, within, "the removal is in force", func() error {
		seat, err := store.Seat(f.Context(), w.Room, p.View().ID)
		if err != nil || !seat.Removed || p.Open() {
			return fmt.Errorf("removed: %v %v, connected: %v", seat.Removed, err, p.Open())
		}
		return nil
	})
}

// pauseRedis stops the store's process: nobody knows what became of their command.
func pauseRedis(long time.Duration) func(*trial) {
	return func(f *trial) {
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
		w.Reached(60)
		if err := c.Redis.Signal(syscall.SIGSTOP); err != nil {
			f.Fatal(err)
		}
		pause(50 * time.Millisecond) // answers on their way
		accepted := w.Accepted()
		pause(long)
		f.effect(stopped(c.Redis.Pid()) && w.Accepted() == accepted, "the process was stopped, and nothing was accepted")
		if err := c.Redis.Signal(syscall.SIGCONT); err != nil {
			f.Fatal(err)
		}
		f.mark("accepted again after", w.Alive(1), 2*time.Second)
		w.Alive(60)
		x := w.Check() // each accepted message once
		f.crowd(x)
		f.none("accepted and lost", x.Lost)
		f.none("started afresh", x.Reset)
	}
}

func evictingRedis(f *trial) {
	s := storetest.NewServer(f, "--maxmemory-policy", "allkeys-lru")
	f.effect(f.redisAt(s.Addr).ConfigGet(f.Context(), "maxmemory-policy").Val()["maxmemory-policy"] == "allkeys-lru", "maxmemory-policy allkeys-lru")
	ctx, cancel := context.WithTimeout(f.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, cluster.Program(f), "-addr", "127.0.0.1:0", "-redis", s.URL)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(said.String(), "noeviction") {
		f.Errorf("the node ended with %v and said %q; it must refuse to start, and say why", err, said.String())
	}
	f.figure("the node refuses to start, and says what to set")
}

func fullMemory(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
	w.Reached(60)
	client := f.redisAt(c.Redis.Addr)
	used, err := strconv.Atoi(f.info(client, "memory", "used_memory"))
	if err != nil {
		f.Fatal(err)
	}
	f.maxmemory(client, strconv.Itoa(used/2))
	pause(200 * time.Millisecond) // answers on their way
	accepted := w.Accepted()
	pause(time.Duration(size(10, 3)) * time.Second)
	refused := f.refusals(client, "OOM")
	f.effect(refused > 0 && w.Accepted() == accepted, "Redis refused %d writes for want of memory, and nothing was accepted", refused)
	connected := 0
	for _, p := range w.People {
		if p.Open() {
			connected++
		}
	}
	f.figure("%d of %d stayed connected", connected, len(w.People))
	f.maxmemory(client, "0")
	f.mark("accepted again after", w.Alive(1), 2*time.Second)
	w.Alive(60)
	x := w.Check() // nobody saw what the log doesn't have
	f.crowd(x)
	f.none("accepted and lost", x.Lost)
	f.none("started afresh", x.Reset)
}

func (f *trial) maxmemory(client *redis.Client, bytes string) {
	f.Helper()
	if err := client.ConfigSet(f.Context(), "maxmemory", bytes).Err(); err != nil {
		f.Fatal(err)
	}
}

// refusals is how often Redis answered with an error.
func (f *trial) refusals(client *redis.Client, code string) int {
	f.Helper()
	n, _ := strconv.Atoi(strings.TrimPrefix(f.info(client, "errorstats", "errorstat_"+code), "count="))
	return n
}

// slowFsync delays every sync of the append-only file, and kills Redis. What was
// accepted in that time may be lost; nobody may miss that it is.
func slowFsync(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3, Redis: []string{"--appendfsync", "everysec"}})
	w := c.Gather(cluster.Gathering{People: 120, Talkers: 80, Every: 900 * time.Millisecond})
	x := f.newInsider(w, 1)
	w.Reached(150)
	client := f.redisAt(c.Redis.Addr)
	detach := f.strace(c.Redis.Pid(), "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=1900000")
	defer detach()
	cluster.Within(f, within, "Redis waits for a sync", func() error {
		if f.info(client, "persistence", "aof_pending_bio_fsync") == "0" {
			return errNone
		}
		return nil
	})
	w.Alive(150)
	f.promote(w, x.Person, protocol.Viewer)
	w.Alive(10)
	before, _ := w.Chat()
	c.Redis.Kill()
	detach()
	if err := c.Redis.Start(); err != nil {
		f.Fatal(err)
	}
	after, _ := w.Chat()
	lost := 0
	for i, id := range before {
		if i >= len(after) || after[i] != id {
			lost++
		}
	}
	f.effect(lost > 0, "syncs took 1.9 s longer; %d of %d messages gone", lost, len(before))
	f.forked(c)
	f.mark("the demotion in force again after", f.demoted(c, x), 5*time.Second)
	w.Alive(40)
	found := w.Check()
	f.crowd(found)
	f.figure("%d accepted and lost, each reported by a reset", found.Lost)
}

// strace attaches to a process, and returns how to let it go.
func (f *trial) strace(pid int, args ...string) (detach func()) {
	f.Helper()
	cmd := exec.Command("strace", append([]string{"-f", "-qq", "-o", "/dev/null", "-p", strconv.Itoa(pid)}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		f.Fatalf("this fault needs strace (apt-get install strace): %v", err)
	}
	return sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait()
	})
}

// busyScript keeps Redis busy with a script that doesn't end.
func busyScript(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
	w.Reached(60)
	client := f.redisAt(c.Redis.Addr)
	ended := make(chan error, 1)
	go func() { ended <- client.Eval(f.Context(), "while true do end", nil).Err() }() // ends with SCRIPT KILL
	pause(100 * time.Millisecond)                                                     // answers on their way
	accepted := w.Accepted()
	pause(8 * time.Second)
	during := w.Accepted() - accepted
	if err := f.redisAt(c.Redis.Addr).ScriptKill(f.Context()).Err(); err != nil {
		f.Fatal(err)
	}
	f.effect((<-ended) != nil && during == 0, "a script ran for 8 s, Redis answered BUSY %d times, nothing was accepted", f.refusals(client, "BUSY"))
	f.mark("accepted again after", w.Alive(1), 2*time.Second)
	w.Alive(60)
	x := w.Check()
	f.crowd(x)
	f.none("accepted and lost", x.Lost)
	f.none("started afresh", x.Reset)
}

// fullDisk fills the disk of the append-only file.
func fullDisk(f *trial) {
	dir := f.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		f.Fatalf("mount a small disk (this fault needs root): %v", err)
	}
	defer func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }() // Redis still has its file open
	c := cluster.Start(f, cluster.Plan{Nodes: 3, RedisDir: dir, Redis: []string{"--appendfsync", "everysec"}})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
	w.Reached(60)
	filler := filepath.Join(dir, "filler")
	if err := fill(filler); err != nil {
		f.Fatal(err)
	}
	client := f.redisAt(c.Redis.Addr)
	cluster.Within(f, within, "the disk is full", func() error {
		if f.info(client, "persistence", "aof_last_write_status") == "ok" {
			return errNone
		}
		return nil
	})
	pause(300 * time.Millisecond) // answers on their way
	accepted := w.Accepted()
	pause(8 * time.Second)
	f.effect(f.refusals(client, "MISCONF") > 0 && w.Accepted() == accepted,
		"no space left on the device; Redis refused %d writes, and nothing was accepted", f.refusals(client, "MISCONF"))
	connected := 0
	for _, p := range w.People {
		if p.Open() {
			connected++
		}
	}
	f.figure("%d of %d stayed connected", connected, len(w.People))
	f.do(w.People[80], "ping", nil)
	if err := os.Remove(filler); err != nil {
		f.Fatal(err)
	}
	f.mark("accepted again after there was space", w.Alive(1), 5*time.Second)
	w.Alive(60)
	x := w.Check()
	f.crowd(x)
	f.none("accepted and lost", x.Lost)
	f.none("started afresh", x.Reset)
}

// fill writes until the disk takes no more.
func fill(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for block := make([]byte, 64<<10); ; {
		if _, err := file.Write(block); errors.Is(err, syscall.ENOSPC) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// trimmed lets people resume while the log is trimmed right where they were.
func trimmed(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 150, Talkers: 100, Every: 700 * time.Millisecond})
	store := c.Open()
	trims, drops := 0, 0
	cluster.Within(f, within, "a snapshot", func() error {
		if _, ok, err := store.LoadSnapshot(f.Context(), w.Room); err != nil || !ok {
			return fmt.Errorf("%v %v", ok, err)
		}
		return nil
	})
	until := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := 0; time.Now().Before(until); i++ {
		<-tick.C
		w.People[i%len(w.People)].Drop()
		drops++
		snap, ok, err := store.LoadSnapshot(f.Context(), w.Room)
		if err != nil || !ok {
			f.Fatalf("snapshot: %v %v", ok, err)
		}
		if err := store.SaveSnapshot(f.Context(), w.Room, snap, i%3); err != nil {
			f.Fatal(err)
		}
		trims++
	}
	// A node that stood still meanwhile finds its place trimmed away.
	c.Nodes[0].Signal(syscall.SIGSTOP)
	w.Alive(600)
	snapshotAfter(f, w, store)
	c.Nodes[0].Signal(syscall.SIGCONT)
	first := f.redisAt(c.Redis.Addr).XRangeN(f.Context(), store.Keys(w.Room).Log(), "-", "+", 1).Val()
	f.effect(len(first) == 1 && first[0].ID != "0-1", "%d times trimmed, %d people dropped; the log begins at %s", trims, drops, first[0].ID)
	w.Alive(20)
	w.Trimmed = true
	x := w.Check()
	f.crowd(x)
	f.figure("%d started afresh", x.Reset)
}

// snapshotAfter waits for a newer snapshot than the one kept, and trims all below it.
func snapshotAfter(f *trial, w *cluster.Crowd, store *roomlog.Store) {
	f.Helper()
	old, _, _ := store.LoadSnapshot(f.Context(), w.Room)
	cluster.Within(f, within, "another snapshot", func() error {
		snap, ok, err := store.LoadSnapshot(f.Context(), w.Room)
		if err != nil || !ok || snap.Seq <= old.Seq {
			return fmt.Errorf("at %d: %v", snap.Seq, err)
		}
		return store.SaveSnapshot(f.Context(), w.Room, snap, 0)
	})
}
