"""moto's server in this process, with its interpreter of state machines, and with what it lacks:

- a Lambda function that answers: `Function` stands for it, and keeps the events that it got;
- tolerated failures of a distributed map. moto counts failures, and the map succeeds whatever they
  are. With AWS it fails with `States.ExceedToleratedFailureThreshold` when more than the tolerated
  percentage did: docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
- a bucket's versioning and notifications in AWS's wire form, and the signature version of a topic,
  which moto keeps and does not tell.
"""

import json
import logging
import os
import socket
import time

import boto3
import requests
from moto.awslambda.models import LambdaFunction
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer
from moto.sns.responses import SNSResponse
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent as Distributed,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

# Where moto makes buckets unless told otherwise.
REGION = "us-east-1"
ACCOUNT = "123456789012"
EXCEEDED = "States.ExceedToleratedFailureThreshold"
S3 = "http://s3.amazonaws.com/doc/2006-03-01/"
CAUSE = "more failed than is tolerated"


class Refused(Exception):
    """An error that the function ends with."""


class Function:
    """What stands for the function: answers an event, and keeps it."""

    def __init__(self, answer):
        self.answer, self.events = answer, []
        LambdaFunction._invoke_lambda = lambda _function, event=None: self.invoke(event)

    def invoke(self, event):
        self.events.append(event)
        try:
            return json.dumps(self.answer(event)), False, ""
        except Refused as error:
            return json.dumps({"errorType": "Waterline.Refused", "errorMessage": str(error)}), True, ""


def _within_tolerance(run):
    def _map_run(self, env, eval_input):
        run(self, env, eval_input)
        items = eval_input.map_run_record.item_counter
        if items.failed.get() * 100 > eval_input.tolerated_failure_percentage * items.total.get():
            details = ExecutionFailedEventDetails(error=EXCEEDED, cause=CAUSE)
            raise FailureEventException(FailureEvent(
                env=env, error_name=CustomErrorName(None), event_type=HistoryEventType.ExecutionFailed,
                event_details=EventDetails(executionFailedEventDetails=details)))

    return _map_run


Distributed._map_run = _within_tolerance(Distributed._map_run)


def _versioning(self):
    status = self.backend.get_bucket_versioning(self.bucket_name)
    inner = f"<Status>{status}</Status>" if status else ""
    return 200, {}, f'<VersioningConfiguration xmlns="{S3}">{inner}</VersioningConfiguration>'


def _notification(self):
    kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
    if kept and (kept.topic or kept.queue or kept.cloud_function):
        raise NotImplementedError("only EventBridge is told here")
    inner = "<EventBridgeConfiguration/>" if kept and kept.event_bridge is not None else ""
    return 200, {}, f'<NotificationConfiguration xmlns="{S3}">{inner}</NotificationConfiguration>'


def _with_signature(attributes_of):
    def get_topic_attributes(self):
        told = attributes_of(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        if version := getattr(topic, "signature_version", None):
            told.result["Attributes"]["SignatureVersion"] = version
        return told

    return get_topic_attributes


S3Response.get_bucket_versioning = _versioning
S3Response.get_bucket_notification = _notification
SNSResponse.get_topic_attributes = _with_signature(SNSResponse.get_topic_attributes)


class Moto:
    """The server, and clients of it."""

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # The interpreter finds its own server by this.
        os.environ["MOTO_PORT"] = str(self.port)
        os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
        # What fails here is meant to: the test says whether it did.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.reset()
        return self

    def __exit__(self, *_):
        self.server.stop()

    def client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=self.url)

    def reset(self):
        requests.post(self.url + "/moto-api/reset", timeout=10)
        requests.post(self.url + "/moto-api/config", json={"stepfunctions": {"execute_state_machine": True}}, timeout=10)

    def run(self, machine, name, given):
        """Runs a state machine to its end: how it ended, what it gave, and the error."""
        states = self.client("stepfunctions")
        execution = states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
        for _ in range(600):
            told = states.describe_execution(executionArn=execution["executionArn"])
            if told["status"] != "RUNNING":
                break
            time.sleep(0.05)
        error = f"{told['error']}: {told.get('cause')}" if "error" in told else None
        return told["status"], json.loads(told.get("output") or "null"), error
