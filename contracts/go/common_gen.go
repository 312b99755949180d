// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: common.schema.json

package contracts

import (
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var patternTimestamp = regexp.MustCompile(`^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$`)
var patternDate = regexp.MustCompile(`^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$`)
var patternCelebrityID = regexp.MustCompile(`^celeb_[0-9]{3,}$`)
var patternSourceName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
var patternRunID = regexp.MustCompile(`^[a-z][a-z0-9_]*@[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)
var patternURL = regexp.MustCompile(`^https?://[^\x00-\x20]+$`)
var patternS3URL = regexp.MustCompile(`^s3://[a-z0-9][a-z0-9.-]+/[^\x00-\x1f]+$`)
var patternSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)
var patternLocalTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
var patternEntityID = regexp.MustCompile(`^[^#\x00-\x20]+$`)
var patternVenueRef = regexp.MustCompile(`^(VENUE#)?[^#\x00-\x20]+$`)
var patternProviderRef = regexp.MustCompile(`^(PROVIDER#)?[^#\x00-\x20]+$`)
var patternLocationKey = regexp.MustCompile(`^GEO#[^#\x00-\x1f]+#[^#\x00-\x1f]+$`)
var patternDateTypeKey = regexp.MustCompile(`^DATE#[0-9]{4}-[0-9]{2}-[0-9]{2}#TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#[^#\x00-\x20]+$`)
var patternCategoryAgeKey = regexp.MustCompile(`^CAT#[a-z-]+#(infant|toddler|preschool|elementary|tween|teen|adult|all-ages)$`)
var patternDateFeaturedKey = regexp.MustCompile(`^DATE#[0-9]{4}-[0-9]{2}-[0-9]{2}#FEATURED#(true|false)#[^#\x00-\x20]+$`)
var patternVenueKey = regexp.MustCompile(`^VENUE#[^#\x00-\x20]+$`)
var patternTypeDateKey = regexp.MustCompile(`^TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#[0-9]{4}-[0-9]{2}-[0-9]{2}#[^#\x00-\x20]+$`)
var patternProviderKey = regexp.MustCompile(`^PROVIDER#[^#\x00-\x20]+$`)
var patternTypeStatusKey = regexp.MustCompile(`^TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#STATUS#[a-z-]+#[^#\x00-\x20]+$`)
var patternStatusKey = regexp.MustCompile(`^STATUS#[a-z_]+$`)
var patternPriorityKey = regexp.MustCompile(`^PRIORITY#(high|medium|low)#[^#\x00-\x20]+$`)
var patternProgramRef = regexp.MustCompile(`^(PROGRAM#)?[^#\x00-\x20]+$`)
var patternNextRunKey = regexp.MustCompile(`^NEXT_RUN#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$`)
var patternContentType = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
var patternPricingCurrency = regexp.MustCompile(`^[A-Z]{3}$`)

// Sentiment: tone of the human text of a response; null until enrichment has run.
type Sentiment string

// Values of Sentiment. A reader keeps a value that it does not know; Validate reports it.
const SentimentPositive Sentiment = "positive"
const SentimentNegative Sentiment = "negative"
const SentimentNeutral Sentiment = "neutral"

// Known tells whether the contract lists the value.
func (v Sentiment) Known() bool {
	switch v {
	case SentimentPositive, SentimentNegative, SentimentNeutral:
		return true
	}
	return false
}

func (v Sentiment) expected() string {
	return "positive, negative, neutral"
}

// Priority: how urgent the work is. The words do not sort: a reader queries each.
type Priority string

// Values of Priority. A reader keeps a value that it does not know; Validate reports it.
const PriorityHigh Priority = "high"
const PriorityMedium Priority = "medium"
const PriorityLow Priority = "low"

// Known tells whether the contract lists the value.
func (v Priority) Known() bool {
	switch v {
	case PriorityHigh, PriorityMedium, PriorityLow:
		return true
	}
	return false
}

func (v Priority) expected() string {
	return "high, medium, low"
}

// EntityType: kind of an activity record.
type EntityType string

// Values of EntityType. A reader keeps a value that it does not know; Validate reports it.
const EntityTypeVENUE EntityType = "VENUE"
const EntityTypeEVENT EntityType = "EVENT"
const EntityTypePROGRAM EntityType = "PROGRAM"
const EntityTypeATTRACTION EntityType = "ATTRACTION"

// Known tells whether the contract lists the value.
func (v EntityType) Known() bool {
	switch v {
	case EntityTypeVENUE, EntityTypeEVENT, EntityTypePROGRAM, EntityTypeATTRACTION:
		return true
	}
	return false
}

func (v EntityType) expected() string {
	return "VENUE, EVENT, PROGRAM, ATTRACTION"
}

// ActivityCategory: category of an activity.
type ActivityCategory string

// Values of ActivityCategory. A reader keeps a value that it does not know; Validate reports it.
const ActivityCategoryArtsCreativity ActivityCategory = "arts-creativity"
const ActivityCategoryActiveSports ActivityCategory = "active-sports"
const ActivityCategoryEducationalStem ActivityCategory = "educational-stem"
const ActivityCategoryEntertainmentEvents ActivityCategory = "entertainment-events"
const ActivityCategoryCampsPrograms ActivityCategory = "camps-programs"
const ActivityCategoryFreeCommunity ActivityCategory = "free-community"

// Known tells whether the contract lists the value.
func (v ActivityCategory) Known() bool {
	switch v {
	case ActivityCategoryArtsCreativity, ActivityCategoryActiveSports, ActivityCategoryEducationalStem, ActivityCategoryEntertainmentEvents, ActivityCategoryCampsPrograms, ActivityCategoryFreeCommunity:
		return true
	}
	return false
}

func (v ActivityCategory) expected() string {
	return "arts-creativity, active-sports, educational-stem, entertainment-events, camps-programs, free-community"
}

// ActivityStatus: state of an activity.
type ActivityStatus string

// Values of ActivityStatus. A reader keeps a value that it does not know; Validate reports it.
const ActivityStatusActive ActivityStatus = "active"
const ActivityStatusInactive ActivityStatus = "inactive"
const ActivityStatusExpired ActivityStatus = "expired"
const ActivityStatusCancelled ActivityStatus = "cancelled"

// Known tells whether the contract lists the value.
func (v ActivityStatus) Known() bool {
	switch v {
	case ActivityStatusActive, ActivityStatusInactive, ActivityStatusExpired, ActivityStatusCancelled:
		return true
	}
	return false
}

func (v ActivityStatus) expected() string {
	return "active, inactive, expired, cancelled"
}

// AgeCategory: age group that an activity is for.
type AgeCategory string

// Values of AgeCategory. A reader keeps a value that it does not know; Validate reports it.
const AgeCategoryInfant AgeCategory = "infant"
const AgeCategoryToddler AgeCategory = "toddler"
const AgeCategoryPreschool AgeCategory = "preschool"
const AgeCategoryElementary AgeCategory = "elementary"
const AgeCategoryTween AgeCategory = "tween"
const AgeCategoryTeen AgeCategory = "teen"
const AgeCategoryAdult AgeCategory = "adult"
const AgeCategoryAllAges AgeCategory = "all-ages"

// Known tells whether the contract lists the value.
func (v AgeCategory) Known() bool {
	switch v {
	case AgeCategoryInfant, AgeCategoryToddler, AgeCategoryPreschool, AgeCategoryElementary, AgeCategoryTween, AgeCategoryTeen, AgeCategoryAdult, AgeCategoryAllAges:
		return true
	}
	return false
}

func (v AgeCategory) expected() string {
	return "infant, toddler, preschool, elementary, tween, teen, adult, all-ages"
}

// AgeUnit: unit of ages.
type AgeUnit string

// Values of AgeUnit. A reader keeps a value that it does not know; Validate reports it.
const AgeUnitMonths AgeUnit = "months"
const AgeUnitYears AgeUnit = "years"

// Known tells whether the contract lists the value.
func (v AgeUnit) Known() bool {
	switch v {
	case AgeUnitMonths, AgeUnitYears:
		return true
	}
	return false
}

func (v AgeUnit) expected() string {
	return "months, years"
}

// ScheduleType: how an activity recurs.
type ScheduleType string

// Values of ScheduleType. A reader keeps a value that it does not know; Validate reports it.
const ScheduleTypeOneTime ScheduleType = "one-time"
const ScheduleTypeRecurring ScheduleType = "recurring"
const ScheduleTypeMultiDay ScheduleType = "multi-day"
const ScheduleTypeOngoing ScheduleType = "ongoing"

// Known tells whether the contract lists the value.
func (v ScheduleType) Known() bool {
	switch v {
	case ScheduleTypeOneTime, ScheduleTypeRecurring, ScheduleTypeMultiDay, ScheduleTypeOngoing:
		return true
	}
	return false
}

func (v ScheduleType) expected() string {
	return "one-time, recurring, multi-day, ongoing"
}

// Weekday: day of the week.
type Weekday string

// Values of Weekday. A reader keeps a value that it does not know; Validate reports it.
const WeekdayMonday Weekday = "monday"
const WeekdayTuesday Weekday = "tuesday"
const WeekdayWednesday Weekday = "wednesday"
const WeekdayThursday Weekday = "thursday"
const WeekdayFriday Weekday = "friday"
const WeekdaySaturday Weekday = "saturday"
const WeekdaySunday Weekday = "sunday"

// Known tells whether the contract lists the value.
func (v Weekday) Known() bool {
	switch v {
	case WeekdayMonday, WeekdayTuesday, WeekdayWednesday, WeekdayThursday, WeekdayFriday, WeekdaySaturday, WeekdaySunday:
		return true
	}
	return false
}

func (v Weekday) expected() string {
	return "monday, tuesday, wednesday, thursday, friday, saturday, sunday"
}

// PricingType: how an activity is paid for.
type PricingType string

// Values of PricingType. A reader keeps a value that it does not know; Validate reports it.
const PricingTypeFree PricingType = "free"
const PricingTypePaid PricingType = "paid"
const PricingTypeDonation PricingType = "donation"
const PricingTypeVariable PricingType = "variable"

// Known tells whether the contract lists the value.
func (v PricingType) Known() bool {
	switch v {
	case PricingTypeFree, PricingTypePaid, PricingTypeDonation, PricingTypeVariable:
		return true
	}
	return false
}

func (v PricingType) expected() string {
	return "free, paid, donation, variable"
}

// SourceStatus: state of a source in its life cycle.
type SourceStatus string

// Values of SourceStatus. A reader keeps a value that it does not know; Validate reports it.
const SourceStatusPendingAnalysis SourceStatus = "pending_analysis"
const SourceStatusAnalysisComplete SourceStatus = "analysis_complete"
const SourceStatusActive SourceStatus = "active"
const SourceStatusInactive SourceStatus = "inactive"
const SourceStatusRejected SourceStatus = "rejected"

// Known tells whether the contract lists the value.
func (v SourceStatus) Known() bool {
	switch v {
	case SourceStatusPendingAnalysis, SourceStatusAnalysisComplete, SourceStatusActive, SourceStatusInactive, SourceStatusRejected:
		return true
	}
	return false
}

func (v SourceStatus) expected() string {
	return "pending_analysis, analysis_complete, active, inactive, rejected"
}

// ActivitySourceType: kind of an activity source.
type ActivitySourceType string

// Values of ActivitySourceType. A reader keeps a value that it does not know; Validate reports it.
const ActivitySourceTypeVenue ActivitySourceType = "venue"
const ActivitySourceTypeEventOrganizer ActivitySourceType = "event-organizer"
const ActivitySourceTypeProgramProvider ActivitySourceType = "program-provider"
const ActivitySourceTypeCommunityCalendar ActivitySourceType = "community-calendar"

// Known tells whether the contract lists the value.
func (v ActivitySourceType) Known() bool {
	switch v {
	case ActivitySourceTypeVenue, ActivitySourceTypeEventOrganizer, ActivitySourceTypeProgramProvider, ActivitySourceTypeCommunityCalendar:
		return true
	}
	return false
}

func (v ActivitySourceType) expected() string {
	return "venue, event-organizer, program-provider, community-calendar"
}

// TaskType: kind of a scraping task.
type TaskType string

// Values of TaskType. A reader keeps a value that it does not know; Validate reports it.
const TaskTypeFullScrape TaskType = "full_scrape"
const TaskTypeIncremental TaskType = "incremental"
const TaskTypeValidation TaskType = "validation"
const TaskTypeDiscovery TaskType = "discovery"

// Known tells whether the contract lists the value.
func (v TaskType) Known() bool {
	switch v {
	case TaskTypeFullScrape, TaskTypeIncremental, TaskTypeValidation, TaskTypeDiscovery:
		return true
	}
	return false
}

func (v TaskType) expected() string {
	return "full_scrape, incremental, validation, discovery"
}

// TaskStatus: state of scraping work.
type TaskStatus string

// Values of TaskStatus. A reader keeps a value that it does not know; Validate reports it.
const TaskStatusScheduled TaskStatus = "scheduled"
const TaskStatusQueued TaskStatus = "queued"
const TaskStatusInProgress TaskStatus = "in_progress"
const TaskStatusCompleted TaskStatus = "completed"
const TaskStatusFailed TaskStatus = "failed"
const TaskStatusCancelled TaskStatus = "cancelled"
const TaskStatusRetrying TaskStatus = "retrying"

// Known tells whether the contract lists the value.
func (v TaskStatus) Known() bool {
	switch v {
	case TaskStatusScheduled, TaskStatusQueued, TaskStatusInProgress, TaskStatusCompleted, TaskStatusFailed, TaskStatusCancelled, TaskStatusRetrying:
		return true
	}
	return false
}

func (v TaskStatus) expected() string {
	return "scheduled, queued, in_progress, completed, failed, cancelled, retrying"
}

// StoredObject: where bytes that do not fit into an item are kept.
type StoredObject struct {
	// Name of the S3 bucket.
	Bucket string `json:"bucket" dynamodbav:"bucket"`

	// Key of the object in its bucket.
	Key string `json:"key" dynamodbav:"key"`

	// SHA-256 of the stored bytes, hexadecimal.
	SHA256 string `json:"sha256" dynamodbav:"sha256"`

	// Size of the object in bytes.
	Bytes int64 `json:"bytes" dynamodbav:"bytes"`

	absent absent
}

var membersStoredObject = []member{
	{"bucket", false},
	{"key", false},
	{"sha256", false},
	{"bytes", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *StoredObject) UnmarshalJSON(data []byte) error {
	type plain StoredObject
	*r = StoredObject{}
	gone, err := decodeJSON(data, (*plain)(r), membersStoredObject)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *StoredObject) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain StoredObject
	*r = StoredObject{}
	gone, err := decodeItem(av, (*plain)(r), membersStoredObject)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *StoredObject) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *StoredObject) check(c *checker, at string) {
	if !c.missing(r.absent, at, "bucket", r.Bucket) {
		c.minLength(at, "bucket", r.Bucket, 3)
	}
	if !c.missing(r.absent, at, "key", r.Key) {
		c.minLength(at, "key", r.Key, 1)
	}
	if !c.missing(r.absent, at, "sha256", r.SHA256) {
		c.pattern(at, "sha256", r.SHA256, patternSHA256)
	}
	if !c.missing(r.absent, at, "bytes", r.Bytes) {
		c.safe(at, "bytes", r.Bytes)
		c.atLeast(at, "bytes", float64(r.Bytes), 0)
	}
}

