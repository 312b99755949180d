"""Sources that do not fit into Lambda: tasks on Fargate, started by the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from springhead_deploy import policies
from springhead_deploy.functions import LOG_DAYS, scraper_settings
from springhead_deploy.names import att, either, logical_id, named, ref, sub
from springhead_deploy.parameters import add_condition
from springhead_deploy.stores import Stores
from springhead_deploy.units import Unit

__all__ = ["add_cluster", "add_task", "order", "parameters", "size", "target"]

_CONTAINER = "scraper"
_LOGS = "/springhead/tasks"
#: Ends in order when it is told to: what it does not reach becomes a dead letter that starts the rest.
_COMMAND = ["python", "-m", "springhead_runner.task"]
#: Processor units → the largest memory in MB that Fargate gives with them.
_SIZES = {256: 2048, 512: 4096, 1024: 8192, 2048: 16_384, 4096: 30_720, 8192: 61_440, 16_384: 122_880}


def size(memory_mb: int) -> tuple[int, int]:
    """The smallest size that Fargate has for this memory: processor units and MB."""
    cpu = next(units for units, most in _SIZES.items() if memory_mb <= most)
    if memory_mb <= 512:
        return cpu, 512
    step = 8192 if cpu == 16_384 else 4096 if cpu == 8192 else 1024
    least = {8192: 16_384, 16_384: 32_768}.get(cpu, 1024)
    return cpu, max(least, -(-memory_mb // step) * step)


def order(arguments: Sequence[str]) -> dict[str, Any]:
    """What a rule tells a task: the arguments of its command."""
    return {"containerOverrides": [{"name": _CONTAINER, "command": [*_COMMAND, *arguments]}]}


def target() -> dict[str, Any]:
    """Who starts the tasks, and where."""
    return {"Arn": att("TaskCluster"), "RoleArn": att("TaskStarterRole")}


def parameters(unit: Unit) -> dict[str, Any]:
    """How a rule starts a source's task."""
    network = {"AssignPublicIp": "ENABLED", "Subnets": cdk.Token.as_list(ref("TaskSubnets"))}
    return {
        "TaskDefinitionArn": ref(logical_id(unit.function)),
        "TaskCount": 1,
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {"AwsVpcConfiguration": network},
    }


def add_cluster(stack: cdk.Stack, units: Sequence[Unit]) -> None:
    """Add what all tasks share: cluster, log group, and the roles that start them."""
    cdk.CfnParameter(
        stack,
        "TaskSubnets",
        type="List<AWS::EC2::Subnet::Id>",
        description="Public subnets for tasks; a task needs a way out, and nothing can come in",
    )
    given = cdk.CfnRuleAssertion(
        assert_=cdk.Fn.condition_not(cdk.Fn.condition_equals(ref("ImageUri"), "")),
        assert_description="ImageUri is empty; tasks on Fargate run the container image",
    )
    cdk.CfnRule(stack, "TasksNeedImage", assertions=[given])
    add_condition(stack, "OnArm", cdk.Fn.condition_equals(ref("Architecture"), "arm64"))
    ecs.CfnCluster(stack, "TaskCluster", cluster_name=named("springhead"))
    logs.CfnLogGroup(stack, "TaskLog", log_group_name=named(_LOGS), retention_in_days=LOG_DAYS)
    repository = "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/springhead"
    pulling = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    execution = policies.add_role(
        stack,
        "TaskExecutionRole",
        [
            # AWS does not limit this action to a resource.
            policies.allow("Registry", ["ecr:GetAuthorizationToken"], ["*"]),
            policies.allow("Image", pulling, [sub(repository)]),
            policies.logs(_LOGS),
        ],
        service="ecs-tasks.amazonaws.com",
    )
    passed = [execution, *(att(logical_id(unit.function, "role")) for unit in units)]
    only = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    policies.add_role(
        stack,
        "TaskStarterRole",
        [
            policies.allow("Start", ["ecs:RunTask"], [ref(logical_id(unit.function)) for unit in units]),
            policies.allow("Roles", ["iam:PassRole"], passed, conditions=only),
        ],
        service="events.amazonaws.com",
    )


def add_task(stack: cdk.Stack, unit: Unit, stores: Stores) -> None:
    """Add the task of a source or group; it does the whole plan in one process, so it has no work queue."""
    cpu, memory = size(unit.memory_mb)
    definition = ecs.CfnTaskDefinition
    environment = [
        definition.KeyValuePairProperty(name=name, value=value)
        for name, value in sorted(scraper_settings(unit, stores).items())
    ]
    options = {
        "awslogs-group": ref("TaskLog"),
        "awslogs-region": ref("AWS::Region"),
        "awslogs-stream-prefix": unit.name,
    }
    container = definition.ContainerDefinitionProperty(
        name=_CONTAINER,
        image=ref("ImageUri"),
        essential=True,
        environment=environment,
        command=_COMMAND,
        log_configuration=definition.LogConfigurationProperty(log_driver="awslogs", options=options),
    )
    definition(
        stack,
        logical_id(unit.function),
        family=named(unit.function),
        cpu=str(cpu),
        memory=str(memory),
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        runtime_platform=definition.RuntimePlatformProperty(
            cpu_architecture=either("OnArm", "ARM64", "X86_64"),
            operating_system_family="LINUX",
        ),
        execution_role_arn=att("TaskExecutionRole"),
        task_role_arn=policies.add_role(
            stack,
            logical_id(unit.function, "role"),
            policies.scraper(unit, stores),
            service="ecs-tasks.amazonaws.com",
        ),
        container_definitions=[container],
    )
