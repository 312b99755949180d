"""Springhead's deployment template, generated from what the plugins declare."""

from springhead_deploy.template import build, render

__all__ = ["build", "render"]