// StoredResponse: one response that a record was made from, and where its body is kept.
type StoredResponse struct {
	// Address that was asked, secrets removed.
	URL string `json:"url" dynamodbav:"url"`

	// HTTP status code of the response.
	Status int64 `json:"status" dynamodbav:"status"`

	// SHA-256 of the body's bytes, hexadecimal.
	SHA256 string `json:"sha256" dynamodbav:"sha256"`

	// Size of the body in bytes.
	Bytes int64 `json:"bytes" dynamodbav:"bytes"`

	// Content-Type header of the response, as received.
	ContentType *string `json:"content_type,omitempty" dynamodbav:"content_type,omitempty"`

	// S3 bucket that keeps the body.
	Bucket *string `json:"bucket,omitempty" dynamodbav:"bucket,omitempty"`

	// Key of the body in its bucket.
	Key *string `json:"key,omitempty" dynamodbav:"key,omitempty"`

	// Moment the response was received.
	FetchedAt *Timestamp `json:"fetched_at,omitempty" dynamodbav:"fetched_at,omitempty"`

	// True for the response whose text is the record's `raw_text`.
	Primary bool `json:"primary" dynamodbav:"primary"`

	absent absent
}

var membersStoredResponse = []member{
	{"url", false},
	{"status", false},
	{"sha256", false},
	{"bytes", false},
	{"primary", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *StoredResponse) UnmarshalJSON(data []byte) error {
	type plain StoredResponse
	*r = StoredResponse{}
	gone, err := decodeJSON(data, (*plain)(r), membersStoredResponse)
	r.absent = gone
	r.ContentType = given(r.ContentType)
	r.Bucket = given(r.Bucket)
	r.Key = given(r.Key)
	r.FetchedAt = given(r.FetchedAt)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *StoredResponse) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain StoredResponse
	*r = StoredResponse{}
	gone, err := decodeItem(av, (*plain)(r), membersStoredResponse)
	r.absent = gone
	r.ContentType = given(r.ContentType)
	r.Bucket = given(r.Bucket)
	r.Key = given(r.Key)
	r.FetchedAt = given(r.FetchedAt)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *StoredResponse) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *StoredResponse) check(c *checker, at string) {
	if !c.missing(r.absent, at, "url", r.URL) {
		c.pattern(at, "url", r.URL, patternURL)
	}
	if !c.missing(r.absent, at, "status", r.Status) {
		c.safe(at, "status", r.Status)
		c.atLeast(at, "status", float64(r.Status), 100)
		c.atMost(at, "status", float64(r.Status), 599)
	}
	if !c.missing(r.absent, at, "sha256", r.SHA256) {
		c.pattern(at, "sha256", r.SHA256, patternSHA256)
	}
	if !c.missing(r.absent, at, "bytes", r.Bytes) {
		c.safe(at, "bytes", r.Bytes)
		c.atLeast(at, "bytes", float64(r.Bytes), 0)
	}
	if r.Bucket != nil {
		c.minLength(at, "bucket", *r.Bucket, 3)
	}
	if r.Key != nil {
		c.minLength(at, "key", *r.Key, 1)
	}
	if r.FetchedAt != nil {
		c.timestamp(at, "fetched_at", *r.FetchedAt)
	}
	if !c.missing(r.absent, at, "primary", r.Primary) {
	}
}

