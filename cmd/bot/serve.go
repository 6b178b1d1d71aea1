package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/slack"
)

func serveCommand(a *app) *cobra.Command {
	var corpus []string
	var dry bool
	c := &cobra.Command{
		Use:               "serve",
		Short:             shortServe,
		Long:              longServe,
		Example:           exampleServe,
		Args:              noArguments(hintCorpus),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.serve(c.Context(), corpus, dry)
		},
	}
	c.Flags().StringArrayVar(&corpus, "corpus", nil, usageCorpus)
	c.Flags().BoolVar(&dry, "dry", false, usageDry)
	return c
}

// A surface is a platform that the bot answers on.
type surface struct {
	name  string
	run   func(context.Context) error // until ctx is done, which is no error
	ready func() bool                 // people reach the bot there
	wait  func()                      // returns when nothing is under way there
}

// closing is how long questions in hand may take when the bot is told to stop.
const closing = 25 * time.Second

// serve answers on every platform that there are tokens for until ctx is done, and
// then what is in hand still.
func (a *app) serve(ctx context.Context, corpus []string, dry bool) (err error) {
	if !a.config.Slack.given() && !a.config.Discord.given() {
		return badUse(errNoTokens)
	}
	if len(corpus) == 0 {
		corpus = a.config.Corpus.Paths
	}
	seen := fingerprint(corpus)
	answerer, x, err := a.assisted(ctx, corpus)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	options := a.chatOptions()
	options.Dry = dry
	bot := chat.New(a.log, a.library(answerer, x), s, options)
	var surfaces []surface
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), closing)
		defer cancel()
		err = errors.Join(err, bot.Close(ctx))
		for _, s := range surfaces {
			s.wait() // what the last answers began
		}
		err = errors.Join(err, s.Close())
	}()
	if surfaces, err = a.surfaces(bot, dry); err != nil {
		return err
	}
	return a.runAll(ctx, surfaces, func(ctx context.Context) { a.follow(ctx, bot, corpus, seen, lookEvery) })
}

