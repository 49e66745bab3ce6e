package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

// page is the one HTML document, written once for each set of modules that
// is worth loading ahead.
type page struct {
	importMapHash string
	documents     map[string][]byte // by entry module
}

// entries says which module draws a path. It mirrors app/routes.js (a test
// compares them); a path that isn't here loads its module late, and works.
var entries = []struct{ prefix, module string }{
	{"/r/", "app/room/page.js"},
	{"/i", "app/lobby/page.js"},
}

const entryModule = "app/main.js"

// firstStyles come in this order, before the other files of css/.
var firstStyles = []string{"css/tokens.css", "css/base.css", "css/components.css"}

var document = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Greenroom</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#F6F5F1" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#111412" media="(prefers-color-scheme: dark)">
<link rel="icon" href="{{.Base}}logo-mark.svg" type="image/svg+xml">
<script src="{{.Base}}app/early.js"></script>
{{range .Styles}}<link rel="stylesheet" href="{{$.Base}}{{.}}">
{{end}}<link rel="preload" href="{{.Base}}fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>
{{.ImportMap}}
{{range .Modules}}<link rel="modulepreload" href="{{$.Base}}{{.}}">
{{end}}<script type="module" src="{{.Base}}{{.Entry}}"></script>
</head>
<body>
<div id="app"></div>
<noscript><p>Greenroom needs JavaScript. Please switch it on, or open this page in another browser.</p></noscript>
</body>
</html>
`))

func newPage(s *Static) (*page, error) {
	base := Prefix + s.build + "/"
	imports := map[string]string{}
	for name, file := range bare {
		imports[name] = base + file
	}
	importMap, err := json.Marshal(map[string]any{"imports": imports})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(importMap)
	p := &page{
		importMapHash: "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		documents:     map[string][]byte{},
	}
	modules := []string{""}
	for _, e := range entries {
		modules = append(modules, e.module)
	}
	for _, module := range modules {
		need := []string{entryModule}
		if module != "" {
			need = append(need, module)
		}
		preload, err := s.closure(need...)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		err = document.Execute(&out, map[string]any{
			"Base": base, "Styles": s.styles(), "Entry": entryModule,
			"ImportMap": template.HTML(`<script type="importmap">` + string(importMap) + `</script>`), "Modules": preload,
		})
		if err != nil {
			return nil, err
		}
		p.documents[module] = out.Bytes()
	}
	return p, nil
}

// styles lists the style sheets in the order in which the page links them.
func (s *Static) styles() []string {
	all := slices.Clone(firstStyles)
	for _, name := range s.names() {
		if strings.HasPrefix(name, "css/") && !slices.Contains(firstStyles, name) {
			all = append(all, name)
		}
	}
	return all
}

// entryFor returns the module that draws path, or "" where none is loaded ahead.
func entryFor(path string) string {
	for _, e := range entries {
		if path == e.prefix || strings.HasSuffix(e.prefix, "/") && strings.HasPrefix(path, e.prefix) {
			return e.module
		}
	}
	return ""
}

// Page serves the document of every page of the site. mediaOrigins names the
// other origins (such as "https://cdn.example") from which this page may play
// media; it may be nil.
func (s *Static) Page(mediaOrigins func(*http.Request) []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var origins []string
		if mediaOrigins != nil {
			origins = mediaOrigins(r)
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", s.page.policy(origins))
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-cache")
		if r.URL.Path == "/i" || r.URL.Path == "/setup" {
			// What these pages do hangs on a secret in the fragment: no copy is kept.
			h.Set("Cache-Control", "no-store")
		}
		body := s.page.documents[entryFor(r.URL.Path)]
		if r.Method == http.MethodHead {
			return
		}
		w.Write(body)
	})
}

// policy returns the page's Content-Security-Policy. Trusted Types allow no
// policy at all: nothing here turns text into markup or code.
func (p *page) policy(origins []string) string {
	media := ""
	for _, o := range origins {
		if !strings.ContainsAny(o, " ;,'\"\r\n\t*") && o != "" {
			media += " " + o
		}
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' " + p.importMapHash,
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self'" + media,
		"font-src 'self'",
		"media-src 'self' blob:" + media,
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}
