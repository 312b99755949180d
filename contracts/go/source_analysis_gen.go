// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: source_analysis.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternSourceAnalysisPK = regexp.MustCompile(`^SOURCE#[^#\x00-\x20]+$`)
var patternSourceAnalysisSK = regexp.MustCompile(`^ANALYSIS$`)

// ContentPage: A page that holds content.
type ContentPage struct {
	// Address of the page.
	URL string `json:"url" dynamodbav:"url"`

	// Kind of page, for example `calendar`.
	Type *string `json:"type,omitempty" dynamodbav:"type,omitempty"`

	// Confidence in the kind, 0 to 1.
	Confidence *float64 `json:"confidence,omitempty" dynamodbav:"confidence,omitempty"`

	// Title of the page.
	Title *string `json:"title,omitempty" dynamodbav:"title,omitempty"`

	// Language of the page, BCP 47.
	Language *string `json:"language,omitempty" dynamodbav:"language,omitempty"`

	absent absent
}

var membersContentPage = []member{
	{"url", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ContentPage) UnmarshalJSON(data []byte) error {
	type plain ContentPage
	*r = ContentPage{}
	gone, err := decodeJSON(data, (*plain)(r), membersContentPage)
	r.absent = gone
	r.Type = given(r.Type)
	r.Title = given(r.Title)
	r.Language = given(r.Language)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ContentPage) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ContentPage
	*r = ContentPage{}
	gone, err := decodeItem(av, (*plain)(r), membersContentPage)
	r.absent = gone
	r.Type = given(r.Type)
	r.Title = given(r.Title)
	r.Language = given(r.Language)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ContentPage) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ContentPage) check(c *checker, at string) {
	if !c.missing(r.absent, at, "url", r.URL) {
		c.pattern(at, "url", r.URL, patternURL)
	}
	if r.Confidence != nil {
		c.finite(at, "confidence", *r.Confidence)
		c.atLeast(at, "confidence", float64(*r.Confidence), 0)
		c.atMost(at, "confidence", float64(*r.Confidence), 1)
	}
}

// DiscoveryPatterns: what a site consists of.
type DiscoveryPatterns struct {
	// True when the site has a sitemap.
	SitemapFound *bool `json:"sitemap_found,omitempty" dynamodbav:"sitemap_found,omitempty"`

	// Address of the sitemap.
	SitemapURL *string `json:"sitemap_url,omitempty" dynamodbav:"sitemap_url,omitempty"`

	// Addresses of the feeds.
	RSSFeeds []string `json:"rss_feeds,omitempty" dynamodbav:"rss_feeds,omitempty"`

	// Pages that hold content.
	ContentPages []ContentPage `json:"content_pages,omitempty" dynamodbav:"content_pages,omitempty"`

	// Selectors that were found.
	DataSelectors *DataSelectors `json:"data_selectors,omitempty" dynamodbav:"data_selectors,omitempty"`

	// True when pages carry structured data.
	StructuredDataFound *bool `json:"structured_data_found,omitempty" dynamodbav:"structured_data_found,omitempty"`

	// Types of schema.org that were found.
	SchemaTypes []string `json:"schema_types,omitempty" dynamodbav:"schema_types,omitempty"`

	// A sample of the structured data.
	StructuredData map[string]any `json:"structured_data,omitempty" dynamodbav:"structured_data,omitempty"`

	absent absent
}

var membersDiscoveryPatterns []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *DiscoveryPatterns) UnmarshalJSON(data []byte) error {
	type plain DiscoveryPatterns
	*r = DiscoveryPatterns{}
	gone, err := decodeJSON(data, (*plain)(r), membersDiscoveryPatterns)
	r.absent = gone
	r.SitemapURL = given(r.SitemapURL)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *DiscoveryPatterns) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain DiscoveryPatterns
	*r = DiscoveryPatterns{}
	gone, err := decodeItem(av, (*plain)(r), membersDiscoveryPatterns)
	r.absent = gone
	r.SitemapURL = given(r.SitemapURL)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *DiscoveryPatterns) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *DiscoveryPatterns) check(c *checker, at string) {
	if r.SitemapURL != nil {
		c.pattern(at, "sitemap_url", *r.SitemapURL, patternURL)
	}
	c.nulls(r.absent, at, "rss_feeds", r.RSSFeeds)
	for key := range r.RSSFeeds {
		c.pattern(child(at, "rss_feeds"), strconv.Itoa(key), r.RSSFeeds[key], patternURL)
	}
	c.nulls(r.absent, at, "content_pages", r.ContentPages)
	for key := range r.ContentPages {
		value := r.ContentPages[key]
		value.check(c, child(child(at, "content_pages"), strconv.Itoa(key)))
	}
	if r.DataSelectors != nil {
		r.DataSelectors.check(c, child(at, "data_selectors"))
	}
	c.nulls(r.absent, at, "schema_types", r.SchemaTypes)
	c.open(child(at, "structured_data"), r.StructuredData)
}

