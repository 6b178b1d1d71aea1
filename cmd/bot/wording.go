package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/eval"
)

// This file holds all that the commands say to people, so that one voice says
// it. Answers and listings go to standard output; everything else goes to
// standard error behind "bot: ". An error names the thing at hand and the next
// step.

// What the commands are, for --help.
const (
	shortRoot = "Ask the proceedings, and get their own words, cited"
	longRoot  = `Rapporteur answers questions over proceedings in the documents' own words, each
quotation cited to its section, page and paragraph. It needs no key, no server
and no network. The Third Coordination Meeting on International Migration (2004)
is built in; your own text files can be asked instead.

What is configured is read from the file after --config, else from the one that
RAPPORTEUR_CONFIG names, else from rapporteur/config.toml in your configuration
folder (~/.config on Linux), if it is there. "bot config" explains each key.

Exit status: 0 done, 1 failed, 2 wrongly used.`
	exampleRoot = `  bot ask "What did the ILO conclude about migrant workers?"
  bot ask --corpus minutes/ "Who proposed the amendment?"
  bot passages report.txt | less`

	shortAsk = "Answer a question in the documents' own words"
	longAsk  = `Ask answers a question with quotations, each with a mark [n] and the place where
it stands. Where nothing answers, it says so and shows what came nearest.

With --questions it answers a file of questions, one JSON object a line:
  {"id": "q1", "question": "…", "history": ["an earlier question", "…"]}
Only "question" is needed; "history" holds earlier questions of the same person,
oldest first, and other fields are passed over. The answers come one after the
other in the same order, each as soon as its line is read. A question that
cannot be asked (an empty or too long one) is answered by the reason, counts as
unanswered and is reported on standard error; the others are answered all the
same, and the exit status stays 0. A line that is no question ends the run with
status 2.

With --json each answer is one JSON object on one line. "start" and "end" are
byte offsets into the document, the end not included, and "printed" is exactly
what stands there.`
	exampleAsk = `  bot ask "What did the ILO conclude about migrant workers?"
  bot ask --json "How many participants attended the meeting?"
  bot ask --corpus minutes/ --corpus annex.md "Who proposed the amendment?"
  bot ask --json --questions questions.jsonl > answers.jsonl`

	shortBrief = "Make a briefing of quoted, cited excerpts"
	longBrief  = `Brief gathers what the documents say on a topic and writes it as a briefing: under
headings the excerpts, strongest first, each quoted to the word within its
paragraph and cited to its section, page and paragraph; what was searched; what
nothing was found on; and a list of sources. What the summary, the report and the
papers say alike stands once, with all its places.

Instead of a topic it takes questions or topics, one a line (or the JSON lines of
bot ask), each of which becomes a heading; or an outline: headings that open with
#, and beneath each the questions or topics, one a line. The TOPIC is then the
title. Nothing found is no error: the briefing says so, and the exit status is 0.

Formats: md, html, docx, pdf; and of the sources alone csl-json, ris and bib, for
Zotero, Word and LaTeX. Without -o, text goes to standard output, and docx and pdf
to a new file named by the title. A file that is there is only replaced when -o
names it. The same documents, request and --date give the same bytes.

When it is interrupted, what was done until then is written, says that it is not
whole, and replaces no file; the exit status is 1.`
	exampleBrief = `  bot brief remittances
  bot brief "trafficking in persons" --format docx
  bot brief "High-level Dialogue" --style chicago --mark-repairs -o dialogue.html
  bot brief --outline outline.md --corpus minutes/ -o briefing.pdf
  bot brief remittances --format bib > sources.bib`

	shortChat = "Talk with the documents, line by line"
	longChat  = `Chat answers each line that you type, and remembers what was said before, so that
you can go on from it: "and in 2004?". Beside questions it takes

  :more         further passages that came near the last question
  :context N    passage N among its neighbours
  :good, :bad   say whether the answer helped, and why if you like
  :help, :quit

It is the conversation that Slack and Discord get, in your terminal.`
	exampleChat = `  bot chat
  bot chat --corpus minutes/`

	shortForget = "Delete all that is kept of a person"
	longForget  = `Forget deletes what the state folder keeps of a person on a platform (slack,
discord or terminal): their messages, questions, answers and feedback, and what
others judged of their questions. The person is named by the platform's own id.
The bot may be running meanwhile.`
	exampleForget = `  bot forget slack U024BE7LH
  bot forget --team T9TK3CUKW slack U024BE7LH`

	shortPassages = "Print every passage in reading order"
	longPassages  = `Passages prints how text files, or all those in a folder, are cut into passages:
what is searched, and where it stands. Without a FILE it prints those of the
configured documents, or else of the built-in proceedings.`
	examplePassages = `  bot passages | less
  bot passages minutes/2004.txt
  bot passages --json minutes/ > passages.jsonl`

	shortIndex = "Build or refresh the index of your own files"
	longIndex  = `Index reads text files, or all those in a folder, and keeps an index of them, so
that the first question need not wait for it. An index that still fits is left
as it is; one whose files or model changed, or that is damaged, is built anew.
"ask" does the same by itself. The built-in proceedings need none.`
	exampleIndex = `  bot index --corpus minutes/
  bot index --corpus report.txt --corpus annex.md`

	shortEval = "Measure the answers by gold questions"
	longEval  = `Eval asks gold questions, whose evidence is known to the word, and prints how
many were answered rightly. Without --questions it puts the built-in questions
to the built-in proceedings, whatever is configured.

A gold question is a JSON object on one line:
  {"id": "g1", "question": "…", "answerable": true, "any": false,
   "evidence": [{"quote": "word for word as printed"}]}
"any" says that one of the quotes is evidence enough. A question that the
documents do not answer has "answerable": false and no evidence.

--html writes a page with each question, its answer and the passages found, the
evidence marked. --compare takes a report that --json printed before and says what
changed, with 95 % intervals: a star where more than chance did.

With --beir it measures retrieval alone on a public test collection: a folder
with corpus.jsonl, queries.jsonl and qrels.tsv, each document one passage. Where
the queries have answers (metadata.answers), it says how many are quoted too.
Large ones take minutes.`
	exampleEval = `  bot eval
  bot eval --json > before.json
  bot eval --compare before.json --html report.html
  bot eval --questions gold.jsonl --corpus minutes/
  bot eval --beir scifact/`

	shortServe = "Answer in Slack and Discord until stopped"
	longServe  = `Serve answers on every platform that there are tokens for, until it is stopped;
questions in hand are answered first. Tokens come from environment variables, or
from files that these name with _FILE behind them:

  RAPPORTEUR_SLACK_BOT_TOKEN        xoxb-…; several workspaces with commas
  RAPPORTEUR_SLACK_APP_TOKEN        xapp-…, for Socket Mode
  RAPPORTEUR_SLACK_SIGNING_SECRET   only when Slack sends its events over HTTP
  RAPPORTEUR_DISCORD_TOKEN          the bot's token

Documents that change are taken up while it runs. With --dry it says nothing to
anybody, and logs what it would say; questions count as answered then.

Whether it runs and is connected can be asked at /healthz and /readyz of the
address under [serve] in the configuration.`
	exampleServe = `  bot serve
  bot serve --dry --corpus minutes/`

	shortCheck = "Try all that serve needs, and say what to mend"
	longCheck  = `Check tries the model, the documents and their index, the state folder, the
language model where one is configured, and each token with its scopes. It posts
nothing. The exit status is 1 when something is wrong.`
	exampleCheck = `  bot check`

	shortConfig = "Print an example configuration, each key explained"
	longConfig  = `Config prints config.example.toml: every key that can be configured, explained,
with the value that holds where it is left out; where the file is looked for; and
the names of the secrets, which are environment variables.`
	exampleConfig = `  bot config > config.toml
  bot ask --config config.toml "Who proposed the amendment?"`

	shortSlack    = "Set up Slack"
	longSlack     = "Slack holds what is needed to set up the app in Slack."
	shortManifest = "Print the manifest of the Slack app"
	longManifest  = `Manifest prints the manifest to create the Slack app from, at
https://api.slack.com/apps under Create New App, From a manifest. It asks for the
events and scopes that the bot uses, and for no others. Without --url the app
uses Socket Mode, which needs no address that can be reached from outside.`
	exampleManifest = `  bot slack manifest > manifest.yaml
  bot slack manifest --url https://bot.example.org/slack`

	shortDiscord = "Set up Discord"
	longDiscord  = "Discord holds what is needed to set up the bot on Discord."
	shortInvite  = "Print the address at which the bot is added to a server"
	longInvite   = `Invite prints the address at which whoever manages a server adds the bot to it. It
asks for the least permissions that the bot needs: to see and read channels, to
write there and in threads, to attach files, and to begin threads. ID is the
application's, in the Developer Portal under General Information.`
	exampleInvite = `  bot discord invite 123456789012345678`

	shortVersion   = "Print the versions of program, model and index"
	longVersion    = "Version prints what a report of a fault should name."
	exampleVersion = `  bot version`

	usageConfig        = "read the configuration from `FILE`"
	usageVerbose       = "say more on standard error"
	usageCorpus        = "ask the text file or folder at `PATH` instead of the built-in proceedings; may be repeated"
	usageRebuild       = "build it anew even if the one at hand fits"
	usageAskJSON       = "print JSON, one object a line"
	usageAskQuestions  = "answer the questions in `FILE`, one JSON object a line; - is standard input"
	usageForgetTeam    = "only what was said in this workspace or server, by its `ID`"
	usageEvalQuestions = "gold questions in `FILE`, one JSON object a line; - is standard input"
	usageEvalJSON      = "print the report as JSON"
	usageEvalHTML      = "write the report as a page for a browser to `FILE`"
	usageEvalCompare   = "say what changed since the report in `FILE`, which --json printed"
	usageEvalBEIR      = "measure nDCG@10 on the test collection in `FOLDER`"
	usageDry           = "say nothing, and log what would be said"
	usageManifestName  = "call the app `NAME`"
	usageManifestURL   = "let Slack send events over HTTP to `URL`"
	usagePassagesJSON  = "print JSON, one object a line"
)

