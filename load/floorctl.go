package load

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"greenroom/hub/protocol"
)

// floor is a floor server that runs in a process of its own, so that its CPU
// is told apart from ours. It is a crowd's target.
type floor struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	base *url.URL
}

// startFloor starts a floor, and waits for its address. command is the program
// with the arguments that make it call ServeFloor.
func startFloor(ctx context.Context, command []string) (*floor, error) {
	f := &floor{cmd: exec.CommandContext(ctx, command[0], command[1:]...)}
	f.cmd.Stderr = os.Stderr
	var err error
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := f.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the floor: %w", err)
	}
	f.out = bufio.NewReader(out)
	addr, err := f.out.ReadString('\n')
	if err != nil {
		f.stop()
		return nil, fmt.Errorf("start the floor: %w", err)
	}
	f.base = &url.URL{Scheme: "http", Host: strings.TrimSpace(addr)}
	return f, nil
}

// stop ends the process: it obeys until its input ends.
func (f *floor) stop() {
	f.in.Close()
	_ = f.cmd.Wait() // how it ended is of no interest
}

func (f *floor) connect(ctx context.Context, _ int) (net.Conn, []byte, error) {
	return dial(ctx, f.base, "/", "")
}

// say has a message written that is as long as Greenroom's.
func (f *floor) say(c *crowd, s *storm, sender, n int, text []byte) error {
	line := protocol.Encode(protocol.ChatMessage{Cursor: strings.Repeat("c", 22), ID: strings.Repeat("i", 16), At: time.Now().UnixMilli(),
		From: protocol.Person{ID: strings.Repeat("p", 20), Name: fmt.Sprintf("Viewer %d", sender), Role: protocol.Viewer}, Text: string(text)})
	if _, err := fmt.Fprintf(f.in, "w%s\n", line); err != nil {
		return err
	}
	s.acked(sender, n+firstID, c.now())
	return nil
}

func (f *floor) sample(context.Context) (sample, error) {
	var u floorUsage
	if _, err := fmt.Fprintln(f.in, "u"); err != nil {
		return sample{}, fmt.Errorf("ask the floor: %w", err)
	}
	line, err := f.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &u)
	}
	if err != nil {
		return sample{}, fmt.Errorf("ask the floor: %w", err)
	}
	return sample{known: true, at: time.Now(), cpu: u.CPU, resident: u.Resident}, nil
}

func (f *floor) collect(context.Context) error { return nil }