// ExtractedActivity: an activity as a trial extraction read it, each field in the page's words.
type ExtractedActivity struct {
	// Title as the page has it.
	Title *string `json:"title,omitempty" dynamodbav:"title,omitempty"`

	// Date as the page has it.
	Date *string `json:"date,omitempty" dynamodbav:"date,omitempty"`

	// Time as the page has it.
	Time *string `json:"time,omitempty" dynamodbav:"time,omitempty"`

	// Description as the page has it.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// Location as the page has it.
	Location *string `json:"location,omitempty" dynamodbav:"location,omitempty"`

	// Price as the page has it.
	Price *string `json:"price,omitempty" dynamodbav:"price,omitempty"`

	// Ages as the page has it.
	AgeRange *string `json:"age_range,omitempty" dynamodbav:"age_range,omitempty"`

	// Category as the page has it.
	Category *string `json:"category,omitempty" dynamodbav:"category,omitempty"`

	absent absent
}

var membersExtractedActivity []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ExtractedActivity) UnmarshalJSON(data []byte) error {
	type plain ExtractedActivity
	*r = ExtractedActivity{}
	gone, err := decodeJSON(data, (*plain)(r), membersExtractedActivity)
	r.absent = gone
	r.Title = given(r.Title)
	r.Date = given(r.Date)
	r.Time = given(r.Time)
	r.Description = given(r.Description)
	r.Location = given(r.Location)
	r.Price = given(r.Price)
	r.AgeRange = given(r.AgeRange)
	r.Category = given(r.Category)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ExtractedActivity) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ExtractedActivity
	*r = ExtractedActivity{}
	gone, err := decodeItem(av, (*plain)(r), membersExtractedActivity)
	r.absent = gone
	r.Title = given(r.Title)
	r.Date = given(r.Date)
	r.Time = given(r.Time)
	r.Description = given(r.Description)
	r.Location = given(r.Location)
	r.Price = given(r.Price)
	r.AgeRange = given(r.AgeRange)
	r.Category = given(r.Category)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ExtractedActivity) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ExtractedActivity) check(c *checker, at string) {
}

// ExtractionMetrics: share of extracted activities that have a field, 0 to 1.
type ExtractionMetrics struct {
	// Share with a title, 0 to 1.
	TitleCompleteness *float64 `json:"title_completeness,omitempty" dynamodbav:"title_completeness,omitempty"`

	// Share with a date, 0 to 1.
	DateCompleteness *float64 `json:"date_completeness,omitempty" dynamodbav:"date_completeness,omitempty"`

	// Share with a description, 0 to 1.
	DescriptionCompleteness *float64 `json:"description_completeness,omitempty" dynamodbav:"description_completeness,omitempty"`

	// Share with a location, 0 to 1.
	LocationCompleteness *float64 `json:"location_completeness,omitempty" dynamodbav:"location_completeness,omitempty"`

	// Share with a price, 0 to 1.
	PriceCompleteness *float64 `json:"price_completeness,omitempty" dynamodbav:"price_completeness,omitempty"`

	// Share with all of them, 0 to 1.
	OverallCompleteness *float64 `json:"overall_completeness,omitempty" dynamodbav:"overall_completeness,omitempty"`

	absent absent
}

