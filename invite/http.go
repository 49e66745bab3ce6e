package invite

import (
	"net/http"

	"greenroom/api"
	"greenroom/hub/protocol"
)

// View is an invitation as those see it who manage the medium.
type View struct {
	ID       string        `json:"id"`
	Email    string        `json:"email"`
	First    string        `json:"first"`
	Last     string        `json:"last"`
	Role     protocol.Role `json:"role"`
	State    string        `json:"state"` // sent, opened, redeemed, expired, revoked
	By       string        `json:"by"`
	Created  int64         `json:"created_at"`
	Expires  int64         `json:"expires_at"` // 0: as long as the start isn't known
	Redeemed int64         `json:"redeemed_at"`
	Uses     int           `json:"uses"`
	MaxUses  int           `json:"max_uses"`
}

func (i *Invitation) view(now int64, doors protocol.Doors) View {
	return View{ID: i.ID, Email: i.Email, First: i.First, Last: i.Last, Role: i.Role, State: i.state(now, doors), By: i.By,
		Created: i.Created, Expires: i.until(doors), Redeemed: i.Redeemed, Uses: i.Uses, MaxUses: i.MaxUses}
}

func (i *Invitation) state(now int64, doors protocol.Doors) string {
	until := i.until(doors)
	switch {
	case i.Revoked != 0:
		return "revoked"
	case i.Redeemed != 0:
		return "redeemed"
	case until != 0 && until <= now:
		return "expired"
	case i.Opened != 0:
		return "opened"
	}
	return "sent"
}

// List answers with the invitations to a medium.
func (d *Desk) List(w http.ResponseWriter, r *http.Request) error {
	m, _, err := d.Media.Managed(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	all, err := d.list(r.Context(), m.ID)
	if err != nil {
		return err
	}
	now, err := d.Store.Now(r.Context())
	if err != nil {
		return err
	}
	doors, err := d.Store.Doors(r.Context(), m.ID)
	if err != nil {
		return err
	}
	views := make([]View, len(all))
	for i, inv := range all {
		views[i] = inv.view(now.UnixMilli(), doors)
	}
	return api.Reply(w, http.StatusOK, map[string]any{"invites": views})
}

// Add invites somebody. Its answer is the only place where the link is shown.
func (d *Desk) Add(w http.ResponseWriter, r *http.Request) error {
	m, who, err := d.Media.Managed(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	var in Draft
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	inv, token, err := d.Create(r.Context(), m, who.Name(), in)
	if err != nil {
		return err
	}
	doors, err := d.Store.Doors(r.Context(), inv.Room)
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusCreated, map[string]any{"invite": inv.view(inv.Created, doors), "link": d.Link(token)})
}

// Revoke takes an invitation back.
func (d *Desk) Revoke(w http.ResponseWriter, r *http.Request) error {
	m, _, err := d.Media.Managed(r.Context(), r.PathValue("media"))
	if err != nil {
		return err
	}
	id := r.PathValue("invite")
	missing := protocol.Errorf(protocol.NotFound, "There is no such invitation to this medium.")
	if !inviteID.MatchString(id) {
		return missing
	}
	inv, err := d.load(r.Context(), m.ID, id)
	if err != nil {
		return err
	}
	if inv == nil {
		return missing
	}
	if err := d.revoke(r.Context(), inv); err != nil {
		return err
	}
	return api.Done(w)
}
