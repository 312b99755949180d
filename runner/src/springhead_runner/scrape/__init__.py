"""Running a source: the Lambda handler, and the same run on a laptop."""
