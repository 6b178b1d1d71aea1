package discord_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

// briefOf is the data of /brief with options by name.
func briefOf(options map[string]string) map[string]any {
	var all []map[string]any
	for name, value := range options {
		all = append(all, given(name, 3, value))
	}
	return commandData("brief", all...)
}

// onHoney wants a briefing in Markdown.
func onHoney() map[string]any { return briefOf(map[string]string{"topic": "honey", "format": "md"}) }

// A shelf keeps what a Bot posts on it.
type shelf chan chat.Reply

func (s shelf) Post(_ context.Context, _ chat.Message, r chat.Reply) (chat.Posted, error) {
	s <- r
	return chat.Posted{}, nil
}

// made is the file that the bot makes of that wish.
func made(t *testing.T, bot *chat.Bot, w chat.Brief) []byte {
	t.Helper()
	s := make(shelf, 1)
	m := chat.Message{Platform: "shelf", Channel: "c", ID: w.Topic + w.Format + w.Style, User: "u", Command: true, Brief: &w}
	if err := bot.Handle(t.Context(), m, s); err != nil {
		t.Fatal(err)
	}
	r := <-s
	if r.File == nil {
		t.Fatalf("no file: %v", r)
	}
	return r.File.Data
}

// A briefing comes as a file, in each style and format, with its first excerpts.
func TestBrief(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, _ := start(t, bot, discord.Options{})
	for i, format := range chat.Formats() {
		style, private := chat.Styles()[i%len(chat.Styles())].Name, i%2 == 0
		data := commandData("brief", given("topic", 3, "honey"), given("format", 3, format.Name), given("style", 3, style), given("private", 5, private))
		id := fake.Command(discordtest.Act{}, data)
		if i := fake.Acked(id); i.Type != 5 {
			t.Errorf("the first response is of type %d, want the deferred one", i.Type)
		}
		m := fake.ReplyTo(id)
		has(t, m.Text(), "Briefing: Honey. It has ", "each compared with its source", "On bees", "forty barrels")
		if m.Ephemeral() != private || m.Live() != "" {
			t.Errorf("private %v: ephemeral is %v; it is live: %q", private, m.Ephemeral(), m.Live())
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Filename != "honey."+format.Name {
			t.Fatalf("attached is %+v", m.Attachments)
		}
		if want := made(t, bot, chat.Brief{Topic: "honey", Format: format.Name, Style: style}); !bytes.Equal(m.Attachments[0].Data, want) {
			t.Errorf("%s: the file has %d other bytes, want %d", format.Name, m.Attachments[0].Size, len(want))
		}
		button(t, m, chat.Context, 1)
		button(t, m, chat.Collect, 1)
	}
}

// A briefing that cannot be made is refused in words, for its person alone; one of a document is of that
// alone, which is not taken for a question later on.
func TestBriefWords(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	for _, test := range []struct {
		options map[string]string
		want    string
	}{
		{nil, "Your briefing is empty"},
		{map[string]string{"topic": "xylophones"}, "I found nothing on this in the"},
		{map[string]string{"topic": "honey", "style": "mla"}, `there is no style "mla"`},
		{map[string]string{"topic": "honey", "format": "odt"}, `there is no format "odt"`},
		{map[string]string{"topic": strings.Repeat("honey ", 90)}, "too long for a topic"},
		{map[string]string{"topic": "stop"}, "I found nothing on this"},
		{map[string]string{"topic": "boxes", "document": "moths"}, "Searched in: II. Moths in the Boxes"},
	} {
		m := fake.ReplyTo(fake.Command(discordtest.Act{}, briefOf(test.options)))
		has(t, m.Text(), test.want)
		if m.Live() != "" {
			t.Errorf("it is live: %s", m.Live())
		}
		if m.Ephemeral() == (len(m.Attachments) == 1) {
			t.Errorf("ephemeral is %v, with %d files:\n%s", m.Ephemeral(), len(m.Attachments), m.Text())
		}
	}
	all := fake.Messages()
	before := len(all)
	fake.Say(discordtest.Said{Text: honey, Mention: true, Reply: all[before-1].ID})
	fake.Roundly("the reply is answered", func() bool { return len(fake.Messages()) == before+1 })
	if text := fake.Messages()[before].Text(); strings.Contains(text, "I understood") {
		t.Errorf("it goes on from what nobody asked:\n%s", text)
	}
}

// Documents are proposed for a briefing as they are for a question.
func TestBriefAutocomplete(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	document := given("document", 3, "moth")
	document["focused"] = true
	i := fake.Acked(fake.Type(discordtest.Act{}, commandData("brief", given("topic", 3, "bees"), document)))
	if i.Type != 8 || !strings.Contains(string(i.Data), "Moths in the Boxes") {
		t.Errorf("type %d: %s", i.Type, i.Data)
	}
}

// What goes wrong with a file leaves the person with its excerpts, and with why.
func TestBriefFaults(t *testing.T) {
	const forbidden = `{"code":50013,"message":"Missing Permissions"}`
	const large = `{"code":40005,"message":"Request entity too large"}`
	const noWebhook = `{"code":10015,"message":"Unknown Webhook"}`
	const noForm = `{"code":50035,"message":"Invalid Form Body"}`
	const undelivered = "could not deliver the file here"
	for _, test := range []struct {
		name   string
		faults []discordtest.Fault
		want   string // said; "": the file is there
	}{
		{"no permission", []discordtest.Fault{{Method: "PATCH", Status: 403, Body: forbidden, Left: 1}}, "called Attach Files"},
		{"too large", []discordtest.Fault{{Method: "PATCH", Status: 413, Body: large, Left: 1}}, undelivered},
		{"too large, for a proxy", []discordtest.Fault{{Method: "PATCH", Status: 413, Body: "<html>", Left: 1}}, undelivered},
		{"too large, otherwise said", []discordtest.Fault{{Method: "PATCH", Status: 400, Body: large, Left: 1}}, undelivered},
		{"out of order for the upload", []discordtest.Fault{{Method: "PATCH", Status: 503, Left: 3}}, undelivered},
		{"out of order for a moment", []discordtest.Fault{{Method: "PATCH", Status: 503, Left: 2}}, ""},
		{"the form is refused", []discordtest.Fault{{Method: "PATCH", Status: 400, Body: noForm, Left: 1}}, ""},
		{"each form is refused with the file", []discordtest.Fault{{Method: "PATCH", Status: 400, Body: noForm, Left: 2}}, undelivered},
		{"the answer is lost", []discordtest.Fault{{Method: "PATCH", Left: 1}}, ""},
		{"the answer is lost again and again", []discordtest.Fault{{Method: "PATCH", Left: 3}}, undelivered},
		{"expired", []discordtest.Fault{{Method: "PATCH", Status: 404, Body: noWebhook, Left: 3}}, ""},
		{"void", []discordtest.Fault{{Path: "/callback", Status: 404, Body: `{"code":10062,"message":"Unknown interaction"}`, Left: 1}}, ""},
		{"expired, and no permission in the channel", []discordtest.Fault{
			{Method: "PATCH", Status: 404, Body: noWebhook, Left: 6}, {Method: "POST", Path: "/channels/" + discordtest.General + "/messages", Status: 403, Body: forbidden, Left: 1},
		}, "called Attach Files"},
		{"expired, and may not write", []discordtest.Fault{
			{Method: "PATCH", Status: 404, Body: noWebhook, Left: 6}, {Method: "POST", Path: "/channels/" + discordtest.General + "/messages", Status: 403, Body: forbidden, Left: 2},
		}, "may not write where you asked me"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, a := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
			fake.Roundly("the commands are registered", func() bool { return len(fake.Requests("PUT", "/commands")) == 1 })
			for _, f := range test.faults {
				fake.Fail(f)
			}
			fake.Command(discordtest.Act{}, onHoney())
			fake.Roundly("it is replied to", func() bool { return len(fake.Messages()) == 1 })
			a.Wait() // for a second try
			m := fake.Messages()[0]
			has(t, m.Text(), "Briefing: Honey", "forty barrels", test.want)
			if files := len(m.Attachments); (files == 1) != (test.want == "") {
				t.Errorf("%d files are attached:\n%s", files, m.Text())
			}
			if m.Live() != "" {
				t.Errorf("it is live: %s", m.Live())
			}
		})
	}
}

