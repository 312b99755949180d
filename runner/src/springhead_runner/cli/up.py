"""Start embedded AWS on this machine and deploy the committed template into it; it stays until `springhead down`.

Example::

    springhead up
    springhead up --port 4566
"""

from __future__ import annotations

import argparse
import sys

from springhead.cli.output import print_json, print_line, table
from springhead.plugins import groups, plugin_names
from springhead.settings import load_settings

from springhead_runner.cli.target import embedded_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, help="TCP port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--upstream", metavar="URL", help='loopback address that stands for all sources; "" is none')
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Start."""
    from springhead_runner.local import up

    settings = load_settings(stage=args.stage, upstream=args.upstream)
    # What is not said stays as it is: a second `up` must not send the functions to the real sources.
    parameters = {"Stage": settings.stage}
    if settings.upstream is not None:
        parameters |= {"Upstream": settings.upstream, "RateScale": str(settings.rate_scale)}
    elif args.upstream == "":
        parameters |= {"Upstream": "", "RateScale": "1"}

    def log(line: str) -> None:
        if not args.quiet:
            print(line, file=sys.stderr)

    instance = up(embedded_home(settings), log=log, port=args.port, parameters=parameters)
    if args.json:
        print_json({"endpoint": instance.endpoint, "pid": instance.pid, "outputs": dict(instance.outputs)})
        return 0
    print_line(table([[name, value] for name, value in sorted(instance.outputs.items())], indent="  "))
    suffix = settings.suffix
    units = {source.name: group for group, members in groups().items() for source in members}
    deployed = set(instance.outputs.values())
    missing = [name for name in plugin_names() if f"scraper-{units.get(name, name)}{suffix}" not in deployed]
    if missing:
        print_line(f"Not deployed, since the template does not know them: {', '.join(missing)} (run `make generate`)")
    if parameters.get("Upstream"):
        print_line("The functions read all sources from the upstream; for `springhead run`, too:")
        print_line(f"  export SPRINGHEAD_UPSTREAM={parameters['Upstream']}")
    print_line("For the aws CLI and your own code:")
    print_line(f"  export AWS_ENDPOINT_URL={instance.endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
    print_line(f"  export AWS_REGION={settings.region} AWS_DEFAULT_REGION={settings.region}")
    return 0
