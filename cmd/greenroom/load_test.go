package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"greenroom/hub/roomlog/storetest"
	"greenroom/load"
)

// TestLoadMakesARoomFillsItAndDeletesIt runs a small crowd through the same
// doors as everybody.
func TestLoadMakesARoomFillsItAndDeletesIt(t *testing.T) {
	s := newSite(t, storetest.Embedded(t))
	mia := s.account("Mia", true)
	var out bytes.Buffer
	err := load.Run(t.Context(), load.Config{URL: s.url, Conns: 20, Rate: 100, Burst: 5, Duration: 400 * time.Millisecond,
		Size: 200, Email: "mia@marlow.example", Password: password, JSON: true}, &out, io.Discard)
	if err != nil || !strings.Contains(out.String(), `"deliveries":800,`) {
		t.Fatalf("got %v, %s", err, out.String())
	}
	left := mia.get("/media").want(http.StatusOK).at("media")
	if list, ok := left.([]any); !ok || len(list) != 0 {
		t.Fatalf("left are %v", left)
	}
}

func TestLoadReadsThePasswordFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readLoad([]string{"-email", "mia@example.org", "-password-file", path, "-floor", "-n", "7"}, io.Discard)
	if err != nil || c.Password != "open sesame" || c.Conns != 7 || len(c.Floor) != 2 {
		t.Fatalf("got %+v, %v", c, err)
	}
	for _, args := range [][]string{
		{"-password", "x", "-password-file", path}, {"-password-file", path + ".missing"}, {"surplus"}, {"-unknown"},
	} {
		if _, err := readLoad(args, io.Discard); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}