// A maker makes one briefing, whatever is wanted.
type maker brief.Briefing

func (m maker) Make(context.Context, brief.Request, brief.Progress) (brief.Briefing, error) {
	return brief.Briefing(m), nil
}

// A file that is larger than Discord takes is not sent at all.
func TestBriefTooLarge(t *testing.T) {
	said, err := threeSources(t.Context(), answer.Question{})
	if err != nil {
		t.Fatal(err)
	}
	var part brief.Part
	for _, c := range said.Citations {
		part.Excerpts = append(part.Excerpts, brief.Excerpt{
			Citation: brief.Citation{Citation: c}, Context: []brief.Sentence{{Text: c.Quote, Span: c.Span, Printed: c.Quote, Quoted: true, Opens: true}},
		})
	}
	part.Title = strings.Repeat("Honey. ", 10<<20/len("Honey. "))
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	bot := chat.New(slog.New(slog.NewTextHandler(testLog{t}, nil)), chat.Library{Asker: threeSources, Briefer: maker{Title: "Honey", Parts: []brief.Part{part}}}, kept, chat.Options{})
	t.Cleanup(func() { bot.Close(context.Background()) })
	fake, a := start(t, bot, discord.Options{})
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, onHoney()))
	has(t, m.Text(), "could not deliver the file here", "The first speaks.", "The third speaks.")
	a.Wait()
	if n := len(fake.Requests("PATCH", "@original")); n != 1 || len(m.Attachments) != 0 {
		t.Errorf("%d tries to show it, with the files %v", n, m.Attachments)
	}
}

