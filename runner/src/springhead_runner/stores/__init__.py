"""Where things are kept: DynamoDB, S3, SQS. Each store is one module; ``aws`` opens the clients."""
