package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"rapporteur"
	"rapporteur/adapters/chat"
)

// The environment variables that are read, and what a configuration file is
// called.
const (
	envConfig      = "RAPPORTEUR_CONFIG"       // the configuration file
	envEmbedderKey = "RAPPORTEUR_EMBEDDER_KEY" // the key of the embedder's service
	envModelKey    = "RAPPORTEUR_MODEL_KEY"    // the key of the language model's service

	envSlackBotToken      = "RAPPORTEUR_SLACK_BOT_TOKEN"      // one for each workspace
	envSlackAppToken      = "RAPPORTEUR_SLACK_APP_TOKEN"      // of Socket Mode
	envSlackSigningSecret = "RAPPORTEUR_SLACK_SIGNING_SECRET" // of HTTP requests
	envDiscordToken       = "RAPPORTEUR_DISCORD_TOKEN"        // the bot's

	configName = "config.toml" // in the folder rapporteur of the user's configuration
)

// What embedder.kind may be.
const (
	kindE5     = "e5"     // the built-in model
	kindOpenAI = "openai" // a service that speaks OpenAI's protocol
	kindOllama = "ollama" // an Ollama server
)

// Config is everything that may be configured. config.example.toml explains each
// key to the person who sets it.
type Config struct {
	Corpus   CorpusConfig   `toml:"corpus"`
	Embedder EmbedderConfig `toml:"embedder"`
	Index    IndexConfig    `toml:"index"`
	Answer   AnswerConfig   `toml:"answer"`
	Model    ModelConfig    `toml:"model"`
	Brief    BriefConfig    `toml:"brief"`
	Chat     ChatConfig     `toml:"chat"`
	Slack    SlackConfig    `toml:"slack"`
	Discord  DiscordConfig  `toml:"discord"`
	Serve    ServeConfig    `toml:"serve"`
	Log      LogConfig      `toml:"log"`
}

// CorpusConfig says what is asked.
type CorpusConfig struct {
	Paths []string `toml:"paths"` // files or folders; none: the built-in proceedings
	Link  string   `toml:"link"`  // where they can be opened, as of chat.ParseLinks; "": nowhere
}

// EmbedderConfig says what turns texts into vectors.
type EmbedderConfig struct {
	Kind  string `toml:"kind"`  // "e5", "openai" or "ollama"
	URL   string `toml:"url"`   // http or https; "": where the kind's service usually is
	Model string `toml:"model"` // set exactly when Kind is not "e5"
	Key   secret `toml:"-"`     // from the environment alone; not set where the service needs none
}

// IndexConfig says where indexes are kept.
type IndexConfig struct {
	Folder string `toml:"folder"` // "": see IndexFolder
}

// AnswerConfig says when to answer.
type AnswerConfig struct {
	Threshold *float64 `toml:"threshold"` // least confidence of an answer, from 0 to 1; nil: the calibrated one
}

// ModelConfig says which language model writes the answers, if any. The key is from
// the environment, or from a file that it names, alone.
type ModelConfig struct {
	URL            string `toml:"url"`             // http or https; "": OpenAI's own
	Name           string `toml:"name"`            // at the service; "": there is no language model
	TimeoutSeconds int    `toml:"timeout_seconds"` // for all that it does about one question, from 1 to 600

	Key secret `toml:"-"`
}

// BriefConfig says how briefings look.
type BriefConfig struct {
	Font string `toml:"font"` // a TrueType file for what the built-in font lacks in a PDF; "": none
}

// ChatConfig says how conversations are conducted. The lists hold the platforms'
// own ids; an empty one of Teams, Channels or People means all.
type ChatConfig struct {
	Folder         string   `toml:"folder"`          // "": see StateFolder
	TimeoutSeconds int      `toml:"timeout_seconds"` // for one answer, from 1 to 600
	PerPerson      int      `toml:"per_person"`      // questions a minute; 0: no limit
	PerChannel     int      `toml:"per_channel"`     // questions a minute; 0: no limit
	RetentionDays  int      `toml:"retention_days"`  // at least 1
	LogText        bool     `toml:"log_text"`        // log what people write
	Teams          []string `toml:"teams"`           // where and who is answered,
	Channels       []string `toml:"channels"`
	People         []string `toml:"people"`
	BarTeams       []string `toml:"bar_teams"` // and where and who is not
	BarChannels    []string `toml:"bar_channels"`
	BarPeople      []string `toml:"bar_people"`
	Guests         bool     `toml:"guests"`          // answer guests too
	SharedChannels bool     `toml:"shared_channels"` // answer where other organizations listen too
}

