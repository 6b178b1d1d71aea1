package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
)

const exampleFile = "../../config.example.toml"

// sameSecret compares secrets by what they hide.
var sameSecret = cmp.Comparer(func(a, b secret) bool { return a.reveal() == b.reveal() })

// noEnv is an environment with nothing in it.
func noEnv(string) string { return "" }

// env is an environment of the given names and values.
func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// emptyHome gives the test a configuration folder with nothing in it.
func emptyHome(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AppData", "LocalAppData"} {
		t.Setenv(name, home)
	}
}

// write puts a configuration into a folder of its own and returns its path.
func write(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), configName)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestExampleHoldsTheDefaults(t *testing.T) {
	got, err := LoadConfig(exampleFile, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(DefaultConfig(), got, sameSecret); diff != "" {
		t.Errorf("config.example.toml beside the defaults (-defaults +example):\n%s", diff)
	}
}

// Keys without a fixed default stand in the example behind "# "; with that taken
// away the example must still be a configuration, and hold every key there is.
func TestExampleHoldsEveryKey(t *testing.T) {
	text, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?m)^# ([a-z_]+ = )`).ReplaceAll(text, []byte("$1"))
	if _, err := parseConfig("config.example.toml", text); err != nil {
		t.Fatal(err)
	}
	var example map[string]map[string]any
	if err := toml.Unmarshal(text, &example); err != nil {
		t.Fatal(err)
	}
	for section, fields := range tags(reflect.TypeFor[Config]()) {
		for key := range tags(fields) {
			if _, ok := example[section][key]; !ok {
				t.Errorf("config.example.toml lacks %s.%s", section, key)
			}
		}
	}
	for _, name := range []string{envConfig, envEmbedderKey, envSlackBotToken, envSlackAppToken, envSlackSigningSecret, envDiscordToken} {
		if !bytes.Contains(text, []byte(name)) {
			t.Errorf("config.example.toml does not tell of %s", name)
		}
	}
}

// A path from home starts at home, and makes no folder that is called ~.
func TestLoadConfigFromHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home) // on Windows
	c, err := LoadConfig(write(t, `corpus.paths = ["~/minutes", "~other/minutes"]`+"\n[index]\nfolder = '~/indexes'\n"), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(home, "minutes"); c.Corpus.Paths[0] != want {
		t.Errorf("documents in %s, want %s", c.Corpus.Paths[0], want)
	}
	if want := filepath.Join(home, "indexes"); c.Index.Folder != want {
		t.Errorf("indexes in %s, want %s", c.Index.Folder, want)
	}
	if filepath.Base(filepath.Dir(c.Corpus.Paths[1])) != "~other" {
		t.Errorf("the path of somebody else became %s", c.Corpus.Paths[1])
	}
}

func TestLoadConfig(t *testing.T) {
	file := write(t, "\ufeff"+`
corpus.paths = ["minutes", '`+filepath.ToSlash(t.TempDir())+`']
corpus.link = "https://docs.example.org/{file}"
[embedder]
kind = "openai"
url = "http://localhost:8080/v1"
model = "e5-large"
[index]
folder = "cache"
[answer]
threshold = 1
[model]
name = "llama3.2"
url = "http://localhost:11434/v1"
[chat]
folder = "state"
per_person = 7
people = ["U1"]
guests = true
[brief]
font = "han.ttf"
[slack]
api_url = "http://localhost:9/api/"
listen = ":3000"
[discord]
gateway_url = "ws://localhost:9/gateway"
message_content = true
[serve]
health = ""
[log]
level = "debug"
`)
	got, err := LoadConfig(file, env(map[string]string{envEmbedderKey: "sk-1234\n", envSlackBotToken: "xoxb-1", envDiscordToken: "a.b.c\n", envModelKey: " sk-5678"}))
	if err != nil {
		t.Fatal(err)
	}
	one := 1.0
	want := Config{
		Corpus:   CorpusConfig{Paths: []string{filepath.Join(filepath.Dir(file), "minutes"), got.Corpus.Paths[1]}, Link: "https://docs.example.org/{file}"},
		Embedder: EmbedderConfig{Kind: "openai", URL: "http://localhost:8080/v1", Model: "e5-large", Key: newSecret("sk-1234")},
		Index:    IndexConfig{Folder: filepath.Join(filepath.Dir(file), "cache")},
		Answer:   AnswerConfig{Threshold: &one},
		Model:    ModelConfig{URL: "http://localhost:11434/v1", Name: "llama3.2", TimeoutSeconds: 20, Key: newSecret("sk-5678")},
		Brief:    BriefConfig{Font: filepath.Join(filepath.Dir(file), "han.ttf")},
		Chat:     DefaultConfig().Chat,
		Slack:    SlackConfig{APIURL: "http://localhost:9/api/", Listen: ":3000", BotTokens: newSecret("xoxb-1")},
		Discord:  DiscordConfig{APIURL: "https://discord.com/api", GatewayURL: "ws://localhost:9/gateway", MessageContent: true, Token: newSecret("a.b.c")},
		Serve:    ServeConfig{},
		Log:      LogConfig{Level: "debug"},
	}
	want.Chat.Folder = filepath.Join(filepath.Dir(file), "state")
	want.Chat.PerPerson, want.Chat.People, want.Chat.Guests = 7, []string{"U1"}, true
	if diff := cmp.Diff(want, got, sameSecret); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if !filepath.IsAbs(got.Corpus.Paths[1]) || filepath.Dir(got.Corpus.Paths[1]) == filepath.Dir(file) {
		t.Errorf("the absolute path became %s", got.Corpus.Paths[1])
	}
}

