"""Dead letters of every origin in one form: what we keep in S3, and what AWS itself leaves on the queues."""
