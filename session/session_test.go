package session

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func TestEmailHasOneForm(t *testing.T) {
	for in, want := range map[string]string{
		"Ada@Guest.Example":         "ada@guest.example",
		"  ada@guest.example\n":     "ada@guest.example",
		"ada+tag@guest.example":     "ada+tag@guest.example",
		"o'hara@guest.example":      "o'hara@guest.example",
		"ada@BÜCHER.example":        "ada@xn--bcher-kva.example",
		"ada@xn--bcher-kva.EXAMPLE": "ada@xn--bcher-kva.example",
		"zoë@guest.example":         "zoë@guest.example",
	} {
		got, err := Email("email", in)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
		if again, err := Email("email", got); err != nil || again != got {
			t.Errorf("%q is not the same again: %q, %v", got, again, err)
		}
	}
}

func TestEmailRefusesWhatIsNone(t *testing.T) {
	for _, in := range []string{
		"", " ", "ada", "@", "ada@", "@guest.example", "ada@localhost", "a@b@guest.example", "a b@guest.example",
		`"a b"@guest.example`, "Ada <ada@guest.example>", "ada@guest.example, eve@guest.example",
		"ada@guest.example\r\nBcc: eve@guest.example", "ada@guest.example\x00", "ada@-guest.example", "ada@guest..example",
		"ada@guest.example.", "ada@[127.0.0.1]", strings.Repeat("a", 65) + "@guest.example",
		"a@" + strings.Repeat("a.", 130) + "example", ".ada@guest.example", "ada\u202e@guest.exam ple",
	} {
		_, err := Email("mail", in)
		if e, ok := protocol.AsError(err); err == nil || !ok || e.Code != protocol.BadRequest || e.Field != "mail" {
			t.Errorf("%q: got %v, want bad_request about mail", in, err)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"ada@guest.example", "A+b@BÜCHER.example", "a@b", "\"a\"@b.c", "a@b.c\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, err := Email("email", s)
		if err != nil {
			return
		}
		if again, err := Email("email", email); err != nil || again != email {
			t.Fatalf("%q became %q, then %q (%v)", s, email, again, err)
		}
		if strings.ContainsAny(email, " \r\n\x00<>,\"") || strings.Count(email, "@") != 1 {
			t.Fatalf("%q became %q", s, email)
		}
	})
}

func TestHintShowsLittle(t *testing.T) {
	for email, want := range map[string]string{
		"ingrid.sorensen@marlow.example": "i…n@marlow.example",
		"zoë@guest.example":              "z…ë@guest.example",
		"ab@guest.example":               "a…@guest.example",
		"a@guest.example":                "a…@guest.example",
	} {
		if got := Hint(email); got != want {
			t.Errorf("%s: got %s, want %s", email, got, want)
		}
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := NewSecret()
	var log strings.Builder
	logger := zerolog.New(&log)
	logger.Info().Stringer("a", s).Interface("b", s).Any("c", map[string]any{"d": s, "e": &s}).Msg("x")
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s)
	body, err := json.Marshal(struct{ S Secret }{s})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(body) + fmt.Sprintf("%v %+v %#v %s %q %x %d %v", s, s, s, s, s, s, s, []Secret{s})
	if strings.Contains(all, s.Reveal()) || strings.Contains(all, fmt.Sprintf("%x", s.Reveal())) {
		t.Fatalf("printed: %s", all)
	}
	if again, ok := ParseSecret(s.Reveal()); !ok || !again.Fits(s.Hash()) || NewSecret().Fits(s.Hash()) {
		t.Fatal("a secret doesn't fit its own hash, or another one does")
	}
}

func TestGuestIsNeverTheOneWhoseEmailTheyType(t *testing.T) {
	account := Identity{Email: "mia@marlow.example", Signed: true}
	guest := Identity{Email: "mia@marlow.example", Guest: "abc"}
	other := Identity{Email: "mia@marlow.example", Guest: "abd"}
	if account.Key() == guest.Key() || guest.Key() == other.Key() {
		t.Fatal("two people with one key")
	}
}

func TestTryThatWaitedWhileTheOthersRanOutIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		ctx := t.Context()
		limit := api.NewLimiter(store.Redis, store.Key(""))
		s := New(store.Redis, store.Key(""), false, limit)
		s.HashCheaply()
		const password = "a long enough password"
		if _, err := s.Create(ctx, Account{Email: "mia@marlow.example", First: "Mia"}, password); err != nil {
			t.Fatal(err)
		}
		for range cap(s.hasher.turns) {
			s.hasher.turns <- struct{}{}
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"email":"mia@marlow.example","password":"`+password+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = "203.0.113.7:1"
		w, answered := httptest.NewRecorder(), make(chan struct{})
		go func() {
			defer close(answered)
			api.Client(false, s.Attach(api.Handler(s.Start))).ServeHTTP(w, r)
		}()
		for len(store.Redis.Keys(ctx, "*signin-email*mia*").Val()) == 0 { // then it waits for its turn
			runtime.Gosched()
		}
		for range signInsByNetwork.Burst {
			if err := limit.Spend(ctx, signInsByNetwork, "203.0.113.7"); err != nil {
				t.Fatal(err)
			}
		}
		<-s.hasher.turns
		if <-answered; w.Code != http.StatusTooManyRequests {
			t.Fatalf("got %d %s, want too_many_tries", w.Code, w.Body)
		}
	})
}
