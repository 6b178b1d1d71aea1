package chat

import (
	"sync"
	"time"
)

// A rate is how often something may be done: a token comes back each time every
// has passed, and burst of them may be saved up. The zero rate is no limit.
type rate struct {
	every time.Duration
	burst int
}

// perMinute is n a minute, all of which may come at once; 0 or less is no limit.
func perMinute(n int) rate {
	if n <= 0 {
		return rate{}
	}
	return rate{time.Minute / time.Duration(n), n}
}

// A limiter holds a token bucket for each key.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	rate   rate
	tokens float64
	at     time.Time // when tokens was right
	told   bool      // that it is empty
}

func newLimiter() *limiter { return &limiter{buckets: make(map[string]*bucket)} }

// take takes a token from key's bucket, which fills at rate r. When there is none
// it returns how long until there is one, and whether this is the first to be told
// so since the last token.
func (l *limiter) take(now time.Time, key string, r rate) (wait time.Duration, first bool) {
	if r.every <= 0 || r.burst <= 0 {
		return 0, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[key]
	if !ok {
		l.prune(now)
		b = &bucket{tokens: float64(r.burst), at: now}
		l.buckets[key] = b
	}
	b.rate = r
	b.tokens, b.at = b.level(now), now
	if b.tokens >= 1 {
		b.tokens--
		b.told = false
		return 0, false
	}
	first, b.told = !b.told, true
	return time.Duration((1 - b.tokens) * float64(r.every)), first
}

// level is how many tokens b holds now. A clock that was set back fills nothing.
func (b *bucket) level(now time.Time) float64 {
	gained := max(0, float64(now.Sub(b.at))) / float64(b.rate.every)
	return min(float64(b.rate.burst), b.tokens+gained)
}

// prune drops full buckets, which say nothing, when there are many.
func (l *limiter) prune(now time.Time) {
	const many = 10_000
	if len(l.buckets) < many {
		return
	}
	for key, b := range l.buckets {
		if b.level(now) >= float64(b.rate.burst) {
			delete(l.buckets, key)
		}
	}
}
