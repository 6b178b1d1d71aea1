package slack

import "time"

// BePatient lets a wait for as long as a busy machine may need, and for less than a
// minute, which is what the tests' Slack asks for where nobody is to wait.
func BePatient(a *Adapter) {
	const d = 30 * time.Second
	a.waits = waits{guest: d, past: d, upload: d, share: d, tell: d}
}
