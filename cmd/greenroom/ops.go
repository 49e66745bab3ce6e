package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"greenroom/api"
)

// pingEvery is how long an answer of the store counts for /readyz.
const pingEvery = time.Second

// ops tells those who run the program how it is.
type ops struct {
	// Set at construction.
	server   *server
	registry *prometheus.Registry
	requests *prometheus.HistogramVec

	mu     sync.Mutex // guards the following
	pinged time.Time
	err    error
}

func newOps(s *server) *ops {
	o := &ops{server: s, registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "greenroom_http_request_seconds", Help: "How long requests took, by route and status.",
		Buckets: []float64{.001, .005, .02, .1, .5, 2},
	}, []string{"method", "route", "status"})}
	o.registry.MustRegister(collectors.NewGoCollector(), o.requests, s.hub,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return o
}

// handler is what the second listener serves. It must not be public.
func (o *ops) handler() http.Handler {
	m := http.NewServeMux()
	m.Handle("/metrics", promhttp.HandlerFor(o.registry, promhttp.HandlerOpts{}))
	m.HandleFunc("/debug/pprof/", pprof.Index)
	m.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	m.HandleFunc("/debug/pprof/profile", pprof.Profile)
	m.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	m.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return m
}

// measure times requests under the template of their route, so that no id
// becomes a label.
func (o *ops) measure(r *mux.Router) http.Handler {
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			route := "none"
			if current := mux.CurrentRoute(r); current != nil {
				if template, err := current.GetPathTemplate(); err == nil {
					route = template
				}
			}
			start, answer := time.Now(), api.Remember(w)
			next.ServeHTTP(answer, r)
			o.requests.WithLabelValues(r.Method, route, strconv.Itoa(answer.Status())).Observe(time.Since(start).Seconds())
		})
	})
	return r
}

// alive answers as long as the process does.
func (o *ops) alive(w http.ResponseWriter, _ *http.Request) {
	api.Reply(w, http.StatusOK, map[string]string{"status": "pass"})
}

// ready answers whether this node should get people: the store is there, and
// the node isn't about to stop.
func (o *ops) ready(w http.ResponseWriter, r *http.Request) {
	mode := "redis"
	if o.server.store.Embedded {
		mode = "memory"
	}
	checks := map[string]string{"store": "pass", "draining": "pass"}
	status, word := http.StatusOK, "pass"
	if err := o.ping(r.Context()); err != nil {
		checks["store"] = "fail"
	}
	if o.server.hub.Draining() {
		checks["draining"] = "fail"
	}
	if checks["store"] == "fail" || checks["draining"] == "fail" {
		status, word = http.StatusServiceUnavailable, "fail"
	}
	w.Header().Set("Cache-Control", "no-store")
	api.Reply(w, status, map[string]any{"status": word, "checks": checks, "mode": mode})
}

func (o *ops) ping(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Since(o.pinged) < pingEvery {
		return o.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingEvery)
	defer cancel()
	o.err = o.server.store.Redis.Ping(ctx).Err()
	o.pinged = time.Now()
	return o.err
}