var membersExtractionMetrics []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ExtractionMetrics) UnmarshalJSON(data []byte) error {
	type plain ExtractionMetrics
	*r = ExtractionMetrics{}
	gone, err := decodeJSON(data, (*plain)(r), membersExtractionMetrics)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ExtractionMetrics) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ExtractionMetrics
	*r = ExtractionMetrics{}
	gone, err := decodeItem(av, (*plain)(r), membersExtractionMetrics)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ExtractionMetrics) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ExtractionMetrics) check(c *checker, at string) {
	if r.TitleCompleteness != nil {
		c.finite(at, "title_completeness", *r.TitleCompleteness)
		c.atLeast(at, "title_completeness", float64(*r.TitleCompleteness), 0)
		c.atMost(at, "title_completeness", float64(*r.TitleCompleteness), 1)
	}
	if r.DateCompleteness != nil {
		c.finite(at, "date_completeness", *r.DateCompleteness)
		c.atLeast(at, "date_completeness", float64(*r.DateCompleteness), 0)
		c.atMost(at, "date_completeness", float64(*r.DateCompleteness), 1)
	}
	if r.DescriptionCompleteness != nil {
		c.finite(at, "description_completeness", *r.DescriptionCompleteness)
		c.atLeast(at, "description_completeness", float64(*r.DescriptionCompleteness), 0)
		c.atMost(at, "description_completeness", float64(*r.DescriptionCompleteness), 1)
	}
	if r.LocationCompleteness != nil {
		c.finite(at, "location_completeness", *r.LocationCompleteness)
		c.atLeast(at, "location_completeness", float64(*r.LocationCompleteness), 0)
		c.atMost(at, "location_completeness", float64(*r.LocationCompleteness), 1)
	}
	if r.PriceCompleteness != nil {
		c.finite(at, "price_completeness", *r.PriceCompleteness)
		c.atLeast(at, "price_completeness", float64(*r.PriceCompleteness), 0)
		c.atMost(at, "price_completeness", float64(*r.PriceCompleteness), 1)
	}
	if r.OverallCompleteness != nil {
		c.finite(at, "overall_completeness", *r.OverallCompleteness)
		c.atLeast(at, "overall_completeness", float64(*r.OverallCompleteness), 0)
		c.atMost(at, "overall_completeness", float64(*r.OverallCompleteness), 1)
	}
}

// ExtractionTestResults: what a trial extraction gave.
type ExtractionTestResults struct {
	// Page that was tried.
	TestURL *string `json:"test_url,omitempty" dynamodbav:"test_url,omitempty"`

	// Number of activities found.
	ItemsFound *int64 `json:"items_found,omitempty" dynamodbav:"items_found,omitempty"`

	// Quality of what was found, 0 to 1.
	QualityScore *float64 `json:"quality_score,omitempty" dynamodbav:"quality_score,omitempty"`

	// Some of the activities.
	SampleData []ExtractedActivity `json:"sample_data,omitempty" dynamodbav:"sample_data,omitempty"`

	// Time the trial took.
	TestDuration *int64 `json:"test_duration,omitempty" dynamodbav:"test_duration,omitempty"`

	// Errors of the trial.
	Errors []string `json:"errors,omitempty" dynamodbav:"errors,omitempty"`

	// Warnings of the trial.
	Warnings []string `json:"warnings,omitempty" dynamodbav:"warnings,omitempty"`

	// How complete the activities are.
	Metrics *ExtractionMetrics `json:"metrics,omitempty" dynamodbav:"metrics,omitempty"`

	absent absent
}

var membersExtractionTestResults []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ExtractionTestResults) UnmarshalJSON(data []byte) error {
	type plain ExtractionTestResults
	*r = ExtractionTestResults{}
	gone, err := decodeJSON(data, (*plain)(r), membersExtractionTestResults)
	r.absent = gone
	r.TestURL = given(r.TestURL)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ExtractionTestResults) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ExtractionTestResults
	*r = ExtractionTestResults{}
	gone, err := decodeItem(av, (*plain)(r), membersExtractionTestResults)
	r.absent = gone
	r.TestURL = given(r.TestURL)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ExtractionTestResults) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ExtractionTestResults) check(c *checker, at string) {
	if r.TestURL != nil {
		c.pattern(at, "test_url", *r.TestURL, patternURL)
	}
	if r.ItemsFound != nil {
		c.safe(at, "items_found", *r.ItemsFound)
		c.atLeast(at, "items_found", float64(*r.ItemsFound), 0)
	}
	if r.QualityScore != nil {
		c.finite(at, "quality_score", *r.QualityScore)
		c.atLeast(at, "quality_score", float64(*r.QualityScore), 0)
		c.atMost(at, "quality_score", float64(*r.QualityScore), 1)
	}
	c.nulls(r.absent, at, "sample_data", r.SampleData)
	for key := range r.SampleData {
		value := r.SampleData[key]
		value.check(c, child(child(at, "sample_data"), strconv.Itoa(key)))
	}
	if r.TestDuration != nil {
		c.safe(at, "test_duration", *r.TestDuration)
		c.atLeast(at, "test_duration", float64(*r.TestDuration), 0)
	}
	c.nulls(r.absent, at, "errors", r.Errors)
	c.nulls(r.absent, at, "warnings", r.Warnings)
	if r.Metrics != nil {
		r.Metrics.check(c, child(at, "metrics"))
	}
}

