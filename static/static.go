// Package static owns the browser app: every file of it is embedded here, and
// needs no build step. It serves the files under a path that names the build,
// so that browsers may keep them for ever, and the one HTML page that all of
// the site's pages share, with its security headers.
//
// It knows nothing of rooms, media or people. Package cmd mounts it.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
)

//go:embed app art css fonts vendor logo.svg logo-mark.svg
var files embed.FS

// Static is the app, ready to serve. It does not change after New.
type Static struct {
	build  string
	assets map[string]*asset // by path within this folder
	page   *page
}

// asset is one file with everything that an answer needs.
type asset struct {
	body    []byte
	gzipped []byte // nil where gzip doesn't make it smaller
	etag    string
	mime    string
}

// New reads the embedded files, compresses them and works out which modules
// each page needs. It fails only when the files don't fit together.
func New() (*Static, error) {
	s := &Static{assets: map[string]*asset{}}
	if err := fs.WalkDir(files, ".", s.add); err != nil {
		return nil, fmt.Errorf("read the browser app: %w", err)
	}
	s.build = s.hash()
	var err error
	if s.page, err = newPage(s); err != nil {
		return nil, fmt.Errorf("prepare the page: %w", err)
	}
	return s, nil
}

// Build names this build of the app: it changes whenever a file of it does.
func (s *Static) Build() string { return s.build }

// mimes has every kind of file that we serve: the answer must not depend on
// what the machine knows of file types.
var mimes = map[string]string{
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
	".md":    "text/plain; charset=utf-8",
	".txt":   "text/plain; charset=utf-8",
}

func (s *Static) add(name string, d fs.DirEntry, err error) error {
	if err != nil || d.IsDir() || strings.HasSuffix(name, ".d.ts") {
		return err
	}
	mime, ok := mimes[path.Ext(name)]
	if !ok {
		return fmt.Errorf("%s: no MIME type for this kind of file", name)
	}
	body, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	a := &asset{body: body, mime: mime, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	if a.gzipped, err = compress(body); err != nil {
		return err
	}
	s.assets[name] = a
	return nil
}

// compress returns body in gzip, or nil where that saves less than a tenth.
func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > len(body)*9/10 {
		return nil, nil
	}
	return out.Bytes(), nil
}

// names lists the assets in order.
func (s *Static) names() []string {
	names := make([]string, 0, len(s.assets))
	for name := range s.assets {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (s *Static) hash() string {
	h := sha256.New()
	for _, name := range s.names() {
		fmt.Fprintf(h, "%s %s\n", name, s.assets[name].etag)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
