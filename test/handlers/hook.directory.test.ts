/** Who belongs to the organization, asked by a hook only when it matters. */
import lambdaPermission from '../../lib/guardrails/lambda-permission';
import { benchOf, FOREIGN, grant, OPEN, raise, resourceRequest, settingsOf, VIOLATION } from './hook.support';

describe('the organization directory', () => {
  const directory = { bucket: 'perimeter-directory', key: 'organization.json', region: 'us-east-1' };
  const NOW = new Date('2026-11-23T12:00:00Z');
  const reading = (answer: () => Promise<{ accountIds: ReadonlySet<string>; writtenAt: Date }>) => {
    const readDirectory = jest.fn(answer);
    return { readDirectory, ...benchOf(lambdaPermission, settingsOf({ directory }), { readDirectory }) };
  };
  const written = (hours: number, ...ids: readonly string[]) =>
    Promise.resolve({ accountIds: new Set(ids), writtenAt: new Date(NOW.getTime() - hours * 3_600_000) });

  it.each([
    ['a member', grant('333333333333')],
    ['the management account', grant('111111111111')],
    ['a trusted account', grant('444455556666')],
    ['nobody known yet', OPEN],
    ['anyone', grant('*')],
    ['a service with a source of ours', grant('s3.amazonaws.com', { SourceAccount: '222222222222' })],
  ])('is not read for %s', async (_, resource) => {
    const { hook, readDirectory } = reading(() => written(1));
    await hook(resourceRequest(resource));

    expect(readDirectory).not.toHaveBeenCalled();
  });

  it('tells a new member from a stranger', async () => {
    const { hook, readDirectory } = reading(() => written(1, '222222222222', '555555555555'));

    expect(await hook(resourceRequest(grant('555555555555')))).toMatchObject({ hookStatus: 'SUCCESS', message: 'lambda-permission: compliant' });
    expect(await hook(resourceRequest(FOREIGN))).toMatchObject({ hookStatus: 'FAILED', annotations: [{ ...VIOLATION, status: 'FAILED' }] });
    expect(readDirectory.mock.calls).toEqual([[directory], [directory]]);
  });

  it('also where the configuration lists no member', async () => {
    const readDirectory = jest.fn(() => written(1, '555555555555'));
    const { hook } = benchOf(lambdaPermission, settingsOf({ directory, accountIds: [] }), { readDirectory });

    expect(await hook(resourceRequest(grant('555555555555')))).toMatchObject({ message: 'lambda-permission: compliant' });
    expect(await hook(resourceRequest(FOREIGN))).toMatchObject({ hookStatus: 'FAILED' });
  });

  it.each([
    ['that is unreadable', () => Promise.reject(new Error('AccessDenied')), 'the organization directory cannot be read'],
    ['that throws at once', () => raise('no SDK'), 'the organization directory cannot be read'],
    ['older than a day', () => written(25), 'the organization directory is older than a day'],
    [
      'without a time',
      () => Promise.resolve({ accountIds: new Set<string>(), writtenAt: new Date(Number.NaN) }),
      'the organization directory is older than a day',
    ],
  ])('%s decides nothing', async (_, answer, note) => {
    const { hook } = reading(answer);
    const reply = await hook(resourceRequest(FOREIGN));

    expect(reply).toMatchObject({ hookStatus: 'SUCCESS', annotations: [{ annotationName: 'lambda-permission/undetermined', status: 'SKIPPED' }] });
    expect(reply.message).toContain(note);
  });

  it('gets two seconds', async () => {
    jest.useFakeTimers({ now: NOW });
    try {
      const { hook } = reading(() => new Promise(() => undefined));
      const pending = hook(resourceRequest(FOREIGN));
      await jest.advanceTimersByTimeAsync(2000);

      expect((await pending).message).toContain('the organization directory did not answer in time');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