// The flags of bot brief.
const (
	usageBriefQuestions = "look up the questions or topics in `FILE`, one a line; - is standard input"
	usageBriefOutline   = "look up the outline in `FILE`: headings with questions or topics beneath; - is standard input"
	usageBriefFormat    = "write `FORMAT`: md, html, docx, pdf, csl-json, ris or bib (default: by the ending of -o, else md)"
	usageBriefStyle     = "cite in `STYLE`: un, chicago or apa"
	usageBriefRepairs   = "put square brackets around words that were misread and are repaired"
	usageBriefPrinted   = "show below each quotation what the source has, byte for byte"
	usageBriefDate      = "date the briefing `YYYY-MM-DD` (default: the day on which the documents were indexed)"
	usageBriefOut       = "write to `FILE`; - is standard output"
)

// What is said while a command works.
const (
	saidIndexing     = "indexing"
	saidLookingUp    = "looking up"
	titleBriefing    = "Briefing"
	saidOpened       = "The index is open."
	saidLookedUp     = "A heading is looked up."
	saidAnswered     = "A question was looked up."
	saidInterrupted  = "interrupted"
	saidWithoutModel = "The language model is not in this answer, which is in the documents' own words."
	saidNoFolder     = "There is no folder to keep indexes in; they are used from memory. Set folder under [index] in the configuration."
	saidBuiltin      = `The built-in proceedings need no indexing: their index is part of the program.
To index your own files: bot index --corpus PATH`
	hintChat        = "ask when it has started, or use bot ask"
	saidListening   = "Listening."
	saidStopping    = "Stopping; questions in hand are answered first."
	saidFollowed    = "The documents changed, and are taken up."
	saidNotFollowed = "The documents changed and cannot be taken up; those from before are asked."
	hintConfig      = "to use a file, write it after --config, as in: bot ask --config FILE"
	hintCorpus      = "name files with --corpus"
	hintQuestions   = "name a file of questions with --questions"
)

