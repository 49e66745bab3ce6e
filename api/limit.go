package api

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	"greenroom/hub/protocol"
)

// Limit says how often something may be tried: Burst at once, and Burst again
// over each Period.
type Limit struct {
	Name   string
	Burst  int
	Period time.Duration
}

// Limiter counts tries in the store, so that all nodes count together.
type Limiter struct {
	prefix string
	rate   *redis_rate.Limiter
}

// NewLimiter returns a Limiter whose keys begin with prefix.
func NewLimiter(db redis.UniversalClient, prefix string) *Limiter {
	return &Limiter{prefix: prefix, rate: redis_rate.NewLimiter(db)}
}

// Spend takes one try of l for who, and refuses with too_many_tries where
// none is left.
func (m *Limiter) Spend(ctx context.Context, l Limit, who string) error {
	return m.take(ctx, l, who, 1)
}

// Check refuses with too_many_tries where no try of l is left for who, and
// takes none: for limits that only count failures.
func (m *Limiter) Check(ctx context.Context, l Limit, who string) error {
	return m.take(ctx, l, who, 0)
}

func (m *Limiter) take(ctx context.Context, l Limit, who string, n int) error {
	res, err := m.rate.AllowN(ctx, m.prefix+l.Name+":"+who,
		redis_rate.Limit{Rate: l.Burst, Burst: l.Burst, Period: l.Period}, n)
	if err != nil {
		return fmt.Errorf("count tries: %w", err)
	}
	if res.Allowed == n && (n > 0 || res.Remaining > 0) {
		return nil
	}
	wait := max(res.RetryAfter, l.Period/time.Duration(l.Burst))
	seconds := int(math.Ceil(wait.Seconds()))
	refusal := protocol.Errorf(protocol.TooManyTries, "Please wait %d seconds.", seconds)
	refusal.RetryAfter = seconds
	return refusal
}
