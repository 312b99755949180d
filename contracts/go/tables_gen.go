// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT.
// Source: tables.json

package contracts

// celebrity-database: celebrities and what sources said about them.
const TableCelebrityDatabase = "celebrity-database"
const TableCelebrityDatabasePartitionKey = "celebrity_id"
const TableCelebrityDatabaseSortKey = "source_type#timestamp"
const IndexNameIndex = "name-index"
const IndexNameIndexPartitionKey = "name"
const IndexSourceIndex = "source-index"
const IndexSourceIndexPartitionKey = "source"
const IndexSourceIndexSortKey = "timestamp"
const IndexSubjectIndex = "subject-index"
const IndexSubjectIndexPartitionKey = "subject_type"
const IndexSubjectIndexSortKey = "celebrity_id"

// seattle-family-activities: venues, events, programs and attractions.
const TableSeattleFamilyActivities = "seattle-family-activities"
const TableSeattleFamilyActivitiesPartitionKey = "PK"
const TableSeattleFamilyActivitiesSortKey = "SK"
const IndexLocationDateIndex = "location-date-index"
const IndexLocationDateIndexPartitionKey = "LocationKey"
const IndexLocationDateIndexSortKey = "DateTypeKey"
const IndexCategoryAgeIndex = "category-age-index"
const IndexCategoryAgeIndexPartitionKey = "CategoryAgeKey"
const IndexCategoryAgeIndexSortKey = "DateFeaturedKey"
const IndexVenueActivityIndex = "venue-activity-index"
const IndexVenueActivityIndexPartitionKey = "VenueKey"
const IndexVenueActivityIndexSortKey = "TypeDateKey"
const IndexProviderIndex = "provider-index"
const IndexProviderIndexPartitionKey = "ProviderKey"
const IndexProviderIndexSortKey = "TypeStatusKey"
const IndexSourceActivityIndex = "source-activity-index"
const IndexSourceActivityIndexPartitionKey = "source_id"
const IndexSourceActivityIndexSortKey = "PK"

// seattle-source-management: sources in their life cycle.
const TableSeattleSourceManagement = "seattle-source-management"
const TableSeattleSourceManagementPartitionKey = "PK"
const TableSeattleSourceManagementSortKey = "SK"
const IndexStatusPriorityIndex = "status-priority-index"
const IndexStatusPriorityIndexPartitionKey = "StatusKey"
const IndexStatusPriorityIndexSortKey = "PriorityKey"

// seattle-scraping-operations: tasks, executions, runs and metrics.
const TableSeattleScrapingOperations = "seattle-scraping-operations"
const TableSeattleScrapingOperationsPartitionKey = "PK"
const TableSeattleScrapingOperationsSortKey = "SK"
const TableSeattleScrapingOperationsTTL = "TTL"
const IndexNextRunIndex = "next-run-index"
const IndexNextRunIndexPartitionKey = "NextRunKey"
const IndexNextRunIndexSortKey = "PrioritySourceKey"

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
const IndexContentTypeIndexPartitionKey = "contentType"
const IndexCategoryIndex = "category-index"
const IndexCategoryIndexPartitionKey = "category"

// Sort keys without parts.
const SortKeyANALYSIS = "ANALYSIS"
const SortKeyCONFIG = "CONFIG"
const SortKeyMETADATA = "METADATA"
const SortKeyMETRICS = "METRICS"
const SortKeyRESULT = "RESULT"
const SortKeySTATUS = "STATUS"
const SortKeySUBMISSION = "SUBMISSION"
