// Package corpus reads source files into passages that know their place.
package corpus