// Violation: one place where a record departs from its contract.
type Violation struct {
	// JSON pointer to the member at fault; for a missing or an unknown member, to that member. Empty for the record
	// itself.
	Pointer string `json:"pointer" dynamodbav:"pointer"`

	// Name of the rule that was broken, for example `required` or `pattern`.
	Rule string `json:"rule" dynamodbav:"rule"`

	// What is wrong and what is expected.
	Message string `json:"message" dynamodbav:"message"`

	// Short excerpt of the value at fault, 80 characters at most.
	Value *string `json:"value,omitempty" dynamodbav:"value,omitempty"`

	absent absent
}

var membersViolation = []member{
	{"pointer", false},
	{"rule", false},
	{"message", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Violation) UnmarshalJSON(data []byte) error {
	type plain Violation
	*r = Violation{}
	gone, err := decodeJSON(data, (*plain)(r), membersViolation)
	r.absent = gone
	r.Value = given(r.Value)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Violation) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Violation
	*r = Violation{}
	gone, err := decodeItem(av, (*plain)(r), membersViolation)
	r.absent = gone
	r.Value = given(r.Value)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Violation) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Violation) check(c *checker, at string) {
	if !c.missing(r.absent, at, "pointer", r.Pointer) {
	}
	if !c.missing(r.absent, at, "rule", r.Rule) {
		c.minLength(at, "rule", r.Rule, 1)
	}
	if !c.missing(r.absent, at, "message", r.Message) {
	}
	if r.Value != nil {
		c.maxLength(at, "value", *r.Value, 80)
	}
}

// ErrorInfo: an error as records carry it.
type ErrorInfo struct {
	// Name of the error's class, for example `LayoutChanged`.
	Name string `json:"name" dynamodbav:"name"`

	// What happened and where, secrets removed.
	Message string `json:"message" dynamodbav:"message"`

	// True when the same attempt may succeed later.
	Retryable bool `json:"retryable" dynamodbav:"retryable"`

	// Address that was asked, secrets removed.
	URL *string `json:"url,omitempty" dynamodbav:"url,omitempty"`

	// HTTP status code of the answer.
	Status *int64 `json:"status,omitempty" dynamodbav:"status,omitempty"`

	// What to do about it.
	Hint *string `json:"hint,omitempty" dynamodbav:"hint,omitempty"`

	// Each departure from the contract, when the error is one of the contract.
	Violations []Violation `json:"violations,omitempty" dynamodbav:"violations,omitempty"`

	absent absent
}

var membersErrorInfo = []member{
	{"name", false},
	{"message", false},
	{"retryable", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ErrorInfo) UnmarshalJSON(data []byte) error {
	type plain ErrorInfo
	*r = ErrorInfo{}
	gone, err := decodeJSON(data, (*plain)(r), membersErrorInfo)
	r.absent = gone
	r.URL = given(r.URL)
	r.Hint = given(r.Hint)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ErrorInfo) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ErrorInfo
	*r = ErrorInfo{}
	gone, err := decodeItem(av, (*plain)(r), membersErrorInfo)
	r.absent = gone
	r.URL = given(r.URL)
	r.Hint = given(r.Hint)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ErrorInfo) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ErrorInfo) check(c *checker, at string) {
	if !c.missing(r.absent, at, "name", r.Name) {
		c.minLength(at, "name", r.Name, 1)
	}
	if !c.missing(r.absent, at, "message", r.Message) {
	}
	if !c.missing(r.absent, at, "retryable", r.Retryable) {
	}
	if r.URL != nil {
		c.pattern(at, "url", *r.URL, patternURL)
	}
	if r.Status != nil {
		c.safe(at, "status", *r.Status)
		c.atLeast(at, "status", float64(*r.Status), 100)
		c.atMost(at, "status", float64(*r.Status), 599)
	}
	c.nulls(r.absent, at, "violations", r.Violations)
	for key := range r.Violations {
		value := r.Violations[key]
		value.check(c, child(child(at, "violations"), strconv.Itoa(key)))
	}
}

