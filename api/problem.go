package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"

	"greenroom/hub/protocol"
)

// Problem is a failure with more to tell than its code and sentence.
type Problem struct {
	Refusal    *protocol.Error
	ValidUntil int64 // Unix ms; link_expired
	RemovedAt  int64 // Unix ms; removed
}

func (p *Problem) Error() string { return p.Refusal.Error() }
func (p *Problem) Unwrap() error { return p.Refusal }

// problem is a failure on the wire, as RFC 9457 has it.
type problem struct {
	Type       string        `json:"type"`
	Title      string        `json:"title"`
	Status     int           `json:"status"`
	Detail     string        `json:"detail"`
	Code       protocol.Code `json:"code"`
	Field      string        `json:"field,omitempty"`
	RetryAfter int           `json:"retry_after,omitempty"` // seconds
	ValidUntil int64         `json:"valid_until,omitempty"`
	RemovedAt  int64         `json:"removed_at,omitempty"`
}

// Refuse answers with the problem that err is. It is the one place where a
// failure becomes an HTTP status.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := protocol.AsError(err)
	if !ok {
		if unreachable(err) {
			e = protocol.Errorf(protocol.Unavailable, "This can't be done right now. Please try again in a moment.")
			e.RetryAfter = 2
		}
		zerolog.Ctx(r.Context()).Error().Err(err).Str("code", string(e.Code)).Msg("request failed")
	}
	p := problem{
		Type: "urn:greenroom:problem:" + string(e.Code), Title: e.Code.Title(), Status: e.Code.Status(),
		Detail: e.Message, Code: e.Code, Field: e.Field, RetryAfter: e.RetryAfter,
	}
	var more *Problem
	if errors.As(err, &more) {
		p.ValidUntil, p.RemovedAt = more.ValidUntil, more.RemovedAt
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// unreachable reports whether err means that the store can't be reached now,
// which passes, rather than a mistake of ours, which doesn't.
func unreachable(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, redis.ErrClosed) || errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, io.EOF)
}

// Missing answers for paths that don't exist.
func Missing(w http.ResponseWriter, r *http.Request) {
	Refuse(w, r, protocol.Errorf(protocol.NotFound, "There is nothing at this address."))
}

// WrongMethod answers for methods that a path doesn't have.
func WrongMethod(w http.ResponseWriter, r *http.Request) {
	Refuse(w, r, protocol.Errorf(protocol.NotFound, "This address doesn't answer %s.", r.Method))
}
