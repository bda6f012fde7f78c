"""SNS: subscriptions that wait for a confirmation, and subscriptions across accounts.

Each change names its page; what they share:
https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html: HTTP(S) and e-mail endpoints, and those of another account, must confirm.
https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html: the owner of the endpoint who subscribes it
himself has confirmed by that.

moto confirms everything at once, keeps a subscription in the account of the caller instead of the topic's, and has no tokens.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.sns.exceptions import SNSException, SNSInvalidParameter, TopicNotFound
from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends
from moto.sns.responses import SNSResponse
from moto.sns.utils import make_arn_for_subscription
from moto.utilities.arns import parse_arn

OUTSIDE_AWS = ("http", "https", "email", "email-json")
OWNED_BY_ACCOUNT = ("sqs", "lambda", "firehose", "application")


class AuthorizationError(SNSException):
    code = "AuthorizationError"
    message = "User is not authorized to perform this action on the subscription"


def patch() -> None:
    _subscribe()
    _listing()
    _confirm()
    _unsubscribe()
    _attributes()


def home_of(arn: str) -> SNSBackend:
    """The account and Region of a topic, which hold its subscriptions too. The ARN of a subscription begins with its topic's."""
    parsed = parse_arn(arn)
    return sns_backends[parsed.account][parsed.region]


def tokens_of(backend: SNSBackend) -> dict[str, Subscription]:
    """What each token that was sent would confirm."""
    return backend.__dict__.setdefault("confirmation_tokens", {})


def sent() -> list[dict[str, str]]:
    """What SNS sent to endpoints outside AWS, the oldest first in each account and Region."""
    return [message for account in sns_backends.values() for backend in account.values() for message in backend.__dict__.get("sent", [])]


def is_pending(subscription: Subscription) -> bool:
    return bool(subscription.attributes.get("PendingConfirmation"))


def _send(kind: str, subscription: Subscription) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html: both kinds carry a token to (re)subscribe."""
    home, token = home_of(subscription.topic_arn), mock_random.uuid4().hex * 2
    tokens_of(home)[token] = subscription
    home.__dict__.setdefault("sent", []).append(
        {
            "Type": kind,
            "TopicArn": subscription.topic_arn,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "Token": token,
        }
    )


def _must_confirm(subscription: Subscription) -> bool:
    if subscription.protocol in OUTSIDE_AWS:
        return True
    return subscription.protocol in OWNED_BY_ACCOUNT and parse_arn(subscription.endpoint).account != subscription.owner


def _subscribe() -> None:
    find, of_moto = SNSBackend._find_subscription, SNSBackend.subscribe

    def find_subscription(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription | None:
        return find(home_of(topic_arn), topic_arn, endpoint, protocol)

    def subscribe(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        existing = self._find_subscription(topic_arn, endpoint, protocol)
        subscription = of_moto(self, topic_arn, endpoint, protocol)
        if existing is None:
            del self.subscriptions[subscription.arn]
            home_of(topic_arn).subscriptions[subscription.arn] = subscription
            subscription.attributes["PendingConfirmation"] = _must_confirm(subscription)
            subscription.attributes["ConfirmationWasAuthenticated"] = not _must_confirm(subscription)
        if is_pending(subscription):
            _send("SubscriptionConfirmation", subscription)
        return subscription

    SNSBackend._find_subscription = find_subscription
    SNSBackend.subscribe = subscribe

    answer = SNSResponse.subscribe

    def subscribe_answer(self: SNSResponse) -> ActionResult:
        """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html#API_Subscribe_ResponseElements"""
        result = answer(self)
        arn = result.result["SubscriptionArn"]
        if is_pending(home_of(arn).subscriptions[arn]) and not self._get_param("ReturnSubscriptionArn"):
            return ActionResult({"SubscriptionArn": "pending confirmation"})
        return result

    SNSResponse.subscribe = subscribe_answer

    publish = Subscription.publish

    def publish_confirmed(self: Subscription, *args: Any, **kwargs: Any) -> None:
        if not is_pending(self):
            publish(self, *args, **kwargs)

    Subscription.publish = publish_confirmed


