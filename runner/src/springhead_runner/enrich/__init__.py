"""Stream-driven enrichment: weight and sentiment of a scraper entry."""