// RecommendedSourceConfig: how the analyser would scrape a source.
type RecommendedSourceConfig struct {
	// How often, for example `weekly`.
	ScrapingFrequency *string `json:"scraping_frequency,omitempty" dynamodbav:"scraping_frequency,omitempty"`

	// How politely.
	RateLimit *RateLimit `json:"rate_limit,omitempty" dynamodbav:"rate_limit,omitempty"`

	// Number of activities to expect, for example `20-50`.
	EstimatedItemsPerScrape *string `json:"estimated_items_per_scrape,omitempty" dynamodbav:"estimated_items_per_scrape,omitempty"`

	// Share of the content that changes between two scrapes, 0 to 1.
	EstimatedContentVolatility *float64 `json:"estimated_content_volatility,omitempty" dynamodbav:"estimated_content_volatility,omitempty"`

	// Method, for example `json-ld` or `css`.
	PreferredExtraction *string `json:"preferred_extraction,omitempty" dynamodbav:"preferred_extraction,omitempty"`

	// Selectors.
	BestSelectors *DataSelectors `json:"best_selectors,omitempty" dynamodbav:"best_selectors,omitempty"`

	// Pages to scrape.
	TargetUrls []string `json:"target_urls,omitempty" dynamodbav:"target_urls,omitempty"`

	absent absent
}

var membersRecommendedSourceConfig []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *RecommendedSourceConfig) UnmarshalJSON(data []byte) error {
	type plain RecommendedSourceConfig
	*r = RecommendedSourceConfig{}
	gone, err := decodeJSON(data, (*plain)(r), membersRecommendedSourceConfig)
	r.absent = gone
	r.ScrapingFrequency = given(r.ScrapingFrequency)
	r.EstimatedItemsPerScrape = given(r.EstimatedItemsPerScrape)
	r.PreferredExtraction = given(r.PreferredExtraction)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *RecommendedSourceConfig) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain RecommendedSourceConfig
	*r = RecommendedSourceConfig{}
	gone, err := decodeItem(av, (*plain)(r), membersRecommendedSourceConfig)
	r.absent = gone
	r.ScrapingFrequency = given(r.ScrapingFrequency)
	r.EstimatedItemsPerScrape = given(r.EstimatedItemsPerScrape)
	r.PreferredExtraction = given(r.PreferredExtraction)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *RecommendedSourceConfig) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *RecommendedSourceConfig) check(c *checker, at string) {
	if r.RateLimit != nil {
		r.RateLimit.check(c, child(at, "rate_limit"))
	}
	if r.EstimatedContentVolatility != nil {
		c.finite(at, "estimated_content_volatility", *r.EstimatedContentVolatility)
		c.atLeast(at, "estimated_content_volatility", float64(*r.EstimatedContentVolatility), 0)
		c.atMost(at, "estimated_content_volatility", float64(*r.EstimatedContentVolatility), 1)
	}
	if r.BestSelectors != nil {
		r.BestSelectors.check(c, child(at, "best_selectors"))
	}
	c.nulls(r.absent, at, "target_urls", r.TargetUrls)
	for key := range r.TargetUrls {
		c.pattern(child(at, "target_urls"), strconv.Itoa(key), r.TargetUrls[key], patternURL)
	}
}