def _listing() -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html: a pending one is listed without its ARN."""

    def listed(subscriptions: list[Subscription]) -> list[dict[str, str]]:
        return [
            {
                "SubscriptionArn": "PendingConfirmation" if is_pending(one) else one.arn,
                "Owner": one.owner,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic_arn,
            }
            for one in subscriptions
        ]

    def list_subscriptions_by_topic(self: SNSResponse) -> ActionResult:
        page, token = self.backend.list_subscriptions_by_topic(self._get_param("TopicArn"), next_token=self._get_param("NextToken"))
        return ActionResult({"Subscriptions": listed(page), "NextToken": token})

    def list_subscriptions(self: SNSResponse) -> ActionResult:
        everywhere = [backend for account in sns_backends.values() for region, backend in account.items() if region == self.region]
        own = {one.arn: one for backend in everywhere for one in backend.subscriptions.values() if one.owner == self.current_account}
        page, token = self.backend._get_values_nexttoken(own, self._get_param("NextToken"))
        return ActionResult({"Subscriptions": listed(page), "NextToken": token})

    SNSResponse.list_subscriptions_by_topic = list_subscriptions_by_topic
    SNSResponse.list_subscriptions = list_subscriptions

    of_topic = SNSBackend._get_topic_subscriptions
    SNSBackend._get_topic_subscriptions = lambda self, topic: of_topic(home_of(topic.arn), topic)

    def count(pending: bool) -> property:
        def counted(self: Topic) -> int:
            return sum(1 for one in self.sns_backend._get_topic_subscriptions(self) if is_pending(one) == pending)

        return property(counted, lambda self, value: None)

    Topic.subscriptions_pending = count(True)
    Topic.subscriptions_confimed = count(False)


def _confirm() -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html. The token that follows an Unsubscribe brings it back."""

    def confirm_subscription(self: SNSResponse) -> ActionResult:
        topic_arn = self._get_param("TopicArn")
        home = home_of(topic_arn)
        if topic_arn not in home.topics:
            raise TopicNotFound
        subscription = tokens_of(home).get(self._get_param("Token"))
        if subscription is None or subscription.topic_arn != topic_arn:
            raise SNSInvalidParameter("Invalid parameter: Token Reason: Invalid token")
        if subscription.arn not in home.subscriptions:
            subscription.arn = make_arn_for_subscription(topic_arn)
            subscription.attributes["SubscriptionArn"] = subscription.arn
            home.subscriptions[subscription.arn] = subscription
        subscription.attributes["PendingConfirmation"] = False
        subscription.attributes["ConfirmationWasAuthenticated"] = self._get_param("AuthenticateOnUnsubscribe") == "true"
        return ActionResult({"SubscriptionArn": subscription.arn})

    SNSResponse.confirm_subscription = confirm_subscription


def _parse(subscription_arn: str) -> str:
    parts = len(subscription_arn.split(":"))
    if parts < 6:
        raise SNSInvalidParameter(f"Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not {parts}")
    return subscription_arn


def _unsubscribe() -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html: a pending one cannot be deleted.

    https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html: by its owner or the topic's; the endpoint gets a message by
    which it can come back, unless the confirmation was authenticated. AWS spares the message where the owner of the subscription
    himself calls; who owns an e-mail subscription is not said, so here it is always sent.
    """

    def unsubscribe(self: SNSBackend, subscription_arn: str) -> None:
        home = home_of(_parse(subscription_arn))
        subscription = home.subscriptions.get(subscription_arn)
        if subscription is None:
            return
        if self.account_id not in (subscription.owner, home.account_id):
            raise AuthorizationError
        if is_pending(subscription):
            raise SNSInvalidParameter("Invalid parameter: SubscriptionArn Reason: a subscription that is pending confirmation cannot be deleted")
        del home.subscriptions[subscription_arn]
        if subscription.protocol in OUTSIDE_AWS and not subscription.attributes["ConfirmationWasAuthenticated"]:
            _send("UnsubscribeConfirmation", subscription)

    SNSBackend.unsubscribe = unsubscribe


def _attributes() -> None:
    get_of_moto, set_of_moto = SNSBackend.get_subscription_attributes, SNSBackend.set_subscription_attributes

    def get_subscription_attributes(self: SNSBackend, arn: str) -> dict[str, Any]:
        return get_of_moto(home_of(_parse(arn)), arn)

    def set_subscription_attributes(self: SNSBackend, arn: str, name: str, value: Any) -> None:
        """https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html: by the owner of the subscription.

        A RedrivePolicy holds `deadLetterTargetArn` alone (https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html);
        without a value it is removed.
        """
        home = home_of(_parse(arn))
        subscription = home.subscriptions.get(arn)
        if subscription and subscription.owner != self.account_id:
            raise AuthorizationError
        if name == "RedrivePolicy":
            if not value:
                if subscription:
                    subscription.attributes.pop(name, None)
                return
            _check_redrive_policy(value)
        set_of_moto(home, arn, name, value)

    SNSBackend.get_subscription_attributes = get_subscription_attributes
    SNSBackend.set_subscription_attributes = set_subscription_attributes


def _check_redrive_policy(value: str) -> None:
    try:
        policy = json.loads(value)
        target = policy.pop("deadLetterTargetArn")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SNSInvalidParameter("Invalid parameter: RedrivePolicy: invalid JSON")
    if policy:
        raise SNSInvalidParameter(f"Invalid parameter: RedrivePolicy: invalid JSON. Attribute {next(iter(policy))} is unknown.")
    if not re.fullmatch(r"arn:[\w-]+:sqs:[\w-]+:\d{12}:.+", str(target)):
        raise SNSInvalidParameter("Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn")
