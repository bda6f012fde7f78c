/** What `perimeter undo` is tried on: an emulated account in which something was removed by the functions as they are shipped. */
import { type MotoEmulator, startEmulator } from '../../aws/emulator';
import { CALLER, prepare, stageOf } from '../../e2e/organization';
import type { Scenario } from '../../e2e/scenarios';
import type { Printed } from '../../support/perimeter';
import { build, CONFIGURATION, run } from './aws';
import { type Workspace, workspace } from './workspace';

interface Document {
  readonly finding: { readonly Id: string; readonly ProductFields: { readonly [name: string]: string } };
  readonly calls: readonly { readonly outcome: string }[];
}

/** An account for each test, and a folder with a configuration. */
export class UndoBench {
  #api: MotoEmulator | undefined;
  #place: Workspace | undefined;

  constructor() {
    beforeAll(async () => {
      build();
      this.#api = await startEmulator();
    });
    afterAll(() => this.#api?.stop());
    beforeEach(async () => {
      await this.api.reset();
      await prepare(this.api);
      this.#place = workspace({ 'perimeter.yaml': CONFIGURATION });
    });
    afterEach(() => this.place.remove());
  }

  get api(): MotoEmulator {
    if (!this.#api) throw new Error('it starts with the first test');
    return this.#api;
  }

  get place(): Workspace {
    if (!this.#place) throw new Error('it is made for each test');
    return this.#place;
  }

  readonly perimeter = (argv: readonly string[], stdin?: string, caller = CALLER): Promise<Printed> =>
    run(argv, { cwd: this.place.folder, env: this.api.environment(caller), ...(stdin !== undefined && { stdin }) });

  /** Made, found and undone; answers what `invoke` printed, which is in `finding.json` too. */
  async remediated({ guardrail, make }: Scenario): Promise<Document> {
    this.place.write({ 'event.json': JSON.stringify(await make(stageOf(this.api))) });
    const { code, stdout, stderr } = await this.perimeter(['invoke', 'remediator', guardrail, 'event.json', '--apply']);
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    this.place.write({ 'finding.json': stdout });
    return JSON.parse(stdout);
  }

  excuse(configuration = CONFIGURATION): void {
    this.place.write({ 'perimeter.yaml': `${configuration}${EXEMPTIONS}` });
  }
}

const EXEMPTIONS = `
exemptions:
  - guardrails: [lambda-permission, lambda-layer-permission, lambda-vpc, sns-subscription, ecr-layer-access]
    resources: ["arn:aws:lambda:*:*:function:*", "arn:aws:lambda:*:*:layer:*", "arn:aws:sns:*:*:*", "arn:aws:ecr:*:*:*/*", "arn:aws:ecr:*:*:registry/creation-template/*"]
    reason: agreed with the owner
    owner: security@example.com
    expires: 2040-01-01
`;

/** As it reads, wherever its lines end. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ');
