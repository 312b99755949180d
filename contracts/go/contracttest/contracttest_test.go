package contracttest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	contracts "springhead.dev/contracts/go"
	"springhead.dev/contracts/go/contracttest"
)

// What a consuming repository writes: every record that it reads survives its own code.
func TestEveryExampleSurvivesTheStructs(t *testing.T) {
	for _, example := range contracttest.Valid(t, "") {
		contracttest.AssertSurvives(t, example, func(data []byte) ([]byte, error) {
			record := contracts.New(example.RecordType)
			if err := json.Unmarshal(data, record); err != nil {
				return nil, err
			}
			contracttest.AssertValid(t, record)
			return json.Marshal(record)
		})
		record := contracts.New(example.RecordType)
		if err := attributevalue.UnmarshalMap(example.Item(t), record); err != nil {
			t.Errorf("%s/%s as an item: %v", example.RecordType, example.Name, err)
		}
	}
	if len(contracttest.Invalid(t, "scraper_entry")) < 5 {
		t.Error("too few invalid examples")
	}
}
