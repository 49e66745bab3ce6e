package roomlog

import (
	"context"
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

	mu    sync.Mutex // guards the following
	sub   *redis.PubSub
	sinks map[string]func(message string)
}

// Listen starts a listener that lives until ctx ends.
func (s *Store) Listen(ctx context.Context, node string) *Listener {
	l := &Listener{store: s, node: node, sinks: map[string]func(string){}}
	l.sub = s.Redis.Subscribe(ctx, s.probe(node))
	go l.run(ctx)      // stops with ctx
	go l.probeAll(ctx) // stops with ctx
	return l
}

// Add hands every message on channel to sink, which must not block. An empty
// message means that some may have been missed. It doesn't wait for Redis to
// confirm: the first tip check closes that gap.
func (l *Listener) Add(ctx context.Context, channel string, sink func(message string)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sinks[channel] = sink
	return l.sub.Subscribe(ctx, channel)
}

// Remove ends what Add began.
func (l *Listener) Remove(ctx context.Context, channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sinks, channel)
	_ = l.sub.Unsubscribe(ctx, channel) // a dead subscription is rebuilt from sinks
}

func (l *Listener) run(ctx context.Context) {
	for ctx.Err() == nil {
		l.receive(ctx)
		l.rebuild(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sub.Close()
}

// receive hands out messages until the subscription fails or goes deaf.
func (l *Listener) receive(ctx context.Context) {
	l.mu.Lock()
	sub := l.sub
	l.mu.Unlock()
	for {
		msg, err := sub.ReceiveTimeout(ctx, deafAfter)
		if err != nil {
			return
		}
		switch m := msg.(type) {
		case *redis.Message:
			l.mu.Lock()
			sink := l.sinks[m.Channel]
			l.mu.Unlock()
			if sink != nil {
				sink(m.Payload)
			}
		case *redis.Subscription:
			// The library reconnects by itself and says so only this way.
			l.mu.Lock()
			sink := l.sinks[m.Channel]
			l.mu.Unlock()
			if sink != nil && m.Kind == "subscribe" {
				sink("")
			}
		}
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
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sub.Close()
	channels := []string{l.store.probe(l.node)}
	for c := range l.sinks {
		channels = append(channels, c)
	}
	l.sub = l.store.Redis.Subscribe(ctx, channels...)
	for _, sink := range l.sinks {
		sink("")
	}
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