// ExecutionMetrics: what a run cost, under the names that the Go services read.
type ExecutionMetrics struct {
	// Number of requests sent, repeats included.
	RequestCount int64 `json:"request_count" dynamodbav:"request_count"`

	// Number of requests answered with success.
	SuccessfulRequests *int64 `json:"successful_requests,omitempty" dynamodbav:"successful_requests,omitempty"`

	// Number of requests that failed.
	FailedRequests *int64 `json:"failed_requests,omitempty" dynamodbav:"failed_requests,omitempty"`

	// Mean time to a response, in milliseconds.
	AverageResponseTime *int64 `json:"average_response_time,omitempty" dynamodbav:"average_response_time,omitempty"`

	// Bytes received in bodies.
	TotalBytes int64 `json:"total_bytes" dynamodbav:"total_bytes"`

	// Units of the source's quota that the run spent; absent where the source has none.
	QuotaUnits *int64 `json:"quota_units,omitempty" dynamodbav:"quota_units,omitempty"`

	// Units of the day's quota that all runs together have spent; absent where the source has none.
	QuotaSpent *int64 `json:"quota_spent,omitempty" dynamodbav:"quota_spent,omitempty"`

	// Units that the source grants per day; absent where it does not count.
	QuotaLimit *int64 `json:"quota_limit,omitempty" dynamodbav:"quota_limit,omitempty"`

	// Time spent parsing, in milliseconds.
	ParsingTime *int64 `json:"parsing_time,omitempty" dynamodbav:"parsing_time,omitempty"`

	// Time spent in the source's own code, in milliseconds.
	ExtractionTime *int64 `json:"extraction_time,omitempty" dynamodbav:"extraction_time,omitempty"`

	// Time spent validating, in milliseconds.
	ValidationTime *int64 `json:"validation_time,omitempty" dynamodbav:"validation_time,omitempty"`

	// Time spent storing, in milliseconds.
	StorageTime *int64 `json:"storage_time,omitempty" dynamodbav:"storage_time,omitempty"`

	// Share of subjects that gave a record, 0 to 1.
	ExtractionSuccess *float64 `json:"extraction_success,omitempty" dynamodbav:"extraction_success,omitempty"`

	// Mean completeness of the records, 0 to 1.
	DataCompleteness *float64 `json:"data_completeness,omitempty" dynamodbav:"data_completeness,omitempty"`

	// Share of records that were stored already, 0 to 1.
	DuplicateRate *float64 `json:"duplicate_rate,omitempty" dynamodbav:"duplicate_rate,omitempty"`

	// Largest resident memory, in MiB.
	MemoryUsageMB *float64 `json:"memory_usage_mb,omitempty" dynamodbav:"memory_usage_mb,omitempty"`

	// CPU time by wall time, in percent of one core.
	CPUUsagePercent *float64 `json:"cpu_usage_percent,omitempty" dynamodbav:"cpu_usage_percent,omitempty"`

	// Number of requests that were repeats.
	RetriedRequests *int64 `json:"retried_requests,omitempty" dynamodbav:"retried_requests,omitempty"`

	// Number of responses that came from the cache.
	CachedResponses *int64 `json:"cached_responses,omitempty" dynamodbav:"cached_responses,omitempty"`

	// Quota units spent at the source.
	Units *int64 `json:"units,omitempty" dynamodbav:"units,omitempty"`

	absent absent
}

var membersExecutionMetrics = []member{
	{"request_count", false},
	{"total_bytes", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ExecutionMetrics) UnmarshalJSON(data []byte) error {
	type plain ExecutionMetrics
	*r = ExecutionMetrics{}
	gone, err := decodeJSON(data, (*plain)(r), membersExecutionMetrics)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ExecutionMetrics) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ExecutionMetrics
	*r = ExecutionMetrics{}
	gone, err := decodeItem(av, (*plain)(r), membersExecutionMetrics)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ExecutionMetrics) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ExecutionMetrics) check(c *checker, at string) {
	if !c.missing(r.absent, at, "request_count", r.RequestCount) {
		c.safe(at, "request_count", r.RequestCount)
		c.atLeast(at, "request_count", float64(r.RequestCount), 0)
	}
	if r.SuccessfulRequests != nil {
		c.safe(at, "successful_requests", *r.SuccessfulRequests)
		c.atLeast(at, "successful_requests", float64(*r.SuccessfulRequests), 0)
	}
	if r.FailedRequests != nil {
		c.safe(at, "failed_requests", *r.FailedRequests)
		c.atLeast(at, "failed_requests", float64(*r.FailedRequests), 0)
	}
	if r.AverageResponseTime != nil {
		c.safe(at, "average_response_time", *r.AverageResponseTime)
		c.atLeast(at, "average_response_time", float64(*r.AverageResponseTime), 0)
	}
	if !c.missing(r.absent, at, "total_bytes", r.TotalBytes) {
		c.safe(at, "total_bytes", r.TotalBytes)
		c.atLeast(at, "total_bytes", float64(r.TotalBytes), 0)
	}
	if r.QuotaUnits != nil {
		c.safe(at, "quota_units", *r.QuotaUnits)
		c.atLeast(at, "quota_units", float64(*r.QuotaUnits), 0)
	}
	if r.QuotaSpent != nil {
		c.safe(at, "quota_spent", *r.QuotaSpent)
		c.atLeast(at, "quota_spent", float64(*r.QuotaSpent), 0)
	}
	if r.QuotaLimit != nil {
		c.safe(at, "quota_limit", *r.QuotaLimit)
		c.atLeast(at, "quota_limit", float64(*r.QuotaLimit), 0)
	}
	if r.ParsingTime != nil {
		c.safe(at, "parsing_time", *r.ParsingTime)
		c.atLeast(at, "parsing_time", float64(*r.ParsingTime), 0)
	}
	if r.ExtractionTime != nil {
		c.safe(at, "extraction_time", *r.ExtractionTime)
		c.atLeast(at, "extraction_time", float64(*r.ExtractionTime), 0)
	}
	if r.ValidationTime != nil {
		c.safe(at, "validation_time", *r.ValidationTime)
		c.atLeast(at, "validation_time", float64(*r.ValidationTime), 0)
	}
	if r.StorageTime != nil {
		c.safe(at, "storage_time", *r.StorageTime)
		c.atLeast(at, "storage_time", float64(*r.StorageTime), 0)
	}
	if r.ExtractionSuccess != nil {
		c.finite(at, "extraction_success", *r.ExtractionSuccess)
		c.atLeast(at, "extraction_success", float64(*r.ExtractionSuccess), 0)
		c.atMost(at, "extraction_success", float64(*r.ExtractionSuccess), 1)
	}
	if r.DataCompleteness != nil {
		c.finite(at, "data_completeness", *r.DataCompleteness)
		c.atLeast(at, "data_completeness", float64(*r.DataCompleteness), 0)
		c.atMost(at, "data_completeness", float64(*r.DataCompleteness), 1)
	}
	if r.DuplicateRate != nil {
		c.finite(at, "duplicate_rate", *r.DuplicateRate)
		c.atLeast(at, "duplicate_rate", float64(*r.DuplicateRate), 0)
		c.atMost(at, "duplicate_rate", float64(*r.DuplicateRate), 1)
	}
	if r.MemoryUsageMB != nil {
		c.finite(at, "memory_usage_mb", *r.MemoryUsageMB)
		c.atLeast(at, "memory_usage_mb", float64(*r.MemoryUsageMB), 0)
	}
	if r.CPUUsagePercent != nil {
		c.finite(at, "cpu_usage_percent", *r.CPUUsagePercent)
		c.atLeast(at, "cpu_usage_percent", float64(*r.CPUUsagePercent), 0)
	}
	if r.RetriedRequests != nil {
		c.safe(at, "retried_requests", *r.RetriedRequests)
		c.atLeast(at, "retried_requests", float64(*r.RetriedRequests), 0)
	}
	if r.CachedResponses != nil {
		c.safe(at, "cached_responses", *r.CachedResponses)
		c.atLeast(at, "cached_responses", float64(*r.CachedResponses), 0)
	}
	if r.Units != nil {
		c.safe(at, "units", *r.Units)
		c.atLeast(at, "units", float64(*r.Units), 0)
	}
}