// SlackConfig says how Slack is reached. The secrets are from the environment, or
// from files that it names, alone.
type SlackConfig struct {
	APIURL string `toml:"api_url"` // http or https
	Listen string `toml:"listen"`  // host:port for HTTP Events; "": Socket Mode

	BotTokens     secret `toml:"-"` // parted by commas or space
	AppToken      secret `toml:"-"`
	SigningSecret secret `toml:"-"`
}

// DiscordConfig says how Discord is reached. The token is from the environment, or
// from a file that it names, alone.
type DiscordConfig struct {
	APIURL         string `toml:"api_url"`         // http or https
	GatewayURL     string `toml:"gateway_url"`     // ws or wss; "": as the API tells
	MessageContent bool   `toml:"message_content"` // ask for the privileged intent
	Listen         string `toml:"listen"`          // host:port for HTTP interactions; "": the gateway
	PublicKey      string `toml:"public_key"`      // 64 hexadecimal digits, for HTTP interactions

	Token secret `toml:"-"`
}

// ServeConfig says how "bot serve" can be watched.
type ServeConfig struct {
	Health string `toml:"health"` // host:port of /healthz and /readyz; "": nowhere
}

// LogConfig says what is logged.
type LogConfig struct {
	Level string `toml:"level"` // "debug", "info", "warn" or "error"
}

// DefaultConfig returns what holds where nothing is configured.
func DefaultConfig() Config {
	return Config{
		Corpus:   CorpusConfig{Paths: []string{}},
		Embedder: EmbedderConfig{Kind: kindE5},
		Model:    ModelConfig{TimeoutSeconds: 20},
		Chat: ChatConfig{
			TimeoutSeconds: 30, RetentionDays: 90,
			Teams: []string{}, Channels: []string{}, People: []string{},
			BarTeams: []string{}, BarChannels: []string{}, BarPeople: []string{},
		},
		Slack:   SlackConfig{APIURL: "https://slack.com/api/"},
		Discord: DiscordConfig{APIURL: "https://discord.com/api"},
		Serve:   ServeConfig{Health: "127.0.0.1:8630"},
		Log:     LogConfig{Level: "info"},
	}
}

// LoadConfig reads the configuration file over the defaults, then the secrets
// from the environment, and validates what came of it. The file is path, else
// the one RAPPORTEUR_CONFIG names, else rapporteur/config.toml in the user's
// configuration folder; only that last one may be missing. Relative paths in the
// file are made to start at its folder. An error names the file, the line where
// there is one, the key, and what to do next; it never holds a value that may be
// a secret.
func LoadConfig(path string, getenv func(string) string) (Config, error) {
	file, data, err := readConfig(path, getenv)
	if err != nil {
		return Config{}, err
	}
	c, err := parseConfig(file, data)
	if err != nil {
		return Config{}, err
	}
	c.Embedder.Key = newSecret(strings.TrimSpace(getenv(envEmbedderKey)))
	for name, into := range map[string]*secret{
		envSlackBotToken: &c.Slack.BotTokens, envSlackAppToken: &c.Slack.AppToken, envSlackSigningSecret: &c.Slack.SigningSecret,
		envDiscordToken: &c.Discord.Token, envModelKey: &c.Model.Key,
	} {
		if *into, err = readSecret(getenv, name); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

// readConfig finds the configuration file and returns its name and bytes, both
// empty where there is none.
func readConfig(path string, getenv func(string) string) (file string, data []byte, err error) {
	file = path
	next := "check the path after --config"
	if file == "" {
		file = getenv(envConfig)
		next = "check " + envConfig + ", or unset it"
	}
	if file == "" {
		folder, err := os.UserConfigDir()
		if err != nil {
			return "", nil, nil // no home, as in a container: nothing can be configured there
		}
		file = filepath.Join(folder, "rapporteur", configName)
		next = "make it readable, or remove it"
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return "", nil, nil
		}
	}
	data, err = os.ReadFile(file)
	if err != nil {
		return "", nil, fmt.Errorf("reading the configuration: %w: %s", err, next)
	}
	return file, data, nil
}

// parseConfig reads data over the defaults. The file's name is for errors and
// for relative paths.
func parseConfig(file string, data []byte) (Config, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors begin a file with it
	if line, ok := badUTF8(data); ok {
		return Config{}, fmt.Errorf("%s:%d: not UTF-8: save the file as UTF-8", file, line)
	}
	c := DefaultConfig()
	d := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Config{}, explain(file, err)
	}
	if err := c.Validate(); err != nil {
		var bad *keyError
		if errors.As(err, &bad) {
			if line := lineOf(data, bad.key); line > 0 {
				return Config{}, fmt.Errorf("%s:%d: %w", file, line, err)
			}
		}
		return Config{}, fmt.Errorf("%s: %w", file, err)
	}
	folder := filepath.Dir(file)
	for i, p := range c.Corpus.Paths {
		c.Corpus.Paths[i] = from(folder, p)
	}
	if c.Index.Folder != "" {
		c.Index.Folder = from(folder, c.Index.Folder)
	}
	if c.Chat.Folder != "" {
		c.Chat.Folder = from(folder, c.Chat.Folder)
	}
	if c.Brief.Font != "" {
		c.Brief.Font = from(folder, c.Brief.Font)
	}
	return c, nil
}

func configCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "config",
		Short:             shortConfig,
		Long:              longConfig,
		Example:           exampleConfig,
		Args:              noArguments(hintConfig),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.out, rapporteur.ConfigExample)
			return err
		},
	}
}

// from makes a relative path start at folder, and one that begins with ~/ at the
// user's home folder, as people write it who come from a shell.
func from(folder, path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// badUTF8 returns the first line, counted from 1, that is not UTF-8.
func badUTF8(data []byte) (line int, found bool) {
	for l := range bytes.Lines(data) {
		line++
		if !utf8.Valid(l) {
			return line, true
		}
	}
	return 0, false
}

// A keyError is a value that Validate refuses.
type keyError struct {
	key  string // section and name, as in "embedder.kind"
	want string // what is wrong, and what to do about it
}

func (e *keyError) Error() string { return e.key + " " + e.want }

// Validate returns an error that names the first key whose value cannot be meant,
// and what it may be.
func (c Config) Validate() error {
	_, linkErr := chat.ParseLinks(c.Corpus.Link)
	remote := c.Embedder.Kind == kindOpenAI || c.Embedder.Kind == kindOllama
	switch {
	case slices.Contains(c.Corpus.Paths, ""):
		return &keyError{"corpus.paths", `holds an empty path: name a file or folder, or leave it out`}
	case linkErr != nil:
		return &keyError{"corpus.link", fmt.Sprintf("cannot be used: %v", linkErr)}
	case !remote && c.Embedder.Kind != kindE5:
		return &keyError{"embedder.kind", fmt.Sprintf(`is %q: write "e5", "openai" or "ollama"`, c.Embedder.Kind)}
	case remote && c.Embedder.Model == "":
		return &keyError{"embedder.kind", fmt.Sprintf(`is %q, which needs a model: set embedder.model`, c.Embedder.Kind)}
	case !remote && c.Embedder.Model != "":
		return &keyError{"embedder.model", `is set, but the kind "e5" has one model, built in: set embedder.kind, or leave the model out`}
	case !remote && c.Embedder.URL != "":
		return &keyError{"embedder.url", `is set, but the kind "e5" is built in: set embedder.kind, or leave the URL out`}
	case c.Embedder.URL != "" && !webAddress(c.Embedder.URL):
		return &keyError{"embedder.url", `is no web address: write one that begins with https:// or http://, without a user or password`}
	case c.Answer.Threshold != nil && !(*c.Answer.Threshold >= 0 && *c.Answer.Threshold <= 1): // so written that NaN is refused
		return &keyError{"answer.threshold", fmt.Sprintf("is %v: write a number from 0 to 1, or leave it out", *c.Answer.Threshold)}
	case c.Model.Name == "" && c.Model.URL != "":
		return &keyError{"model.url", `is set, but no model is named: set model.name, or leave the URL out`}
	case c.Model.URL != "" && !webAddress(c.Model.URL):
		return &keyError{"model.url", `is no web address: write one that begins with https:// or http://, without a user or password`}
	case c.Model.TimeoutSeconds < 1 || c.Model.TimeoutSeconds > 600:
		return &keyError{"model.timeout_seconds", fmt.Sprintf("is %d: write a number from 1 to 600", c.Model.TimeoutSeconds)}
	case c.Chat.TimeoutSeconds < 1 || c.Chat.TimeoutSeconds > 600:
		return &keyError{"chat.timeout_seconds", fmt.Sprintf("is %d: write a number from 1 to 600", c.Chat.TimeoutSeconds)}
	case c.Chat.PerPerson < 0:
		return &keyError{"chat.per_person", fmt.Sprintf("is %d: write how many questions a minute, or 0 for no limit", c.Chat.PerPerson)}
	case c.Chat.PerChannel < 0:
		return &keyError{"chat.per_channel", fmt.Sprintf("is %d: write how many questions a minute, or 0 for no limit", c.Chat.PerChannel)}
	case c.Chat.RetentionDays < 1 || c.Chat.RetentionDays > 36500:
		return &keyError{"chat.retention_days", fmt.Sprintf("is %d: write a number from 1 to 36500", c.Chat.RetentionDays)}
	case !webAddress(c.Slack.APIURL):
		return &keyError{"slack.api_url", `is no web address: write one that begins with https:// or http://, or leave it out`}
	case !webAddress(c.Discord.APIURL):
		return &keyError{"discord.api_url", `is no web address: write one that begins with https:// or http://, or leave it out`}
	case c.Discord.GatewayURL != "" && !socketAddress(c.Discord.GatewayURL):
		return &keyError{"discord.gateway_url", `is no address of a gateway: write one that begins with wss:// or ws://, or leave it out`}
	case c.Discord.Listen != "" && !hostPort(c.Discord.Listen):
		return &keyError{"discord.listen", fmt.Sprintf(`is %q: write an address such as ":3001", or leave it out for the gateway`, c.Discord.Listen)}
	case c.Discord.PublicKey != "" && c.Discord.key() == nil:
		return &keyError{"discord.public_key", `is no public key: copy the 64 digits from the Developer Portal, under General Information`}
	case c.Slack.Listen != "" && !hostPort(c.Slack.Listen):
		return &keyError{"slack.listen", fmt.Sprintf(`is %q: write an address such as ":3000", or leave it out for Socket Mode`, c.Slack.Listen)}
	case c.Serve.Health != "" && !hostPort(c.Serve.Health):
		return &keyError{"serve.health", fmt.Sprintf(`is %q: write an address such as "127.0.0.1:8630", or "" for none`, c.Serve.Health)}
	case !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level):
		return &keyError{"log.level", fmt.Sprintf(`is %q: write "debug", "info", "warn" or "error"`, c.Log.Level)}
	}
	return nil
}

