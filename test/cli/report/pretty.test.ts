import { checked, print, replayed } from './fixtures';

it('groups by guardrail, the gravest first, with place, reason and way out', async () => {
  expect(await print('pretty', 'check', checked)).toBe(`lambda-permission  Functions are invoked by whom the organization trusts

  ✗ untrusted-account HIGH  stacks/orders.yaml:12 Perm
    AWS::Lambda::Permission arn:aws:lambda:eu-west-1:222222222222:function:f (partner)
    principal 999999999999 is neither in the organization nor trusted
    way out: add it to trusted.accountIds or grant the organization instead

  ○ exempt  stacks/orders.yaml:12 Perm
    AWS::Lambda::Permission arn:aws:lambda:eu-west-1:222222222222:function:g
    a partner (exempt until 2027-03-31)
    note: the exemption ends in 3 days (2027-03-31)

lambda-vpc  Functions stay in the network

  ! no-vpc LOW (observe)  stacks/orders.yaml:30 Other
    AWS::Lambda::Function
    the function has no VPC
    way out: give it a VpcConfig

  ? undetermined  stacks/orders.yaml:3 Fn
    AWS::Lambda::Function
    VpcConfig is only known at deployment: parameter Vpc

4 judged in 1 file: 2 violations, 1 undetermined, 1 exempt, 0 compliant
`);
});

it('folds what one principal did to one resource, and shows the plan', async () => {
  const others = [replayed(3, 'arn:aws:iam::222222222222:role/other')];

  expect(
    await print('pretty', 'replay', [replayed(5), replayed(2), replayed(9), ...others], {}, 60),
  ).toBe(`lambda-permission  Functions are invoked by whom the organization trusts

  ✗ untrusted-account HIGH  2026-11-20T09:05:00Z AddPermission20150331v2 by arn:aws:iam::222222222222:role/dev in 222222222222/eu-west-1
    AWS::Lambda::Permission arn:aws:lambda:eu-west-1:222222222222:function:f (s5)
    principal 999999999999 is neither in the organization
    nor trusted
    way out: grant the organization instead
    would undo: lambda:RemovePermission FunctionName=f
    StatementId=s5
    seen 3 times, from 2026-11-20T09:02:00Z to 2026-11-20T09:09:00Z

  ✗ untrusted-account HIGH  2026-11-20T09:03:00Z AddPermission20150331v2 by arn:aws:iam::222222222222:role/other in 222222222222/eu-west-1
    AWS::Lambda::Permission arn:aws:lambda:eu-west-1:222222222222:function:f (s3)
    principal 999999999999 is neither in the organization
    nor trusted
    way out: grant the organization instead
    would undo: lambda:RemovePermission FunctionName=f
    StatementId=s3

4 judged in 4 records: 4 violations, 0 compliant
`);
});

it('says one line when all is well, and nothing when nothing was read', async () => {
  const counts = { judged: 7, compliant: 7 };

  expect(await print('pretty', 'check', [], counts)).toBe('✓ 7 judged, nothing violated\n');
  expect(await print('pretty', 'check', [], { scanned: { files: 0, records: 0, bytes: 0 } })).toBe('');
});

it('keeps a bounded number of findings and says how many more there are', async () => {
  const text = await print(
    'pretty',
    'replay',
    Array.from({ length: 1200 }, (_, index) => replayed(1, 'role', `f${index}`)),
  );

  expect(text.match(/✗/g)?.length).toBe(500);
  expect(text).toContain('700 more findings; --format json lists all of them\n');
  expect(text).toContain('1,200 judged in 1,200 records: 1,200 violations, 0 compliant\n');
});

it('shortens long values and lets no record write to the terminal', async () => {
  const [finding] = [replayed(1, '\u001b[31mrole\u0007\u202e')];
  const plan = [{ action: 'sns:SetTopicAttributes' as const, input: { AttributeValue: 'x'.repeat(500), Lists: [1, { a: '\u001b[2J' }] } }];

  const text = await print('pretty', 'replay', [{ ...finding, plan, reason: `\u009b ${'y '.repeat(2000)}` }]);

  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).toContain('by  [31mrole  in 222222222222/eu-west-1');
  expect(text).toContain(`AttributeValue=${'x'.repeat(63)}…${'x'.repeat(16)}`);
  expect(text.length).toBeLessThan(2000);
});
