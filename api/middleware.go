package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"greenroom/hub/protocol"
)

// Log gives each request an id and a logger that carries it, and writes one
// line when it is answered. Queries, bodies, cookies and addresses never get
// into it: they may hold emails and secrets.
func Log(log zerolog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:16]
		w.Header().Set("X-Request-Id", id)
		l := log.With().Str("request", id).Logger()
		start, answer := time.Now(), Remember(w)
		next.ServeHTTP(answer, r.WithContext(l.WithContext(r.Context())))
		level := zerolog.InfoLevel
		if r.Method == http.MethodGet && answer.Status() < http.StatusBadRequest {
			level = zerolog.DebugLevel // most requests only look
		}
		l.WithLevel(level).Str("method", r.Method).Str("path", r.URL.Path).Int("status", answer.Status()).
			Dur("ms", time.Since(start)).Msg("request")
	})
}

// Answer is a response that remembers its status.
type Answer struct {
	http.ResponseWriter
	status int
}

// Remember returns w as one that remembers the status sent through it.
func Remember(w http.ResponseWriter) *Answer { return &Answer{ResponseWriter: w} }

// WriteHeader sends and remembers the status.
func (a *Answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Status returns what was sent; 200 where the handler left it to the server.
func (a *Answer) Status() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// Unwrap lets http.ResponseController find what the server's writer can do.
func (a *Answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Recover turns a panic into an internal error, and the server goes on.
func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				zerolog.Ctx(r.Context()).Error().Bytes("stack", debug.Stack()).Msg("panic")
				Refuse(w, r, fmt.Errorf("panic: %v", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Headers sets what every answer of the API carries: nobody stores it, frames
// it, or reads it as anything but what it says it is.
func Headers(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// SameOrigin refuses requests that a page of another site makes a browser
// send, but for those that change nothing. origin is our own public one, which
// a proxy may hide from us.
func SameOrigin(origin string, next http.Handler) (http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(origin); err != nil {
		return nil, fmt.Errorf("public URL: %w", err)
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Refuse(w, r, protocol.Errorf(protocol.CrossOrigin, "Please open Greenroom itself and try there."))
	}))
	return guard.Handler(next), nil
}
