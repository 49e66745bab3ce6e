package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

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
