package hub

import (
	"strconv"
	"strings"
)

// votedLocked notes a question's votes as published: "question count". The next
// tick tells everybody. The script that counts publishes, so counts come in
// order. r.mu is held.
func (r *Room) votedLocked(message string) {
	question, number, ok := strings.Cut(message, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return
	}
	r.votes[question] = n
	r.voted[question] = true
}
