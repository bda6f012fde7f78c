"""SQS: an empty queue is told at once.

A long poll asks every server of a queue and waits for what arrives meanwhile:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html. moto has one server,
and ours answers one request after the other, so that nothing can arrive while it waits; every other test would wait with it.
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Message, SQSBackend


def patch() -> None:
    of_moto = SQSBackend.receive_message

    def receive_message(self: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *args: Any, **kwargs: Any) -> list[Message]:
        return of_moto(self, queue_name, count, 0, *args, **kwargs)

    SQSBackend.receive_message = receive_message
