package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
)

// config is everything that can be set from outside. A flag comes before the
// environment, the environment before the default.
type config struct {
	addr   string
	redis  string
	url    string
	ops    string
	secret string
	proxy  bool

	adminEmail    string
	adminPassword string

	json bool // demo only
}

// setting is one string of config. Secrets can be read from a file, whose name
// is in the variable with _FILE added, so that they needn't be in the
// environment.
type setting struct {
	flag, env, usage string
	value            string // the default
	secret           bool
	to               *string
}

func (c *config) settings() []setting {
	return []setting{
		{"addr", "GREENROOM_ADDR", "address to listen on", "127.0.0.1:8080", false, &c.addr},
		{"redis", "GREENROOM_REDIS", "store: redis://, rediss://, redis-sentinel:// or redis-cluster://; empty for the embedded one", "", true, &c.redis},
		{"url", "GREENROOM_URL", "public base URL, such as https://live.example.org; empty for the address listened on", "", false, &c.url},
		{"ops", "GREENROOM_OPS", "second address, for /metrics and /debug/pprof; empty for none", "", false, &c.ops},
		{"secret", "GREENROOM_SECRET", "server key, 32 characters or more; empty for one kept in the store", "", true, &c.secret},
		{"", "GREENROOM_ADMIN_EMAIL", "first admin", "", false, &c.adminEmail},
		{"", "GREENROOM_ADMIN_PASSWORD", "and their password", "", true, &c.adminPassword},
	}
}

const proxyEnv = "GREENROOM_PROXY"

// readConfig reads the flags and the environment of the subcommand.
func readConfig(command string, args, environ []string, out io.Writer) (c *config, err error) {
	c = new(config)
	env, err := variables(environ)
	if err != nil {
		return nil, err
	}
	flags := flag.NewFlagSet("greenroom "+command, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // an error is said once, by main
	defer func() {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(out, "%s\nflags of %s:\n", usage, command)
			flags.SetOutput(out)
			flags.PrintDefaults()
		}
	}()
	known := []string{proxyEnv}
	for _, s := range c.settings() {
		known = append(known, s.env)
		value, set := env[s.env]
		if s.secret {
			known = append(known, s.env+"_FILE")
			if path := env[s.env+"_FILE"]; path != "" {
				if set {
					return nil, fmt.Errorf("%s and %s_FILE are both set", s.env, s.env)
				}
				if value, err = readSecret(path); err != nil {
					return nil, fmt.Errorf("%s_FILE: %w", s.env, err)
				}
				set = true
			}
		}
		if !set {
			value = s.value
		}
		*s.to = value
		if s.flag != "" {
			flags.Func(s.flag, fmt.Sprintf("%s (%s, default %q)", s.usage, s.env, s.value), func(v string) error { *s.to = v; return nil })
		}
	}
	for name := range env {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no setting %s; known are %s", name, strings.Join(known, ", "))
		}
	}
	if c.proxy, err = truth(env[proxyEnv]); err != nil {
		return nil, fmt.Errorf("%s: %w", proxyEnv, err)
	}
	flags.BoolVar(&c.proxy, "proxy", c.proxy, "trust X-Forwarded-For from this machine and private networks ("+proxyEnv+")")
	if command == "demo" {
		flags.BoolVar(&c.json, "json", false, "print the links as one line of JSON")
	}
	if err = flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return c, c.check()
}

func variables(environ []string) (map[string]string, error) {
	env := map[string]string{}
	for _, line := range environ {
		if name, value, ok := strings.Cut(line, "="); ok && strings.HasPrefix(name, "GREENROOM_") {
			env[name] = value
		}
	}
	return env, nil
}

func readSecret(path string) (string, error) {
	b, err := os.ReadFile(path)
	return strings.TrimRight(string(b), "\r\n"), err
}

func truth(s string) (bool, error) {
	switch s {
	case "", "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", s)
}

func (c *config) check() error {
	if _, _, err := net.SplitHostPort(c.addr); err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	if c.ops != "" {
		if _, _, err := net.SplitHostPort(c.ops); err != nil {
			return fmt.Errorf("-ops: %w", err)
		}
	}
	if c.secret != "" && len(c.secret) < 32 {
		return errors.New("-secret: the server key needs 32 characters or more")
	}
	if (c.adminEmail == "") != (c.adminPassword == "") {
		return errors.New("GREENROOM_ADMIN_EMAIL and GREENROOM_ADMIN_PASSWORD belong together")
	}
	if c.url == "" {
		return nil
	}
	u, err := url.Parse(c.url)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("-url: %q must be like https://live.example.org, without a path", c.url)
	}
	c.url = u.Scheme + "://" + u.Host
	return nil
}

// publicURL returns the base of all links: what was set, else the address that
// is listened on.
func (c *config) publicURL(listening net.Addr) string {
	if c.url != "" {
		return c.url
	}
	host, port, _ := net.SplitHostPort(listening.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
