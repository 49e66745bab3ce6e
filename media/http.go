package media

import (
	"net/http"

	"greenroom/api"
	"greenroom/hub/protocol"
)

// List answers with the media that this browser manages or may enter.
func (l *Library) List(w http.ResponseWriter, r *http.Request) error {
	views, err := l.list(r.Context())
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusOK, map[string]any{"media": views})
}

// Add makes a medium.
func (l *Library) Add(w http.ResponseWriter, r *http.Request) error {
	a, err := l.Sessions.Account(r.Context())
	if err != nil {
		return err
	}
	var d Draft
	if err := api.Read(w, r, &d); err != nil {
		return err
	}
	m, err := l.Create(r.Context(), a, d)
	if err != nil {
		return err
	}
	return l.reply(w, r, http.StatusCreated, m)
}

// Show answers with one medium.
func (l *Library) Show(w http.ResponseWriter, r *http.Request) error {
	m, err := l.reach(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	p, err := l.place(r.Context(), m)
	if err != nil {
		return err
	}
	if err := p.maySee(); err != nil {
		return err
	}
	return l.reply(w, r, http.StatusOK, m)
}

// Patch changes a medium.
func (l *Library) Patch(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("media")
	_, p, err := l.managed(r.Context(), id)
	if err != nil {
		return err
	}
	var d Draft
	if err := api.Read(w, r, &d); err != nil {
		return err
	}
	if d.Collaborators != nil && p.right != Owner && p.right != CoOwner {
		return protocol.Errorf(protocol.Forbidden, "Only the owners of this may choose who works on it.")
	}
	m, err := l.Change(r.Context(), id, d)
	if err != nil {
		return err
	}
	return l.reply(w, r, http.StatusOK, m)
}

// Remove deletes a medium.
func (l *Library) Remove(w http.ResponseWriter, r *http.Request) error {
	m, _, err := l.owned(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	if err := l.Delete(r.Context(), m); err != nil {
		return err
	}
	return api.Done(w)
}

// MoveDoors opens, delays or ends.
func (l *Library) MoveDoors(w http.ResponseWriter, r *http.Request) error {
	m, p, err := l.managed(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	var d Doors
	if err := api.Read(w, r, &d); err != nil {
		return err
	}
	if err := l.move(r.Context(), m, l.Participant(m.ID, p.who), d); err != nil {
		return err
	}
	return l.reply(w, r, http.StatusOK, m)
}

func (l *Library) reply(w http.ResponseWriter, r *http.Request, status int, m *Item) error {
	p, err := l.place(r.Context(), m)
	if err != nil {
		return err
	}
	v, err := l.view(r.Context(), m, p)
	if err != nil {
		return err
	}
	return api.Reply(w, status, v)
}
