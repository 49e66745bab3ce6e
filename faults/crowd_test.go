package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sys/unix"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
)

// neverRead lets many connections come in that then take nothing.
func neverRead(f *trial) {
	const stuck = 600
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 300, Talkers: 40, Every: time.Second, Pad: 1500})
	w.Reached(200)
	before := c.Metric("process_resident_memory_bytes")
	conns := f.others(c, w, stuck, func(c *net.TCPConn) { _ = c.SetReadBuffer(4096) })
	began := time.Now()
	took := cluster.Within(f, 2*time.Minute, "all who take nothing are cut", func() error {
		if n := c.Metric("greenroom_closes_total", fmt.Sprintf(`code="%d"`, protocol.CloseSlow.Code)); n < stuck {
			return fmt.Errorf("%.0f are", n)
		}
		return nil
	})
	after := c.Metric("process_resident_memory_bytes")
	f.effect(len(conns) == stuck, "%d connections were in and took nothing", len(conns))
	f.mark("all cut after", took, 40*time.Second)
	f.figure("memory of the nodes %+.0f MB (≤ 64)", (after-before)/(1<<20))
	if after-before > 64<<20 {
		f.Errorf("the nodes grew by %.0f MB", (after-before)/(1<<20))
	}
	pause(time.Until(began.Add(took)))
	x := w.Check()
	f.crowd(x)
	f.mark("99 % of messages seen by the others within", cluster.Percentile(x.Delays, .99), time.Second)
	f.none("links lost of the others", len(x.Away))
}

// others are connections of people beside the crowd, welcomed and then left alone.
func (f *trial) others(c *cluster.Cluster, w *cluster.Crowd, n int, tune func(*net.TCPConn)) []*websocket.Conn {
	f.Helper()
	conns := make([]*websocket.Conn, n)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 32)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			p, err := c.Enter(w.Room, fmt.Sprint("other", i), i)
			if err == nil {
				conns[i], err = p.Dial(f.Context(), tune)
			}
			if err != nil {
				f.Error(err)
			}
		})
	}
	wg.Wait()
	if f.Failed() {
		f.FailNow()
	}
	f.Cleanup(func() {
		for _, ws := range conns {
			_ = ws.CloseNow()
		}
	})
	return conns
}

// halfOpen lets many connections vanish without a word: nothing that is sent to
// them arrives, and nothing comes back. In one room nobody speaks, in another
// they do.
func halfOpen(talkers int) func(*trial) {
	return func(f *trial) {
		const gone = 500
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		g := cluster.Gathering{People: 30, Talkers: 1, Each: 1}
		if talkers > 0 {
			g = cluster.Gathering{People: 30, Talkers: talkers, Every: 2 * time.Second}
		}
		w := c.Gather(g)
		w.Reached(1)
		var mu sync.Mutex
		var sockets []*net.TCPConn
		f.others(c, w, gone, func(c *net.TCPConn) {
			mu.Lock()
			defer mu.Unlock()
			sockets = append(sockets, c)
		})
		before := c.Metric("greenroom_connections")
		for _, s := range sockets {
			if err := deafen(s); err != nil {
				f.Fatal(err)
			}
		}
		took := cluster.Within(f, 3*time.Minute, "those who vanished are reaped", func() error {
			if n := c.Metric("greenroom_connections"); n > 31 {
				return fmt.Errorf("%.0f connections", n)
			}
			return nil
		})
		f.effect(before >= gone+31 && len(sockets) >= gone, "%d of %.0f connections got and answered nothing from then on", gone, before)
		f.mark("all reaped after", took, 60*time.Second)
		store := c.Open()
		f.mark("and gone from the list of people after", cluster.Within(f, within, "the list of people", func() error {
			now, err := store.Now(f.Context())
			if err != nil {
				return err
			}
			here, err := store.Here(f.Context(), w.Room, now)
			if err != nil || len(here) != 31 {
				return fmt.Errorf("%d people %v", len(here), err)
			}
			return nil
		}), 15*time.Second)
		x := w.Check()
		f.crowd(x)
		f.none("links lost of the others", len(x.Away))
	}
}

// deafen lets a socket drop whatever arrives, in the kernel and without a word:
// to the other end it looks like a machine that was unplugged.
func deafen(c *net.TCPConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
			&unix.SockFprog{Len: uint16(len(drop)), Filter: &drop[0]})
	})
	if err != nil {
		return err
	}
	return failed
}

// reconnectStorm cuts everybody's connection in one instant.
func reconnectStorm(people int) func(*trial) {
	return func(f *trial) {
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		w := c.Gather(cluster.Gathering{People: people, Talkers: 10, Every: time.Second})
		w.Reached(10)
		cpu := c.Metric("process_cpu_seconds_total")
		began := time.Now()
		for _, p := range w.People {
			p.Drop()
		}
		cluster.Eventually(f, "everybody is back", func() error {
			for _, p := range w.People {
				if len(p.View().Away) == 0 {
					return errNone
				}
			}
			return nil
		})
		f.mark("everybody back after", time.Since(began), 30*time.Second)
		f.figure("%.0f ms CPU of a node for 1,000 returns", (c.Metric("process_cpu_seconds_total")-cpu)*1e6/float64(people))
		x := w.Check()
		f.effect(x.Moved == people, "%d connections cut at once", x.Moved)
		f.crowd(x)
		f.figure("99 %% back within %s", short(cluster.Percentile(x.Away, .99)))
		f.none("accepted and lost", x.Lost)
		f.none("started afresh", x.Reset)
	}
}