var (
	errNoQuestion   = errors.New(`no question: ask one, as in: bot ask "What was said about remittances?"`)
	errNoTopic      = errors.New(`no topic: name one, as in: bot brief remittances, or give --questions or --outline`)
	errTwoLists     = errors.New("--questions and --outline: give one of the two")
	errDate         = errors.New("--date is no date: write it like 2026-11-25")
	errListLength   = fmt.Errorf("longer than %d bytes: give questions or topics alone, one a line", longestLine)
	errJSONList     = errors.New("a list in JSON: give one question or topic a line")
	errNameTaken    = errors.New("all names like the title's are taken: name the file with -o")
	errNoTokens     = errors.New("there are no tokens: set " + envSlackBotToken + " (and " + envSlackAppToken + ") or " + envDiscordToken + ", as bot serve --help says")
	errNoBotToken   = errors.New("the bot token is missing: set " + envSlackBotToken + ", which begins with xoxb-")
	errNoAppToken   = errors.New("the app-level token is missing: set " + envSlackAppToken + ", or slack.listen for events over HTTP")
	errManifestURL  = errors.New("--url is no web address: write one that begins with https://")
	errTwoQuestions = errors.New("a question and --questions: give one of the two")
	errForgetWhom   = errors.New("name the platform and the person, as in: bot forget slack U024BE7LH")
	errEmptyPath    = errors.New("an empty path: name a file or folder, or leave it out")
	errQuestionUTF8 = errors.New("the question is not UTF-8: check the character set of your terminal")
	errLineUTF8     = errors.New("not UTF-8: save the file as UTF-8")
	errLineQuestion = errors.New(`no "question" in it: write lines like {"id": "q1", "question": "…"}`)
	errLineLength   = fmt.Errorf("longer than %d bytes: write one JSON object a line", longestLine)
	errNoGold       = errors.New("the built-in questions are about the built-in proceedings: name your own with --questions FILE")
	errNoQuestions  = errors.New("there are none: write one JSON object a line, as bot eval --help shows")
)

