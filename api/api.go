// Package api is the plumbing that all HTTP handlers share: strict reading of
// bodies, JSON answers, problems with stable codes, request ids, rate limits,
// and the description of the API that is served with it.
//
// It knows no route and no rule of Greenroom. Packages session, media, invite
// and hub write their handlers with it; package cmd lists the routes.
package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"greenroom/hub/protocol"
)

// MaxBody is the largest request body, in bytes.
const MaxBody = 64 << 10

// Handler answers a request or says why not. An error that is a
// protocol.Error becomes the problem it names; any other one is logged and
// told as an internal error.
type Handler func(w http.ResponseWriter, r *http.Request) error

func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		Refuse(w, r, err)
	}
}

// Read decodes the body of r, which must be one JSON object with no field
// that v doesn't have. All its errors are for the person.
func Read(w http.ResponseWriter, r *http.Request, v any) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		// A form of another site can't send this type, so it guards against
		// forged requests of browsers too old to say where they come from.
		return protocol.Errorf(protocol.BadRequest, "The body must be sent as application/json.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return protocol.Errorf(protocol.BadRequest, "The body is larger than %d KiB.", MaxBody>>10)
		}
		return protocol.Errorf(protocol.BadRequest, "The body ended early.")
	}
	return protocol.Strict(body, v)
}

// Reply answers with v as JSON. It returns nil, so that a handler can end with it.
func Reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
	return nil
}

// Done answers that it was done and that there is nothing to say.
func Done(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
