package corpus

// An Edit replaces text[Start:End] by With.
type Edit struct {
	Start, End int
	With       string
}
