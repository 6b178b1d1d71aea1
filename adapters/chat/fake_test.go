package chat_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
)

// A room is a platform in memory that has every ability there is.
type room struct {
	t   *testing.T
	bot chat.Handler

	mu     sync.Mutex
	said   map[string]chat.Message
	order  []string // ids of what was said
	posts  []posted
	broken int
	lost   int // posts that are shown though an error is returned
	count  int
	posted func(thread string) // is called once the next post is shown
}

type posted struct {
	chattest.Post
	to    chat.Message
	reply chat.Reply
}

func newRoom(t *testing.T, bot chat.Handler) *room {
	return &room{t: t, bot: bot, said: make(map[string]chat.Message)}
}

func (r *room) id() string {
	r.count++
	return fmt.Sprint("m", r.count)
}

// Say hands l to the bot.
func (r *room) Say(l chattest.Line) string {
	r.mu.Lock()
	m := chat.Message{
		Platform: "room", Team: "t", Channel: "general", ID: r.id(), User: "ada", Text: l.Text,
		Thread: l.Thread, Direct: l.Direct, Mention: l.Mention, Bot: l.Bot,
	}
	if l.Person != "" {
		m.User = l.Person
	}
	if l.Channel != "" {
		m.Channel = l.Channel
	}
	if l.Direct {
		m.Channel = "direct " + m.User
	}
	r.mu.Unlock()
	r.hand(m)
	return m.ID
}

// hand hands m to the bot, which must take it on.
func (r *room) hand(m chat.Message) {
	r.t.Helper()
	r.mu.Lock()
	if m.Change == chat.Said {
		if _, ok := r.said[m.ID]; !ok {
			r.order = append(r.order, m.ID)
		}
	}
	if m.Change != chat.Deleted {
		r.said[m.ID] = m
	}
	r.mu.Unlock()
	if err := r.bot.Handle(context.Background(), m, desk{r}); err != nil {
		r.t.Error(err)
	}
}

func (r *room) message(id string) chat.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said[id]
}

// Again delivers what was said once more.
func (r *room) Again(id string) {
	m := r.message(id)
	m.Retry = true
	r.hand(m)
}

// Edit lets a person change what was said.
func (r *room) Edit(id, text string) {
	m := r.message(id)
	m.Change, m.Text = chat.Edited, text
	r.hand(m)
}

// Delete lets a person delete what was said.
func (r *room) Delete(id string) {
	m := r.message(id)
	m.Change, m.Text, m.User = chat.Deleted, "", ""
	r.hand(m)
}

// Break lets the next n posts fail.
func (r *room) Break(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = n
}

// onPost lets f be called once the next post is shown, before the bot learns that it is.
func (r *room) onPost(f func(thread string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posted = f
}

// Shown lists the posts there are.
func (r *room) Shown() []chattest.Post {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []chattest.Post
	for _, p := range r.posts {
		all = append(all, p.Post)
	}
	return all
}

// replies lists the replies there are.
func (r *room) replies() []chat.Reply {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []chat.Reply
	for _, p := range r.posts {
		all = append(all, p.reply)
	}
	return all
}

// Press presses a button as the person who asked.
func (r *room) Press(p chattest.Post, k chat.Kind, n int) string {
	r.mu.Lock()
	i := slices.IndexFunc(r.posts, func(q posted) bool { return q.ID == p.ID })
	q := r.posts[i]
	r.mu.Unlock()
	m := q.to
	m.Text = ""
	return r.bot.(*chat.Bot).Press(context.Background(), q.reply.Token(k, n), m, desk{r}).String()
}

// A desk is the room as the bot sees it.
type desk struct{ *room }

var (
	_ chat.Surface = desk{}
	_ chat.Editor  = desk{}
	_ chat.Reader  = desk{}
	_ chat.Finder  = desk{}
)

// Post shows a reply, in a thread that hangs from the message.
func (r desk) Post(_ context.Context, m chat.Message, reply chat.Reply) (chat.Posted, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken > 0 {
		r.broken--
		return chat.Posted{}, errors.New("the room is closed for a moment")
	}
	thread := m.Thread
	if thread == "" {
		thread = m.ID
	}
	p := posted{to: m, reply: reply}
	p.ID, p.Thread = "p"+r.id(), thread
	p.show(reply)
	r.posts = append(r.posts, p)
	if f := r.posted; f != nil {
		r.posted = nil
		r.mu.Unlock()
		f(thread)
		r.mu.Lock()
	}
	if r.lost > 0 {
		r.lost--
		return chat.Posted{}, errors.New("the line went dead")
	}
	return chat.Posted{ID: p.ID, Thread: thread}, nil
}

func (p *posted) show(reply chat.Reply) {
	p.reply, p.Text = reply, reply.String()
	if i := strings.IndexFunc(p.Text, func(c rune) bool { return c < ' ' && c != '\n' || c == '\u202e' }); i >= 0 {
		p.Live = fmt.Sprintf("%.20q", p.Text[i:])
	}
}

// Edit changes a post.
func (r desk) Edit(_ context.Context, _ chat.Message, post string, reply chat.Reply) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.posts {
		if r.posts[i].ID == post {
			r.posts[i].show(reply)
			return nil
		}
	}
	return errors.New("no such post")
}

// Remove takes a post away.
func (r desk) Remove(_ context.Context, _ chat.Message, post string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts = slices.DeleteFunc(r.posts, func(p posted) bool { return p.ID == post })
	return nil
}

// Before lists what was said before m in its thread, or directly.
func (r desk) Before(_ context.Context, m chat.Message) ([]chat.Line, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []chat.Line
	for _, id := range r.order {
		said := r.said[id]
		if id == m.ID {
			break
		}
		if said.Channel == m.Channel && (m.Direct || said.Thread == m.Thread || said.ID == m.Thread) {
			lines = append(lines, chat.Line{Text: said.Text, Bot: said.Bot})
		}
	}
	return lines, nil
}

// Find looks for a post by the message that it replies to.
func (r desk) Find(_ context.Context, m chat.Message) (chat.Posted, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.posts {
		if p.to.ID == m.ID && p.to.Channel == m.Channel {
			return chat.Posted{ID: p.ID, Thread: p.Thread}, true, nil
		}
	}
	return chat.Posted{}, false, nil
}
