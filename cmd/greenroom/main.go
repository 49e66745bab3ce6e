// Command greenroom is the whole server in one program: it reads the settings,
// opens the store, wires the packages together, serves, and stops without
// losing anybody. Every route is in routes.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"
)

// commands are the program's, by name. The first argument chooses; without
// one, or where it is a flag, it is serve.
var commands = map[string]func(args []string) error{
	"serve":       func(args []string) error { return run("serve", args) },
	"demo":        func(args []string) error { return run("demo", args) },
	"version":     printVersion,
	"healthcheck": healthcheck,
	"load":        runLoad,
	floorCommand:  runFloor,
}

const usage = `usage: greenroom [command] [flags]

  serve        serve (default)
  demo         serve with sample media, and print a link for each role
  load         put many viewers on a running server, and measure it
  healthcheck  ask a running server whether it is well
  version      print the version

greenroom <command> -h lists its flags.
`

func main() {
	name, args := "serve", os.Args[1:]
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	}
	command, ok := commands[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "greenroom: there is no command %q\n\n%s", name, usage)
		os.Exit(2)
	}
	if err := command(args); errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	} else if err != nil {
		fmt.Fprintln(os.Stderr, "greenroom:", err)
		os.Exit(1)
	}
}

func run(command string, args []string) error {
	c, err := readConfig(command, args, os.Environ(), os.Stderr)
	if err != nil {
		return err
	}
	return serve(command, c, newLog(os.Stderr), os.Stdout)
}

// newLog writes for people to a terminal, and JSON to everything else.
func newLog(to *os.File) zerolog.Logger {
	zerolog.DurationFieldUnit = time.Millisecond
	var out io.Writer = to
	if info, err := to.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		out = zerolog.ConsoleWriter{Out: to, TimeFormat: time.TimeOnly}
	}
	return zerolog.New(out).Level(zerolog.InfoLevel).With().Timestamp().Logger()
}

func printVersion([]string) error {
	fmt.Println("greenroom", version())
	return nil
}

// version is what the Go tool wrote into the program.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value
		}
	}
	return v + " " + info.GoVersion
}

// healthcheck asks the server at -addr, for images that have no curl.
func healthcheck(args []string) error {
	c, err := readConfig("healthcheck", args, os.Environ(), os.Stderr)
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(c.addr)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return nil
}
