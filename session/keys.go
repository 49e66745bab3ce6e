package session

// keys builds the names of everything that this package keeps. What one
// script writes shares the hash tag {site}; sessions are spread.
type keys struct{ prefix string }

func (k keys) session(token string) string { return k.prefix + "session:" + token }
func (k keys) account(email string) string { return k.prefix + "{site}:account:" + email }
func (k keys) admins() string              { return k.prefix + "{site}:admins" }
func (k keys) names() string               { return k.prefix + "{site}:names" }
func (k keys) setup(hash string) string    { return k.prefix + "{site}:setup:" + hash }
