"""Springhead's deployment: an AWS CDK app that reads what the installed plugins declare."""

from springhead_deploy.synth import build, render, sources_of

__all__ = ["build", "render", "sources_of"]
