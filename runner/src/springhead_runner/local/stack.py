"""Deploying the committed template into embedded AWS, the way it goes to AWS: through CloudFormation."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from springhead.errors import ConfigError, Unavailable

from springhead_runner.local.daemon import REGION
from springhead_runner.stores.aws import loopback_session

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

__all__ = ["ASSETS_BUCKET", "STACK", "client", "deploy", "lake_path", "template_path"]

STACK = "springhead"
ASSETS_BUCKET = "springhead-assets"

#: What the lake's functions import, of ours and of others. Folders of packages are told by these.
_LAKE_MODULES = ("springhead_lake", "springhead_runner", "springhead_contracts", "springhead", "pyarrow", "pyiceberg")
#: Seconds for a deployment. It takes under a second.
_DEADLINE = 120.0
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
#: A stack in one of these can only be deleted.
_DEAD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"}


def client(service: Any, endpoint: str) -> Any:
    """Return a boto3 client for embedded AWS, whatever keys, profile and proxy the host is set up with."""
    config = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 3}, s3={"addressing_style": "path"})
    return loopback_session(REGION).client(service, endpoint_url=endpoint, config=config)


def template_path() -> Path:
    """Path of the committed template: packaged beside this module, or in the checkout's ``deploy/``.

    Raises:
        ConfigError: There is none.
    """
    packaged = Path(__file__).with_name("template.json")
    if packaged.is_file():
        return packaged
    checkout = Path(__file__).resolve().parents[4] / "deploy" / "template.json"
    if checkout.is_file():
        return checkout
    raise ConfigError(
        f"the deployment template is missing: neither {packaged} nor {checkout}",
        hint="reinstall springhead-runner, or in a checkout run: python -m springhead_deploy",
    )


def deploy(
    endpoint: str, zip_path: Path, *, parameters: Mapping[str, str] | None = None, template: Path | None = None
) -> dict[str, str]:
    """Upload the Lambda zip and create or update the stack.

    Args:
        endpoint: Address of embedded AWS.
        zip_path: The Lambda zip.
        parameters: The template's parameters, without ``CodeBucket`` and ``CodeKey``. What is left out keeps the value
            that the stack has. ``Stage`` also names the stack: each stage is a stack of its own.
        template: Another template than the committed one.

    Returns:
        The stack's outputs.

    Raises:
        ConfigError: A resource could not be made; the message names it with the reason.
        Unavailable: Embedded AWS does not answer.
    """
    body = (template or template_path()).read_bytes()
    code = zip_path.read_bytes()
    # Named by content: the same code is no change, other code is one.
    code_key = f"lambda/{hashlib.sha256(code).hexdigest()}.zip"
    template_key = f"templates/{hashlib.sha256(body).hexdigest()}.json"
    stage = (parameters or {}).get("Stage", "prod")
    stack = STACK if stage == "prod" else f"{STACK}-{stage}"
    values = {
        "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        **(parameters or {}),
        "CodeBucket": ASSETS_BUCKET,
        "CodeKey": code_key,
    }
    cloudformation: CloudFormationClient = client("cloudformation", endpoint)
    try:
        s3 = client("s3", endpoint)
        s3.create_bucket(Bucket=ASSETS_BUCKET)
        s3.put_object(Bucket=ASSETS_BUCKET, Key=code_key, Body=code)
        # By address, not in the request: there, a template may have 51,200 bytes only.
        s3.put_object(Bucket=ASSETS_BUCKET, Key=template_key, Body=body)
        known = json.loads(body).get("Parameters", {})
        # Leaves out what embedded AWS does not know, and stands in for the image that it cannot run.
        own = {"Embedded": "true", "LakePath": lake_path()}
        values = {**{name: value for name, value in own.items() if name in known}, **values}
        values = {**{k: v for k, v in _parameters(cloudformation, stack).items() if k in known}, **values}
        _apply(
            cloudformation,
            stack,
            f"{endpoint}/{ASSETS_BUCKET}/{template_key}",
            [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())],
        )
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        raise ConfigError(
            f"embedded AWS refuses the deployment: {error.response['Error']['Message']}",
            hint="see the template: deploy/template.json",
        ) from error
    except BotoCoreError as error:
        raise Unavailable(
            f"embedded AWS at {endpoint} does not answer: {error}", hint="start it again: springhead up"
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def lake_path() -> str:
    """Folders that the lake's functions find their packages in: those of this Python environment.

    They are too many for a zip: in AWS the functions are a container image, which embedded AWS cannot run.

    Returns:
        A search path; empty where the lake is not installed, and then it is not deployed.
    """
    found = [importlib.util.find_spec(module) for module in _LAKE_MODULES]
    origins = [Path(spec.origin) for spec in found if spec is not None and spec.origin is not None]
    if len(origins) < len(_LAKE_MODULES):
        return ""
    return os.pathsep.join(dict.fromkeys(str(origin.resolve().parents[1]) for origin in origins))


def _parameters(cloudformation: CloudFormationClient, stack: str) -> dict[str, str]:
    """The parameters that the stack was deployed with; none where there is no stack."""
    if _status(cloudformation, stack) not in _GOOD:
        return {}
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", [])
    return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in found}


def _apply(cloudformation: CloudFormationClient, stack: str, url: str, parameters: list[ParameterTypeDef]) -> None:
    status = _status(cloudformation, stack)
    if status in _DEAD:
        cloudformation.delete_stack(StackName=stack)
        status = _wait(cloudformation, stack, until={None, "DELETE_COMPLETE"})
    request: dict[str, Any] = {
        "StackName": stack,
        "TemplateURL": url,
        "Parameters": parameters,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    if status in (None, "DELETE_COMPLETE"):
        cloudformation.create_stack(**request)
    else:
        try:
            cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" in error.response["Error"]["Message"]:
                return
            raise
    _wait(cloudformation, stack, until=_GOOD)


def _status(cloudformation: CloudFormationClient, stack: str) -> str | None:
    try:
        return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def _wait(cloudformation: CloudFormationClient, stack: str, *, until: set[str | None] | set[str]) -> str | None:
    deadline = time.monotonic() + _DEADLINE
    while (status := _status(cloudformation, stack)) not in until:
        finished = status is None or not status.endswith("_IN_PROGRESS")
        if finished or time.monotonic() > deadline:
            raise ConfigError(
                f"deployment ended as {status or 'deleted'}: {_first_failure(cloudformation, stack)}",
                hint="correct what is named (see deploy/template.json), then start afresh: springhead down and up",
            )
        time.sleep(0.05)
    return status


def _first_failure(cloudformation: CloudFormationClient, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    # Newest first, and what was cancelled failed only because something else had.
    for event in reversed(failed):
        reason = event.get("ResourceStatusReason", "no reason given")
        if "cancelled" not in reason.lower():
            return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
    return "no resource reports a reason"
