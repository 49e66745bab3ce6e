package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sample is what a server has used up to one instant.
type sample struct {
	known    bool
	at       time.Time
	cpu      time.Duration // user and system
	resident float64       // bytes
	inUse    float64       // bytes of Go's heap and stacks; 0: not known
}

// ops reads the metrics of a server's second listener. Its zero value knows
// nothing.
type ops struct {
	base   string
	client *http.Client
}

func (o ops) get(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(o.base, "/")+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := o.client.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("%s answers %s", path, res.Status)
	}
	return res.Body, nil
}

func (o ops) sample(ctx context.Context) (sample, error) {
	if o.base == "" {
		return sample{}, nil
	}
	body, err := o.get(ctx, "/metrics")
	if err != nil {
		return sample{}, fmt.Errorf("read -ops: %w", err)
	}
	defer body.Close()
	at := time.Now()
	m, err := parseMetrics(body)
	if err != nil {
		return sample{}, fmt.Errorf("read -ops: %w", err)
	}
	if _, ok := m["process_cpu_seconds_total"]; !ok {
		return sample{}, errors.New("-ops: there is no process_cpu_seconds_total in /metrics")
	}
	return sample{known: true, at: at, cpu: time.Duration(m["process_cpu_seconds_total"] * float64(time.Second)),
		resident: m["process_resident_memory_bytes"],
		inUse:    m["go_memstats_heap_inuse_bytes"] + m["go_memstats_stack_inuse_bytes"]}, nil
}

// collect has the server collect its garbage, as it does by itself after two
// minutes, so that we needn't wait for that.
func (o ops) collect(ctx context.Context) error {
	if o.base == "" {
		return nil
	}
	body, err := o.get(ctx, "/debug/pprof/heap?gc=1")
	if err != nil {
		return fmt.Errorf("collect garbage: %w", err)
	}
	defer body.Close()
	_, err = io.Copy(io.Discard, body)
	return err
}

// parseMetrics reads those of Prometheus' text format that have no labels.
func parseMetrics(r io.Reader) (map[string]float64, error) {
	m := map[string]float64{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if !ok || strings.ContainsAny(name, "#{") {
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", name, err)
		}
		m[name] = v
	}
	return m, lines.Err()
}

// ownCPU is what this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