// surfaces makes those that there are tokens for.
func (a *app) surfaces(bot *chat.Bot, dry bool) ([]surface, error) {
	var all []surface
	for _, platform := range []struct {
		given bool
		make  func(*chat.Bot, bool) (surface, error)
	}{
		{a.config.Slack.given(), a.slackSurface},
		{a.config.Discord.given(), a.discordSurface},
	} {
		if !platform.given {
			continue
		}
		s, err := platform.make(bot, dry)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (a *app) slackSurface(bot *chat.Bot, dry bool) (surface, error) {
	c := a.config.Slack
	if err := c.check(); err != nil {
		return surface{}, badUse(err)
	}
	adapter := slack.New(a.log, bot, slack.Options{
		BotTokens: c.BotTokens.fields(), AppToken: c.AppToken.reveal(), SigningSecret: c.SigningSecret.reveal(),
		APIURL: c.APIURL, Guests: a.config.Chat.Guests, Shared: a.config.Chat.SharedChannels, Dry: dry,
	})
	run := func(ctx context.Context) error {
		if err := adapter.Start(ctx); err != nil {
			return err
		}
		if c.Listen == "" {
			return adapter.Listen(ctx)
		}
		mux := http.NewServeMux()
		mux.Handle(slackPath, adapter)
		mux.Handle(slackPath+"/", adapter) // /slack/events and the like
		return a.listen(ctx, "slack.listen", c.Listen, mux, adapter.SetReachable)
	}
	return surface{"Slack", run, adapter.Ready, adapter.Wait}, nil
}

// slackPath is where Slack's HTTP requests are taken.
const slackPath = "/slack"

// given reports whether Slack is to be reached: one of its secrets is there.
func (c SlackConfig) given() bool {
	return len(c.BotTokens.fields()) > 0 || c.AppToken.reveal() != "" || c.SigningSecret.reveal() != ""
}

// mixedUp says which token cannot be what it is given as; nil: none.
func (c SlackConfig) mixedUp() error {
	app := c.AppToken.reveal()
	err := unfit(envSlackAppToken, app)
	if err == nil && strings.HasPrefix(app, "xoxb-") {
		err = errAppTokenIsBot
	}
	for _, token := range c.BotTokens.fields() {
		err = cmp.Or(err, unfit(envSlackBotToken, token))
		if err == nil && strings.HasPrefix(token, "xapp-") {
			err = errBotTokenIsApp
		}
	}
	return err
}

// check says which secret is missing for the way in which events come, or cannot be
// what it is given as.
func (c SlackConfig) check() error {
	if err := c.mixedUp(); err != nil {
		return err
	}
	switch {
	case len(c.BotTokens.fields()) == 0:
		return errNoBotToken
	case c.Listen == "" && c.AppToken.reveal() == "":
		return errNoAppToken
	case c.Listen != "" && c.SigningSecret.reveal() == "":
		return errNoSigningSecret
	}
	return nil
}

// runAll runs the surfaces, the health checks and what goes on beside them, until
// ctx is done. A surface that fails leaves the others to the people there; when the
// last one has failed there is nobody left to answer.
func (a *app) runAll(ctx context.Context, surfaces []surface, beside func(context.Context)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	var left atomic.Int32
	left.Store(int32(len(surfaces)))
	failed := make(chan error, len(surfaces)+1)
	for _, s := range surfaces {
		running.Go(func() {
			err := s.run(ctx)
			if err == nil || ctx.Err() != nil {
				return
			}
			failed <- err
			if left.Add(-1) == 0 {
				cancel()
				return
			}
			a.log.Error(sayWithout(s.name), "error", err)
		})
	}
	if address := a.config.Serve.Health; address != "" {
		running.Go(func() {
			if err := a.listen(ctx, "serve.health", address, healthHandler(surfaces), func(bool) {}); err != nil && ctx.Err() == nil {
				failed <- err
				cancel()
			}
		})
	}
	running.Go(func() { beside(ctx) })
	<-ctx.Done()
	a.log.Info(saidStopping)
	running.Wait()
	for _, s := range surfaces {
		s.wait()
	}
	close(failed)
	var all error
	for err := range failed {
		all = errors.Join(all, err)
	}
	return all
}

// listen serves h at address, which key of the configuration says, until ctx is done,
// and tells open when it does.
func (a *app) listen(ctx context.Context, key, address string, h http.Handler, open func(bool)) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return sayNoListening(err, key)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	open(true)
	a.log.Info(saidListening, "address", l.Addr().String())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	open(false)
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return server.Shutdown(ctx) // waits for requests in hand
}

// healthHandler answers /healthz as long as the program runs, and /readyz when it
// is connected everywhere.
func healthHandler(surfaces []surface) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		var wrong []string
		for _, s := range surfaces {
			if !s.ready() {
				wrong = append(wrong, s.name+" is not connected: the log says why")
			}
		}
		if wrong != nil {
			http.Error(w, strings.Join(wrong, "\n"), http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "ok\n")
	})
	return mux
}

// lookEvery is the time between looks for documents that changed.
const lookEvery = 15 * time.Second

// follow takes up documents at paths that change, until ctx is done; seen is their
// fingerprint so far. Meanwhile questions are answered from what was there before.
func (a *app) follow(ctx context.Context, bot *chat.Bot, paths []string, seen string, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := fingerprint(paths)
		if now == seen {
			continue
		}
		seen = now // what cannot be read now is looked at again when it changes
		answerer, x, err := a.assisted(ctx, paths)
		if err != nil {
			a.log.Warn(saidNotFollowed, "error", err)
			continue
		}
		bot.SetLibrary(a.library(answerer, x))
		a.log.Info(saidFollowed, "documents", len(x.Documents()), "passages", x.Len())
	}
}

// fingerprint tells by names, sizes and times whether files below paths changed. It
// reads none of them, since it is asked for often. What cannot be looked at counts
// as not there.
func fingerprint(paths []string) string {
	h := sha256.New()
	for _, path := range paths {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // a folder behind a link would not be looked into
		}
		filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			if info, err := os.Stat(name); err == nil {
				fmt.Fprintf(h, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return string(h.Sum(nil))
}