// ExecutionError: one error or warning of a run.
type ExecutionError struct {
	// Name of the error's class, for example `RateLimited`.
	Type string `json:"type" dynamodbav:"type"`

	// The source's own code for the error, or the HTTP status.
	Code *string `json:"code,omitempty" dynamodbav:"code,omitempty"`

	// What happened and where, secrets removed.
	Message string `json:"message" dynamodbav:"message"`

	// Address that was asked, secrets removed.
	URL *string `json:"url,omitempty" dynamodbav:"url,omitempty"`

	// Moment of the error.
	Timestamp *Timestamp `json:"timestamp,omitempty" dynamodbav:"timestamp,omitempty"`

	// True when the same attempt may succeed later.
	Recoverable bool `json:"recoverable" dynamodbav:"recoverable"`

	// Further facts, for example the subject.
	Context map[string]any `json:"context,omitempty" dynamodbav:"context,omitempty"`

	absent absent
}

var membersExecutionError = []member{
	{"type", false},
	{"message", false},
	{"recoverable", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ExecutionError) UnmarshalJSON(data []byte) error {
	type plain ExecutionError
	*r = ExecutionError{}
	gone, err := decodeJSON(data, (*plain)(r), membersExecutionError)
	r.absent = gone
	r.Code = given(r.Code)
	r.URL = given(r.URL)
	r.Timestamp = given(r.Timestamp)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ExecutionError) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ExecutionError
	*r = ExecutionError{}
	gone, err := decodeItem(av, (*plain)(r), membersExecutionError)
	r.absent = gone
	r.Code = given(r.Code)
	r.URL = given(r.URL)
	r.Timestamp = given(r.Timestamp)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ExecutionError) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ExecutionError) check(c *checker, at string) {
	if !c.missing(r.absent, at, "type", r.Type) {
		c.minLength(at, "type", r.Type, 1)
	}
	if !c.missing(r.absent, at, "message", r.Message) {
	}
	if r.URL != nil {
		c.pattern(at, "url", *r.URL, patternURL)
	}
	if r.Timestamp != nil {
		c.timestamp(at, "timestamp", *r.Timestamp)
	}
	if !c.missing(r.absent, at, "recoverable", r.Recoverable) {
	}
	c.open(child(at, "context"), r.Context)
}

// Coordinates: position on the earth, WGS 84.
type Coordinates struct {
	// Latitude, in degrees north.
	Lat float64 `json:"lat" dynamodbav:"lat"`

	// Longitude, in degrees east.
	Lng float64 `json:"lng" dynamodbav:"lng"`

	absent absent
}

var membersCoordinates = []member{
	{"lat", false},
	{"lng", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Coordinates) UnmarshalJSON(data []byte) error {
	type plain Coordinates
	*r = Coordinates{}
	gone, err := decodeJSON(data, (*plain)(r), membersCoordinates)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Coordinates) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Coordinates
	*r = Coordinates{}
	gone, err := decodeItem(av, (*plain)(r), membersCoordinates)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Coordinates) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Coordinates) check(c *checker, at string) {
	if !c.missing(r.absent, at, "lat", r.Lat) {
		c.finite(at, "lat", r.Lat)
		c.atLeast(at, "lat", float64(r.Lat), -90)
		c.atMost(at, "lat", float64(r.Lat), 90)
	}
	if !c.missing(r.absent, at, "lng", r.Lng) {
		c.finite(at, "lng", r.Lng)
		c.atLeast(at, "lng", float64(r.Lng), -180)
		c.atMost(at, "lng", float64(r.Lng), 180)
	}
}

// Location: where an activity takes place.
type Location struct {
	// Name of the place.
	Name *string `json:"name,omitempty" dynamodbav:"name,omitempty"`

	// Postal address in one line.
	Address *string `json:"address,omitempty" dynamodbav:"address,omitempty"`

	// City; part of `LocationKey`.
	City *string `json:"city,omitempty" dynamodbav:"city,omitempty"`

	// State, for example `WA`.
	State *string `json:"state,omitempty" dynamodbav:"state,omitempty"`

	// Postal code.
	ZipCode *string `json:"zip_code,omitempty" dynamodbav:"zip_code,omitempty"`

	// Neighbourhood.
	Neighborhood *string `json:"neighborhood,omitempty" dynamodbav:"neighborhood,omitempty"`

	// Region of the platform, for example `seattle-downtown`; part of `LocationKey`.
	Region *string `json:"region,omitempty" dynamodbav:"region,omitempty"`

	// Position.
	Coordinates *Coordinates `json:"coordinates,omitempty" dynamodbav:"coordinates,omitempty"`

	// Kind of place, for example `indoor`.
	VenueType *string `json:"venue_type,omitempty" dynamodbav:"venue_type,omitempty"`

	// What is known about access without steps and the like.
	Accessibility *string `json:"accessibility,omitempty" dynamodbav:"accessibility,omitempty"`

	// Where to park.
	Parking *string `json:"parking,omitempty" dynamodbav:"parking,omitempty"`

	// How to get there by public transport.
	PublicTransit *string `json:"public_transit,omitempty" dynamodbav:"public_transit,omitempty"`

	absent absent
}

var membersLocation []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Location) UnmarshalJSON(data []byte) error {
	type plain Location
	*r = Location{}
	gone, err := decodeJSON(data, (*plain)(r), membersLocation)
	r.absent = gone
	r.Name = given(r.Name)
	r.Address = given(r.Address)
	r.City = given(r.City)
	r.State = given(r.State)
	r.ZipCode = given(r.ZipCode)
	r.Neighborhood = given(r.Neighborhood)
	r.Region = given(r.Region)
	r.VenueType = given(r.VenueType)
	r.Accessibility = given(r.Accessibility)
	r.Parking = given(r.Parking)
	r.PublicTransit = given(r.PublicTransit)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Location) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Location
	*r = Location{}
	gone, err := decodeItem(av, (*plain)(r), membersLocation)
	r.absent = gone
	r.Name = given(r.Name)
	r.Address = given(r.Address)
	r.City = given(r.City)
	r.State = given(r.State)
	r.ZipCode = given(r.ZipCode)
	r.Neighborhood = given(r.Neighborhood)
	r.Region = given(r.Region)
	r.VenueType = given(r.VenueType)
	r.Accessibility = given(r.Accessibility)
	r.Parking = given(r.Parking)
	r.PublicTransit = given(r.PublicTransit)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Location) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Location) check(c *checker, at string) {
	if r.Coordinates != nil {
		r.Coordinates.check(c, child(at, "coordinates"))
	}
}

