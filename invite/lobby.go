package invite

import (
	"context"
	"errors"
	"net/http"
	"time"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/media"
	"greenroom/session"
)

// Only what fails is counted: a whole company may come through one address.
var (
	unknownLinks = api.Limit{Name: "lobby-unknown", Burst: 60, Period: time.Minute}
	wrongEmails  = api.Limit{Name: "lobby-email", Burst: 10, Period: 10 * time.Minute}
)

// guest is somebody who has shown the secret of an invitation, with what the
// desk knows of them and of where they want to go.
type guest struct {
	visitor
	inv   *Invitation
	media *media.Item
	in    bool // has a place in the room already
}

// receive checks the secret of a link, then everything that may keep its
// holder out whatever they do. Who has no valid secret always gets the same
// answer.
func (d *Desk) receive(w http.ResponseWriter, r *http.Request, token string) (*guest, error) {
	ctx := r.Context()
	inv, err := d.recognise(ctx, token)
	if err != nil {
		return nil, err
	}
	g := &guest{inv: inv}
	if g.media, err = d.Media.Get(ctx, inv.Room); errors.Is(err, &protocol.Error{Code: protocol.NotFound}) {
		err = refuse(protocol.MediaGone)
	}
	if err != nil {
		return nil, err
	}
	policy, err := d.Policy(ctx)
	if err != nil {
		return nil, err
	}
	if !policy.Enabled && inv.Role != protocol.Manager {
		return nil, protocol.Errorf(protocol.Withdrawn, "Invitations are switched off on this site. Please write to the host.")
	}
	if err := policy.admits(inv.Email); err != nil {
		return nil, err
	}
	who, err := d.Sessions.Identity(ctx, inv.Room)
	if err != nil && !errors.Is(err, &protocol.Error{Code: protocol.SignedOut}) {
		return nil, err
	}
	g.is = who.Key() == inv.Email
	g.device = d.Sessions.Device(w, r)
	if g.is {
		seat, err := d.Store.Seat(ctx, inv.Room, d.participant(inv))
		if err != nil {
			return nil, err
		}
		g.in = seat.Role != protocol.NoRole && !seat.Removed
	}
	return g, d.use(ctx, inv, g.visitor, lookAt)
}

// recognise returns the invitation whose secret the token has.
func (d *Desk) recognise(ctx context.Context, token string) (*Invitation, error) {
	// A good link is never refused: it can't be guessed, and somebody with bad
	// ones may sit behind the same address as a whole company.
	if inv, err := d.prove(ctx, token); err != nil || inv != nil {
		return inv, err
	}
	if err := d.Limit.Spend(ctx, unknownLinks, api.Network(ctx)); err != nil {
		return nil, err
	}
	return nil, refuse(protocol.LinkInvalid)
}

// prove returns the invitation whose secret the token has; nil where there is
// none.
func (d *Desk) prove(ctx context.Context, token string) (*Invitation, error) {
	t, ok := ParseToken(token)
	if !ok {
		return nil, nil
	}
	inv, err := d.load(ctx, t.Room, t.Invite)
	if err != nil || inv == nil || !t.Secret.Fits(inv.hash) {
		return nil, err
	}
	return inv, nil
}

// Waits returns nil where the token is a good link to this room, whose holder
// may wait at its doors. It changes nothing.
func (d *Desk) Waits(ctx context.Context, room, token string) error {
	inv, err := d.prove(ctx, token)
	if err != nil {
		return err
	}
	if inv == nil || inv.Room != room {
		return refuse(protocol.LinkInvalid)
	}
	now, err := d.Store.Now(ctx)
	if err != nil {
		return err
	}
	doors, err := d.Store.Doors(ctx, room)
	if err != nil {
		return err
	}
	switch until := inv.until(doors); {
	case inv.Revoked != 0:
		return refuse(protocol.Withdrawn)
	case until != 0 && until <= now.UnixMilli():
		return refuse(protocol.LinkExpired)
	case inv.MaxUses > 0 && inv.Uses >= inv.MaxUses:
		return refuse(protocol.LinkUsed) // who used it has a place
	}
	return nil
}

