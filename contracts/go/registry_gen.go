// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: the names of the schema files

package contracts

// RecordTypes returns the names of the record types, sorted.
func RecordTypes() []string {
	return []string{
		"attraction",
		"celebrity_metadata",
		"dead_letter",
		"deletion_result",
		"event",
		"instagram_post",
		"instagram_restaurant",
		"instagram_restaurant_subject",
		"instagram_search_term",
		"popular_item",
		"program",
		"program_instance",
		"run_report",
		"scrape_event",
		"scraper_entry",
		"scraping_execution",
		"scraping_run",
		"scraping_task",
		"search_index_item",
		"source_analysis",
		"source_config",
		"source_metrics",
		"source_submission",
		"task_queue",
		"trending_item",
		"venue",
		"work_batch",
	}
}

// New returns an empty record of a type, for example scraper_entry; nil where there is no such type.
func New(recordType string) Record {
	switch recordType {
	case "attraction":
		return new(Attraction)
	case "celebrity_metadata":
		return new(CelebrityMetadata)
	case "dead_letter":
		return new(DeadLetter)
	case "deletion_result":
		return new(DeletionResult)
	case "event":
		return new(Event)
	case "instagram_post":
		return new(InstagramPost)
	case "instagram_restaurant":
		return new(InstagramRestaurant)
	case "instagram_restaurant_subject":
		return new(InstagramRestaurantSubject)
	case "instagram_search_term":
		return new(InstagramSearchTerm)
	case "popular_item":
		return new(PopularItem)
	case "program":
		return new(Program)
	case "program_instance":
		return new(ProgramInstance)
	case "run_report":
		return new(RunReport)
	case "scrape_event":
		return new(ScrapeEvent)
	case "scraper_entry":
		return new(ScraperEntry)
	case "scraping_execution":
		return new(ScrapingExecution)
	case "scraping_run":
		return new(ScrapingRun)
	case "scraping_task":
		return new(ScrapingTask)
	case "search_index_item":
		return new(SearchIndexItem)
	case "source_analysis":
		return new(SourceAnalysis)
	case "source_config":
		return new(SourceConfig)
	case "source_metrics":
		return new(SourceMetrics)
	case "source_submission":
		return new(SourceSubmission)
	case "task_queue":
		return new(TaskQueue)
	case "trending_item":
		return new(TrendingItem)
	case "venue":
		return new(Venue)
	case "work_batch":
		return new(WorkBatch)
	}
	return nil
}
