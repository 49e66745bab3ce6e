package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func app(t *testing.T) *Static {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, h http.Handler, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssetsAreKeptForEver(t *testing.T) {
	s := app(t)
	r := get(t, s.Assets(), Prefix+s.Build()+"/vendor/preact.mjs", "Accept-Encoding", "br, gzip")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Content-Encoding": "gzip", "Vary": "Accept-Encoding",
		"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unzipped, s.assets["vendor/preact.mjs"].body) {
		t.Error("the gzipped answer is not the file")
	}
	etag := r.Header.Get("ETag")
	if again := get(t, s.Assets(), Prefix+s.Build()+"/vendor/preact.mjs", "Accept-Encoding", "gzip", "If-None-Match", etag); again.StatusCode != 304 {
		t.Errorf("second request answered %d, want 304", again.StatusCode)
	}
	if plain := get(t, s.Assets(), Prefix+s.Build()+"/vendor/preact.mjs", "Accept-Encoding", "gzip;q=0"); plain.Header.Get("Content-Encoding") != "" || plain.Header.Get("ETag") == etag {
		t.Error("a browser without gzip got gzip, or the same ETag")
	}
}

func TestUnknownAssetsAreNotFound(t *testing.T) {
	s := app(t)
	for _, url := range []string{
		Prefix + "000000000000/app/main.js", Prefix + s.Build() + "/", Prefix + s.Build() + "/app", Prefix + s.Build() + "/app/lib/wire.d.ts",
		Prefix + s.Build() + "/static.go", Prefix, Prefix + s.Build() + "/../static.go",
	} {
		if r := get(t, s.Assets(), url); r.StatusCode != 404 {
			t.Errorf("%s answered %d, want 404", url, r.StatusCode)
		}
	}
}

func TestPageHeaders(t *testing.T) {
	s := app(t)
	p := s.Page(func(*http.Request) []string {
		return []string{"https://cdn.example", "https://x.example; script-src *"}
	})
	r := get(t, p, "/r/abcdefghijklmnop")
	html := body(t, r)
	policy := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{
		"default-src 'none'", "style-src 'self';", "img-src 'self' data:;", "connect-src 'self' https://cdn.example;", "media-src 'self' blob: https://cdn.example;",
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %q: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "x.example") {
		t.Errorf("the policy allows too much: %s", policy)
	}
	for name, want := range map[string]string{
		"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-cache",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, secret := range []string{"/i", "/setup"} {
		if got := get(t, p, secret).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q", secret, got)
		}
	}

	inline := regexp.MustCompile(`<script type="importmap">([^<]*)</script>`).FindStringSubmatch(html)
	if inline == nil {
		t.Fatal("no import map")
	}
	sum := sha256.Sum256([]byte(inline[1]))
	if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Error("the policy's hash is not the import map's")
	}
	if regexp.MustCompile(` (style|on\w+)=`).MatchString(html) {
		t.Error("the page has inline style or handlers")
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="([^"]+)"|":"(/[^"]+)"`).FindAllStringSubmatch(html, -1) {
		url := m[1] + m[2]
		if got := get(t, s.Assets(), url); got.StatusCode != 200 {
			t.Errorf("the page names %s, which answers %d", url, got.StatusCode)
		}
	}
}

func TestPreloadListFollowsTheImports(t *testing.T) {
	s := app(t)
	r := get(t, s.Page(nil), "/r/abcdefghijklmnop")
	html := body(t, r)
	for _, name := range []string{"app/main.js", "app/room/page.js", "vendor/preact.mjs", "app/lib/icon-shapes.js"} {
		if !strings.Contains(html, `<link rel="modulepreload" href="`+Prefix+s.Build()+"/"+name+`">`) {
			t.Errorf("%s is not preloaded", name)
		}
	}
	if strings.Contains(html, `modulepreload" href="`+Prefix+s.Build()+"/vendor/hls") {
		t.Error("hls.js is loaded ahead")
	}
}

// Every import in every module must lead to a file, also those made late.
func TestEveryImportExists(t *testing.T) {
	s := app(t)
	for name, a := range s.assets {
		if !strings.HasPrefix(name, "app/") || path.Ext(name) != ".js" {
			continue
		}
		if _, err := s.closure(name); err != nil {
			t.Error(err)
		}
		for _, m := range dynamicImport.FindAllSubmatch(a.body, -1) {
			if to := resolve(name, string(m[1])); s.assets[to] == nil && !strings.HasSuffix(to, ".d.ts") { // a type's
				t.Errorf("%s imports %s, which does not exist", name, m[1])
			}
		}
	}
	routes := string(s.assets["app/routes.js"].body)
	for _, e := range entries {
		if !strings.Contains(routes, "./"+strings.TrimPrefix(e.module, "app/")) {
			t.Errorf("routes.js doesn't know %s", e.module)
		}
	}
}

// The browser's libraries enter through one module.
func TestLibrariesEnterThroughIndex(t *testing.T) {
	s := app(t)
	for name, a := range s.assets {
		if !strings.HasPrefix(name, "app/") || name == "app/lib/index.js" {
			continue
		}
		for _, m := range staticImport.FindAllSubmatch(a.body, -1) {
			if _, library := bare[string(m[1])]; library {
				t.Errorf("%s imports %s itself", name, m[1])
			}
		}
	}
}

func TestNothingMakesMarkupFromText(t *testing.T) {
	s := app(t)
	bad := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function\(`)
	for name, a := range s.assets {
		if strings.HasPrefix(name, "app/") && bad.Match(a.body) {
			t.Errorf("%s: %s", name, bad.Find(a.body))
		}
	}
}

func TestVendoredFilesAreTheirVersions(t *testing.T) {
	list, err := os.ReadFile("vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, row := range regexp.MustCompile(`(?m)^\| static/(\S+) \| (\S+) \| (\S+) \| (\S+) \| ([0-9a-f]{64}) \|$`).FindAllSubmatch(list, -1) {
		name := string(row[1])
		listed = append(listed, name)
		content, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != string(row[5]) {
			t.Errorf("%s is not what tools/vendor.mjs took from %s %s", name, row[2], row[3])
		}
	}
	for name := range app(t).assets {
		if (path.Ext(name) == ".mjs" || path.Ext(name) == ".woff2") && !slices.Contains(listed, name) {
			t.Errorf("%s is not in VENDOR.md", name)
		}
	}
}
