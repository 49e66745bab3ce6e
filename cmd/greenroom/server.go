package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"greenroom/api"
	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/invite"
	"greenroom/media"
	"greenroom/session"
	"greenroom/static"
)

// server is all parts of the program, wired together.
type server struct {
	log      zerolog.Logger
	url      string // public, without a slash at its end
	proxied  bool
	store    *roomlog.Store
	sessions *session.Sessions
	library  *media.Library
	desk     *invite.Desk
	pages    *static.Static
	hub      *hub.Hub
	ops      *ops
}

func newServer(ctx context.Context, c *config, publicURL string, store *roomlog.Store, pages *static.Static, log zerolog.Logger) (*server, error) {
	secret, err := serverKey(ctx, store, c.secret)
	if err != nil {
		return nil, err
	}
	limit := api.NewLimiter(store.Redis, store.Key(""))
	s := &server{log: log, url: publicURL, proxied: c.proxy, store: store, pages: pages}
	s.sessions = session.New(store.Redis, store.Key(""), s.https(), limit)
	s.library = &media.Library{Store: store, Sessions: s.sessions, Limit: limit, Secret: secret}
	s.desk = &invite.Desk{Store: store, Sessions: s.sessions, Media: s.library, Limit: limit, URL: publicURL}
	s.library.MayInvite = s.desk.Enabled
	s.hub = hub.New(hub.Config{Store: store, Secret: secret, Log: log, Build: pages.Build(),
		Identify: s.identify, Lobby: s.desk.Waits, Origins: []string{publicURL}, Most: mostConnections(),
		Browser: func(r *http.Request) string { return s.sessions.Browser(r.Context()) }})
	s.sessions.Ended = s.hub.SignedOut
	s.ops = newOps(s)
	return s, nil
}

// spareFiles are the descriptors that are no browser's socket: for Redis, for
// requests, for the program itself.
const spareFiles = 128

// mostConnections is how many sockets this process may have; 0 where that is
// not known. Without a descriptor to spare it could not even answer that it is full.
func mostConnections() int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return 0
	}
	return max(1, int(min(files.Cur, 1<<30))-spareFiles)
}

func (s *server) https() bool { return strings.HasPrefix(s.url, "https://") }

// serverKey returns the key that participants' ids and cursors hang on: the
// one that was set, or one that all nodes keep in the store.
func serverKey(ctx context.Context, store *roomlog.Store, set string) ([]byte, error) {
	if set == "" {
		key := store.Key("{site}:secret")
		if err := store.Redis.SetNX(ctx, key, session.NewSecret().Reveal(), 0).Err(); err != nil {
			return nil, fmt.Errorf("keep server key: %w", err)
		}
		var err error
		if set, err = store.Redis.Get(ctx, key).Result(); err != nil {
			return nil, fmt.Errorf("read server key: %w", err)
		}
	}
	sum := sha256.Sum256([]byte(set))
	return sum[:], nil
}

// identify returns the participant that a browser's cookies prove, in a room;
// empty where they prove nobody.
func (s *server) identify(r *http.Request, room string) (string, error) {
	who, err := s.sessions.Identity(r.Context(), room)
	if errors.Is(err, &protocol.Error{Code: protocol.SignedOut}) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.library.Participant(room, who), nil
}

// stageOrigins lists from where the page of a medium may load its stage.
func (s *server) stageOrigins(r *http.Request) []string {
	_, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	id, _, _ = strings.Cut(id, "/")
	if !roomlog.ValidRoom(id) {
		return nil
	}
	m, err := s.library.Get(r.Context(), id)
	if err != nil || m.StageURL == "" {
		return nil
	}
	u, err := url.Parse(m.StageURL)
	if err != nil {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}
