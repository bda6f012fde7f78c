/** Security Hub as `moto_perimeter/securityhub*.py` makes it: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-updates.html */
import {
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  type BatchUpdateFindingsCommandInput,
  EnableSecurityHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { type MotoEmulator, startEmulator } from './emulator';
import { failureOf } from './fixtures';

const OWN = { account: '111122223333' };
const PRODUCT = 'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default';

let emulator: MotoEmulator;
let hub: SecurityHubClient;

beforeAll(async () => {
  emulator = await startEmulator();
  hub = new SecurityHubClient(emulator.client(OWN));
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  await emulator.reset();
  await hub.send(new EnableSecurityHubCommand({}));
});

const FINDING: AwsSecurityFinding = {
  SchemaVersion: '2018-10-08',
  Id: 'one',
  ProductArn: PRODUCT,
  GeneratorId: 'perimeter/lambda-permission',
  AwsAccountId: '111122223333',
  CreatedAt: '2026-11-22T10:00:00.000Z',
  UpdatedAt: '2026-11-22T10:00:00.000Z',
  Title: 'title',
  Description: 'description',
  Resources: [{ Type: 'AwsLambdaFunction', Id: 'arn:aws:lambda:eu-west-1:111122223333:function:shop' }],
  FindingProviderFields: { Severity: { Label: 'HIGH' }, Types: ['Effects/Data Exposure'] },
  Compliance: { Status: 'FAILED' },
};
const finding = (input: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding => ({ ...FINDING, ...input });
const at = (hour: number): Partial<AwsSecurityFinding> => ({ UpdatedAt: `2026-11-22T${hour}:00:00Z` });

const put = async (...Findings: AwsSecurityFinding[]) => {
  const { $metadata, ...result } = await hub.send(new BatchImportFindingsCommand({ Findings }));
  return result;
};
const get = async (Filters?: AwsSecurityFindingFilters) => (await hub.send(new GetFindingsCommand({ Filters }))).Findings ?? [];
const ids = async (Filters: AwsSecurityFindingFilters) => (await get(Filters)).map(({ Id }) => Id);
const update = async (input: Partial<BatchUpdateFindingsCommandInput>) => {
  const command = new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id: 'one', ProductArn: PRODUCT }], ...input });
  const { $metadata, ...result } = await hub.send(command);
  return result;
};
const IMPORTED = { FailedCount: 0, FailedFindings: [], SuccessCount: 1 };

describe('BatchImportFindings: who may', () => {
  const refused = (code: string) => ({
    FailedCount: 1,
    SuccessCount: 0,
    FailedFindings: [{ Id: 'one', ErrorCode: code, ErrorMessage: expect.any(String) }],
  });

  it('refuses each finding where Security Hub is off; the call itself succeeds', async () => {
    await emulator.reset();

    expect(await put(finding())).toEqual(refused('InvalidAccess'));
  });

  it('refuses the findings of another account, and of a product that is not the own one', async () => {
    expect(await put(finding({ AwsAccountId: '444455556666' }))).toEqual(refused('InvalidAccess'));
    expect(await put(finding({ ProductArn: PRODUCT.replace('eu-west-1', 'us-east-1') }))).toEqual(refused('InvalidAccess'));
    expect(await put(finding({ ProductArn: PRODUCT.replace('product/111122223333', 'product/444455556666') }))).toEqual(refused('InvalidAccess'));
    expect(await get()).toEqual([]);
  });

  it.each<[string, object]>([
    ['without a title', { Title: undefined }],
    ['a title of 257 characters', { Title: 'x'.repeat(257) }],
    ['a description of 1,025 characters', { Description: 'x'.repeat(1025) }],
    ['no resource', { Resources: [] }],
    ['51 product fields', { ProductFields: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) }],
    ['a product field of 2,049 characters', { ProductFields: { key: 'x'.repeat(2049) } }],
    ['a type outside the namespaces', { FindingProviderFields: { Types: ['Perimeter/x'] } }],
    ['an unknown severity', { FindingProviderFields: { Severity: { Label: 'GRAVE' } } }],
    ['a number where text belongs', { ProductFields: { count: 1 } }],
    ['a date without a time', { UpdatedAt: '2026-11-22' }],
    ['240 KB', { Resources: Array.from({ length: 32 }, () => ({ Type: 'Other', Id: 'x', Details: { Other: { text: 'x'.repeat(8000) } } })) }],
  ])('refuses %s', async (_name, change) => {
    expect(await put(finding(change))).toEqual(refused('InvalidInput'));
  });

  it('imports the others of a batch, and the first of two with one id', async () => {
    const result = await put(finding({ Id: 'two', AwsAccountId: '444455556666' }), finding(), finding({ ...at(11), Title: 'second' }));

    expect(result).toMatchObject({ FailedCount: 1, SuccessCount: 2, FailedFindings: [{ Id: 'two' }] });
    expect(await get()).toMatchObject([{ Id: 'one', Title: 'title' }]);
  });

  it('takes at most 100', async () => {
    expect(await failureOf(put(...Array.from({ length: 101 }, () => finding())))).toBe('InvalidInputException 400');
  });
});

