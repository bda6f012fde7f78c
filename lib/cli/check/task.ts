/** A file to judge and what comes of it: plain data, because it crosses threads. */
import type { TemplateScope } from '../../core/template';
import type { Problem, Reported } from '../report/report';

export interface Task {
  /** Absolute; `-` is standard input. */
  readonly path: string;
  /** As the report gives it. */
  readonly name: string;
  readonly size: number;
  /** A file that was named must be a template; one that a glob found must parse; one that a folder holds may be anything. */
  readonly origin: 'named' | 'glob' | 'folder';
  /** The arguments that lead to it. */
  readonly arguments: readonly string[];
  /** One for each way in which it is deployed: a nested template has one for each stack that uses it. */
  readonly scopes: readonly [TemplateScope, ...TemplateScope[]];
}

export type TaskResult =
  | {
      readonly kind: 'judged';
      readonly assessments: readonly Reported[];
      readonly compliant: number;
      readonly bytes: number;
      /** Names of those that the template has; none where no value is given for any. */
      readonly parameters: readonly string[];
      /** What may change what is deployed, unseen from here. */
      readonly unseen: readonly string[];
      /** Our own mistakes. */
      readonly failures: readonly Problem[];
    }
  /** Nothing that Perimeter judges. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unreadable'; readonly problem: Problem };
