package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"greenroom/hub/roomlog"
	"greenroom/session"
	"greenroom/static"
)

// stopWithin bounds an orderly stop. What isn't done then is cut off.
const stopWithin = 20 * time.Second

// serve runs until a signal stops it. A second signal ends it at once.
func serve(command string, c *config, log zerolog.Logger, out io.Writer) error {
	if os.Getenv("GOGC") == "" {
		// A hub's memory is its connections, and a storm of joins leaves as much
		// garbage again. Collecting sooner costs little: there is little to mark.
		debug.SetGCPercent(50)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := roomlog.Open(ctx, c.redis)
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	defer store.Close()
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	pages, err := static.New()
	if err != nil {
		return err
	}
	s, err := newServer(ctx, c, c.publicURL(listener.Addr()), store, pages, log)
	if err != nil {
		return err
	}
	defer s.hub.Close()
	handler, err := s.handler()
	if err != nil {
		return err
	}
	if store.Embedded {
		log.Warn().Msg("the embedded store is in use: nothing outlives this process, and one node is all there is")
	}
	if err := s.prepare(ctx, command, c, out); err != nil {
		return err
	}
	failed := make(chan error, 2)
	public := start(listener, handler, failed)
	if c.ops != "" {
		opsListener, err := net.Listen("tcp", c.ops)
		if err != nil {
			return err
		}
		private := start(opsListener, s.ops.handler(), failed)
		defer private.Close()
	}
	log.Info().Str("addr", listener.Addr().String()).Str("url", s.url).Msg("serving")
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop() // from here on a signal has its usual effect: it ends the process
	log.Info().Msg("stopping; a second signal stops at once")
	return s.stop(public)
}

// start serves on l until the server is closed; failed gets what ends it early.
func start(l net.Listener, h http.Handler, failed chan<- error) *http.Server {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      90 * time.Second, // a profile takes 30 s; sockets have their own bounds
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
	go func() { // ends with server.Close or Shutdown
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return server
}

// stop sends everybody elsewhere before it closes the door behind them.
func (s *server) stop(public *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	s.hub.Drain(ctx)
	return public.Shutdown(ctx)
}

// prepare makes what a first start needs, and says on out how to get in.
func (s *server) prepare(ctx context.Context, command string, c *config, out io.Writer) error {
	if c.adminEmail != "" {
		_, err := s.sessions.CreateFirst(ctx, session.Account{Email: c.adminEmail, First: "Admin"}, c.adminPassword)
		if err != nil {
			return fmt.Errorf("create the first admin: %w", err)
		}
	}
	if command == "demo" {
		return s.demo(ctx, c.json, out)
	}
	token, needed, err := s.sessions.NewSetup(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = fmt.Fprintf(out, "Open %s/setup#%s to create the first account (works once, within 60 minutes)\n", s.url, token.Reveal())
	return err
}