// joinStorm lets many people come for the first time, as fast as they can, and
// fifty browsers try one link that works once.
func joinStorm(people int) func(*trial) {
	return func(f *trial) {
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		admin := c.Admin()
		room := c.OpenRoom(admin)
		took := make([]time.Duration, people)
		var failed atomic.Int64
		var wg sync.WaitGroup
		slots := make(chan struct{}, 64)
		began := time.Now()
		for i := range people {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				start := time.Now()
				ctx, cancel := context.WithTimeout(f.Context(), within)
				defer cancel()
				p, err := c.Enter(room, fmt.Sprint("new", i), i)
				if err == nil {
					var ws *websocket.Conn
					if ws, err = p.Dial(ctx, nil); err == nil {
						f.Cleanup(func() { _ = ws.CloseNow() })
					}
				}
				if err != nil {
					failed.Add(1)
				}
				took[i] = time.Since(start)
			})
		}
		wg.Wait()
		all := time.Since(began)
		f.effect(c.Metric("greenroom_connections") >= float64(people), "%d people came in %s", people, short(all))
		f.none("didn't get in", int(failed.Load()))
		f.mark("99 % in within", cluster.Percentile(took, .99), time.Second)
		f.redeemOnce(c, admin, room)
	}
}

// redeemOnce lets fifty browsers redeem one link that works once.
func (f *trial) redeemOnce(c *cluster.Cluster, admin *cluster.Browser, room string) {
	f.Helper()
	a := admin.Call(http.StatusCreated, "POST", c.Nodes[0].URL+"/api/v1/media/"+room+"/invites",
		map[string]any{"email": "ada@crowd.example", "first": "Ada", "last": "Byron", "role": "moderator"})
	link := a["link"].(string)
	token := link[len(c.Nodes[0].URL+"/i#"):]
	var wg sync.WaitGroup
	var in, out atomic.Int64
	for i := range 50 {
		wg.Go(func() {
			status, answer, err := cluster.NewBrowser(f).Try("POST", c.Nodes[i%3].URL+"/api/v1/lobby/enter",
				map[string]any{"token": token, "email": "ada@crowd.example"})
			switch {
			case err == nil && status == http.StatusOK:
				in.Add(1)
			case err == nil && status < 500:
				out.Add(1)
			default:
				f.Errorf("redeem: %d %v %v", status, answer, err)
			}
		})
	}
	wg.Wait()
	f.figure("of 50 browsers with one link that works once, %d got in (= 1)", in.Load())
	if in.Load() != 1 || out.Load() != 49 {
		f.Errorf("%d got in and %d were refused", in.Load(), out.Load())
	}
}

// voteStorm lets everybody vote to and fro while others talk.
func voteStorm(f *trial) {
	const people, each = 1000, 21
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: people, Talkers: 20, Every: time.Second})
	r, err := w.Manager.Do(f.Context(), "ask", map[string]any{"text": "How many are we?"})
	if err != nil || r.Type != "ack" {
		f.Fatalf("ask: %+v %v", r, err)
	}
	question := r.Object
	cluster.Within(f, within, "everybody sees the question", func() error {
		for _, p := range w.People {
			if p.View().Question != question {
				return errNone
			}
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(f.Context(), 3*time.Minute)
	defer cancel()
	began := time.Now()
	var votes, refused atomic.Int64
	var why atomic.Value
	var wg sync.WaitGroup
	for _, p := range w.People[20:] { // those who don't talk
		wg.Go(func() {
			for n := range each {
				pause(time.Duration(rand.Int64N(int64(600 * time.Millisecond)))) // to read on
				r, err := p.Do(ctx, "vote", map[string]any{"question": question, "on": n%2 == 0})
				if err != nil || r.Type != "ack" {
					refused.Add(1)
					why.Store(fmt.Sprint(r.Code, err))
					continue
				}
				votes.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	f.effect(votes.Load() > people*each/2, "%d votes in %s", votes.Load(), short(took))
	f.none("votes refused", int(refused.Load()))
	if refused.Load() > 0 {
		f.Errorf("such as: %v\n%s", why.Load(), c.Complaints())
	}
	store := c.Open()
	keys := store.Keys(w.Room)
	set, err := store.Redis.SCard(f.Context(), keys.Votes(question)).Result()
	if err != nil {
		f.Fatal(err)
	}
	tallies, err := store.Tallies(f.Context(), w.Room)
	if err != nil {
		f.Fatal(err)
	}
	f.figure("%d voters, tally %d, %d who voted last", set, tallies[question], people-20)
	if set != tallies[question] || set != people-20 {
		f.Errorf("%d in the set, %d in the tally, %d voted last", set, tallies[question], people-20)
	}
	x := w.Check()
	f.crowd(x)
	f.mark("99 % of messages seen within", cluster.Percentile(x.Delays, .99), time.Second)
	f.none("links lost", len(x.Away))
}