// collecting lets a person add the sources of an answer, and returns the answer and
// the last confirmation.
func collecting(t *testing.T, fake *discordtest.Server, person string, questions ...string) (confirmed discordtest.Message) {
	t.Helper()
	for _, q := range questions {
		m := fake.ReplyTo(fake.Command(discordtest.Act{Person: person}, ask(q)))
		confirmed = fake.ReplyTo(fake.Press(discordtest.Act{Person: person}, m, button(t, m, chat.Collect, 1)))
		has(t, confirmed.Text(), "Added. Your briefing has ")
		if !confirmed.Ephemeral() {
			t.Error("what somebody collects is shown to all")
		}
	}
	return confirmed
}

const moths = "What did the council ask the keepers about moth?"

// now is how a message is shown now.
func now(t *testing.T, fake *discordtest.Server, id string) discordtest.Message {
	t.Helper()
	for _, m := range fake.Messages() {
		if m.ID == id {
			return m
		}
	}
	t.Fatalf("message %s is gone", id)
	return discordtest.Message{}
}

// Excerpts are collected, arranged in the message that shows them, and made into a
// briefing.
func TestCollect(t *testing.T) {
	fake, a := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	desk := collecting(t, fake, "", honey, moths)
	// press presses a button on the desk, and waits until the desk says want.
	press := func(k chat.Kind, at int, want string) {
		t.Helper()
		below := now(t, fake, desk.ID)
		var ids []string
		for _, id := range below.Buttons() {
			if kind, _, _, _ := chat.ParseToken(id); kind == k {
				ids = append(ids, id)
			}
		}
		if at >= len(ids) {
			t.Fatalf("no button %q at %d among %q", k, at, below.Buttons())
		}
		if i := fake.Acked(fake.Press(discordtest.Act{}, below, ids[at])); i.Type != 6 {
			t.Errorf("%q: the first response is of type %d, want a deferred update", k, i.Type)
		}
		fake.Roundly(want, func() bool { return strings.Contains(now(t, fake, desk.ID).Text(), want) })
		if m := now(t, fake, desk.ID); m.Live() != "" || !m.Ephemeral() {
			t.Errorf("%q: it is live: %q", k, m.Live())
		}
	}
	inOrder := func(words ...string) {
		t.Helper()
		text, last := now(t, fake, desk.ID).Text(), -1
		for _, w := range words {
			at := strings.Index(text, w)
			if at <= last {
				t.Errorf("%q does not follow in:\n%s", w, text)
			}
			last = at
		}
	}
	press(chat.Desk, 0, "Your briefing has 2 excerpts:")
	inOrder("forty barrels", "burn the boxes")
	press(chat.Raise, 0, "Your briefing has 2 excerpts:") // the first has none that can be pressed
	fake.Roundly("it is moved", func() bool {
		text := now(t, fake, desk.ID).Text()
		return strings.Index(text, "burn the boxes") < strings.Index(text, "forty barrels")
	})

	// A note is asked for in a form, which holds what was said before.
	for _, before := range []string{"", "for *the* chair"} {
		below := now(t, fake, desk.ID)
		note := buttonAt(t, below, chat.Annotate, 1)
		i := fake.Acked(fake.Press(discordtest.Act{}, below, note))
		if has := strings.Contains(string(i.Data), `"value":`); i.Type != 9 || has != (before != "") || !strings.Contains(string(i.Data), before) {
			t.Errorf("with the note %q, type %d: %s", before, i.Type, i.Data)
		}
		if i := fake.Acked(fake.Submit(discordtest.Act{}, below, note, "note", "for *the* chair")); i.Type != 6 {
			t.Errorf("a form's first response is of type %d, want a deferred update", i.Type)
		}
		fake.Roundly("the note is shown", func() bool {
			return strings.Contains(now(t, fake, desk.ID).Text(), "Your note: for *the* chair")
		})
	}
	inOrder("burn the boxes", "forty barrels", "Your note")
	a.Wait()

	// A form that cannot be read, and one that is empty.
	below := now(t, fake, desk.ID)
	note := buttonAt(t, below, chat.Annotate, 1)
	has(t, fake.ReplyTo(fake.Submit(discordtest.Act{}, below, note, "other", "x")).Text(), "could not read that form")
	has(t, now(t, fake, desk.ID).Text(), "Your note: for *the* chair")

	// The briefing has both, in that order, with the note.
	m := fake.ReplyTo(fake.Press(discordtest.Act{}, below, buttonOf(t, below, chat.Make)))
	if len(m.Attachments) != 1 || m.Attachments[0].Filename != "collected-excerpts.docx" || !m.Ephemeral() {
		t.Fatalf("attached is %+v, ephemeral %v", m.Attachments, m.Ephemeral())
	}
	has(t, m.Text(), "Briefing: Collected excerpts. It has 2 excerpts")
	m = fake.ReplyTo(fake.Command(discordtest.Act{}, briefOf(map[string]string{"format": "md"})))
	file := string(m.Attachments[0].Data)
	if one, two, three := strings.Index(file, "burn the boxes"), strings.Index(file, "forty barrels"), strings.Index(file, "chair"); one < 0 || two < one || three < two {
		t.Errorf("the briefing:\n%s", file)
	}
	// Below it is a way to what was collected, which is not shown in its place.
	again := fake.ReplyTo(fake.Press(discordtest.Act{}, m, buttonOf(t, m, chat.Desk)))
	has(t, again.Text(), "Your briefing has 2 excerpts")
	if again.ID == m.ID || !again.Ephemeral() {
		t.Error("what somebody collected is shown to all")
	}
	// Another person sees their own there.
	others := fake.ReplyTo(fake.Press(discordtest.Act{Person: "1234"}, m, buttonOf(t, m, chat.Desk)))
	has(t, others.Text(), "Your briefing is empty")

	press(chat.Drop, 0, "Your briefing has 1 excerpt:")
	if text := now(t, fake, desk.ID).Text(); strings.Contains(text, "burn the boxes") {
		t.Errorf("it is still there:\n%s", text)
	}
	press(chat.Clear, 0, "Your briefing is empty")
	if left := now(t, fake, desk.ID).Buttons(); len(left) > 0 {
		t.Errorf("an empty desk has the buttons %q", left)
	}
}

