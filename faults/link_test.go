package faults

import (
	"context"
	"fmt"
	"sync"
	"time"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

func killSubscriptions(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
	w.Reached(60)
	client := f.redisAt(c.Redis.Addr)
	killed := int64(0)
	ctx, cancel := context.WithTimeout(f.Context(), time.Duration(size(20, 5))*time.Second)
	defer cancel()
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		n, err := client.ClientKillByFilter(f.Context(), "TYPE", "pubsub").Result()
		if err != nil {
			f.Fatal(err)
		}
		killed += n
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	x := w.Check()
	f.effect(killed > int64(size(60, 15)), "%d subscriptions killed", killed)
	f.crowd(x)
	f.figure("seen after %s median", short(cluster.Percentile(x.Delays, .5)))
	f.mark("99 % seen within", cluster.Percentile(x.Delays, .99), time.Second)
	f.none("accepted and lost", x.Lost)
	f.none("links lost", len(x.Away))
	f.none("started afresh", x.Reset)
}

// links are a proxy for each node.
type links struct {
	f    *trial
	mu   sync.Mutex // guards each
	each []*Proxy
}

// via gives each node a link of its own to the store.
func (l *links) via(_ int, store string) string {
	p, err := NewProxy(store[len("redis://"):])
	if err != nil {
		l.f.Fatal(err)
	}
	l.f.Cleanup(p.Close)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.each = append(l.each, p)
	return "redis://" + p.Addr
}

// blackHole lets nothing through between one node and Redis, while somebody on
// that node is demoted elsewhere.
func blackHole(up, down bool) func(*trial) {
	return func(f *trial) {
		l := &links{f: f}
		c := cluster.Start(f, cluster.Plan{Nodes: 3, Via: l.via})
		w := c.Gather(cluster.Gathering{People: 90, Talkers: 45, Every: 900 * time.Millisecond})
		x := f.newInsider(w, 1)
		w.Reached(40)
		there := at(w, x.Node())
		proxy := l.each[x.Node()]
		proxy.Stall(up, down)
		began := time.Now()
		f.promote(w, x.Person, protocol.Viewer)
		f.whisper(w, "canary after the demotion")
		told := cluster.Within(f, within, "its people are told", func() error {
			for _, p := range there {
				if p.View().Degraded == 0 && len(p.View().Closes) == 0 {
					return errNone
				}
			}
			return nil
		})
		f.mark("its people are told after", told, roomlog.Lease+2*time.Second)
		cluster.Within(f, within, "its people are sent elsewhere", func() error {
			for _, p := range there {
				if !p.Open() && len(p.View().Away) == 0 || p.Node() == 1 && p.View().Connects == 1 {
					return fmt.Errorf("%s is still there", p.Name)
				}
			}
			return nil
		})
		f.mark("they are elsewhere after", time.Since(began), 20*time.Second)
		f.mark("the others go on: 10 messages take", w.Alive(10), 5*time.Second)
		f.effect(proxy.Held() > 0, "the link held %d bytes back", proxy.Held())
		proxy.Pass()
		c.Nodes[1].WaitReady()
		found := w.Check()
		f.crowd(found)
		f.demoted(c, x)
		f.silenced(x, "canary after the demotion")
		f.none("accepted and lost", found.Lost)
		f.none("started afresh (but for who was demoted while away)", afresh(w, x.Person))
	}
}

// slowRedis lets every answer of Redis take long, each time differently.
func slowRedis(f *trial) {
	l := &links{f: f}
	c := cluster.Start(f, cluster.Plan{Nodes: 3, Via: l.via})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 45, Every: 1500 * time.Millisecond})
	w.Reached(40)
	fast, _ := f.roundTrip(l.each[0])
	for _, p := range l.each {
		p.Delay(25*time.Millisecond, 250*time.Millisecond)
	}
	var slow time.Duration
	for range 10 {
		d, _ := f.roundTrip(l.each[0])
		slow = max(slow, d)
	}
	pause(20 * time.Second)
	accepted := w.Accepted()
	for _, p := range l.each {
		p.Pass()
	}
	f.effect(slow > 100*time.Millisecond, "a PING took up to %s instead of %s", short(slow), short(fast))
	w.Alive(20)
	x := w.Check()
	f.crowd(x)
	f.figure("%d accepted meanwhile", accepted)
	f.figure("99 %% of messages seen within %s", short(cluster.Percentile(x.Delays, .99)))
	f.none("accepted and lost", x.Lost)
	f.none("forks found where there was none", int(c.Metric("greenroom_forks_total")))
	f.none("links lost", len(x.Away))
	f.none("started afresh", x.Reset)
}

// roundTrip is how long a PING takes through a proxy.
func (f *trial) roundTrip(p *Proxy) (time.Duration, error) {
	client := f.redisAt(p.Addr)
	if err := client.Ping(f.Context()).Err(); err != nil { // connects
		return 0, err
	}
	began := time.Now()
	err := client.Ping(f.Context()).Err()
	return time.Since(began), err
}