var (
	errInviteID    = errors.New("name the application by its id, a number, as in: bot discord invite 123456789012345678")
	errNoPublicKey = errors.New("the public key is missing, without which anybody could speak in Discord's name: set discord.public_key, or leave discord.listen out for the gateway")
)

var (
	errBotTokenIsApp = errors.New(envSlackBotToken + " holds an app-level token (xapp-…): that belongs in " + envSlackAppToken + ", and here the bot token (xoxb-…), which is under Install App")
	errAppTokenIsBot = errors.New(envSlackAppToken + " holds a bot token (xoxb-…): that belongs in " + envSlackBotToken + ", and here the app-level token (xapp-…), which is under Basic Information")
)

var errNoSigningSecret = errors.New("the signing secret is missing, without which anybody could speak in Slack's name: set " + envSlackSigningSecret + ", or leave slack.listen out for Socket Mode")

// sayUnfit says what no token has. A single character gives nothing away.
func sayUnfit(name string, r rune) error {
	return fmt.Errorf("%s holds %q, which no token has: copy the token alone, without quotation marks or line breaks", name, r)
}

// sayUnreached says what to look at when a platform is not reached.
func sayUnreached(err error) error {
	return fmt.Errorf("%w: see that this machine may reach that address, and that a proxy, if there is one, is set", err)
}

// sayNoListening says what to do about an address that cannot be listened at.
func sayNoListening(err error, key string) error {
	return fmt.Errorf("%w: see that no other bot runs, or set %s in the configuration to another address", err, key)
}

func sayNoPlatform(name string) error {
	return fmt.Errorf("there is no platform %q: choose one of %s", name, strings.Join(platforms, ", "))
}

func sayForgotten(person, platform string) string {
	return fmt.Sprintf("Nothing is kept of %s on %s any more.", person, platform)
}

func sayToMend(n int) error { return fmt.Errorf("%s to mend", count(n, "thing")) }

func sayBug(what any) string {
	return fmt.Sprintf("this is a bug in the bot: %v. Please report it with your command; with --verbose it says where it happened", what)
}

// sayFlag says what is wrong with the flags of a command.
func sayFlag(command string, err error) error {
	return fmt.Errorf("%w: see %s --help", err, command)
}

func sayNoCommand(among string, args, similar []string) error {
	switch {
	case len(similar) > 0:
		return fmt.Errorf("there is no command %q: did you mean %s?", args[0], strings.Join(similar, " or "))
	case len(args) > 1 || strings.ContainsAny(args[0], " ?"):
		return fmt.Errorf("there is no command %q: to ask a question, write bot ask before it", args[0])
	}
	return fmt.Errorf("there is no command %q: see %s --help", args[0], among)
}

func sayNoArguments(command, argument, hint string) error {
	if hint == "" {
		hint = "leave it out"
	}
	return fmt.Errorf("%s takes no arguments, and was given %q: %s", command, argument, hint)
}

func sayPassedOver(r corpus.Refusal) string {
	reason := r.Err.Error()
	if strings.Contains(reason, r.Path) {
		return "passed over: " + reason
	}
	return fmt.Sprintf("passed over: %s: %s", r.Path, reason)
}

func sayMorePassedOver(n int) string {
	return fmt.Sprintf("passed over: %s more", count(n, "file"))
}

func sayUnread(line int, err error) error {
	if line == 0 {
		return err
	}
	return fmt.Errorf("after line %d: %w", line, err)
}

func sayNotQuestion(err error) error {
	const next = `write lines like {"id": "q1", "question": "…"}`
	var field *json.UnmarshalTypeError
	switch {
	case errors.As(err, &field) && field.Field != "":
		return fmt.Errorf("not a question in JSON: %q may not be of type %s: %s", field.Field, field.Value, next)
	case errors.As(err, &field):
		return fmt.Errorf("not a question in JSON but of type %s: %s", field.Value, next)
	}
	return fmt.Errorf("not a question in JSON: %w: %s", err, next)
}