// buttonOf is the id of a message's first button of that kind.
func buttonOf(t *testing.T, m discordtest.Message, k chat.Kind) string {
	t.Helper()
	return buttonAt(t, m, k, 0)
}

// buttonAt is the id of one of a message's buttons of that kind, counted from 0.
func buttonAt(t *testing.T, m discordtest.Message, k chat.Kind, at int) string {
	t.Helper()
	for _, id := range m.Buttons() {
		if kind, _, _, ok := chat.ParseToken(id); ok && kind == k {
			if at--; at < 0 {
				return id
			}
		}
	}
	t.Fatalf("no button %q among %q", k, m.Buttons())
	return ""
}

// A desk whose form is refused is told in words.
func TestPlainDesk(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	confirmed := collecting(t, fake, "", honey)
	before := len(fake.Messages())
	fake.Fail(discordtest.Fault{Method: "PATCH", Status: 400, Body: `{"code":50035,"message":"Invalid Form Body"}`, Left: 1})
	fake.Acked(fake.Press(discordtest.Act{}, confirmed, buttonOf(t, confirmed, chat.Desk)))
	fake.Roundly("it is told", func() bool { return len(fake.Messages()) == before+1 })
	m := fake.Messages()[before]
	has(t, m.Text(), "Your briefing has 1 excerpt:", "forty barrels")
	if m.Live() != "" || !m.Ephemeral() {
		t.Errorf("ephemeral %v, live %q", m.Ephemeral(), m.Live())
	}
}

