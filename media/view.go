package media

import (
	"context"

	"greenroom/hub/protocol"
)

// View is a medium as one browser gets it.
type View struct {
	ID                 string          `json:"id"`
	Title              string          `json:"title"`
	Description        string          `json:"description"`
	Kind               protocol.Kind   `json:"kind"`
	Live               bool            `json:"live"`
	Access             Access          `json:"access"`
	Start              int64           `json:"start"`
	Zone               string          `json:"zone"`
	StageURL           string          `json:"stage_url"`
	Collaboration      bool            `json:"collaboration"`
	ModeratorsInitiate bool            `json:"moderators_initiate"`
	Premoderation      bool            `json:"premoderation"`
	Channel            string          `json:"channel"`
	Host               string          `json:"host"`
	Managers           []string        `json:"managers"`
	Collaborators      []Collaborator  `json:"collaborators,omitempty"` // for those who manage it
	Doors              protocol.Doors  `json:"doors"`
	Mine               Mine            `json:"mine"`
	InviteRoles        []protocol.Role `json:"invite_roles"`
	Created            int64           `json:"created_at"`
}

// Mine is what the browser that asks may do with a medium.
type Mine struct {
	Role      protocol.Role `json:"role"`
	Manage    bool          `json:"manage"`
	Own       bool          `json:"own"` // may delete it and choose collaborators
	MayInvite bool          `json:"may_invite"`
}

func (l *Library) view(ctx context.Context, m *Item, p place) (View, error) {
	doors, err := l.Store.Doors(ctx, m.ID)
	if err != nil {
		return View{}, err
	}
	v := View{
		ID: m.ID, Title: m.Title, Description: m.Description, Kind: m.Kind, Live: m.Kind.Live(),
		Access: m.Access, Start: doors.Start, Zone: m.Zone, StageURL: m.StageURL,
		Collaboration: m.Collaboration, ModeratorsInitiate: m.ModeratorsInitiate, Premoderation: m.Premoderation,
		Host: m.Host, Managers: []string{m.Host}, Doors: doors, InviteRoles: m.Kind.Roles(), Created: m.Created,
		Mine: Mine{Role: p.role, Manage: p.manage, Own: p.right == Owner || p.right == CoOwner},
	}
	for _, c := range m.Collaborators {
		v.Managers = append(v.Managers, c.Name)
	}
	if !p.manage && (doors.State == protocol.Over || m.Kind.Live() && doors.State != protocol.Open) {
		v.StageURL = "" // withdrawn, or behind closed doors
	}
	if !p.manage {
		return v, nil
	}
	v.Collaborators = m.Collaborators
	// It may have been changed in the room since.
	settings, err := l.Store.Settings(ctx, m.ID)
	if err != nil {
		return v, err
	}
	v.Premoderation = settings.Premoderation
	on, err := l.MayInvite(ctx)
	v.Mine.MayInvite = on && m.Invitable()
	return v, err
}
