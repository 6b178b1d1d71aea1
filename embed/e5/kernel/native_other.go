//go:build !amd64 && !arm64

package kernel

// native returns nothing where there is only plain Go.
func native() []*Set { return nil }
