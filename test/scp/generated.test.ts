/**
 * Policies against the judge, over generated configurations and calls: what the judge finds right is never refused, but for the
 * list that the pages show; what it condemns is refused, but for what no policy sees.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseConfiguration } from '../../lib/config/load';
import { decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { judgeRecord } from '../../lib/core/judge';
import type { PolicyStatement } from '../../lib/core/policy';
import { isObject } from '../../lib/core/value';
import type { Assessment } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { renderPolicies } from '../../lib/policies';
import { lintPolicy } from '../../lib/policies/lint';
import { NOW, recordOf } from '../support/cases';
import { runs } from '../support/runs';
import { answerOf, type Call, isBound } from './call';
import { callsOf } from './calls-of-case';
import { configurations } from './generated/configurations';
import type { Fields } from './generated/parts';
import { records } from './generated/records';
import { blindness, leniency } from './known';
import { renderedFor } from './render';

/** A configuration takes longer to load than a call to be judged. */
const CALLS = 50;
const numRuns = Math.max(4, Math.ceil(runs / CALLS / guardrails.length));

const load = (document: Fields): WholeConfiguration =>
  parseConfiguration(JSON.stringify(document), guardrails, { fileName: 'perimeter.yaml' }).configuration;

const requestOf = ({ requestParameters }: Fields): Fields => (isObject(requestParameters) ? requestParameters : {});

interface Judged {
  readonly call: Call;
  readonly assessments: readonly Assessment[];
}

describe.each(guardrails)('$id', (guardrail) => {
  const judge = (configuration: WholeConfiguration, raw: Fields): Judged => {
    const record = decodeRecord(recordOf(raw, '00000000-0000-4000-8000-000000000000'));
    if (isRecordProblem(record)) throw new Error(record.problem);
    const [call] = callsOf(guardrail, { class: 'S1', name: '', record: raw, expect: [], scp: 'unseen' });
    if (!call) throw new Error('the record stands for no call');
    return { call, assessments: judgeRecord({ configuration, today: NOW.toISOString().slice(0, 10) }, guardrail, record) };
  };

  /** What the two say of a call, where no list says why they differ. */
  const difference = (raw: Fields, configuration: WholeConfiguration, statements: readonly PolicyStatement[], met: Set<string>) => {
    const { trust } = configuration;
    const members = new Set([trust.managementAccountId, ...trust.accountIds]);
    const { call, assessments } = judge(configuration, raw);
    const { effect, why } = answerOf(statements, call, members);
    const codes = assessments.flatMap(({ verdict, code }) => (verdict === 'violation' && code !== undefined ? [code] : []));
    const isRight = assessments.length > 0 && assessments.every(({ verdict }) => verdict === 'compliant' || verdict === 'exempt');
    met.add(`${isRight ? 'right' : codes.length > 0 ? 'wrong' : 'open'}, ${effect}`);
    const isRefused = effect === 'denied' && isRight && leniency(guardrail.id, call, requestOf(raw)) === undefined;
    const isMissed =
      effect === 'allowed' && codes.length > 0 && isBound(call.caller, members) && blindness(guardrail.id, call, codes, configuration) === undefined;
    return isRefused || isMissed
      ? [{ action: call.action, resource: call.resource, caller: call.caller.arn, keys: call.keys, codes, effect, why }]
      : [];
  };

  test('refuses nothing that is right, and what is wrong but for what it cannot see', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(configurations(guardrail.id), fc.array(records(guardrail.id), { minLength: CALLS, maxLength: CALLS }), (document, raws) => {
        const configuration = load(document);
        const { statements } = renderedFor(guardrail, configuration);
        const differences = raws.flatMap((raw) => difference(raw, configuration, statements, met));
        assert.deepEqual(differences, []);
      }),
      { numRuns },
    );
    expect([...met]).toEqual(expect.arrayContaining(['right, allowed', 'wrong, denied']));
  });

  test('has no denial that spares nobody, and none of everything', () => {
    fc.assert(
      fc.property(configurations(guardrail.id), (document) => {
        const configuration = load(document);
        const { principalArns } = configuration.spared;
        const policies = renderPolicies(configuration, [guardrail]);
        const errors = policies.flatMap(({ name, kind, document: policy }) =>
          // Whether it fits is said where policies are packed.
          lintPolicy(policy, kind, Number.POSITIVE_INFINITY)
            .filter(({ level }) => level === 'error')
            .map((lint) => ({ name, ...lint })),
        );
        assert.deepEqual(errors, []);
        for (const { Effect, Action, Condition } of renderedFor(guardrail, configuration).statements) {
          assert.equal(Effect, 'Deny');
          assert.equal(
            Action?.every((action) => /^(ecr|lambda|sns):[A-Za-z]+$/.test(action)),
            true,
          );
          expect(Condition?.ArnNotLikeIfExists?.['aws:PrincipalArn']).toEqual(
            expect.arrayContaining(['arn:*:iam::*:role/stacksets-exec-*', ...principalArns]),
          );
        }
        // Elsewhere it would let everybody through CloudFormation.
        const forwarded = policies.filter(({ document: policy }) => JSON.stringify(policy).includes('aws:ViaAWSService')).map(({ name }) => name);
        assert.deepEqual(forwarded, guardrail.id === 'ecr-layer-access' ? ['ecr-layer-access'] : []);
      }),
      { numRuns: Math.max(20, Math.ceil(numRuns / 4)) },
    );
  });
});