// AgeGroup: ages that an activity is for.
type AgeGroup struct {
	// Age group.
	Category AgeCategory `json:"category" dynamodbav:"category"`

	// Youngest age, in `unit`.
	MinAge *int64 `json:"min_age,omitempty" dynamodbav:"min_age,omitempty"`

	// Oldest age, in `unit`.
	MaxAge *int64 `json:"max_age,omitempty" dynamodbav:"max_age,omitempty"`

	// Unit of both ages; where it is absent, months for infant and toddler, else years.
	Unit *AgeUnit `json:"unit,omitempty" dynamodbav:"unit,omitempty"`

	// The ages in the organiser's words.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	absent absent
}

var membersAgeGroup = []member{
	{"category", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *AgeGroup) UnmarshalJSON(data []byte) error {
	type plain AgeGroup
	*r = AgeGroup{}
	gone, err := decodeJSON(data, (*plain)(r), membersAgeGroup)
	r.absent = gone
	r.Unit = given(r.Unit)
	r.Description = given(r.Description)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *AgeGroup) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain AgeGroup
	*r = AgeGroup{}
	gone, err := decodeItem(av, (*plain)(r), membersAgeGroup)
	r.absent = gone
	r.Unit = given(r.Unit)
	r.Description = given(r.Description)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *AgeGroup) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *AgeGroup) check(c *checker, at string) {
	if !c.missing(r.absent, at, "category", r.Category) {
		if v := r.Category; !v.Known() {
			c.enum(at, "category", string(v), v.expected())
		}
	}
	if r.MinAge != nil {
		c.safe(at, "min_age", *r.MinAge)
		c.atLeast(at, "min_age", float64(*r.MinAge), 0)
		c.atMost(at, "min_age", float64(*r.MinAge), 1500)
	}
	if r.MaxAge != nil {
		c.safe(at, "max_age", *r.MaxAge)
		c.atLeast(at, "max_age", float64(*r.MaxAge), 0)
		c.atMost(at, "max_age", float64(*r.MaxAge), 1500)
	}
	if r.Unit != nil {
		if v := *r.Unit; !v.Known() {
			c.enum(at, "unit", string(v), v.expected())
		}
	}
}

// Discount: A discount.
type Discount struct {
	// Kind of discount, for example `sibling`.
	Type string `json:"type" dynamodbav:"type"`

	// The discount in the organiser's words.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	absent absent
}

var membersDiscount = []member{
	{"type", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Discount) UnmarshalJSON(data []byte) error {
	type plain Discount
	*r = Discount{}
	gone, err := decodeJSON(data, (*plain)(r), membersDiscount)
	r.absent = gone
	r.Description = given(r.Description)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Discount) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Discount
	*r = Discount{}
	gone, err := decodeItem(av, (*plain)(r), membersDiscount)
	r.absent = gone
	r.Description = given(r.Description)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Discount) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Discount) check(c *checker, at string) {
	if !c.missing(r.absent, at, "type", r.Type) {
		c.minLength(at, "type", r.Type, 1)
	}
}

// Pricing: what an activity costs.
type Pricing struct {
	// How it is paid for.
	Type PricingType `json:"type" dynamodbav:"type"`

	// Price, in `currency`.
	Cost *float64 `json:"cost,omitempty" dynamodbav:"cost,omitempty"`

	// Currency of the price, ISO 4217.
	Currency *string `json:"currency,omitempty" dynamodbav:"currency,omitempty"`

	// What the price is for, for example `per-person` or `per-session`.
	Unit *string `json:"unit,omitempty" dynamodbav:"unit,omitempty"`

	// The price in the organiser's words.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// Discounts.
	Discounts []Discount `json:"discounts,omitempty" dynamodbav:"discounts,omitempty"`

	// True when material is included.
	IncludesSupplies *bool `json:"includes_supplies,omitempty" dynamodbav:"includes_supplies,omitempty"`

	absent absent
}

var membersPricing = []member{
	{"type", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Pricing) UnmarshalJSON(data []byte) error {
	type plain Pricing
	*r = Pricing{}
	gone, err := decodeJSON(data, (*plain)(r), membersPricing)
	r.absent = gone
	r.Currency = given(r.Currency)
	r.Unit = given(r.Unit)
	r.Description = given(r.Description)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Pricing) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Pricing
	*r = Pricing{}
	gone, err := decodeItem(av, (*plain)(r), membersPricing)
	r.absent = gone
	r.Currency = given(r.Currency)
	r.Unit = given(r.Unit)
	r.Description = given(r.Description)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Pricing) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Pricing) check(c *checker, at string) {
	if !c.missing(r.absent, at, "type", r.Type) {
		if v := r.Type; !v.Known() {
			c.enum(at, "type", string(v), v.expected())
		}
	}
	if r.Cost != nil {
		c.finite(at, "cost", *r.Cost)
		c.atLeast(at, "cost", float64(*r.Cost), 0)
	}
	if r.Currency != nil {
		c.pattern(at, "currency", *r.Currency, patternPricingCurrency)
	}
	c.nulls(r.absent, at, "discounts", r.Discounts)
	for key := range r.Discounts {
		value := r.Discounts[key]
		value.check(c, child(child(at, "discounts"), strconv.Itoa(key)))
	}
}

// TimeSlot: one time of a schedule.
type TimeSlot struct {
	// Start, local time.
	StartTime string `json:"start_time" dynamodbav:"start_time"`

	// End, local time.
	EndTime *string `json:"end_time,omitempty" dynamodbav:"end_time,omitempty"`

	// Age group that the time is for.
	AgeGroup *AgeCategory `json:"age_group,omitempty" dynamodbav:"age_group,omitempty"`

	absent absent
}

var membersTimeSlot = []member{
	{"start_time", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *TimeSlot) UnmarshalJSON(data []byte) error {
	type plain TimeSlot
	*r = TimeSlot{}
	gone, err := decodeJSON(data, (*plain)(r), membersTimeSlot)
	r.absent = gone
	r.EndTime = given(r.EndTime)
	r.AgeGroup = given(r.AgeGroup)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *TimeSlot) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain TimeSlot
	*r = TimeSlot{}
	gone, err := decodeItem(av, (*plain)(r), membersTimeSlot)
	r.absent = gone
	r.EndTime = given(r.EndTime)
	r.AgeGroup = given(r.AgeGroup)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *TimeSlot) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *TimeSlot) check(c *checker, at string) {
	if !c.missing(r.absent, at, "start_time", r.StartTime) {
		c.pattern(at, "start_time", r.StartTime, patternLocalTime)
	}
	if r.EndTime != nil {
		c.pattern(at, "end_time", *r.EndTime, patternLocalTime)
	}
	if r.AgeGroup != nil {
		if v := *r.AgeGroup; !v.Known() {
			c.enum(at, "age_group", string(v), v.expected())
		}
	}
}