// SourceAnalysis: what an analysis found at a source: the item `SOURCE#{source_id}` / `ANALYSIS` of the table
// `seattle-source-management`.
type SourceAnalysis struct {
	// Partition key: `SOURCE#{source_id}`.
	PK string `json:"PK" dynamodbav:"PK"`

	// Sort key: `ANALYSIS`.
	SK string `json:"SK" dynamodbav:"SK"`

	// Id of the source.
	SourceID string `json:"source_id" dynamodbav:"source_id"`

	// Moment the analysis ended.
	AnalysisCompletedAt Timestamp `json:"analysis_completed_at" dynamodbav:"analysis_completed_at"`

	// Version of the analyser.
	AnalysisVersion *string `json:"analysis_version,omitempty" dynamodbav:"analysis_version,omitempty"`

	// What the site consists of.
	DiscoveredPatterns *DiscoveryPatterns `json:"discovered_patterns,omitempty" dynamodbav:"discovered_patterns,omitempty"`

	// What a trial extraction gave.
	ExtractionTestResults *ExtractionTestResults `json:"extraction_test_results,omitempty" dynamodbav:"extraction_test_results,omitempty"`

	// How the analyser would scrape the source.
	RecommendedConfig *RecommendedSourceConfig `json:"recommended_config,omitempty" dynamodbav:"recommended_config,omitempty"`

	// Quality of the source, 0 to 1.
	OverallQualityScore *float64 `json:"overall_quality_score,omitempty" dynamodbav:"overall_quality_score,omitempty"`

	// What is wrong with the source.
	Issues []string `json:"issues,omitempty" dynamodbav:"issues,omitempty"`

	// What the analyser recommends.
	Recommendations []string `json:"recommendations,omitempty" dynamodbav:"recommendations,omitempty"`

	// State of the source.
	Status SourceStatus `json:"status" dynamodbav:"status"`

	absent absent
}

var membersSourceAnalysis = []member{
	{"PK", false},
	{"SK", false},
	{"source_id", false},
	{"analysis_completed_at", false},
	{"status", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *SourceAnalysis) UnmarshalJSON(data []byte) error {
	type plain SourceAnalysis
	*r = SourceAnalysis{}
	gone, err := decodeJSON(data, (*plain)(r), membersSourceAnalysis)
	r.absent = gone
	r.AnalysisVersion = given(r.AnalysisVersion)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *SourceAnalysis) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain SourceAnalysis
	*r = SourceAnalysis{}
	gone, err := decodeItem(av, (*plain)(r), membersSourceAnalysis)
	r.absent = gone
	r.AnalysisVersion = given(r.AnalysisVersion)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *SourceAnalysis) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *SourceAnalysis) check(c *checker, at string) {
	if !c.missing(r.absent, at, "PK", r.PK) {
		c.pattern(at, "PK", r.PK, patternSourceAnalysisPK)
	}
	if !c.missing(r.absent, at, "SK", r.SK) {
		c.pattern(at, "SK", r.SK, patternSourceAnalysisSK)
	}
	if !c.missing(r.absent, at, "source_id", r.SourceID) {
		c.minLength(at, "source_id", r.SourceID, 1)
	}
	if !c.missing(r.absent, at, "analysis_completed_at", r.AnalysisCompletedAt) {
		c.timestamp(at, "analysis_completed_at", r.AnalysisCompletedAt)
	}
	if r.DiscoveredPatterns != nil {
		r.DiscoveredPatterns.check(c, child(at, "discovered_patterns"))
	}
	if r.ExtractionTestResults != nil {
		r.ExtractionTestResults.check(c, child(at, "extraction_test_results"))
	}
	if r.RecommendedConfig != nil {
		r.RecommendedConfig.check(c, child(at, "recommended_config"))
	}
	if r.OverallQualityScore != nil {
		c.finite(at, "overall_quality_score", *r.OverallQualityScore)
		c.atLeast(at, "overall_quality_score", float64(*r.OverallQualityScore), 0)
		c.atMost(at, "overall_quality_score", float64(*r.OverallQualityScore), 1)
	}
	c.nulls(r.absent, at, "issues", r.Issues)
	c.nulls(r.absent, at, "recommendations", r.Recommendations)
	if !c.missing(r.absent, at, "status", r.Status) {
		if v := r.Status; !v.Known() {
			c.enum(at, "status", string(v), v.expected())
		}
	}
}
