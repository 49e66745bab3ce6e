package static

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// bare maps the names that modules import libraries by to files. It becomes
// the page's import map.
var bare = map[string]string{
	"preact":               "vendor/preact.mjs",
	"preact/hooks":         "vendor/preact-hooks.mjs",
	"htm":                  "vendor/htm.mjs",
	"@preact/signals-core": "vendor/signals-core.mjs",
	"@preact/signals":      "vendor/signals.mjs",
	"hls.js":               "vendor/hls.light.mjs",
}

// staticImport matches import and export ... from, at the start of a line or
// in minified code, but not import(). Only what resolves counts.
var staticImport = regexp.MustCompile(`(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{}\s,]+?\s*from\s*)?["']([^"'\n]+)["']`)

var dynamicImport = regexp.MustCompile(`\bimport\(\s*["']([^"'\n]+)["']\s*\)`)

// resolve returns the file that a module means by a specifier.
func resolve(from, specifier string) string {
	if strings.HasPrefix(specifier, "./") || strings.HasPrefix(specifier, "../") {
		return path.Join(path.Dir(from), specifier)
	}
	return bare[specifier]
}

// closure lists the modules that are needed before those given can run,
// themselves included, in the order of first use.
func (s *Static) closure(entries ...string) ([]string, error) {
	var found []string
	var visit func(name string) error
	visit = func(name string) error {
		if slices.Contains(found, name) {
			return nil
		}
		a := s.assets[name]
		if a == nil {
			return fmt.Errorf("module %s does not exist", name)
		}
		found = append(found, name)
		for _, m := range staticImport.FindAllSubmatch(a.body, -1) {
			to := resolve(name, string(m[1]))
			if to == "" {
				return fmt.Errorf("%s imports %q, which the import map doesn't know", name, m[1])
			}
			if err := visit(to); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
	for _, entry := range entries {
		if err := visit(entry); err != nil {
			return nil, err
		}
	}
	return found, nil
}
