package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
	"greenroom/session"
)

func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.site.url)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestSetupLinkMakesOneAdminOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		ctx := t.Context()
		first, needed, err := s.server.sessions.NewSetup(ctx)
		if err != nil || !needed {
			t.Fatalf("needed %v, %v", needed, err)
		}
		second, _, err := s.server.sessions.NewSetup(ctx)
		if err != nil {
			t.Fatal(err)
		}
		body := obj{"token": first.Reveal(), "email": "mia@marlow.example", "name": "Mia van der Lind", "password": password}
		b := s.browser()
		body["password"] = "short"
		b.post("/setup", body).refused(protocol.BadRequest)
		body["password"] = password
		a := b.post("/setup", body).want(http.StatusOK)
		if a.at("account", "name") != "Mia van der Lind" || a.at("account", "admin") != true {
			t.Fatalf("got %s", a.raw)
		}
		b.get("/policy").want(http.StatusOK)
		for token, code := range map[string]protocol.Code{
			first.Reveal(): protocol.LinkUsed, second.Reveal(): protocol.LinkUsed, session.NewSecret().Reveal(): protocol.LinkUsed,
			"": protocol.LinkInvalid, "x": protocol.LinkInvalid,
		} {
			body["token"], body["email"] = token, "eve@marlow.example"
			if a := s.browser().post("/setup", body).refused(code); strings.Contains(a.raw, "Restart") {
				t.Errorf("somebody is told to restart the server of others: %s", a.raw)
			}
		}
		if _, needed, err := s.server.sessions.NewSetup(ctx); err != nil || needed {
			t.Fatalf("needed %v, %v, with an admin there", needed, err)
		}
	})
}

func TestTwoSetupsAtOnceMakeOneAdmin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		var wg sync.WaitGroup
		made := make(chan int, 4)
		for _, name := range []string{"a", "b", "c", "d"} {
			token, _, err := s.server.sessions.NewSetup(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b := s.browser()
			wg.Go(func() {
				made <- b.post("/setup", obj{"token": token.Reveal(), "email": name + "@marlow.example", "name": name, "password": password}).status
			})
		}
		wg.Wait()
		close(made)
		ok := 0
		for status := range made {
			if status == http.StatusOK {
				ok++
			}
		}
		if ok != 1 {
			t.Fatalf("%d admins, want 1", ok)
		}
	})
}

func TestSignInGivesANewSessionEachTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		mia := s.account("Mia", false)
		first := mia.cookie("greenroom")
		mia.post("/session", obj{"email": "MIA@marlow.example", "password": password}).want(http.StatusOK)
		second := mia.cookie("greenroom")
		if first == "" || first == second {
			t.Fatal("the session kept its id")
		}
		// The first id is worth nothing any more, and neither is one made up.
		for _, token := range []string{first, strings.Repeat("A", 43), "", "../../x"} {
			eve := s.browser()
			a := eve.send("GET", "/session", nil, "Cookie", "greenroom="+token).want(http.StatusOK)
			if a.body["account"] != nil || a.header.Get("Set-Cookie") != "" {
				t.Fatalf("%q is a session: %s", token, a.raw)
			}
		}
		mia.send("DELETE", "/session", nil).want(http.StatusNoContent)
		mia.get("/policy").refused(protocol.SignedOut)
		eve := s.browser()
		eve.send("GET", "/policy", nil, "Cookie", "greenroom="+second).refused(protocol.SignedOut)
	})
}

func TestFixedSessionIsNotTakenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		s.account("Mia", false)
		fixed := strings.Repeat("B", 43)
		victim := s.browser()
		u, _ := url.Parse(s.url)
		victim.client.Jar.SetCookies(u, []*http.Cookie{{Name: "greenroom", Value: fixed, Path: "/"}})
		victim.post("/session", obj{"email": "mia@marlow.example", "password": password}).want(http.StatusOK)
		if victim.cookie("greenroom") == fixed {
			t.Fatal("the id that somebody else chose is signed in")
		}
		s.browser().send("GET", "/policy", nil, "Cookie", "greenroom="+fixed).refused(protocol.SignedOut)
	})
}

