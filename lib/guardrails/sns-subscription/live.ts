/** How a topic's policy, or a subscription, is now. */
import type { LiveAnswer } from '../../core/live';
import { asText, hasHole, property } from '../../core/value';
import type { Call } from '../../core/verdict';
import { type SnsFact, TOPIC } from './facts';
import { getSubscription, getTopic, listSubscriptions } from './facts.record';
import { grantsOf } from './grants';
import { attributesOf, factOfLive, isAboutItAlone, type Listed, listedOf, matching } from './live.subscription';

type Output = Extract<LiveAnswer, { kind: 'found' }>['output'];

/**
 * A subscription of our own is read by its ARN, any other from its topic's list: SNS refuses the attributes to all but the
 * subscription's owner, and the list to all but the topic's.
 */
export function reads(fact: SnsFact): readonly Call[] {
  const { resource, topicArn } = fact;
  if (resource.type === TOPIC) return present(getTopic(topicArn));
  return isReadByArn(fact) ? [getSubscription(resource.arn)] : present(listSubscriptions(topicArn));
}

/**
 * The attributes that the list leaves out (its dead-letter queue, what it takes to subscribe again), and the endpoint where they
 * do. What is gone under its ARN is looked for in the list: who confirms it again, by a link that SNS offers, gives it another.
 */
export function more(fact: SnsFact, answers: readonly LiveAnswer[], violates?: Violates): readonly Call[] {
  const [answer, ...others] = answers;
  if (!answer || fact.resource.type === TOPIC) return [];
  if (!isReadByArn(fact)) return attributesToRead(fact, answers, violates);
  if (others.length > 0) return answer.kind === 'absent' ? attributesToRead(fact, others, violates) : [];
  const isShown = answer.kind === 'found' ? showsEndpoint(answer.output) : isAboutItAlone(fact);
  return isShown ? [] : present(listSubscriptions(fact.topicArn));
}

function attributesToRead(fact: SnsFact, [list, ...others]: readonly LiveAnswer[], violates?: Violates): readonly Call[] {
  if (list?.kind !== 'found' || others.length > 0) return [];
  return askable(fact, listedOf(list.output), violates).map(({ arn }) => getSubscription(arn));
}

export function facts(fact: SnsFact, answers: readonly LiveAnswer[]): readonly SnsFact[] {
  const [answer, ...others] = answers;
  if (!answer) return [{ ...fact, subject: { kind: 'unread', reason: 'it cannot be looked up: the record does not name it' } }];
  if (answer.kind === 'found' && fact.resource.type === TOPIC) return topicFacts(fact, answer.output);
  if (answer.kind === 'found' && isReadByArn(fact)) return ownSubscription(fact, answer.output, others);
  return listedSubscriptions(fact, isReadByArn(fact) ? others : answers);
}

const present = (call: Call | undefined): readonly Call[] => (call ? [call] : []);

const isReadByArn = ({ isOwn, resource, topicArn }: SnsFact): boolean => isOwn === true && resource.arn !== topicArn && !hasHole(resource.arn);

// ---- Policies

/** AddPermission is about the statement of its own label; what sets a policy is about all of it. */
function topicFacts(fact: SnsFact, output: Output): readonly SnsFact[] {
  const { home: _, subject: before, statement: __, ...about } = fact;
  const via = before.kind === 'grant' && before.via.kind === 'permission' ? before.via : ({ kind: 'document' } as const);
  const label = via.kind === 'permission' ? via.label : undefined;
  const grants = grantsOf(property(property(output, 'Attributes') ?? null, 'Policy'), via);
  const own = label === undefined ? grants : grants.filter(({ subject }) => subject.kind !== 'grant' || subject.statement.sid === label);
  return own.map(({ subject, label: statement }) => ({ ...about, ...(statement !== undefined && { statement }), subject }));
}

// ---- Subscriptions

/** Documented without `Endpoint` and `Protocol`, which SNS gives all the same: https://docs.aws.amazon.com/cli/latest/reference/sns/get-subscription-attributes.html */
const showsEndpoint = (output: Output): boolean =>
  asText(attributesOf(output).Endpoint) !== undefined && asText(attributesOf(output).Protocol) !== undefined;

function ownSubscription(fact: SnsFact, output: Output, [list]: readonly LiveAnswer[]): readonly SnsFact[] {
  const attributes = attributesOf(output);
  const { arn } = fact.resource;
  const isPending = asText(attributes.PendingConfirmation)?.toLowerCase() === 'true';
  const listed = list?.kind === 'found' ? listedOf(list.output).find((other) => other.arn === arn) : undefined;
  const protocol = attributes.Protocol ?? listed?.protocol;
  const endpoint = attributes.Endpoint ?? listed?.endpoint;
  return [factOfLive(fact, { protocol, endpoint, isPending, ...(!isPending && { arn }) }, { attributes, isTheOne: true })];
}

function listedSubscriptions(fact: SnsFact, [list, ...others]: readonly LiveAnswer[]): readonly SnsFact[] {
  if (list?.kind !== 'found') return [];
  const listed = listedOf(list.output);
  const { isTheOne, subscriptions } = matching(fact, listed);
  const told = others.flatMap((answer) => (answer.kind === 'found' ? [attributesOf(answer.output)] : []));
  return subscriptions.map((subscription) => {
    const attributes = told.find(({ SubscriptionArn }) => subscription.arn !== undefined && SubscriptionArn === subscription.arn);
    return factOfLive(fact, subscription, { isTheOne, ...(attributes && { attributes }) });
  });
}

type Violates = (fact: SnsFact) => boolean;

/** One that is hidden may stand for every subscription of its topic: the calls stay few, but what would be removed is read whole. */
const MOST_ASKED = 10;

function askable(fact: SnsFact, listed: readonly Listed[], violates: Violates = () => false): readonly (Listed & { readonly arn: string })[] {
  const { isTheOne, subscriptions } = matching(fact, listed);
  const own = subscriptions.filter((one): one is Listed & { readonly arn: string } => isAskable(one, fact.owner));
  return own.length <= MOST_ASKED ? own : own.filter((one) => violates(factOfLive(fact, one, { isTheOne })));
}

const isAskable = ({ arn, owner }: Listed, topicOwner: string): boolean => arn !== undefined && owner === topicOwner;