describe('BatchImportFindings: what it changes', () => {
  it('fills in what a new finding does not say', async () => {
    expect(await put(finding())).toEqual(IMPORTED);

    expect(await get()).toEqual([
      {
        ...FINDING,
        Severity: { Label: 'HIGH', Normalized: 70 },
        Types: ['Effects/Data Exposure'],
        RecordState: 'ACTIVE',
        Workflow: { Status: 'NEW' },
        WorkflowState: 'NEW',
        Region: 'eu-west-1',
        ProductName: 'Default',
        CompanyName: 'Personal',
        ProductFields: expect.objectContaining({ 'aws/securityhub/FindingId': `${PRODUCT}/one` }),
        ProcessedAt: expect.any(String),
      },
    ]);
  });

  it('keeps the workflow and the note of a new finding', async () => {
    const given = { Workflow: { Status: 'RESOLVED' as const }, Note: { Text: 'undone', UpdatedBy: 'perimeter', UpdatedAt: '2026-11-22T10:00:00Z' } };

    await put(finding(given));

    expect(await get()).toMatchObject([given]);
  });

  it('ignores what is not newer', async () => {
    await put(finding(at(11)));

    expect(await put(finding({ ...at(11), Title: 'as old' }))).toEqual(IMPORTED);
    await put(finding({ UpdatedAt: '2026-11-22T12:30:00+02:00', Title: 'older, in another zone' }));

    expect(await get()).toMatchObject([{ ...at(11), Title: 'title' }]);
  });

  it('leaves to the customer what is the customer’s', async () => {
    await put(finding());
    await update({ Note: { Text: 'mine', UpdatedBy: 'me' }, Workflow: { Status: 'SUPPRESSED' }, Severity: { Label: 'LOW' } });

    await put(
      finding({
        ...at(11),
        Title: 'newer',
        Note: { Text: 'yours', UpdatedBy: 'you', UpdatedAt: '2026-11-22T10:00:00Z' },
        Workflow: { Status: 'NEW' },
        FindingProviderFields: { Severity: { Label: 'CRITICAL' }, Types: ['TTPs'] },
      }),
    );

    expect(await get()).toMatchObject([
      {
        ...at(11),
        Title: 'newer',
        Note: { Text: 'mine', UpdatedBy: 'me' },
        Workflow: { Status: 'SUPPRESSED' },
        Severity: { Label: 'LOW' },
        Types: ['TTPs'],
        FindingProviderFields: { Severity: { Label: 'CRITICAL' }, Types: ['TTPs'] },
      },
    ]);
  });

  it.each<[string, Partial<AwsSecurityFinding>, Partial<AwsSecurityFinding>, 'RESOLVED' | 'NOTIFIED' | 'SUPPRESSED', string]>([
    ['archived, then active', { RecordState: 'ARCHIVED' }, { RecordState: 'ACTIVE' }, 'RESOLVED', 'NEW'],
    ['passed, then failed', { Compliance: { Status: 'PASSED' } }, { Compliance: { Status: 'FAILED' } }, 'NOTIFIED', 'NEW'],
    ['passed, then failed, suppressed', { Compliance: { Status: 'PASSED' } }, { Compliance: { Status: 'FAILED' } }, 'SUPPRESSED', 'SUPPRESSED'],
    ['failed, then passed', { Compliance: { Status: 'FAILED' } }, { Compliance: { Status: 'PASSED' } }, 'RESOLVED', 'RESOLVED'],
  ])('resets the workflow: %s', async (_name, before, after, Status, expected) => {
    await put(finding(before));
    await update({ Workflow: { Status } });

    await put(finding({ ...after, ...at(11) }));

    expect(await get()).toMatchObject([{ ...after, Workflow: { Status: expected } }]);
  });
});

