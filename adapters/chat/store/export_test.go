package store

// Explain is what Open does with an error.
var Explain = explain