// All of it comes over the HTTP endpoint too.
func TestBriefOverHTTP(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	bot := chattest.NewBot(t, chat.Options{})
	fake, a := start(t, bot, discord.Options{PublicKey: public})
	endpoint := httptest.NewServer(a)
	defer endpoint.Close()
	// deliver delivers an interaction, whose first response must be of that type.
	deliver := func(kind int, data map[string]any, below *discordtest.Message, want int) (id string) {
		t.Helper()
		id, body := fake.Unsent(discordtest.Act{}, kind, data, below)
		status, text := sign(t, endpoint.URL, private, time.Now(), body)
		if status != 200 || !strings.HasPrefix(text, fmt.Sprintf(`{"type":%d`, want)) {
			t.Fatalf("status %d, want a response of type %d: %s", status, want, text)
		}
		fake.Answered(id, []byte(text))
		return id
	}
	pressed := func(id string) map[string]any { return map[string]any{"custom_id": id, "component_type": 2} }
	m := fake.ReplyTo(deliver(2, onHoney(), nil, 5))
	if len(m.Attachments) != 1 || !bytes.Equal(m.Attachments[0].Data, made(t, bot, chat.Brief{Topic: "honey", Format: "md"})) {
		t.Fatalf("attached is %+v", m.Attachments)
	}
	desk := fake.ReplyTo(deliver(3, pressed(button(t, m, chat.Collect, 1)), &m, 5))
	has(t, desk.Text(), "Added. Your briefing has 1 excerpt.")
	deliver(3, pressed(buttonOf(t, desk, chat.Desk)), &desk, 6)
	fake.Roundly("the desk is shown", func() bool {
		desk = now(t, fake, desk.ID)
		return strings.Contains(desk.Text(), "has 1 excerpt:")
	})
	note := buttonOf(t, desk, chat.Annotate)
	deliver(3, pressed(note), &desk, 9)
	input := map[string]any{"type": 4, "custom_id": "note", "value": "for the chair"}
	deliver(5, map[string]any{"custom_id": note, "components": []any{map[string]any{"type": 1, "components": []any{input}}}}, &desk, 6)
	fake.Roundly("the note is shown", func() bool { return strings.Contains(now(t, fake, desk.ID).Text(), "Your note: for the chair") })
	file := fake.ReplyTo(deliver(3, pressed(buttonOf(t, desk, chat.Make)), &desk, 5))
	if len(file.Attachments) != 1 || !file.Ephemeral() {
		t.Errorf("attached is %+v", file.Attachments)
	}
}

