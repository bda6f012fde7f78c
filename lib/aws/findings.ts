/**
 * Security Hub: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html. Calls succeed while
 * findings fail, so what they count is read. It may be off, or refuse: then the log, the metric and the event remain.
 */
import { parseArn } from '../core/arn';
import { property, type Value } from '../core/value';
import type { AwsFailure, Finding, FindingsPort, Ports } from '../handlers/ports';
import { type Clock, createPace, type Rate } from './clock';
import { failureOf } from './failure';
import type { Fields } from './output';
import type { Send } from './send';

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html */
const WRITES: Rate = { perSecond: 10, burst: 30 };
const READS: Rate = { perSecond: 3, burst: 6 };

interface Paces {
  readonly import: () => Promise<void>;
  readonly update: () => Promise<void>;
  readonly get: () => Promise<void>;
}

/** For the life of the process: the rates count for all invocations. */
export const createPaces = (clock: Clock): Paces => ({
  import: createPace(WRITES, clock),
  update: createPace(WRITES, clock),
  get: createPace(READS, clock),
});

const MOST_PAGES = 10;

export function createFindings(send: Send, paces: Paces, log: Ports['log']): FindingsPort {
  const refused = (what: string, { code, message }: Pick<AwsFailure, 'code' | 'message'>) => {
    log('warn', `Security Hub did not ${what}`, { error: code, reason: message });
    return false;
  };

  return {
    import: async (finding) => {
      try {
        await paces.import();
        const answer = await send('securityhub:BatchImportFindings', { Findings: [finding] }, regionOf(finding));
        const failed = firstOf(answer, 'FailedFindings');
        if (answer.FailedCount === 0 && failed === undefined) return true;
        return refused('store the finding', { code: textOf(failed, 'ErrorCode'), message: textOf(failed, 'ErrorMessage') });
      } catch (error) {
        return refused('store the finding', failureOf(error));
      }
    },

    /** Throws `AwsFailure` where another try may succeed: an open finding that is not seen would stay open. */
    about: async (generatorId, resourceArn) => {
      try {
        return await findingsAbout(send, paces, log, generatorId, resourceArn);
      } catch (error) {
        const failure = failureOf(error);
        if (failure.isTransient) throw failure;
        refused('list the findings', failure);
        return [];
      }
    },

    resolve: async (finding, note) => {
      const input = {
        FindingIdentifiers: [{ Id: property(finding, 'Id') ?? '', ProductArn: property(finding, 'ProductArn') ?? '' }],
        Workflow: { Status: 'RESOLVED' },
        Note: { Text: note.slice(0, 512), UpdatedBy: 'perimeter' },
      };
      try {
        await paces.update();
        const answer = await send('securityhub:BatchUpdateFindings', input, regionOf(finding));
        const left = firstOf(answer, 'UnprocessedFindings');
        return left === undefined || refused('resolve the finding', { code: textOf(left, 'ErrorCode'), message: textOf(left, 'ErrorMessage') });
      } catch (error) {
        return refused('resolve the finding', failureOf(error));
      }
    },
  };
}

async function findingsAbout(send: Send, paces: Paces, log: Ports['log'], generatorId: string, resourceArn: string): Promise<readonly Finding[]> {
  const resource = resourceArn.endsWith('*') ? resourceArn.slice(0, -1) : `${resourceArn}/`;
  // By nothing but what names a finding: whoever forged one of this id chose the rest of it, and ours would be ignored unseen.
  const input = { Filters: { Id: [{ Value: `${generatorId}/${resource}`, Comparison: 'PREFIX' }] }, MaxResults: 100 };
  const region = parseArn(resourceArn)?.region;
  const found: Finding[] = [];
  let token: Value | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    await paces.get();
    const next: Fields = { ...input, ...(token !== undefined && { NextToken: token }) };
    const answer = await send('securityhub:GetFindings', next, region ? { region } : {});
    found.push(...findingsOf(answer.Findings));
    token = answer.NextToken === '' ? undefined : (answer.NextToken ?? undefined);
    if (token === undefined) return found;
  }
  log('warn', 'more findings than are read', { read: found.length });
  return found;
}

const findingsOf = (list: Value | undefined): readonly Finding[] => (Array.isArray(list) ? list.filter(isFinding) : []);
const isFinding = (value: Value): value is Finding => typeof property(value, 'Id') === 'string';

/** The Region that a finding belongs to, by its product. */
function regionOf(finding: Finding): { readonly region?: string } {
  const product = property(finding, 'ProductArn');
  const region = typeof product === 'string' ? parseArn(product)?.region : undefined;
  return region ? { region } : {};
}

const firstOf = (answer: Fields, name: string): Value | undefined => {
  const list = answer[name];
  return Array.isArray(list) ? list[0] : undefined;
};

function textOf(value: Value | undefined, name: string): string {
  const text = property(value, name);
  return typeof text === 'string' ? text : 'unknown';
}
