package faults

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
)

// within bounds everything that one asks a cluster to do.
const within = time.Minute

// do has somebody do something that must be accepted.
func (f *trial) do(p *cluster.Person, kind string, fields map[string]any) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), within)
	defer cancel()
	r, err := p.Do(ctx, kind, fields)
	if err != nil || r.Type != "ack" && r.Type != "pong" {
		f.Fatalf("%s: %s %v: %+v %v", p.Name, kind, fields, r, err)
	}
}

func (f *trial) promote(w *cluster.Crowd, p *cluster.Person, role protocol.Role) {
	f.Helper()
	f.do(w.Manager, "set_role", map[string]any{"participant": p.View().ID, "role": role.String()})
}

// insider is somebody of a crowd who was of the staff, and whom a fault must not
// let hear the staff again.
type insider struct {
	*cluster.Person
	crowd *cluster.Crowd
}

// newInsider makes the person with this number a moderator, and proves that
// they hear the staff.
func (f *trial) newInsider(w *cluster.Crowd, i int) insider {
	f.Helper()
	x := insider{w.People[i], w}
	f.promote(w, x.Person, protocol.Moderator)
	f.whisper(w, "canary before")
	cluster.Within(f, within, "a moderator hears the staff", func() error {
		if !x.heard("canary before") {
			return fmt.Errorf("heard %q", x.View().Whispers)
		}
		return nil
	})
	return x
}

func (f *trial) whisper(w *cluster.Crowd, text string) {
	f.Helper()
	f.do(w.Manager, "whisper", map[string]any{"text": text})
}

func (x insider) heard(text string) bool { return slices.Contains(x.View().Whispers, text) }

// silenced fails where the insider has heard one of these, or anything of the
// staff after their own role was gone.
func (f *trial) silenced(x insider, texts ...string) {
	f.Helper()
	for _, text := range texts {
		if x.heard(text) {
			f.Errorf("%s heard %q", x.Name, text)
		}
	}
	f.none("words of the staff that reached who was demoted", x.View().Leaks)
}

// demoted waits until the store and the person's own page agree that they are a
// viewer, and returns how long that took.
func (f *trial) demoted(c *cluster.Cluster, x insider) time.Duration {
	f.Helper()
	store := c.Open()
	return cluster.Within(f, within, "the demotion is in force", func() error {
		seat, err := store.Seat(f.Context(), x.crowd.Room, x.View().ID)
		if err != nil || seat.Role != protocol.Viewer || x.View().Role != "viewer" {
			return fmt.Errorf("role in the store: %v %v, at the page: %s", seat.Role, err, x.View().Role)
		}
		return nil
	})
}

// redisAt is a client of a test's own.
func (f *trial) redisAt(addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, DisableIdentity: true, Protocol: 2, ReadTimeout: 20 * time.Second})
	f.Cleanup(func() { client.Close() })
	return client
}

// info returns one field of INFO.
func (f *trial) info(client *redis.Client, section, name string) string {
	f.Helper()
	text, err := client.Info(f.Context(), section).Result()
	if err != nil {
		f.Fatal(err)
	}
	_, value, _ := strings.Cut(text, name+":")
	value, _, _ = strings.Cut(value, "\r\n")
	return value
}

// stopped reports whether a process is paused.
func stopped(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(b), ") ")
	return err == nil && strings.HasPrefix(rest, "T")
}

// at is everybody who is connected to a node.
func at(w *cluster.Crowd, node int) (there []*cluster.Person) {
	for _, p := range w.People {
		if p.Open() && p.Node() == node {
			there = append(there, p)
		}
	}
	return there
}
