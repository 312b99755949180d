// Command judge reads records as lines {"type": …, "record": …} and says of each what this module makes of it: whether
// it decodes, what Validate finds, and how it is encoded again. The tests hold it against the Python validator.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	contracts "springhead.dev/contracts/go"
)

type question struct {
	Type   string          `json:"type"`
	Record json.RawMessage `json:"record"`
}

type answer struct {
	Error      string               `json:"error,omitempty"`
	Violations contracts.Violations `json:"violations,omitempty"`
	Record     contracts.Record     `json:"record,omitempty"`
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	decoder := json.NewDecoder(in)
	for decoder.More() {
		var one question
		if err := decoder.Decode(&one); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(judge(one)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func judge(one question) answer {
	record := contracts.New(one.Type)
	if record == nil {
		return answer{Error: "unknown record type " + one.Type}
	}
	if err := json.Unmarshal(one.Record, record); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Violations: record.Validate(), Record: record}
}
