package kernel

// Best returns the fastest set that this processor can run.
func Best() *Set { return All()[0] }

// All returns the sets that this processor can run, the fastest first.
func All() []*Set { return append(native(), Plain) }