// webAddress reports whether address can be a service's. One with a password is
// none, since it would end up in logs.
func webAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// hostPort reports whether address is one to listen on.
func hostPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// socketAddress reports whether address can be a gateway's.
func socketAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "ws" || u.Scheme == "wss") && u.Host != "" && u.User == nil
}

// IndexFolder returns the folder that keeps the indexes: the one configured, else
// rapporteur in the user's cache folder. It may not exist yet.
func (c Config) IndexFolder() (string, error) {
	if c.Index.Folder != "" {
		return c.Index.Folder, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for the index: %w: set folder under [index] in the configuration", err)
	}
	return filepath.Join(cache, "rapporteur"), nil
}

// StateFolder returns the folder that keeps what conversations must not forget: the
// one configured, else rapporteur where programs keep their state (the XDG Base
// Directory Specification's XDG_STATE_HOME), on every system. It may not exist yet.
func (c Config) StateFolder(getenv func(string) string) (string, error) {
	if c.Chat.Folder != "" {
		return c.Chat.Folder, nil
	}
	if state := getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "rapporteur"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for conversations: %w: set folder under [chat] in the configuration", err)
	}
	return filepath.Join(home, ".local", "state", "rapporteur"), nil
}

// LogLevel returns the level that Validate has passed.
func (c Config) LogLevel() slog.Level {
	switch c.Log.Level {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}
