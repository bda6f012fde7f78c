/**
 * What a hook's function answers, in AWS's exact words.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
 */
import { cut } from '../core/value';
import type { Assessment, Severity } from '../core/verdict';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html */
export interface Annotation {
  /** Guardrail and code, or verdict where there is no code: `lambda-permission/untrusted-account`, `lambda-vpc/undetermined`. */
  readonly annotationName: string;
  readonly status: 'PASSED' | 'FAILED' | 'SKIPPED';
  readonly statusMessage?: string;
  readonly remediationMessage?: string;
  readonly remediationLink?: string;
  readonly severityLevel: Severity | 'INFORMATIONAL';
}

export type HookReply = {
  readonly message: string;
  readonly clientRequestToken: string;
  readonly annotations?: readonly Annotation[];
} & ({ readonly hookStatus: 'SUCCESS' } | { readonly hookStatus: 'FAILED'; readonly errorCode: 'NonCompliant' | 'InternalFailure' });

/** What AWS cuts itself, without a word. */
const LONGEST_MESSAGE = 4096;
const LONGEST_CLOUD_CONTROL_MESSAGE = 1024;
/** AWS allows 16,384 characters for a text of an annotation and states no limit to their number; the answer of a function may have 6 MB. */
const LONGEST_ANNOTATION_TEXT = 1024;
const MOST_ANNOTATIONS = 100;

/** To whom the reply goes. */
export interface Addressee {
  readonly token: string;
  readonly isCloudControl: boolean;
}

/** How one assessment is answered: `deny` stops the operation, `let` lets it go on with a word about it. */
export interface Reaction {
  readonly assessment: Assessment;
  readonly answer: 'deny' | 'let';
  /** Why it is let, where the verdict alone does not say. */
  readonly note?: string;
}

export const success = (to: Addressee, message: string): HookReply => ({
  hookStatus: 'SUCCESS',
  message: cut(message, longest(to)),
  clientRequestToken: to.token,
});

/** Our own fault, never the deployer's: said in both modes. */
export const internalFailure = (to: Addressee, message: string): HookReply => ({
  hookStatus: 'FAILED',
  errorCode: 'InternalFailure',
  message: cut(message, longest(to)),
  clientRequestToken: to.token,
});

/** `link`: the page of the guardrail. */
export function replyTo(to: Addressee, guardrail: string, reactions: readonly Reaction[], link: string | undefined): HookReply {
  const denied = reactions.filter(({ answer }) => answer === 'deny');
  const others = reactions.filter(({ answer }) => answer === 'let');
  const annotations = [...denied, ...others].slice(0, MOST_ANNOTATIONS).map((reaction) => annotationOf(reaction, link));
  const { message, ...common } = success(to, messageOf(guardrail, denied.length > 0 ? denied : others));
  if (denied.length === 0) return { ...common, message, annotations };
  return { ...common, hookStatus: 'FAILED', errorCode: 'NonCompliant', message, annotations };
}

function messageOf(guardrail: string, reactions: readonly Reaction[]): string {
  const telling = reactions.filter(({ assessment }) => assessment.verdict !== 'compliant');
  if (telling.length === 0) return `${guardrail}: compliant`;
  const sentences = telling.map((reaction) => `${nameOf(reaction)}: ${sentenceOf(reaction)}`);
  return `${telling.length > 1 ? `${telling.length} statements: ` : ''}${sentences.join(' | ')}`;
}

const nameOf = ({ assessment: { guardrail, code, verdict } }: Reaction): string => `${guardrail}/${code ?? verdict}`;

function sentenceOf({ assessment, note }: Reaction): string {
  const { statement, reason = '', fix, warning } = assessment;
  const where = statement === undefined ? '' : `${statement}: `;
  const wayOut = fix === undefined ? '' : `; to mend it: ${fix}`;
  return `${where}${reason}${note === undefined ? '' : ` (${note})`}${wayOut}${warning === undefined ? '' : ` (${warning})`}`;
}

function annotationOf(reaction: Reaction, link: string | undefined): Annotation {
  const { assessment, answer, note } = reaction;
  const { verdict, severity = 'INFORMATIONAL', statement, reason, fix } = assessment;
  const said = [statement, reason, note].filter((text) => text !== undefined && text !== '').join(': ');
  return {
    annotationName: nameOf(reaction),
    status: answer === 'deny' ? 'FAILED' : verdict === 'compliant' ? 'PASSED' : 'SKIPPED',
    ...(said !== '' && { statusMessage: cut(said, LONGEST_ANNOTATION_TEXT) }),
    ...(fix !== undefined && fix !== '' && { remediationMessage: cut(fix, LONGEST_ANNOTATION_TEXT) }),
    ...(link !== undefined && verdict !== 'compliant' && { remediationLink: link }),
    severityLevel: severity,
  };
}

const longest = ({ isCloudControl }: Addressee): number => (isCloudControl ? LONGEST_CLOUD_CONTROL_MESSAGE : LONGEST_MESSAGE);