describe('GetFindings: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html', () => {
  beforeEach(async () => {
    const layer = { Type: 'AwsLambdaLayerVersion', Id: 'arn:aws:lambda:eu-west-1:111122223333:layer:tools:1' };
    await put(
      finding(),
      finding({ Id: 'two', GeneratorId: 'perimeter/lambda-layer-permission', Resources: [layer], RecordState: 'ARCHIVED', ...at(12) }),
    );
    await update({ Workflow: { Status: 'RESOLVED' } });
  });

  it.each<[string, AwsSecurityFindingFilters, string[]]>([
    ['id', { Id: [{ Value: 'one', Comparison: 'EQUALS' }] }, ['one']],
    ['one of two ids', { Id: ['one', 'two'].map((Value) => ({ Value, Comparison: 'EQUALS' })) }, ['one', 'two']],
    ['generator', { GeneratorId: [{ Value: 'perimeter/lambda-layer', Comparison: 'PREFIX' }] }, ['two']],
    ['resource', { ResourceId: [{ Value: 'arn:aws:lambda:eu-west-1:111122223333:layer:', Comparison: 'PREFIX' }] }, ['two']],
    ['not the resource', { ResourceId: [{ Value: ':layer:', Comparison: 'NOT_CONTAINS' }] }, ['one']],
    ['record state', { RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }] }, ['one']],
    ['workflow', { WorkflowStatus: [{ Value: 'NEW', Comparison: 'EQUALS' }] }, ['two']],
    ['not resolved', { WorkflowStatus: [{ Value: 'RESOLVED', Comparison: 'NOT_EQUALS' }] }, ['two']],
    ['product', { ProductArn: [{ Value: PRODUCT, Comparison: 'EQUALS' }] }, ['one', 'two']],
    ['both', { Id: [{ Value: 'one', Comparison: 'EQUALS' }], RecordState: [{ Value: 'ARCHIVED', Comparison: 'EQUALS' }] }, []],
    ['time', { UpdatedAt: [{ Start: '2026-11-22T11:00:00Z', End: '2026-11-22T13:00:00Z' }] }, ['two']],
    ['product field', { ProductFields: [{ Key: 'aws/securityhub/FindingId', Value: `${PRODUCT}/two`, Comparison: 'EQUALS' }] }, ['two']],
  ])('finds by %s', async (_name, filters, expected) => {
    expect(await ids(filters)).toEqual(expected);
  });

  it('refuses a filter that it does not know rather than ignoring it', async () => {
    expect(await failureOf(get({ MalwareName: [{ Value: 'x', Comparison: 'EQUALS' }] }))).toBe('InvalidInputException 400');
  });

  it('sorts and pages', async () => {
    const page = (NextToken?: string) =>
      hub.send(new GetFindingsCommand({ SortCriteria: [{ Field: 'UpdatedAt', SortOrder: 'desc' }], MaxResults: 1, NextToken }));

    const first = await page();
    const second = await page(first.NextToken);

    expect([first, second].map(({ Findings }) => Findings?.map(({ Id }) => Id))).toEqual([['two'], ['one']]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('BatchUpdateFindings: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html', () => {
  it('sets what is the customer’s and leaves the rest, UpdatedAt too', async () => {
    await put(finding());
    const [before] = await get();

    const result = await update({
      Workflow: { Status: 'RESOLVED' },
      Note: { Text: 'undone', UpdatedBy: 'perimeter' },
      UserDefinedFields: { a: 'b' },
    });

    expect(result).toEqual({ ProcessedFindings: [{ Id: 'one', ProductArn: PRODUCT }], UnprocessedFindings: [] });
    expect(await get()).toEqual([
      {
        ...before,
        Workflow: { Status: 'RESOLVED' },
        WorkflowState: 'RESOLVED',
        Note: { Text: 'undone', UpdatedBy: 'perimeter', UpdatedAt: expect.any(String) },
        UserDefinedFields: { a: 'b' },
        ProcessedAt: expect.any(String),
      },
    ]);
  });

  it('answers what it did not process', async () => {
    await put(finding());
    const one = { Id: 'one', ProductArn: PRODUCT };
    const unknown = { Id: 'unknown', ProductArn: PRODUCT };

    expect(await update({ FindingIdentifiers: [one, unknown, one], Workflow: { Status: 'RESOLVED' } })).toEqual({
      ProcessedFindings: [one],
      UnprocessedFindings: [
        { FindingIdentifier: unknown, ErrorCode: 'FindingNotFound', ErrorMessage: 'Finding Not Found' },
        { FindingIdentifier: one, ErrorCode: 'DuplicatedFindingIdentifier', ErrorMessage: 'Finding Identifier is duplicated' },
      ],
    });
  });

  it('refuses a note that is too long, and any call where Security Hub is off', async () => {
    expect(await failureOf(update({ Note: { Text: 'x'.repeat(513), UpdatedBy: 'me' } }))).toBe('InvalidInputException 400');
    await emulator.reset();
    expect([await failureOf(update({ Workflow: { Status: 'RESOLVED' } })), await failureOf(get())]).toEqual([
      'InvalidAccessException 401',
      'InvalidAccessException 401',
    ]);
  });
});