// A desk that changed meanwhile, and buttons of others or of nobody, change nothing
// that is not the person's own.
func TestStaleDesk(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	confirmed := collecting(t, fake, "", honey, moths)
	stale := fake.ReplyTo(fake.Press(discordtest.Act{}, confirmed, buttonOf(t, confirmed, chat.Desk)))
	fake.Roundly("the desk is shown", func() bool {
		stale = now(t, fake, confirmed.ID)
		return strings.Contains(stale.Text(), "2 excerpts:")
	})
	drop, note := buttonAt(t, stale, chat.Drop, 1), buttonAt(t, stale, chat.Annotate, 1)
	shown := func(want string, not string) {
		t.Helper()
		fake.Roundly(want, func() bool {
			text := now(t, fake, confirmed.ID).Text()
			return strings.Contains(text, want) && !strings.Contains(text, not)
		})
	}
	// Somebody else has the ids.
	fake.Acked(fake.Press(discordtest.Act{Person: "1234"}, discordtest.Message{ID: stale.ID, Channel: stale.Channel}, drop))
	for _, id := range []string{"d.0.aaaaaaaaaaaaaaaaaaaaaaaaaa", "r.999.aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		fake.Acked(fake.Press(discordtest.Act{}, stale, id))
		shown("2 excerpts:", "nothing")
	}
	for _, id := range []string{"d.0.x", "b.0.aaaaaaaaaaaaaaaaaaaaaaaaaa", "k.1"} {
		has(t, fake.ReplyTo(fake.Press(discordtest.Act{}, stale, id)).Text(), "no longer have that answer")
	}
	// It is dropped twice, then noted.
	for range 2 {
		fake.Acked(fake.Press(discordtest.Act{}, stale, drop))
		shown("1 excerpt:", "burn the boxes")
	}
	fake.Acked(fake.Submit(discordtest.Act{}, stale, note, "note", "too late"))
	fake.Acked(fake.Press(discordtest.Act{}, stale, buttonOf(t, stale, chat.Clear)))
	shown("Your briefing is empty", "too late")
	has(t, fake.ReplyTo(fake.Press(discordtest.Act{}, stale, buttonOf(t, stale, chat.Make))).Text(), "Your briefing is empty")
}

// The commands differ from those that are there when any part of an option does.
func TestCommandsDiffer(t *testing.T) {
	decoded := func() []discord.Command {
		data, err := json.Marshal(discord.Commands())
		if err != nil {
			t.Fatal(err)
		}
		var all []discord.Command
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if !discord.Same(decoded(), discord.Commands()) {
		t.Error("the commands differ from themselves")
	}
	for name, change := range map[string]func(c *discord.Command){
		"an option less": func(c *discord.Command) { c.Options = c.Options[1:] },
		"a choice less":  func(c *discord.Command) { c.Options[2].Choices = c.Options[2].Choices[1:] },
		"another choice": func(c *discord.Command) { c.Options[3].Choices[0].Value = "odt" },
		"a length":       func(c *discord.Command) { c.Options[0].MaxLength++ },
	} {
		all := decoded()
		for i := range all {
			if all[i].Name == "brief" {
				change(&all[i])
			}
		}
		if discord.Same(all, discord.Commands()) {
			t.Errorf("with %s they are the same", name)
		}
	}
}
