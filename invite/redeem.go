package invite

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/session"
)

//go:embed redeem.lua
var redeemSource string

var redeemScript = roomlog.NewScript(redeemSource)

// sameUse is how long a device may repeat what it may not have got the answer
// to, without using the link once more.
const sameUse = 10 * time.Minute

// visitor is the browser that holds a link.
type visitor struct {
	device session.Secret
	is     bool // it is the invited person already: signed in, or in the room
}

// What a visitor may do with a link.
const (
	lookAt = "look"
	enter  = "enter"
)

// use runs redeem.lua for a visitor who has shown the secret.
func (d *Desk) use(ctx context.Context, inv *Invitation, v visitor, what string) error {
	profile, err := json.Marshal(roomlog.Profile{Name: inv.Name(), Email: inv.Email})
	if err != nil {
		return err
	}
	body, err := json.Marshal(roomlog.RoleBody{Role: inv.Role, Name: inv.Name()})
	if err != nil {
		return err
	}
	is := 0
	if v.is {
		is = 1
	}
	_, err = d.Store.Run(ctx, redeemScript, inv.Room, []string{d.Store.Keys(inv.Room).Invite(inv.ID)},
		inv.hash, v.device.Hash(), d.participant(inv), profile, roomlog.NewID(), body, is, sameUse.Milliseconds(), what)
	if err != nil {
		return d.explain(ctx, inv, err)
	}
	return nil
}

// sentences are what people read where a link doesn't let them in.
var sentences = map[protocol.Code]string{
	protocol.LinkInvalid: "It may be cut off. Open it again from the email, or copy the whole address.",
	protocol.LinkExpired: "The host can send you a new one.",
	protocol.LinkUsed:    "It works once. If it was you, continue in the browser you used. If not, ask for a new link.",
	protocol.OtherDevice: "You can be in one place at a time. Continue on the device where you opened it first, or ask for a new link.",
	protocol.Withdrawn:   "The host took it back. If you think this is a mistake, write to the host.",
	protocol.MediaGone:   "It was deleted by its host.",
	protocol.Removed:     "A host removed you. If you think this is a mistake, write to the host.",
	protocol.Ended:       "Thank you for coming.",
	protocol.NotStarted:  "You are on the list. This page opens the session for you.",
	protocol.SignedOut:   "This address belongs to a host. Please sign in with it instead.",
	protocol.Mismatch:    "Use the address the invitation was sent to.",
}

func refuse(code protocol.Code) *protocol.Error { return protocol.Errorf(code, "%s", sentences[code]) }

// explain adds to a refusal what a person needs to understand it.
func (d *Desk) explain(ctx context.Context, inv *Invitation, err error) error {
	var e *protocol.Error
	if !errors.As(err, &e) || sentences[e.Code] == "" {
		return fmt.Errorf("redeem invitation: %w", err)
	}
	p := &api.Problem{Refusal: refuse(e.Code)}
	switch e.Code {
	case protocol.LinkExpired:
		if doors, err := d.Store.Doors(ctx, inv.Room); err == nil {
			p.ValidUntil = inv.until(doors)
		}
	case protocol.Removed:
		at, err := d.Store.Redis.HGet(ctx, d.Store.Keys(inv.Room).Removed(), d.participant(inv)).Result()
		if err == nil {
			p.RemovedAt, _ = strconv.ParseInt(at, 10, 64)
		}
	}
	return p
}
