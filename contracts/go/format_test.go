package contracts

import (
	"bytes"
	"go/format"
	"path/filepath"
	"testing"
)

// The generator emits formatted code without gofmt, so that it needs no Go; this test keeps it honest.
func TestSourcesAreFormatted(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		source := readFile(t, path)
		formatted, err := format.Source(source)
		if err != nil || !bytes.Equal(source, formatted) {
			t.Errorf("%s is not formatted (%v)", path, err)
		}
	}
}
