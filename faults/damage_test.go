package faults

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
)

// poison puts into the log and onto the channel what no script writes.
func poison(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 60, Talkers: 30, Every: 900 * time.Millisecond})
	w.Reached(20)
	keys := c.Open().Keys(w.Room)
	client := f.redisAt(c.Redis.Addr)
	put := 0
	for _, values := range []map[string]any{
		{"e": "garbage"},
		{"e": ""},
		{"other": "field"},
		{"e": "\x00\xff\xfe { } \n"},
		{"e": "0123456789abcdef fedcba9876543210 1 chat - - 0 {\"text\":\"from another log\"}"},
		{"e": "0123456789abcdef - 1 role - - 99999999999999999999 {}"},
	} {
		if err := client.XAdd(f.Context(), &redis.XAddArgs{Stream: keys.Log(), ID: "0-*", Values: values}).Err(); err != nil {
			f.Fatal(err)
		}
		put++
		w.Alive(2)
	}
	for _, message := range []string{"e", "e1", "e99999999 junk", "e3 0123456789abcdef - 1 chat - - 0 {}", "", "v", "vx", "r", "r{", "?", "\xff"} {
		if err := client.Publish(f.Context(), keys.Channel(), message).Err(); err != nil {
			f.Fatal(err)
		}
	}
	w.Alive(10)
	late, err := c.Enter(w.Room, "late", 0)
	if err != nil {
		f.Fatal(err)
	}
	w.Join(late)
	f.effect(put == 6, "%d entries that no script wrote stand in the log", put)
	x := w.Check()
	f.crowd(x)
	f.alive(c)
	f.none("links lost", len(x.Away))
	f.none("started afresh", x.Reset)
}

// alive fails where a node has died.
func (f *trial) alive(c *cluster.Cluster) {
	f.Helper()
	for i, n := range c.Nodes {
		select {
		case <-n.Ended():
			f.Errorf("node %d died\n%s", i, n.Complaints())
		default:
		}
		if resp, err := http.Get(n.URL + "/healthz"); err != nil {
			f.Errorf("node %d: %v", i, err)
		} else {
			resp.Body.Close()
		}
	}
}

func flushAll(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 60, Talkers: 30, Every: 900 * time.Millisecond})
	w.Reached(20)
	w.Hush()
	client := f.redisAt(c.Redis.Addr)
	if err := client.FlushAll(f.Context()).Err(); err != nil {
		f.Fatal(err)
	}
	f.effect(client.Exists(f.Context(), c.Open().Keys(w.Room).Log()).Val() == 0, "the room's log is gone")
	took := cluster.Within(f, within, "everybody is shown out", func() error { return allEnded(w) })
	f.mark("everybody shown out for good after", took, 5*time.Second)
	f.alive(c)
}

// allEnded returns an error while somebody is not told that there is no such room.
func allEnded(w *cluster.Crowd) error {
	for _, p := range w.People {
		if e := p.View().Ended; e != protocol.CloseNotFound.Code && e != protocol.CloseSignedOut.Code {
			return fmt.Errorf("%s: connected %v, ended with %d", p.Name, p.Open(), e)
		}
	}
	return nil
}

// deleteKeys takes one key of a room away, of several rooms.
func deleteKeys(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 2})
	client := f.redisAt(c.Redis.Addr)
	store := c.Open()
	gone := func(key string) {
		f.Helper()
		n, err := client.Del(f.Context(), key).Result()
		if err != nil || n != 1 {
			f.Fatalf("delete %s: %d %v", key, n, err)
		}
	}
	room := func() *cluster.Crowd {
		w := c.Gather(cluster.Gathering{People: 10, Each: 2, Every: 100 * time.Millisecond})
		w.Hush()
		return w
	}
	meta := room()
	gone(store.Keys(meta.Room).Meta())
	f.mark("without meta: everybody shown out after", cluster.Within(f, within, "everybody is shown out", func() error { return allEnded(meta) }), 5*time.Second)

	roles := room()
	gone(store.Keys(roles.Room).Roles())
	r, err := roles.People[0].Do(f.Context(), "chat", map[string]any{"text": "may I?"})
	if err != nil || r.Code != string(protocol.Forbidden) {
		f.Errorf("without roles: somebody speaks: %+v %v", r, err)
	}
	f.figure("without roles: nobody may do anything")

	log := room()
	gone(store.Keys(log.Room).Log())
	ids, _ := log.Chat()
	f.effect(len(ids) == 0, "meta, roles and log of three rooms deleted")
	ctx, cancel := context.WithTimeout(f.Context(), 5*time.Second)
	defer cancel()
	_, _ = log.People[0].Do(ctx, "chat", map[string]any{"text": "is anybody there?"}) // whatever comes of it
	f.mark("without log: all are sent away after", cluster.Within(f, within, "all are sent away", func() error {
		for _, p := range log.People {
			if len(p.View().Closes) == 0 {
				return errNone
			}
		}
		return nil
	}), 20*time.Second)
	late, err := c.Enter(log.Room, "late", 0)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := late.Dial(f.Context(), nil); err == nil {
		f.Errorf("without log: somebody came in")
	}
	f.figure("and nobody gets in")
	f.alive(c)
}
