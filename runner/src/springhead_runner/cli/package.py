"""Build what AWS runs: the zip of all Lambda functions, or the file tree of the image for Lambda and Fargate.

The zip holds the wheels of Lambda's Python and processor, whatever machine this is; each is held against its platform.

Example::

    springhead package lambda
    springhead package lambda --python 3.12 --architecture arm64
    springhead package image --out build/image
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from springhead.cli.output import print_json, print_line, table

if TYPE_CHECKING:
    from springhead_runner.image import ImageInfo
    from springhead_runner.packaging import ZipInfo

_SHOWN = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=("lambda", "image"), help="the zip, or the image's file tree")
    parser.add_argument("--out", type=Path, metavar="PATH", help="zip or folder (default: in build/)")
    parser.add_argument("--python", default="3.11", help="lambda: version of its Python (default: 3.11)")
    parser.add_argument("--architecture", default="x86_64", help="lambda: x86_64 (default) or arm64")
    parser.add_argument("--lock", type=Path, metavar="FILE", help="hashes to trust (default: requirements.lock)")
    parser.add_argument("--install", action="store_true", help="image: install the requirements, too, to run it here")
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Build."""
    if args.what == "image":
        from springhead_runner.image import build_image_tree

        tree = build_image_tree(args.out or Path("build/image"), lock=args.lock, install=args.install)
        if args.json:
            print_json(_plain(asdict(tree)))
        elif not args.quiet:
            _show_tree(tree)
        return 0
    from springhead_runner.packaging import Platform, build_lambda_zip

    platform = Platform(args.python, args.architecture)
    out = args.out or Path(f"build/lambda-{args.python}-{args.architecture}.zip")
    info = build_lambda_zip(out, platform=platform, lock=args.lock, cache=Path("build/cache"))
    if not info.bytecode:
        have = f"{sys.version_info.major}.{sys.version_info.minor}"
        print(f"no byte code: this is Python {have}; each cold start compiles anew", file=sys.stderr)
    if args.json:
        print_json(_plain(asdict(info)) | {"sizes": [size._asdict() for size in info.sizes]})
    elif not args.quiet:
        _show_zip(info)
    return 0


def _show_zip(info: ZipInfo) -> None:
    from springhead_runner.packaging import MAX_UNZIPPED, MAX_ZIPPED

    rest = info.sizes[_SHOWN:]
    rows = [[size.name, _mb(size.zipped), _mb(size.unzipped)] for size in info.sizes[:_SHOWN]]
    if rest:
        rows.append([f"{len(rest)} others", _mb(sum(s.zipped for s in rest)), _mb(sum(s.unzipped for s in rest))])
    rows.append(["in all", _mb(info.bytes_zipped), _mb(info.bytes_unzipped)])
    rows.append(["at most", _mb(MAX_ZIPPED), _mb(MAX_UNZIPPED)])
    print_line(table(rows, ["distribution", "MB zipped", "MB unzipped"]))
    if info.left_out:
        print_line(f"left out, since they run on Fargate: {', '.join(info.left_out)}")
    print_line(f"compiled wheels: {', '.join(info.tags)}")
    print_line(f"{info.path}  sha256 {info.sha256}")


def _show_tree(tree: ImageInfo) -> None:
    print_line(f"ours: {', '.join(tree.distributions)} ({_mb(tree.bytes_app)} MB)")
    print_line(f"required, with hashes: {len(tree.requirements)} distributions")
    print_line(f"{tree.path}  sha256 {tree.sha256}")


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"path": str(data["path"])}


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"
