package load

import (
	"fmt"
	"syscall"
)

// spare is how many open files there are beside the viewers' sockets.
const spare = 200

// raiseFiles lets this process open a socket for each of n viewers.
func raiseFiles(n int) error {
	need := uint64(n + spare)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	if limit.Cur >= need {
		return nil
	}
	wanted := syscall.Rlimit{Cur: need, Max: max(limit.Max, need)}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &wanted); err != nil {
		return fmt.Errorf("%d connections need %d open files, but this process may open %d: "+
			"raise the limit (ulimit -n %d) here and for the server, or choose a smaller -n", n, need, limit.Max, need)
	}
	return nil
}
