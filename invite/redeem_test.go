package invite

import (
	"context"
	"errors"
	"sync"
	"testing"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
	"greenroom/media"
	"greenroom/session"
)

// newDesk returns a desk, and an open webcast to invite to.
func newDesk(t *testing.T, store *roomlog.Store) (*Desk, *media.Item) {
	t.Helper()
	limit := api.NewLimiter(store.Redis, store.Key(""))
	sessions := session.New(store.Redis, store.Key(""), false, limit)
	library := &media.Library{Store: store, Sessions: sessions, Limit: limit, Secret: []byte("secret")}
	d := &Desk{Store: store, Sessions: sessions, Media: library, Limit: limit, URL: "http://test"}
	library.MayInvite = d.Enabled
	title, kind := "Town hall", protocol.Webcast
	m, err := library.Create(t.Context(), session.Account{Email: "mia@marlow.example", First: "Mia"}, media.Draft{Title: &title, Kind: &kind})
	if err == nil {
		err = library.Open(t.Context(), m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, m
}

func TestOfAThousandDevicesAtOnceExactlyOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		d, m := newDesk(t, store)
		_, token, err := d.Create(t.Context(), m, "Mia", Draft{Email: "ada@guest.example", First: "Ada", Last: "Byron", Role: "moderator"})
		if err != nil {
			t.Fatal(err)
		}
		inv, err := d.load(t.Context(), token.Room, token.Invite)
		if err != nil {
			t.Fatal(err)
		}
		var (
			wg  sync.WaitGroup
			mu  sync.Mutex
			won int
		)
		ctx := context.WithoutCancel(t.Context())
		for range 1000 {
			wg.Go(func() {
				err := d.use(ctx, inv, visitor{device: session.NewSecret()}, enter)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !errors.Is(err, &protocol.Error{Code: protocol.LinkUsed}) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Fatalf("%d devices got in, want 1", won)
		}
		if inv, err = d.load(ctx, token.Room, token.Invite); err != nil || inv.Uses != 1 {
			t.Fatalf("uses %d (%v), want 1", inv.Uses, err)
		}
		seat, err := store.Seat(ctx, m.ID, d.participant(inv))
		if err != nil || seat.Role != protocol.Moderator || seat.Version != 1 {
			t.Fatalf("seat %+v (%v), want moderator, raised once", seat, err)
		}
	})
}

func TestUsesAreCountedAndRunOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		d, m := newDesk(t, store)
		inv := &Invitation{Room: m.ID, Email: "ada@guest.example", First: "Ada", Role: protocol.Viewer, MaxUses: 2}
		token, err := d.issue(t.Context(), inv, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		if inv, err = d.load(t.Context(), token.Room, token.Invite); err != nil {
			t.Fatal(err)
		}
		v := visitor{device: session.NewSecret()}
		for _, want := range []int{1, 2} {
			if err := d.use(t.Context(), inv, v, enter); err != nil {
				t.Fatal(err)
			}
			if inv, err = d.load(t.Context(), token.Room, token.Invite); err != nil || inv.Uses != want {
				t.Fatalf("uses %d (%v), want %d", inv.Uses, err, want)
			}
			// Long ago, so that the next try is no repetition.
			if err := store.Redis.HSet(t.Context(), store.Keys(m.ID).Invite(inv.ID), "used", 1).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.use(t.Context(), inv, v, enter); !errors.Is(err, &protocol.Error{Code: protocol.LinkUsed}) {
			t.Fatalf("got %v, want link_used", err)
		}
		v.is = true
		if err := d.use(t.Context(), inv, v, enter); err != nil {
			t.Fatalf("who is in can't come back: %v", err)
		}
	})
}

func TestPolicyKnowsDomainsAndTheirSubdomains(t *testing.T) {
	for _, tc := range []struct {
		allowed, blocked []string
		email            string
		ok               bool
	}{
		{nil, nil, "a@x.example", true},
		{nil, []string{"x.example"}, "a@x.example", false},
		{nil, []string{"x.example"}, "a@sub.x.example", false},
		{nil, []string{"x.example"}, "a@notx.example", true},
		{[]string{"x.example"}, nil, "a@sub.x.example", true},
		{[]string{"x.example"}, nil, "a@x.example.evil.example", false},
		{[]string{"x.example"}, []string{"sub.x.example"}, "a@sub.x.example", false},
	} {
		err := Policy{AllowedDomains: tc.allowed, BlockedDomains: tc.blocked}.admits(tc.email)
		if (err == nil) != tc.ok {
			t.Errorf("allowed %v, blocked %v: %s gets %v", tc.allowed, tc.blocked, tc.email, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	good := Token{Room: "aaaaaaaaaaaaaaaa", Invite: roomlog.NewID(), Secret: session.NewSecret()}
	f.Add(good.Reveal())
	for _, s := range []string{"", "..", "a.b.c", "aaaaaaaaaaaaaaaa.0123456789abcdef.", "{x}.*.\n", good.Reveal() + "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, ok := ParseToken(s)
		if ok && token.Reveal() != s {
			t.Fatalf("%q reads back as %q", s, token.Reveal())
		}
		if ok && (!roomlog.ValidRoom(token.Room) || !inviteID.MatchString(token.Invite)) {
			t.Fatalf("%q got through", s)
		}
	})
}
