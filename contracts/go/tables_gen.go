// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: tables.json

package contracts

// celebrity-database: celebrities and what sources said about them.
const TableCelebrityDatabase = "celebrity-database"
const TableCelebrityDatabasePartitionKey = "celebrity_id"
const TableCelebrityDatabaseSortKey = "source_type#timestamp"
const IndexNameIndex = "name-index"
const IndexSourceIndex = "source-index"
const IndexSubjectIndex = "subject-index"

// seattle-family-activities: venues, events, programs and attractions.
const TableSeattleFamilyActivities = "seattle-family-activities"
const TableSeattleFamilyActivitiesPartitionKey = "PK"
const TableSeattleFamilyActivitiesSortKey = "SK"
const IndexLocationDateIndex = "location-date-index"
const IndexCategoryAgeIndex = "category-age-index"
const IndexVenueActivityIndex = "venue-activity-index"
const IndexProviderIndex = "provider-index"
const IndexSourceActivityIndex = "source-activity-index"

// seattle-source-management: sources in their life cycle.
const TableSeattleSourceManagement = "seattle-source-management"
const TableSeattleSourceManagementPartitionKey = "PK"
const TableSeattleSourceManagementSortKey = "SK"
const IndexStatusPriorityIndex = "status-priority-index"

// seattle-scraping-operations: tasks, executions, runs and metrics.
const TableSeattleScrapingOperations = "seattle-scraping-operations"
const TableSeattleScrapingOperationsPartitionKey = "PK"
const TableSeattleScrapingOperationsSortKey = "SK"
const TableSeattleScrapingOperationsTTL = "TTL"
const IndexNextRunIndex = "next-run-index"

// mediamesh-trending: what is trending.
const TableMediameshTrending = "mediamesh-trending"
const TableMediameshTrendingPartitionKey = "contentType"
const TableMediameshTrendingSortKey = "rank"
const TableMediameshTrendingTTL = "ttl"

// mediamesh-popular: what is popular.
const TableMediameshPopular = "mediamesh-popular"
const TableMediameshPopularPartitionKey = "contentType"
const TableMediameshPopularSortKey = "rank"
const TableMediameshPopularTTL = "ttl"

// mediamesh-search-index: documents of the search index.
const TableMediameshSearchIndex = "mediamesh-search-index"
const TableMediameshSearchIndexPartitionKey = "contentId"
const TableMediameshSearchIndexTTL = "ttl"
const IndexContentTypeIndex = "contentType-index"
const IndexCategoryIndex = "category-index"
