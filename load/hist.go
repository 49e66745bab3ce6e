package load

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// A histogram counts durations in buckets of a width that grows with the
// value: each power of two is split into 32, so that what it tells is at most
// 3 % too long. Many goroutines may record at once.
type histogram struct {
	counts [buckets]atomic.Int64
	most   atomic.Int64 // µs
}

const (
	subBits = 5
	// Two times 32 buckets of 1 µs, then 32 for each further power of two up to
	// 2^36 µs, which is 19 hours.
	buckets = 1<<subBits + (36-subBits)<<subBits
)

// record counts d. What is below zero counts as zero.
func (h *histogram) record(d time.Duration) {
	us := max(d.Microseconds(), 0)
	h.counts[bucket(us)].Add(1)
	for most := h.most.Load(); us > most && !h.most.CompareAndSwap(most, us); most = h.most.Load() {
	}
}

// bucket returns where us is counted.
func bucket(us int64) int {
	power := bits.Len64(uint64(us)) - 1 - subBits
	if power <= 0 {
		return int(us)
	}
	return min(power<<subBits+int(us>>power), buckets-1)
}

// longest returns the largest value in µs that bucket b counts.
func longest(b int) int64 {
	power := b>>subBits - 1
	if power <= 0 {
		return int64(b)
	}
	return int64(b-power<<subBits+1)<<power - 1
}

// percentile returns a duration that the share p (0 to 1) of all doesn't
// exceed; 0 where nothing was recorded.
func (h *histogram) percentile(p float64) time.Duration {
	most := time.Duration(h.most.Load()) * time.Microsecond
	left := int64(p * float64(h.count()))
	for b := range h.counts {
		if left -= h.counts[b].Load(); left < 0 {
			return min(time.Duration(longest(b))*time.Microsecond, most)
		}
	}
	return most
}

func (h *histogram) count() (n int64) {
	for b := range h.counts {
		n += h.counts[b].Load()
	}
	return n
}
