"""What the CDK's command line runs: ``npx cdk synth|diff|deploy`` in this folder (see README.md)."""

from __future__ import annotations

from springhead import plugins
from springhead_deploy.node import require_node
from springhead_deploy.synth import sources_of


def main() -> None:
    """Synthesize into the folder that the command line names.

    ``-c stage=dev`` is another stack beside the one of ``prod``; ``-c disposable=true`` gives up its data with it.
    """
    require_node()
    import aws_cdk as cdk
    from springhead_deploy.template import add_stack

    app = cdk.App(analytics_reporting=False)
    stage = app.node.try_get_context("stage") or "prod"
    disposable = app.node.try_get_context("disposable") == "true"
    add_stack(app, sources_of(plugins.catalogue()), stage=stage, disposable=disposable)
    app.synth()


if __name__ == "__main__":
    main()