// look is what the holder of a link sees before using it.
type look struct {
	Media    lookMedia      `json:"media"`
	Role     protocol.Role  `json:"role"`
	Name     string         `json:"name"`
	Hint     string         `json:"hint"`
	Doors    protocol.Doors `json:"doors"`
	Now      int64          `json:"now"`
	SignedIn bool           `json:"signed_in"`
	InRoom   bool           `json:"in_room"`
	URL      string         `json:"url"`
}

type lookMedia struct {
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Kind        protocol.Kind `json:"kind"`
	Host        string        `json:"host"`
	Zone        string        `json:"zone"`
	Start       int64         `json:"start"`
	Live        bool          `json:"live"`
	Access      media.Access  `json:"access"`
}

// Look shows a link's holder where it leads. It uses nothing up: scanners of
// mail open links, run their scripts and even press their buttons.
func (d *Desk) Look(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token string `json:"token"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	g, err := d.receive(w, r, in.Token)
	if err != nil {
		return err
	}
	doors, err := d.Store.Doors(r.Context(), g.media.ID)
	if err != nil {
		return err
	}
	now, err := d.Store.Now(r.Context())
	if err != nil {
		return err
	}
	m := g.media
	return api.Reply(w, http.StatusOK, look{
		Media: lookMedia{ID: m.ID, Title: m.Title, Description: m.Description, Kind: m.Kind, Host: m.Host,
			Zone: m.Zone, Start: doors.Start, Live: m.Kind.Live(), Access: m.Access},
		Role: g.inv.Role, Name: g.inv.First, Hint: session.Hint(g.inv.Email), Doors: doors,
		Now: now.UnixMilli(), SignedIn: g.is, InRoom: g.in, URL: m.URL(),
	})
}

// Enter redeems a link and lets its holder in. In the browser a person's hand
// leads here, never the opening of a link alone.
func (d *Desk) Enter(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token string `json:"token"`
		Email string `json:"email"`
	}
	if err := api.Read(w, r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	g, err := d.receive(w, r, in.Token)
	if err != nil {
		return err
	}
	if !g.is {
		if err := d.checkEmail(ctx, g.inv, in.Email); err != nil {
			return err
		}
	}
	if err := d.use(ctx, g.inv, g.visitor, enter); err != nil {
		return err
	}
	if err := d.letIn(ctx, g); err != nil {
		return err
	}
	seat, err := d.Store.Seat(ctx, g.media.ID, d.participant(g.inv))
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusOK, map[string]any{"url": g.media.URL(), "role": seat.Role})
}

// checkEmail compares what the person typed with the invited address. It
// never tells more than that it doesn't fit.
func (d *Desk) checkEmail(ctx context.Context, inv *Invitation, typed string) error {
	if err := d.Limit.Check(ctx, wrongEmails, inv.ID); err != nil {
		return err
	}
	email, err := session.Email("email", typed)
	if err != nil {
		return err
	}
	if email == inv.Email {
		return nil
	}
	if err := d.Limit.Spend(ctx, wrongEmails, inv.ID); err != nil {
		return err
	}
	return refuse(protocol.Mismatch)
}

// letIn makes the browser the invited person: in this room alone, or, for a
// link that the program made for a manager, on the site.
func (d *Desk) letIn(ctx context.Context, g *guest) error {
	if err := d.Media.Remember(ctx, g.media, g.inv.Email); err != nil {
		return err
	}
	if g.is {
		return nil
	}
	if g.inv.Role == protocol.Manager {
		a, ok, err := d.Sessions.Lookup(ctx, g.inv.Email)
		if err != nil {
			return err
		}
		if !ok {
			return refuse(protocol.Withdrawn)
		}
		return d.Sessions.SignIn(ctx, a)
	}
	return d.Sessions.Claim(ctx, g.inv.Room, session.Claim{
		Email: g.inv.Email, First: g.inv.First, Last: g.inv.Last, Invite: g.inv.ID,
	})
}