// Schedule: when an activity takes place, in local time.
type Schedule struct {
	// How it recurs.
	Type ScheduleType `json:"type" dynamodbav:"type"`

	// First day.
	StartDate *Date `json:"start_date,omitempty" dynamodbav:"start_date,omitempty"`

	// Last day.
	EndDate *Date `json:"end_date,omitempty" dynamodbav:"end_date,omitempty"`

	// Start, local time.
	StartTime *string `json:"start_time,omitempty" dynamodbav:"start_time,omitempty"`

	// End, local time.
	EndTime *string `json:"end_time,omitempty" dynamodbav:"end_time,omitempty"`

	// IANA time zone of the local times; `America/Los_Angeles` when absent.
	Timezone *string `json:"timezone,omitempty" dynamodbav:"timezone,omitempty"`

	// True when it has no hours.
	IsAllDay *bool `json:"is_all_day,omitempty" dynamodbav:"is_all_day,omitempty"`

	// How often it recurs, for example `weekly`.
	Frequency *string `json:"frequency,omitempty" dynamodbav:"frequency,omitempty"`

	// Days on which it recurs.
	DaysOfWeek []Weekday `json:"days_of_week,omitempty" dynamodbav:"days_of_week,omitempty"`

	// Times of one day, when there are several.
	Times []TimeSlot `json:"times,omitempty" dynamodbav:"times,omitempty"`

	// Length of a session in the organiser's words, for example `45 minutes`.
	Duration *string `json:"duration,omitempty" dynamodbav:"duration,omitempty"`

	// Number of sessions.
	SessionCount *int64 `json:"session_count,omitempty" dynamodbav:"session_count,omitempty"`

	absent absent
}

var membersSchedule = []member{
	{"type", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Schedule) UnmarshalJSON(data []byte) error {
	type plain Schedule
	*r = Schedule{}
	gone, err := decodeJSON(data, (*plain)(r), membersSchedule)
	r.absent = gone
	r.StartDate = given(r.StartDate)
	r.EndDate = given(r.EndDate)
	r.StartTime = given(r.StartTime)
	r.EndTime = given(r.EndTime)
	r.Timezone = given(r.Timezone)
	r.Frequency = given(r.Frequency)
	r.Duration = given(r.Duration)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Schedule) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Schedule
	*r = Schedule{}
	gone, err := decodeItem(av, (*plain)(r), membersSchedule)
	r.absent = gone
	r.StartDate = given(r.StartDate)
	r.EndDate = given(r.EndDate)
	r.StartTime = given(r.StartTime)
	r.EndTime = given(r.EndTime)
	r.Timezone = given(r.Timezone)
	r.Frequency = given(r.Frequency)
	r.Duration = given(r.Duration)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Schedule) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Schedule) check(c *checker, at string) {
	if !c.missing(r.absent, at, "type", r.Type) {
		if v := r.Type; !v.Known() {
			c.enum(at, "type", string(v), v.expected())
		}
	}
	if r.StartDate != nil {
		c.date(at, "start_date", *r.StartDate)
	}
	if r.EndDate != nil {
		c.date(at, "end_date", *r.EndDate)
	}
	if r.StartTime != nil {
		c.pattern(at, "start_time", *r.StartTime, patternLocalTime)
	}
	if r.EndTime != nil {
		c.pattern(at, "end_time", *r.EndTime, patternLocalTime)
	}
	c.nulls(r.absent, at, "days_of_week", r.DaysOfWeek)
	for key := range r.DaysOfWeek {
		if v := r.DaysOfWeek[key]; !v.Known() {
			c.enum(child(at, "days_of_week"), strconv.Itoa(key), string(v), v.expected())
		}
	}
	c.nulls(r.absent, at, "times", r.Times)
	for key := range r.Times {
		value := r.Times[key]
		value.check(c, child(child(at, "times"), strconv.Itoa(key)))
	}
	if r.SessionCount != nil {
		c.safe(at, "session_count", *r.SessionCount)
		c.atLeast(at, "session_count", float64(*r.SessionCount), 0)
	}
}

// Registration: how one takes part.
type Registration struct {
	// True when one must register.
	Required bool `json:"required" dynamodbav:"required"`

	// How one registers, for example `online`.
	Method *string `json:"method,omitempty" dynamodbav:"method,omitempty"`

	// Where one registers.
	URL *string `json:"url,omitempty" dynamodbav:"url,omitempty"`

	// Phone number for registration.
	Phone *string `json:"phone,omitempty" dynamodbav:"phone,omitempty"`

	// Mail address for registration.
	Email *string `json:"email,omitempty" dynamodbav:"email,omitempty"`

	// Last day of registration.
	Deadline *Date `json:"deadline,omitempty" dynamodbav:"deadline,omitempty"`

	// First day of registration.
	OpenDate *Date `json:"open_date,omitempty" dynamodbav:"open_date,omitempty"`

	// State of registration, for example `open` or `waitlist`.
	Status *string `json:"status,omitempty" dynamodbav:"status,omitempty"`

	// Phone number for questions.
	ContactPhone *string `json:"contact_phone,omitempty" dynamodbav:"contact_phone,omitempty"`

	// Mail address for questions.
	ContactEmail *string `json:"contact_email,omitempty" dynamodbav:"contact_email,omitempty"`

	absent absent
}

var membersRegistration = []member{
	{"required", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Registration) UnmarshalJSON(data []byte) error {
	type plain Registration
	*r = Registration{}
	gone, err := decodeJSON(data, (*plain)(r), membersRegistration)
	r.absent = gone
	r.Method = given(r.Method)
	r.URL = given(r.URL)
	r.Phone = given(r.Phone)
	r.Email = given(r.Email)
	r.Deadline = given(r.Deadline)
	r.OpenDate = given(r.OpenDate)
	r.Status = given(r.Status)
	r.ContactPhone = given(r.ContactPhone)
	r.ContactEmail = given(r.ContactEmail)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Registration) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Registration
	*r = Registration{}
	gone, err := decodeItem(av, (*plain)(r), membersRegistration)
	r.absent = gone
	r.Method = given(r.Method)
	r.URL = given(r.URL)
	r.Phone = given(r.Phone)
	r.Email = given(r.Email)
	r.Deadline = given(r.Deadline)
	r.OpenDate = given(r.OpenDate)
	r.Status = given(r.Status)
	r.ContactPhone = given(r.ContactPhone)
	r.ContactEmail = given(r.ContactEmail)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Registration) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Registration) check(c *checker, at string) {
	if !c.missing(r.absent, at, "required", r.Required) {
	}
	if r.URL != nil {
		c.pattern(at, "url", *r.URL, patternURL)
	}
	if r.Deadline != nil {
		c.date(at, "deadline", *r.Deadline)
	}
	if r.OpenDate != nil {
		c.date(at, "open_date", *r.OpenDate)
	}
}

// Image: A picture.
type Image struct {
	// Address of the picture.
	URL string `json:"url" dynamodbav:"url"`

	// Text in place of the picture.
	AltText *string `json:"alt_text,omitempty" dynamodbav:"alt_text,omitempty"`

	// Caption.
	Caption *string `json:"caption,omitempty" dynamodbav:"caption,omitempty"`

	// Where the picture comes from, for example `og:image`.
	SourceType *string `json:"source_type,omitempty" dynamodbav:"source_type,omitempty"`

	// Width.
	Width *int64 `json:"width,omitempty" dynamodbav:"width,omitempty"`

	// Height.
	Height *int64 `json:"height,omitempty" dynamodbav:"height,omitempty"`

	absent absent
}

