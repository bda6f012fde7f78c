/** What pretty output keeps until the end: bounded, and repeated findings folded into one. */
import type { Verdict } from '../../core/verdict';
import { isReplaySource, type Reported, type Surface } from './report';

/** Findings that are kept for each guardrail; the others are only counted. */
const MOST_GROUPS = 500;

export interface Group {
  readonly assessment: Reported;
  readonly file: string;
  count: number;
  /** `eventTime` of the first and the last, for `replay`. */
  first: string;
  last: string;
}

export interface Chapter {
  readonly guardrail: string;
  readonly groups: readonly Group[];
  /** Findings that were not kept. */
  readonly left: number;
}

const ORDER: readonly Verdict[] = ['violation', 'undetermined', 'exempt', 'compliant'];
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

export class Groups {
  readonly #chapters = new Map<string, { readonly groups: Map<string, Group>; left: number }>();
  readonly #keyOf: (assessment: Reported) => string;

  constructor(surface: Surface) {
    this.#keyOf = surface === 'replay' ? keyOfCall : keyOfPlace;
  }

  add(assessment: Reported, file: string): void {
    const chapter = this.#chapterOf(assessment.guardrail);
    const key = this.#keyOf(assessment);
    const known = chapter.groups.get(key);
    if (known) fold(known, assessment);
    else if (chapter.groups.size >= MOST_GROUPS) chapter.left += 1;
    else chapter.groups.set(key, { assessment, file, count: 1, first: timeOf(assessment), last: timeOf(assessment) });
  }

  /** In the order of the ids that are given; the gravest first within a guardrail, else as they came. */
  chapters(ids: readonly string[]): readonly Chapter[] {
    return ids.flatMap((guardrail) => {
      const chapter = this.#chapters.get(guardrail);
      if (!chapter) return [];
      const groups = [...chapter.groups.values()].sort((a, b) => rankOf(a.assessment) - rankOf(b.assessment));
      return [{ guardrail, groups, left: chapter.left }];
    });
  }

  #chapterOf(guardrail: string): { readonly groups: Map<string, Group>; left: number } {
    const known = this.#chapters.get(guardrail);
    if (known) return known;
    const chapter = { groups: new Map<string, Group>(), left: 0 };
    this.#chapters.set(guardrail, chapter);
    return chapter;
  }
}

/** A record repeats what another said when the same caller did the same to the same resource; what stands somewhere does not repeat. */
const keyOfCall = ({ verdict, code, resource, source }: Reported): string =>
  JSON.stringify([verdict, code, resource.id, isReplaySource(source) ? source.principal : '']);

const keyOfPlace = ({ verdict, code, resource, statement, source, reason }: Reported): string => {
  const place = isReplaySource(source) ? [source.accountId, source.region] : [source.file, source.logicalId, source.line];
  return JSON.stringify([...place, verdict, code, statement, resource.id, reason]);
};

const timeOf = ({ source }: Reported): string => (isReplaySource(source) ? source.eventTime : '');

function fold(group: Group, assessment: Reported): void {
  const time = timeOf(assessment);
  group.count += 1;
  if (time < group.first) group.first = time;
  if (time > group.last) group.last = time;
}

const rankOf = ({ verdict, severity }: Reported): number =>
  ORDER.indexOf(verdict) * SEVERITIES.length + (severity ? SEVERITIES.indexOf(severity) : 0);
