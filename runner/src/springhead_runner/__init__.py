"""The runner: how sources run in AWS, on embedded AWS and on a laptop."""
