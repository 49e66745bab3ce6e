// Package roomlog keeps the log of each room in Redis: it commits entries,
// reads them, and follows them as they come. It owns the names of all keys and
// every script that writes a room. It knows nothing of connections, and what an
// entry's body means is the hub's business.
package roomlog

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"golang.org/x/sys/unix"
)

// Store is the connection to Redis, real or embedded, through which everything
// in Greenroom is kept.
type Store struct {
	// Redis is for what no room owns. Rooms are written by Commit and by
	// scripts that begin with Prelude.
	Redis redis.UniversalClient
	// Embedded tells that nothing outlives this process.
	Embedded bool

	prefix string
	close  func()
}

// Timeouts of every call to Redis. A slow store must fail a command, which the
// browser repeats harmlessly, before it holds up the room.
const (
	dialTimeout = time.Second
	callTimeout = time.Second
	deadLink    = 4 * time.Second // unacknowledged data after which the kernel gives up a link
)

// Open connects to the Redis at address: redis://, rediss://, redis-cluster://
// (host and ?addr=) or redis-sentinel:// (?master_name=). An empty address runs
// an embedded store in this process. It returns an error where the store
// can't be reached, or would throw keys away by itself.
func Open(ctx context.Context, address string) (*Store, error) {
	if address == "" {
		return openEmbedded(), nil
	}
	client, err := dial(address)
	if err != nil {
		return nil, err
	}
	s := &Store{Redis: client, close: func() { client.Close() }}
	if err := s.check(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// WithPrefix returns the same store with all names under prefix.
func (s *Store) WithPrefix(prefix string) *Store {
	c := *s
	c.prefix = s.prefix + prefix
	c.close = func() {}
	return &c
}

// Close ends all connections. An embedded store forgets everything.
func (s *Store) Close() { s.close() }

// Now returns the store's time, the only clock that decides anything.
func (s *Store) Now(ctx context.Context) (time.Time, error) { return s.Redis.Time(ctx).Result() }

// check refuses a Redis that evicts keys when memory is short: a role that
// vanished would be denied at random.
func (s *Store) check(ctx context.Context) error {
	conf, err := s.Redis.ConfigGet(ctx, "maxmemory-policy").Result()
	if err != nil {
		if pingErr := s.Redis.Ping(ctx).Err(); pingErr != nil {
			return fmt.Errorf("reach redis: %w", pingErr)
		}
		return nil // CONFIG is often forbidden on hosted Redis
	}
	if p := conf["maxmemory-policy"]; p != "" && p != "noeviction" {
		return fmt.Errorf("redis has maxmemory-policy %s, which deletes roles when memory is short; set it to noeviction", p)
	}
	return nil
}

func dial(address string) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("redis address: %w", err)
	}
	switch scheme := strings.TrimSuffix(u.Scheme, "s"); scheme {
	case "redis-cluster":
		o, err := redis.ParseClusterURL(strings.Replace(address, "-cluster", "", 1))
		if err != nil {
			return nil, fmt.Errorf("redis address: %w", err)
		}
		o.MaxRetries, o.ContextTimeoutEnabled, o.Protocol, o.DisableIdentity = -1, true, 2, true
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = dialTimeout, callTimeout, callTimeout, 1
		o.Dialer = dialer(o.TLSConfig != nil)
		return redis.NewClusterClient(o), nil
	case "redis-sentinel":
		o, err := redis.ParseFailoverURL(strings.Replace(address, "-sentinel", "", 1))
		if err != nil {
			return nil, fmt.Errorf("redis address: %w", err)
		}
		o.MaxRetries, o.ContextTimeoutEnabled, o.Protocol, o.DisableIdentity = -1, true, 2, true
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = dialTimeout, callTimeout, callTimeout, 1
		o.Dialer = dialer(o.TLSConfig != nil)
		return redis.NewFailoverClient(o), nil
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, fmt.Errorf("redis address: %w", err)
	}
	if o.Network == "tcp" {
		o.Dialer = dialer(o.TLSConfig != nil)
	}
	return redis.NewClient(bounded(o)), nil
}

// Over returns the store that dial reaches, with the bounds that Open sets.
func Over(dial func(ctx context.Context, network, address string) (net.Conn, error)) *Store {
	client := redis.NewClient(bounded(&redis.Options{Addr: "over", Dialer: dial}))
	return &Store{Redis: client, close: func() { client.Close() }}
}

// bounded sets how long a call may take, and that it is tried once: a retry
// inside the client would turn one action into several entries.
func bounded(o *redis.Options) *redis.Options {
	o.MaxRetries, o.ContextTimeoutEnabled, o.Protocol, o.DisableIdentity = -1, true, 2, true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = dialTimeout, callTimeout, callTimeout, 1
	o.PoolSize, o.PoolTimeout = 64, 2*time.Second
	o.MaintNotificationsConfig = noResolving
	return o
}

// noResolving keeps the client from looking its own address up at start, for
// notices that we don't take.
var noResolving = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}

// dialer makes the kernel notice a dead link within deadLink instead of a
// quarter of an hour. TLS links are left to the client's own dialer.
func dialer(secure bool) func(context.Context, string, string) (net.Conn, error) {
	if secure {
		return nil
	}
	d := &net.Dialer{Timeout: dialTimeout, Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(deadLink.Milliseconds()))
		})
	}}
	return d.DialContext
}