// Which file is read: the one named, else the environment's, else the user's own.
func TestLoadConfigFindsTheFile(t *testing.T) {
	emptyHome(t)
	level := func(path string, getenv func(string) string) string {
		t.Helper()
		c, err := LoadConfig(path, getenv)
		if err != nil {
			t.Fatal(err)
		}
		return c.Log.Level
	}
	if got := level("", noEnv); got != "info" {
		t.Errorf("without any file the level is %q, want the default", got)
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(folder, "rapporteur", configName)
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, []byte("log.level = 'debug'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := level("", noEnv); got != "debug" {
		t.Errorf("with the user's own file the level is %q, want debug", got)
	}
	warn := env(map[string]string{envConfig: write(t, "log.level = 'warn'")})
	if got := level("", warn); got != "warn" {
		t.Errorf("with a file in the environment the level is %q, want warn", got)
	}
	if got := level(write(t, "log.level = 'error'"), warn); got != "error" {
		t.Errorf("with a file named the level is %q, want error", got)
	}
}

func TestLoadConfigRefusesMissingFiles(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.toml")
	for _, test := range []struct {
		name, path string
		env        map[string]string
		want       string
	}{
		{"named", missing, nil, "check the path after --config"},
		{"named in the environment", "", map[string]string{envConfig: missing}, "check RAPPORTEUR_CONFIG"},
		{"a folder", filepath.Dir(missing), nil, "check the path after --config"},
	} {
		_, err := LoadConfig(test.path, env(test.env))
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), filepath.Dir(missing)) {
			t.Errorf("%s: error %v, want one with the path and %q", test.name, err, test.want)
		}
	}
}

