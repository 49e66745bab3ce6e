package roomlog

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// How a Listener finds out that its subscription is dead: it publishes to
// itself every probeEvery, and hearing nothing for deafAfter it starts anew. A
// dead link gives no error by itself.
const (
	probeEvery = time.Second
	deafAfter  = 3 * time.Second
)

// Listener is one node's subscription to the channels of the rooms that it has
// people in.
type Listener struct {
	store *Store
	node  string

	// changes is held while subscriptions change, which blocks for Redis, so
	// that they change in the order in which followers do.
	changes sync.Mutex
	sub     *redis.PubSub // replaced by run alone, under changes

	mu        sync.Mutex           // guards the following; what is heard waits for it
	followers map[string]*Follower // by channel
}

// Listen starts a listener that lives until ctx ends.
func (s *Store) Listen(ctx context.Context, node string) *Listener {
	l := &Listener{store: s, node: node, followers: map[string]*Follower{}}
	l.sub = s.Redis.Subscribe(ctx, s.probe(node))
	go l.run(ctx)      // stops with ctx
	go l.probeAll(ctx) // stops with ctx
	return l
}

// add lets f hear every message on its channel. An empty message means that some
// may have been missed. It doesn't wait for Redis to confirm: the first tip
// check closes that gap.
func (l *Listener) add(ctx context.Context, f *Follower) error {
	l.changes.Lock()
	defer l.changes.Unlock()
	if err := l.sub.Subscribe(ctx, f.channel); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.followers[f.channel] = f
	return nil
}

// remove ends what add began, unless another follower has the channel by now: a
// room that was closed may be open again before its old follower has ended.
func (l *Listener) remove(ctx context.Context, f *Follower) {
	l.changes.Lock()
	defer l.changes.Unlock()
	if !l.forget(f) {
		return
	}
	_ = l.sub.Unsubscribe(ctx, f.channel) // a dead subscription is rebuilt from followers
}

func (l *Listener) forget(f *Follower) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.followers[f.channel] != f {
		return false
	}
	delete(l.followers, f.channel)
	return true
}

func (l *Listener) run(ctx context.Context) {
	for ctx.Err() == nil {
		l.receive(ctx)
		l.rebuild(ctx)
	}
	l.changes.Lock()
	defer l.changes.Unlock()
	l.sub.Close()
}

// receive hands out messages until the subscription fails or goes deaf.
func (l *Listener) receive(ctx context.Context) {
	for {
		msg, err := l.sub.ReceiveTimeout(ctx, deafAfter)
		if err != nil {
			return
		}
		switch m := msg.(type) {
		case *redis.Message:
			l.tell(m.Channel, m.Payload)
		case *redis.Subscription:
			// The library reconnects by itself and says so only this way.
			if m.Kind == "subscribe" {
				l.tell(m.Channel, "")
			}
		}
	}
}

func (l *Listener) tell(channel, message string) {
	l.mu.Lock()
	f := l.followers[channel]
	l.mu.Unlock()
	if f != nil {
		f.hear(message)
	}
}

// rebuild starts a new subscription to everything. It waits a little where the
// store is away, so as not to spin.
func (l *Listener) rebuild(ctx context.Context) {
	timer := time.NewTimer(200 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	}
	l.changes.Lock()
	defer l.changes.Unlock()
	l.sub.Close()
	followers := l.all()
	channels := []string{l.store.probe(l.node)}
	for _, f := range followers {
		channels = append(channels, f.channel)
	}
	l.sub = l.store.Redis.Subscribe(ctx, channels...)
	for _, f := range followers {
		f.hear("")
	}
}

func (l *Listener) all() []*Follower {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.followers))
}

func (l *Listener) probeAll(ctx context.Context) {
	ticker := time.NewTicker(probeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = l.store.Redis.Publish(ctx, l.store.probe(l.node), "probe").Err() // silence is what tells
		}
	}
}
