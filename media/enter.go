package media

import (
	"context"
	"net/http"
	"time"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/session"
)

// guestsByNetwork bounds how fast one network makes guests up; a whole company
// may sit behind one address.
var guestsByNetwork = api.Limit{Name: "guests", Burst: 20_000, Period: 10 * time.Minute}

// Enter lets somebody in without an invitation, where the access rule allows
// it, as a viewer.
func (l *Library) Enter(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Email string `json:"email"`
		Name  string `json:"name"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	m, err := l.reach(ctx, r.PathValue("media"))
	if err != nil {
		return err
	}
	p, err := l.place(ctx, m)
	if err != nil {
		return err
	}
	if err := l.admissible(ctx, m, p); err != nil {
		return err
	}
	if p.who.Email == "" {
		if p.who, err = l.guest(w, r, m.ID, in.Email, in.Name); err != nil {
			return err
		}
	}
	if _, err := l.Store.Admit(ctx, m.ID, l.Participant(m.ID, p.who), profile(p.who), protocol.Viewer); err != nil {
		return err
	}
	return api.Reply(w, http.StatusOK, map[string]string{"url": m.URL()})
}

func (l *Library) admissible(ctx context.Context, m *Item, p place) error {
	if err := p.maySee(); err != nil || p.manage {
		return err
	}
	doors, err := l.Store.Doors(ctx, m.ID)
	if err != nil {
		return err
	}
	if doors.State == protocol.Over {
		return protocol.Errorf(protocol.Ended, "Thank you for coming.")
	}
	return nil
}

// guest makes this browser a guest of one room. The name and email are what
// the person says; the device tells guests apart.
func (l *Library) guest(w http.ResponseWriter, r *http.Request, room, email, name string) (session.Identity, error) {
	var who session.Identity
	email, err := session.Email("email", email)
	if err != nil {
		return who, err
	}
	if name, err = api.Line("name", name, session.MaxName); err != nil {
		return who, err
	}
	ctx := r.Context()
	if err := l.Limit.Spend(ctx, guestsByNetwork, api.Network(ctx)); err != nil {
		return who, err
	}
	device := l.Sessions.Device(w, r).Hash()[:20]
	who = session.Identity{Email: email, First: name, Guest: device}
	return who, l.Sessions.Claim(ctx, room, session.Claim{Email: email, First: name, Guest: device})
}
