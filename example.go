// Package rapporteur holds what people are given beside the program: the example of
// a configuration.
package rapporteur

import _ "embed"

// ConfigExample is config.example.toml, for those who have the program alone.
//
//go:embed config.example.toml
var ConfigExample string
