/*
Command bot is Rapporteur on the command line: it answers questions over
proceedings in the documents' own words, each quotation cited to its section,
page and paragraph.

	go run ./cmd/bot ask "What did the ILO conclude about migrant workers?"

# A tour of the tree, from the bottom up

A question goes straight through; nothing calls back up.

	source file ─▶ corpus ─▶ embed ─▶ retrieval ─▶ retrieval/answer ─▶ adapters/chat ─▶ adapters/slack, /discord, /terminal
	            passages   vectors    hits        answer, citations      reply           the platform's own shapes
	                                                └▶ retrieval/brief ─▶ Markdown, HTML, DOCX, PDF

[rapporteur/corpus] reads a source file: its pages, headings and paragraphs, the
words that a scanner misread, and the passages that it is cut into, each of which
knows its bytes in the source. Whatever goes wrong with a document goes wrong
here. Begin with corpus.go, which has the types that all the rest speaks in.

[rapporteur/corpus/proceedings] is the document that is built in: the text byte
for byte, its card, and an index of it made beforehand by its command prebuild.

[rapporteur/embed] says what an embedder is, and has one for tests that only
compares words. [rapporteur/embed/embedtest] is the suite that every embedder
passes.

[rapporteur/embed/e5] is the model that is built in, e5-small-v2. A text is cut
into word pieces by [rapporteur/embed/e5/wordpiece]; the numbers of the network
are read by [rapporteur/embed/e5/weights]; nearly all the time is spent in
[rapporteur/embed/e5/kernel], which multiplies them. Beside it lie commands that
are not part of the bot: convert makes the model's files from the published ones,
gen writes the kernels' assembly, bench compares speeds.

[rapporteur/embed/remote] is for models that run elsewhere, at a service or in
Ollama.

[rapporteur/retrieval] builds, keeps and searches an index of passages, and ranks
them by their vectors and their words together; fuse.go holds the weights. A typing
error in a question is put right in spelling.go.

[rapporteur/retrieval/answer] chooses the sentences that answer, cites them,
shows that they stand in the source, and is silent where it is not sure enough.
What speaks for a question being answered is gathered in evidence.go; its command
calibrate fits what "sure enough" means.

[rapporteur/retrieval/answer/llm] is the client of a language model, which may be
attached to write the answers; whether what it writes is borne out by the documents
is for answer to say, in write.go and support.go.
[rapporteur/retrieval/answer/llm/llmtest] is such a service for tests, with all its
ways to fail.

[rapporteur/retrieval/brief] gathers what speaks to a topic, to questions or to an
outline into a briefing of excerpts. [rapporteur/retrieval/brief/cite] writes the
references, in three styles and for reference managers.

[rapporteur/retrieval/brief/export] writes a paper, laid out in blocks with notes,
to a file that other programs open. export.go says what a paper is, tidy.go takes
out what no format can hold, contents.go lists the headings of a long one,
direction.go tells what is read from right to left, and each format has a file of
its name. The elements of a DOCX are in wordml.go; what a PDF wants besides is in
fonts.go, lines.go and pages.go, which set the text before pdf.go draws it.

[rapporteur/retrieval/eval] measures all of this by gold questions. Whoever
changes how passages are cut, ranked or quoted reads its report before and after.
Its command ablate measures what each step of ranking is worth.

[rapporteur/adapters/chat] is the conduct of a conversation, the same wherever it
is held: who is answered, follow-ups, one reply to one message, limits, and in
wording.go all that is said to people. Its files' names tell which is where; begin
with chat.go; briefings are in brief.go, and what people collect for them in desk.go.
[rapporteur/adapters/chat/store] keeps in SQLite what a restart must
not lose. [rapporteur/adapters/chat/chattest] is the suite that states what every
adapter owes.

[rapporteur/adapters/terminal] translates for a terminal, and nothing more.

[rapporteur/adapters/slack] does the same for Slack: events come in by socket.go or
http.go, become messages in event.go, and replies become blocks in blocks.go.
manifest.go lists all of Slack that is used. [rapporteur/adapters/slack/slacktest]
is a Slack for tests, as strict as the real one.

[rapporteur/adapters/discord] does the same for Discord: message.go and interaction.go
read what comes over the gateway or HTTP, surface.go replies, and render.go holds
the limits of a message. [rapporteur/adapters/discord/discordtest] is a Discord for
tests, which checks each request by Discord's own description; its command cut makes
that small.

[rapporteur/cmd/bot] is this package, which puts the parts together. main.go hands
over to run and turns errors into exit statuses. app.go opens what the commands
share; ask.go, brief.go, passages.go, index.go, eval.go, chat.go, forget.go, serve.go,
check.go, slack.go, discord.go and version.go are a command or a few each.
shapes.go is the JSON that others read, print.go the text that people read,
wording.go all that is said to them, terminal.go what a screen can show and what
must not reach it, file.go how files are written, and output.go where. config.go
is what can be configured; the example that explains it is in [rapporteur] itself,
at the top of the tree.

layout_test.go holds this tour against the tree, and which package may import
which.
*/
package main