func TestStoreHoldsNoSecretThatCouldBeUsed(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		all := strings.Join(s.contents(true), "\n")
		for _, secret := range []string{
			strings.Split(token, ".")[2], guest.cookie("greenroom"), guest.cookie("greenroom-device"),
			mia.cookie("greenroom"), password,
		} {
			if secret == "" || strings.Contains(all, secret) {
				t.Errorf("the store holds %q", secret)
			}
		}
		if !strings.Contains(all, ada) {
			t.Error("the search finds nothing at all")
		}
	})
}

func TestWrongPasswordsRunOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		s.account("Mia", false)
		known := s.browser().post("/session", obj{"email": "mia@marlow.example", "password": "wrong"}).refused(protocol.WrongLogin)
		unknown := s.browser().post("/session", obj{"email": "eve@marlow.example", "password": "wrong"}).refused(protocol.WrongLogin)
		if known.raw != unknown.raw {
			t.Fatalf("accounts can be listed: %s against %s", known.raw, unknown.raw)
		}
		for range 8 {
			s.browser().post("/session", obj{"email": "mia@marlow.example", "password": "wrong"}).refused(protocol.WrongLogin)
		}
		a := s.browser().post("/session", obj{"email": "mia@marlow.example", "password": password}).refused(protocol.TooManyTries)
		if a.body["retry_after"] == nil {
			t.Fatalf("without a time to wait: %s", a.raw)
		}
	})
}

func TestOtherSitesCantMakeABrowserAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		mia := s.account("Mia", true)
		body := obj{"title": "Forged", "kind": "video"}
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", s.url + ".evil.example"},
			{"Origin", "null"},
		} {
			mia.send("POST", "/media", body, headers...).refused(protocol.CrossOrigin)
		}
		for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"} {
			mia.send("POST", "/media", body, "Content-Type", media).refused(protocol.BadRequest)
		}
		mia.send("POST", "/media", body, "Origin", s.url).want(http.StatusCreated)
		if n := len(mia.get("/media").body["media"].([]any)); n != 1 {
			t.Fatalf("%d media, want the one that wasn't forged", n)
		}
	})
}

func TestAccountsAreFoundByTheirBeginnings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		mia := s.account("Mia", true)
		mia.post("/accounts", obj{"email": "zo@marlow.example", "first": "Zoë", "last": "van Dijk", "password": password}).want(http.StatusCreated)
		mia.post("/accounts", obj{"email": "ZO@marlow.example", "first": "Zoë", "last": "van Dijk", "password": password}).refused(protocol.Conflict)
		for q, want := range map[string]int{"": 2, "zo": 1, "ZO@M": 1, "van": 1, "lind": 1, "dijk": 0, "%00": 0, "zo%00x": 0, "%FF": 0} {
			found := mia.get("/accounts?q=" + q).want(http.StatusOK)
			if n := len(found.body["accounts"].([]any)); n != want {
				t.Errorf("%q finds %d, want %d", q, n, want)
			}
			if strings.Contains(found.raw, "argon2") {
				t.Fatal("an answer has a password hash")
			}
		}
		zo := s.browser()
		zo.post("/session", obj{"email": "zo@marlow.example", "password": password}).want(http.StatusOK)
		zo.get("/accounts").refused(protocol.Forbidden)
		zo.make(obj{"title": "Mine", "kind": "video"})
		zo.get("/accounts").want(http.StatusOK)
		zo.post("/accounts", obj{"email": "x@marlow.example", "first": "X", "last": "Y", "password": password}).refused(protocol.Forbidden)
		s.browser().get("/accounts").refused(protocol.SignedOut)
	})
}
