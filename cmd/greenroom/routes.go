package main

import (
	"net/http"

	"github.com/gorilla/mux"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/static"
)

// route is one method of one address.
type route struct {
	method, path string
	handle       api.Handler
}

// apiRoutes is the whole API below /api/v1, as openapi.yaml describes it.
func (s *server) apiRoutes() []route {
	return []route{
		{"GET", "/session", s.sessions.Show},
		{"POST", "/session", s.sessions.Start},
		{"DELETE", "/session", s.sessions.End},
		{"POST", "/setup", s.sessions.SetUp},
		{"GET", "/accounts", s.desk.Inviters(s.sessions.Accounts)},
		{"POST", "/accounts", s.sessions.AddAccount},

		{"GET", "/media", s.library.List},
		{"POST", "/media", s.library.Add},
		{"GET", "/media/{media}", s.library.Show},
		{"PATCH", "/media/{media}", s.library.Patch},
		{"DELETE", "/media/{media}", s.library.Remove},
		{"POST", "/media/{media}/doors", s.library.MoveDoors},
		{"POST", "/media/{media}/enter", s.library.Enter},

		{"GET", "/media/{media}/invites", s.desk.List},
		{"POST", "/media/{media}/invites", s.desk.Add},
		{"DELETE", "/media/{media}/invites/{invite}", s.desk.Revoke},
		{"GET", "/policy", s.desk.ShowPolicy},
		{"PUT", "/policy", s.desk.SetPolicy},
		{"POST", "/lobby", s.desk.Look},
		{"POST", "/lobby/enter", s.desk.Enter},

		{"GET", "/openapi.yaml", api.Describe(api.OpenAPI)},
		{"GET", "/asyncapi.yaml", api.Describe(protocol.AsyncAPI)},
	}
}

// pagePaths are drawn by the browser app, all from one document.
var pagePaths = []string{"/", "/signin", "/setup", "/i", "/m/{media}", "/new", "/r/{room}", "/r/{room}/present", "/admin"}

// handler is everything that is served to the public.
func (s *server) handler() (http.Handler, error) {
	r, err := s.router()
	if err != nil {
		return nil, err
	}
	return api.Log(s.log, api.Recover(api.Client(s.proxied, s.ops.measure(r)))), nil
}

func (s *server) router() (*mux.Router, error) {
	r := mux.NewRouter()
	v1 := r.PathPrefix("/api/v1").Subrouter()
	v1.NotFoundHandler = api.Headers(s.https(), http.HandlerFunc(api.Missing))
	v1.MethodNotAllowedHandler = api.Headers(s.https(), http.HandlerFunc(api.WrongMethod))
	for _, route := range s.apiRoutes() {
		guarded, err := api.SameOrigin(s.url, s.sessions.Attach(pathValues(route.handle)))
		if err != nil {
			return nil, err
		}
		v1.Handle(route.path, api.Headers(s.https(), guarded)).Methods(route.method)
	}
	v1.Handle("/rooms/{room}/socket", s.sessions.Look(http.HandlerFunc(s.socket))).Methods("GET")
	r.HandleFunc("/healthz", s.ops.alive).Methods("GET")
	r.HandleFunc("/readyz", s.ops.ready).Methods("GET")
	r.PathPrefix(static.Prefix).Handler(s.pages.Assets()).Methods("GET", "HEAD")
	page := s.pages.Page(s.stageOrigins)
	for _, path := range pagePaths {
		r.Handle(path, page).Methods("GET", "HEAD")
	}
	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.ServeHTTP(&missing{ResponseWriter: w}, r)
	})
	return r, nil
}

// socket hands a connection over to the hub. It is no part of apiRoutes: it is
// never saved a session, and it checks the origin itself.
func (s *server) socket(w http.ResponseWriter, r *http.Request) {
	s.hub.Socket(w, r, mux.Vars(r)["room"])
}

// missing sends the page that the app draws for an address that isn't there.
type missing struct {
	http.ResponseWriter
	sent bool
}

func (m *missing) Write(b []byte) (int, error) {
	if !m.sent {
		m.sent = true
		m.WriteHeader(http.StatusNotFound)
	}
	return m.ResponseWriter.Write(b)
}

// pathValues hands what the router found in the path to the handlers in the
// standard library's way, so that this file alone knows the router.
func pathValues(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range mux.Vars(r) {
			r.SetPathValue(name, value)
		}
		next.ServeHTTP(w, r)
	})
}