var membersImage = []member{
	{"url", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *Image) UnmarshalJSON(data []byte) error {
	type plain Image
	*r = Image{}
	gone, err := decodeJSON(data, (*plain)(r), membersImage)
	r.absent = gone
	r.AltText = given(r.AltText)
	r.Caption = given(r.Caption)
	r.SourceType = given(r.SourceType)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *Image) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain Image
	*r = Image{}
	gone, err := decodeItem(av, (*plain)(r), membersImage)
	r.absent = gone
	r.AltText = given(r.AltText)
	r.Caption = given(r.Caption)
	r.SourceType = given(r.SourceType)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *Image) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *Image) check(c *checker, at string) {
	if !c.missing(r.absent, at, "url", r.URL) {
		c.pattern(at, "url", r.URL, patternURL)
	}
	if r.Width != nil {
		c.safe(at, "width", *r.Width)
		c.atLeast(at, "width", float64(*r.Width), 0)
	}
	if r.Height != nil {
		c.safe(at, "height", *r.Height)
		c.atLeast(at, "height", float64(*r.Height), 0)
	}
}

// ContactInfo: how one reaches a place.
type ContactInfo struct {
	// Phone number.
	Phone *string `json:"phone,omitempty" dynamodbav:"phone,omitempty"`

	// Mail address.
	Email *string `json:"email,omitempty" dynamodbav:"email,omitempty"`

	// Website.
	Website *string `json:"website,omitempty" dynamodbav:"website,omitempty"`

	absent absent
}

var membersContactInfo []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *ContactInfo) UnmarshalJSON(data []byte) error {
	type plain ContactInfo
	*r = ContactInfo{}
	gone, err := decodeJSON(data, (*plain)(r), membersContactInfo)
	r.absent = gone
	r.Phone = given(r.Phone)
	r.Email = given(r.Email)
	r.Website = given(r.Website)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *ContactInfo) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain ContactInfo
	*r = ContactInfo{}
	gone, err := decodeItem(av, (*plain)(r), membersContactInfo)
	r.absent = gone
	r.Phone = given(r.Phone)
	r.Email = given(r.Email)
	r.Website = given(r.Website)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *ContactInfo) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *ContactInfo) check(c *checker, at string) {
	if r.Website != nil {
		c.pattern(at, "website", *r.Website, patternURL)
	}
}

// RateLimit: how politely a source is asked.
type RateLimit struct {
	// Requests in a minute at most.
	RequestsPerMinute int64 `json:"requests_per_minute" dynamodbav:"requests_per_minute"`

	// Pause between two requests.
	DelayBetweenRequests *int64 `json:"delay_between_requests,omitempty" dynamodbav:"delay_between_requests,omitempty"`

	// Requests at the same time at most.
	ConcurrentRequests *int64 `json:"concurrent_requests,omitempty" dynamodbav:"concurrent_requests,omitempty"`

	absent absent
}

var membersRateLimit = []member{
	{"requests_per_minute", false},
}

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *RateLimit) UnmarshalJSON(data []byte) error {
	type plain RateLimit
	*r = RateLimit{}
	gone, err := decodeJSON(data, (*plain)(r), membersRateLimit)
	r.absent = gone
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *RateLimit) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain RateLimit
	*r = RateLimit{}
	gone, err := decodeItem(av, (*plain)(r), membersRateLimit)
	r.absent = gone
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *RateLimit) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *RateLimit) check(c *checker, at string) {
	if !c.missing(r.absent, at, "requests_per_minute", r.RequestsPerMinute) {
		c.safe(at, "requests_per_minute", r.RequestsPerMinute)
		c.atLeast(at, "requests_per_minute", float64(r.RequestsPerMinute), 0)
	}
	if r.DelayBetweenRequests != nil {
		c.safe(at, "delay_between_requests", *r.DelayBetweenRequests)
		c.atLeast(at, "delay_between_requests", float64(*r.DelayBetweenRequests), 0)
	}
	if r.ConcurrentRequests != nil {
		c.safe(at, "concurrent_requests", *r.ConcurrentRequests)
		c.atLeast(at, "concurrent_requests", float64(*r.ConcurrentRequests), 0)
	}
}

// DataSelectors: CSS selectors of the fields on a source's pages.
type DataSelectors struct {
	// Selector of the title.
	Title *string `json:"title,omitempty" dynamodbav:"title,omitempty"`

	// Selector of the date.
	Date *string `json:"date,omitempty" dynamodbav:"date,omitempty"`

	// Selector of the time.
	Time *string `json:"time,omitempty" dynamodbav:"time,omitempty"`

	// Selector of the description.
	Description *string `json:"description,omitempty" dynamodbav:"description,omitempty"`

	// Selector of the location.
	Location *string `json:"location,omitempty" dynamodbav:"location,omitempty"`

	// Selector of the venue.
	Venue *string `json:"venue,omitempty" dynamodbav:"venue,omitempty"`

	// Selector of the price.
	Price *string `json:"price,omitempty" dynamodbav:"price,omitempty"`

	// Selector of the ages.
	AgeRange *string `json:"age_range,omitempty" dynamodbav:"age_range,omitempty"`

	// Selector of the category.
	Category *string `json:"category,omitempty" dynamodbav:"category,omitempty"`

	// Selector of the address for registration.
	RegistrationURL *string `json:"registration_url,omitempty" dynamodbav:"registration_url,omitempty"`

	// Selector of the contact.
	ContactInfo *string `json:"contact_info,omitempty" dynamodbav:"contact_info,omitempty"`

	// Selector of the pictures.
	Images *string `json:"images,omitempty" dynamodbav:"images,omitempty"`

	absent absent
}

var membersDataSelectors []member

// UnmarshalJSON decodes the record and notes which required members are absent.
func (r *DataSelectors) UnmarshalJSON(data []byte) error {
	type plain DataSelectors
	*r = DataSelectors{}
	gone, err := decodeJSON(data, (*plain)(r), membersDataSelectors)
	r.absent = gone
	r.Title = given(r.Title)
	r.Date = given(r.Date)
	r.Time = given(r.Time)
	r.Description = given(r.Description)
	r.Location = given(r.Location)
	r.Venue = given(r.Venue)
	r.Price = given(r.Price)
	r.AgeRange = given(r.AgeRange)
	r.Category = given(r.Category)
	r.RegistrationURL = given(r.RegistrationURL)
	r.ContactInfo = given(r.ContactInfo)
	r.Images = given(r.Images)
	return err
}

// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.
func (r *DataSelectors) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	type plain DataSelectors
	*r = DataSelectors{}
	gone, err := decodeItem(av, (*plain)(r), membersDataSelectors)
	r.absent = gone
	r.Title = given(r.Title)
	r.Date = given(r.Date)
	r.Time = given(r.Time)
	r.Description = given(r.Description)
	r.Location = given(r.Location)
	r.Venue = given(r.Venue)
	r.Price = given(r.Price)
	r.AgeRange = given(r.AgeRange)
	r.Category = given(r.Category)
	r.RegistrationURL = given(r.RegistrationURL)
	r.ContactInfo = given(r.ContactInfo)
	r.Images = given(r.Images)
	return err
}

// Validate returns every departure of the record from its contract, by pointer.
func (r *DataSelectors) Validate() Violations {
	var c checker
	r.check(&c, "")
	return c.sorted()
}

func (r *DataSelectors) check(c *checker, at string) {
}
