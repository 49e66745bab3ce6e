package load

import (
	"testing"
	"time"
)

func TestHistogramIsAtMostThreePercentTooLong(t *testing.T) {
	for us := int64(0); us < 1<<35; us += 1 + us/7 {
		top := longest(bucket(us))
		if top < us || float64(top) > float64(us)*1.032 {
			t.Fatalf("%d µs is told as %d", us, top)
		}
		if b := bucket(top + 1); b != bucket(us)+1 {
			t.Fatalf("bucket %d isn't followed by the next one", bucket(us))
		}
	}
}

func TestPercentiles(t *testing.T) {
	var h histogram
	if h.percentile(.5) != 0 {
		t.Fatal("an empty histogram has a median")
	}
	for i := 1; i <= 1000; i++ {
		h.record(time.Duration(i) * time.Millisecond)
	}
	for p, want := range map[float64]time.Duration{0: time.Millisecond, .5: 501 * time.Millisecond, .99: 991 * time.Millisecond, 1: time.Second} {
		if got := h.percentile(p); got < want || float64(got) > float64(want)*1.032 {
			t.Errorf("percentile %g is %s, want %s", p, got, want)
		}
	}
	h.record(-time.Second)
	h.record(100 * time.Hour)
	if h.percentile(1) != 100*time.Hour || h.count() != 1002 {
		t.Fatal("what is out of range isn't counted")
	}
}
