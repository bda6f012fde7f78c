/** The shapes that one resource can take: its properties under each assignment of what it uses. */
import type { Variant } from '../judge';
import { isObject, type Value } from '../value';
import { usedCondition } from './conditions';
import { Equalities } from './equalities';
import { type Choose, explore } from './explore';
import type { Entry, Model } from './model';
import { resolve } from './resolve';
import { MOST_ASSIGNMENTS, type Run } from './run';

/**
 * `tooMany`: more than 64 assignments. `unknown`: a macro or an include writes the properties. Where the allowed values of
 * parameters are too many to try, they stay unknown and only conditions make variants.
 */
export function variantsOf(model: Model, entry: Entry, reads?: ReadonlySet<string>): readonly Variant[] | 'tooMany' | 'unknown' {
  const read = reads ? onlyRead(entry, reads) : entry;
  const shapes =
    explore(MOST_ASSIGNMENTS, (choose) => shapeOf(model, read, choose, false)) ??
    explore(MOST_ASSIGNMENTS, (choose) => shapeOf(model, read, choose, true));
  if (shapes === undefined) return 'tooMany';
  return shapes.includes('unknown') ? 'unknown' : shapes.filter((shape) => typeof shape === 'object');
}

/** The resource with the properties that are read. One whose properties a function makes stays whole. */
function onlyRead(entry: Entry, reads: ReadonlySet<string>): Entry {
  const { logicalId, writtenAs, type, condition, properties, ignoreGlobals } = entry;
  if (!isObject(properties)) return entry;
  const read: Record<string, Value> = {};
  for (const name of Object.keys(properties)) {
    if (isFunctionName(name)) return entry;
    if (reads.has(name)) read[name] = properties[name] ?? null;
  }
  return { logicalId, writtenAs, type, condition, properties: read, ignoreGlobals };
}

const isFunctionName = (name: string): boolean => name.startsWith('Fn::') || name === 'Ref';

function shapeOf(model: Model, entry: Entry, choose: Choose, valuesStayOpen: boolean): Variant | 'absent' | 'unknown' {
  const run = new StartedRun(model, choose, valuesStayOpen);
  if (entry.condition !== undefined && usedCondition(run, entry.condition, 0) === false) return 'absent';
  const properties = propertiesOf(run, entry);
  if (properties === undefined) return 'absent';
  if (!isObject(properties)) return 'unknown';
  const branch = run.branch();
  run.close();
  const { logicalId, type } = entry;
  return { branch, input: { type, logicalId, properties, place: model.place, sibling: (name) => siblingOf(run, name) } };
}

/** Without properties, a resource has none; where they are `AWS::NoValue`, what SAM would make is not made. */
const propertiesOf = (run: Run, entry: Entry): Value | undefined => (entry.properties === undefined ? {} : run.resolve(entry.properties, 0));

function siblingOf(run: Run, logicalId: string): { readonly type: string; readonly properties: { readonly [name: string]: Value } } | undefined {
  const entry = run.model.entries.get(logicalId);
  if (entry === undefined) return undefined;
  if (entry.condition !== undefined && usedCondition(run, entry.condition, 0) === false) return undefined;
  const properties = propertiesOf(run, entry);
  return isObject(properties) ? { type: entry.type, properties } : undefined;
}

/** Without `choose`, nothing is decided: what depends on a choice is unknown. Few resources need the tables: each is made when asked for. */
export class StartedRun implements Run {
  private isOpen = true;
  private madeDomains: Run['domains'] | undefined;
  private madeEqualities: Run['equalities'] | undefined;
  private madeConditions: Run['conditions'] | undefined;
  private madeUsed: Run['used'] | undefined;
  private madeLookups: Run['lookups'] | undefined;

  constructor(
    readonly model: Model,
    private readonly decide?: Choose,
    readonly valuesStayOpen = false,
  ) {}

  resolve(value: Value, depth: number): Value | undefined {
    return resolve(this, value, depth);
  }

  choose(options: number): number | undefined {
    return this.isOpen ? this.decide?.(options) : undefined;
  }

  /** From now on nothing is decided any more. */
  close(): void {
    this.isOpen = false;
  }

  /** The conditions that the resource uses, and which way each went: `IsProd=true, InVpc=false`. */
  branch(): string {
    if (this.madeUsed === undefined) return '';
    return [...this.madeUsed]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, holds]) => `${name}=${holds}`)
      .join(', ');
  }

  get domains(): Run['domains'] {
    this.madeDomains ??= new Map();
    return this.madeDomains;
  }

  get equalities(): Run['equalities'] {
    this.madeEqualities ??= new Equalities();
    return this.madeEqualities;
  }

  get conditions(): Run['conditions'] {
    this.madeConditions ??= new Map();
    return this.madeConditions;
  }

  get used(): Run['used'] {
    this.madeUsed ??= new Map();
    return this.madeUsed;
  }

  get lookups(): Run['lookups'] {
    this.madeLookups ??= new Map();
    return this.madeLookups;
  }
}