// Secrets come from the environment, or from files that it names.
func TestReadSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("xoxb-1, xoxb-2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"none", nil, nil},
		{"environment", map[string]string{"TOKEN": " xoxb-0 ", "TOKEN_FILE": file}, []string{"xoxb-0"}},
		{"file", map[string]string{"TOKEN_FILE": file}, []string{"xoxb-1", "xoxb-2"}},
	} {
		got, err := readSecret(env(test.env), "TOKEN")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got.fields(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if _, err := readSecret(env(map[string]string{"TOKEN_FILE": file + "x"}), "TOKEN"); err == nil || !strings.Contains(err.Error(), "check TOKEN_FILE") {
		t.Errorf("a missing file: error %v", err)
	}
}

// What a person is told of a file that cannot be meant.
var badConfigs = []struct{ name, file, want string }{
	{"unknown section", "[log]\nlevel = 'info'\n[mattermost]\ntoken = 'xoxb'\n", `c.toml:3: unknown key "mattermost": the file has the sections [answer], [brief], [chat], [corpus], [discord], [embedder], [index], [log], [model], [serve], [slack]`},
	{"unknown section in a section", "[mattermost.team]\nname = 'x'\n", `c.toml:1: unknown key "mattermost.team": the file has the sections [answer], [brief], [chat], [corpus], [discord], [embedder], [index], [log], [model], [serve], [slack]`},
	{"unknown key", "[embedder]\nkind = 'e5'\ndimensions = 384\n", `c.toml:3: unknown key "embedder.dimensions": [embedder] has kind, model, url; the service's own key is read from RAPPORTEUR_EMBEDDER_KEY`},
	{"key outside its section", "level = 'info'\n", `c.toml:1: unknown key "level": the file has the sections [answer], [brief], [chat], [corpus], [discord], [embedder], [index], [log], [model], [serve], [slack]`},
	{"secret in the file", "[embedder]\nkey = 'sk-very-secret'\n", `c.toml:2: unknown key "embedder.key": [embedder] has kind, model, url; the service's own key is read from RAPPORTEUR_EMBEDDER_KEY`},
	{"two unknown keys", "log.file = 'x'\n[index]\nfolders = ['x']\n", "c.toml:1: unknown key \"log.file\": [log] has level\nc.toml:3: unknown key \"index.folders\": [index] has folder"},
	{"number for a text", "[log]\nlevel = 3\n", `c.toml:2: log.level is of the wrong type: write a text in quotes, "…"`},
	{"text for a list", "[corpus]\npaths = 'minutes.txt'\n", `c.toml:2: corpus.paths is of the wrong type: write a list of texts in quotes, ["…", "…"]`},
	{"numbers in a list", "[corpus]\npaths = ['minutes.txt', 2]\n", `c.toml:2: corpus.paths is of the wrong type: write a list of texts in quotes, ["…", "…"]`},
	{"text for a number", "[answer]\nthreshold = 'high'\n", "c.toml:2: answer.threshold is of the wrong type: write a number without quotes"},
	{"text for a section", "embedder = 'sk-very-secret'\n", "c.toml:1: embedder is of the wrong type: write it as a section, [embedder], once"},
	{"list of sections", "[[log]]\nlevel = 'info'\n", "c.toml:1: log is of the wrong type: write it as a section, [log], once"},
	{"wrong type in capitals", "[log]\nLevel = 3\n", `c.toml:2: log.Level is of the wrong type: write a text in quotes, "…"`},
	{"no quotes", "# first line\n[log]\nlevel = info\n", "c.toml:3: not TOML: expected newline but got U+006F 'o': see bot config for how it is written"},
	{"quote left open", "[embedder]\nmodel = 'sk-very-secret\n", "c.toml:2: not TOML: literal strings cannot have new lines: see bot config for how it is written"},
	{"key twice", "[log]\nlevel = 'info'\nlevel = 'warn'\n", "c.toml:3: not TOML: key level is already defined: see bot config for how it is written"},
	{"unknown kind", "[embedder]\n\nkind = 'bert'\n", `c.toml:3: embedder.kind is "bert": write "e5", "openai" or "ollama"`},
	{"unknown kind, dotted", "# first line\nembedder.kind = 'bert'\n", `c.toml:2: embedder.kind is "bert": write "e5", "openai" or "ollama"`},
	{"unknown kind, inline", "# first line\nembedder = {kind = 'bert'}\n", `c.toml:2: embedder.kind is "bert": write "e5", "openai" or "ollama"`},
	{"service without a model", "[embedder]\nkind = 'ollama'\n", `c.toml:2: embedder.kind is "ollama", which needs a model: set embedder.model`},
	{"model without a service", "[embedder]\nmodel = 'e5-large'\n", `c.toml:2: embedder.model is set, but the kind "e5" has one model, built in: set embedder.kind, or leave the model out`},
	{"address without a service", "[embedder]\nurl = 'http://localhost'\n", `c.toml:2: embedder.url is set, but the kind "e5" is built in: set embedder.kind, or leave the URL out`},
	{"no address", "[embedder]\nkind = 'ollama'\nmodel = 'm'\nurl = 'localhost:11434'\n", "c.toml:4: embedder.url is no web address: write one that begins with https:// or http://, without a user or password"},
	{"password in the address", "[embedder]\nkind = 'ollama'\nmodel = 'm'\nurl = 'http://me:sk-very-secret@localhost'\n", "c.toml:4: embedder.url is no web address: write one that begins with https:// or http://, without a user or password"},
	{"threshold too high", "[answer]\nthreshold = 60\n", "c.toml:2: answer.threshold is 60: write a number from 0 to 1, or leave it out"},
	{"threshold below 0", "[answer]\nthreshold = -0.1\n", "c.toml:2: answer.threshold is -0.1: write a number from 0 to 1, or leave it out"},
	{"threshold not a number", "[answer]\nthreshold = nan\n", "c.toml:2: answer.threshold is NaN: write a number from 0 to 1, or leave it out"},
	{"token in the file", "[slack]\nbot_token = 'xoxb-very-secret'\n", `c.toml:2: unknown key "slack.bot_token": [slack] has api_url, listen; tokens are read from RAPPORTEUR_SLACK_BOT_TOKEN and RAPPORTEUR_SLACK_APP_TOKEN`},
	{"Slack elsewhere", "[slack]\napi_url = 'slack.example'\n", `c.toml:2: slack.api_url is no web address: write one that begins with https:// or http://, or leave it out`},
	{"Discord elsewhere", "[discord]\napi_url = 'discord.example'\n", `c.toml:2: discord.api_url is no web address: write one that begins with https:// or http://, or leave it out`},
	{"no gateway", "[discord]\ngateway_url = 'https://discord.example'\n", `c.toml:2: discord.gateway_url is no address of a gateway: write one that begins with wss:// or ws://, or leave it out`},
	{"no port for Discord", "[discord]\nlisten = 'localhost'\n", `c.toml:2: discord.listen is "localhost": write an address such as ":3001", or leave it out for the gateway`},
	{"no public key", "[discord]\npublic_key = 'abc'\n", `c.toml:2: discord.public_key is no public key: copy the 64 digits from the Developer Portal, under General Information`},
	{"Discord's token in the file", "[discord]\ntoken = 'very-secret'\n", `c.toml:2: unknown key "discord.token": [discord] has api_url, gateway_url, listen, message_content, public_key; the token is read from RAPPORTEUR_DISCORD_TOKEN`},
	{"no port", "[slack]\nlisten = 'localhost'\n", `c.toml:2: slack.listen is "localhost": write an address such as ":3000", or leave it out for Socket Mode`},
	{"port too high", "[serve]\nhealth = ':70000'\n", `c.toml:2: serve.health is ":70000": write an address such as "127.0.0.1:8630", or "" for none`},
	{"unknown level", "[log]\nlevel = 'loud'\n", `c.toml:2: log.level is "loud": write "debug", "info", "warn" or "error"`},
	{"text for a truth value", "[chat]\nguests = 'yes'\n", "c.toml:2: chat.guests is of the wrong type: write true or false, without quotes"},
	{"fraction for a whole number", "[chat]\nper_person = 0.5\n", "c.toml:2: chat.per_person is of the wrong type: write a whole number without quotes"},
	{"address of no model", "[model]\nurl = 'http://localhost:11434/v1'\n", "c.toml:2: model.url is set, but no model is named: set model.name, or leave the URL out"},
	{"no address of a model", "[model]\nname = 'x'\nurl = 'localhost:11434'\n", "c.toml:3: model.url is no web address: write one that begins with https:// or http://, without a user or password"},
	{"no time for the model", "[model]\ntimeout_seconds = 0\n", "c.toml:2: model.timeout_seconds is 0: write a number from 1 to 600"},
	{"key of the model in the file", "[model]\nkey = 'sk-very-secret'\n", `c.toml:2: unknown key "model.key": [model] has name, timeout_seconds, url; the service's own key is read from RAPPORTEUR_MODEL_KEY`},
	{"no time to answer", "[chat]\ntimeout_seconds = 0\n", "c.toml:2: chat.timeout_seconds is 0: write a number from 1 to 600"},
	{"fewer than no questions", "[chat]\nper_person = -1\n", "c.toml:2: chat.per_person is -1: write how many questions a minute, or 0 for no limit"},
	{"fewer than none in a channel", "[chat]\nper_channel = -1\n", "c.toml:2: chat.per_channel is -1: write how many questions a minute, or 0 for no limit"},
	{"kept for no time", "[chat]\nretention_days = 0\n", "c.toml:2: chat.retention_days is 0: write a number from 1 to 36500"},
	{"no address", "[corpus]\nlink = 'docs.example.org/{file}'\n", "c.toml:2: corpus.link cannot be used: it is no web address: begin it with https:// or http:// and the name of a server, without a user or password"},
	{"unknown placeholder", "[corpus]\nlink = 'https://docs.example.org/{title}'\n", `c.toml:2: corpus.link cannot be used: it holds "{title}": there are the placeholders {file} and {page} alone`},
	{"space in an address", "[corpus]\nlink = 'https://docs.example.org/our files/{file}'\n", `c.toml:2: corpus.link cannot be used: it holds " ", which no address may: write it as %20`},
	{"empty path", "[corpus]\npaths = ['minutes.txt', '']\n", "c.toml:2: corpus.paths holds an empty path: name a file or folder, or leave it out"},
	{"not UTF-8", "# fine\n[log]\nlevel = 'd\xe9bug'\n", "c.toml:3: not UTF-8: save the file as UTF-8"},
}

func TestBadConfig(t *testing.T) {
	for _, test := range badConfigs {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseConfig("c.toml", []byte(test.file))
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// A file that says nothing, or nothing yet, leaves the defaults, which are valid.
func TestEmptyConfig(t *testing.T) {
	for _, text := range []string{"", "\ufeff", "\n\n# nothing yet\r\n", "[log]\n"} {
		got, err := parseConfig("c.toml", []byte(text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(DefaultConfig(), got, sameSecret); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestLogLevel(t *testing.T) {
	for name, want := range map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	} {
		c := DefaultConfig()
		c.Log.Level = name
		if err := c.Validate(); err != nil || c.LogLevel() != want {
			t.Errorf("%s is %v (error %v), want %v", name, c.LogLevel(), err, want)
		}
	}
}

func TestIndexFolder(t *testing.T) {
	emptyHome(t)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	if got, err := c.IndexFolder(); err != nil || got != filepath.Join(cache, "rapporteur") {
		t.Errorf("by default the index is in %s (error %v), want it below %s", got, err, cache)
	}
	c.Index.Folder = "elsewhere"
	if got, err := c.IndexFolder(); err != nil || got != "elsewhere" {
		t.Errorf("the index is in %s (error %v), want the folder configured", got, err)
	}
}

func TestStateFolder(t *testing.T) {
	emptyHome(t)
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	set := env(map[string]string{"XDG_STATE_HOME": state})
	configured := DefaultConfig()
	configured.Chat.Folder = "elsewhere"
	for _, test := range []struct {
		config Config
		getenv func(string) string
		want   string
	}{
		{DefaultConfig(), noEnv, filepath.Join(home, ".local", "state", "rapporteur")},
		{DefaultConfig(), set, filepath.Join(state, "rapporteur")},
		{DefaultConfig(), env(map[string]string{"XDG_STATE_HOME": "relative"}), filepath.Join(home, ".local", "state", "rapporteur")},
		{configured, set, "elsewhere"},
	} {
		if got, err := test.config.StateFolder(test.getenv); err != nil || got != test.want {
			t.Errorf("the folder is %s (error %v), want %s", got, err, test.want)
		}
	}
}

// However a configuration is printed, its secrets are not.
func TestSecretsAreNotPrinted(t *testing.T) {
	const key = "sk-1234567890"
	c := DefaultConfig()
	c.Embedder.Key = newSecret(key)
	c.Slack.BotTokens, c.Slack.AppToken, c.Slack.SigningSecret = newSecret(key), newSecret(key), newSecret(key)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("key", "key", c.Embedder.Key, "config", c, "pointer", &c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", c.Embedder.Key, "config", c)
	object, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file, err := toml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(object) + string(file)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%20.3s"} {
		printed += fmt.Sprintf(verb+verb+verb, c.Embedder.Key, &c.Embedder.Key, c)
	}
	if strings.Contains(printed, key) || strings.Contains(strings.ToLower(printed), fmt.Sprintf("%x", key)) {
		t.Errorf("the secret is printed in %s", printed)
	}
	if !strings.Contains(printed, "(set)") || fmt.Sprint(DefaultConfig().Embedder.Key) != "(not set)" {
		t.Error("whether the secret is set is not printed")
	}
}

// FuzzConfig: whatever the file holds, it gives a valid configuration or an error
// that begins with the file's name.
func FuzzConfig(f *testing.F) {
	example, err := os.ReadFile(exampleFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	for _, bad := range badConfigs {
		f.Add(bad.file)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseConfig("c.toml", []byte(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c.toml:") {
				t.Errorf("error %q does not name the file", err)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Errorf("accepted, but %v", err)
		}
	})
}
