package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"greenroom/load"
)

// floorCommand is what load starts itself with to measure the floor. It is not
// for people, so the usage doesn't list it.
const floorCommand = "load-floor"

func runLoad(args []string) error {
	c, err := readLoad(args, os.Stderr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return load.Run(ctx, c, os.Stdout, os.Stderr)
}

func runFloor([]string) error {
	signal.Ignore(os.Interrupt) // meant for the process that started us; we end with our input
	return load.ServeFloor(os.Stdin, os.Stdout)
}

// readLoad reads load's flags. It takes nothing from the environment.
func readLoad(args []string, out io.Writer) (load.Config, error) {
	var c load.Config
	flags := flag.NewFlagSet("greenroom load", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&c.URL, "url", "http://127.0.0.1:8080", "the `server`, as a browser would open it")
	flags.IntVar(&c.Conns, "n", 1000, "`viewers` to connect")
	flags.Float64Var(&c.JoinRate, "join-rate", 0, "joins a second; 0: as fast as it goes")
	flags.Float64Var(&c.Rate, "rate", 20, "`messages` a second; 0: the viewers stay idle")
	flags.IntVar(&c.Burst, "burst", 1, "`messages` that are sent together")
	flags.DurationVar(&c.Duration, "duration", 20*time.Second, "how long messages are sent")
	flags.IntVar(&c.Size, "size", 200, "`bytes` of a message's text")
	flags.StringVar(&c.Ops, "ops", "", "`URL` of the server's second listener, such as http://127.0.0.1:9090; empty: its CPU and memory stay unknown")
	flags.StringVar(&c.Room, "room", "", "`id` of an open room that anyone may enter; empty: make one as -email, and delete it")
	flags.StringVar(&c.Email, "email", "", "a manager's account")
	flags.StringVar(&c.Password, "password", "", "and its password")
	file := flags.String("password-file", "", "`file` with the password")
	flags.BoolVar(&c.JSON, "json", false, "print the figures as one line of JSON")
	floor := flags.Bool("floor", false, "measure a bare loop of write(2) too")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *file != "" {
		if c.Password != "" {
			return c, errors.New("-password and -password-file are both set")
		}
		password, err := readSecret(*file)
		if err != nil {
			return c, fmt.Errorf("-password-file: %w", err)
		}
		c.Password = password
	}
	if *floor {
		self, err := os.Executable()
		if err != nil {
			return c, fmt.Errorf("find this program, to start the floor: %w", err)
		}
		c.Floor = []string{self, floorCommand}
	}
	return c, nil
}