func sayNoQuestions(err error) error {
	return fmt.Errorf("reading the questions: %w: check the path after --questions", err)
}

// sayQuestions says what is wrong with a file of questions.
func sayQuestions(file string, err error) error {
	if file == "-" {
		file = "standard input"
	}
	return fmt.Errorf("reading the questions in %s: %w", file, err)
}

func sayQuestionRefused(file string, line int, why error) string {
	return sayQuestions(file, fmt.Errorf("line %d: %w", line, why)).Error()
}

func sayNotScored(file string, err error) error {
	if file == "" {
		return fmt.Errorf("counting: %w", err)
	}
	return fmt.Errorf("comparing the answers with %s: %w. The quotes must stand in the documents that are asked", file, err)
}

func sayNotCompared(file string, err error) error {
	return fmt.Errorf("%s: %w. Make it anew from the same questions, with --json", file, err)
}

func sayMedian(r eval.Report) string {
	return fmt.Sprintf("%s in the median, over %s", milliseconds(float64(r.MedianMillis)), count(len(r.Questions), "question"))
}

func sayNotWritable(folder string, err error) error {
	return fmt.Errorf("the index cannot be kept in %s: %w: set folder under [index] in the configuration to one that can be written", folder, err)
}

func sayFileNotWritable(path string, err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%s cannot be written: %w: make room, or name a file on another disk", path, err)
	}
	return fmt.Errorf("%s cannot be written: %w: name a file in a folder that can be written", path, err)
}

func sayNotKept(folder string) error {
	return fmt.Errorf("the index could not be kept in %s: see what is said above, and make room or set folder under [index] in the configuration", folder)
}

func sayIndexed(documents, passages, repairs int, folder string, built bool, took time.Duration) []string {
	what := fmt.Sprintf("%s, %s, %s repaired", count(documents, "document"), count(passages, "passage"), count(repairs, "misread word"))
	if !built {
		return []string{"The index is up to date: " + what + ".", "It lies in " + folder + "."}
	}
	return []string{
		fmt.Sprintf("Indexed %s, in %.1f s.", what, took.Seconds()),
		"The index lies in " + folder + ".",
	}
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func milliseconds(ms float64) string { return fmt.Sprintf("%.1f ms", ms) }

// sayNDCG says how well a test collection was ranked, and in what time.
func sayNDCG(c *eval.BEIR, ndcg float64, indexed, searched time.Duration) []string {
	perQuery := searched / time.Duration(len(c.Queries))
	return []string{
		fmt.Sprintf("nDCG@10 %.4f over %d queries and %d documents", ndcg, len(c.Queries), len(c.Documents)),
		fmt.Sprintf("indexed in %.1f s, %.1f ms a query", indexed.Seconds(), float64(perQuery.Microseconds())/1000),
	}
}

// sayWithout says that a platform has failed and the others go on.
func sayWithout(platform string) string {
	return platform + " is not answered any more, until this is mended and the bot restarted. The others are."
}

// sayHeld says how many answers hold the words that are wanted.
func sayHeld(h eval.Held) string {
	return fmt.Sprintf("%.3f of %s answered with the words that are wanted, in %.0f words in the mean", h.Share, count(h.Questions, "question"), h.Words)
}

// sayAlso says where else the same is said.
func sayAlso(mark int, reference string) string {
	return fmt.Sprintf("[%d] The same: %s", mark, reference)
}

func sayNoOutline(err error) error {
	return fmt.Errorf("reading the outline: %w: check the path after --outline", err)
}

func sayNoOutput(err error) error {
	return fmt.Errorf("the briefing cannot be written: %w: name another file with -o", err)
}

func sayAmongDocuments(name string) error {
	return fmt.Errorf("%s lies among the documents that are searched, and the next briefing would quote it", name)
}

func sayNoFormat(file string, err error) error {
	return fmt.Errorf("%s: %w, with --format", file, err)
}

func sayNotWhole(missing int) string {
	return fmt.Sprintf("the briefing is not whole: it was interrupted before %s; it says so itself", count(missing, "heading"))
}

func sayBriefed(name string, b brief.Briefing) string {
	if b.Quotations() == 0 {
		return name + ": nothing was found, and the briefing says so"
	}
	return fmt.Sprintf("%s: %s, checked against the source", name, count(b.Quotations(), "quotation"))
}
