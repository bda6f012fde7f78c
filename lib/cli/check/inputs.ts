/** From PATH… to the files to judge. */
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { TemplateScope } from '../../core/template';
import { type FoundProblem, STDIN, walk } from '../files';
import type { Io } from '../io';
import type { Problem } from '../report/report';
import { Assemblies } from './assembly';
import type { Task } from './task';

const TEMPLATE_NAMES = new Set(['.json', '.yaml', '.yml', '.template', '.tmpl', '.cfn', '.tfplan']);
const SKIPPED_FOLDERS = new Set(['node_modules', '.git']);
const GLOB = /[*?[\]{}]|[!@+]\(/;

/** In a cloud assembly, `asset.…` folders hold the code of functions and the like, never a stack of the app. */
const RULES = {
  enter: (name: string, isFolder: boolean, siblings: ReadonlySet<string>): boolean => {
    if (!isFolder) return TEMPLATE_NAMES.has(extname(name).toLowerCase());
    const inAssembly = siblings.has('manifest.json') || siblings.has('cdk.out');
    return !SKIPPED_FOLDERS.has(name) && !(inAssembly && name.startsWith('asset.'));
  },
};

export interface Inputs {
  readonly tasks: readonly Task[];
  readonly problems: readonly { readonly problem: Problem; readonly named: boolean; readonly argument: string }[];
}

/** Every file once, by argument and then by name. `scope`: what the command line says of where it will be deployed. */
export async function collectInputs(paths: readonly string[], scope: TemplateScope, io: Io): Promise<Inputs> {
  const assemblies = new Assemblies(scope);
  const tasks = new Map<string, Task>();
  const problems: Inputs['problems'][number][] = [];
  for (const argument of new Set(paths)) {
    for await (const found of find(argument, io)) {
      if (found.kind === 'problem') problems.push(found);
      else
        tasks.set(
          found.path,
          merge(tasks.get(found.path), found) ?? newTask(found, found.path === STDIN ? [scope] : assemblies.scopesOf(found.path)),
        );
    }
  }
  return { tasks: [...tasks.values()], problems };
}

type FoundFile = Omit<Task, 'scopes' | 'arguments'> & { readonly kind: 'file'; readonly argument: string };
type FoundTask = FoundFile | FoundProblem;

const newTask = ({ path, name, size, origin, argument }: FoundFile, scopes: Task['scopes']): Task => ({
  path,
  name,
  size,
  origin,
  arguments: [argument],
  scopes,
});

/** A file that is named and met in a folder too counts as named, and for both arguments. */
function merge(known: Task | undefined, { origin, argument }: FoundFile): Task | undefined {
  if (!known) return undefined;
  const strictest = known.origin === 'named' || origin === 'named' ? 'named' : known.origin === 'glob' ? 'glob' : origin;
  return { ...known, origin: strictest, arguments: [...known.arguments, argument] };
}

async function* find(argument: string, io: Io): AsyncGenerator<FoundTask> {
  if (GLOB.test(argument) && !existsSync(resolve(io.cwd, argument))) {
    yield* findGlob(argument, io);
    return;
  }
  for (const found of walk(argument, io, RULES)) {
    yield found.kind === 'problem' ? found : { ...found, origin: found.named ? 'named' : 'folder' };
  }
}

async function* findGlob(argument: string, io: Io): AsyncGenerator<FoundTask> {
  const { glob } = await import('tinyglobby');
  const ignore = [...SKIPPED_FOLDERS].map((name) => `**/${name}/**`);
  const names = await glob(argument.replaceAll('\\', '/'), { cwd: io.cwd, ignore, expandDirectories: false });
  if (names.length === 0)
    yield { kind: 'problem', problem: { file: argument, message: 'matches no file: check the pattern' }, named: true, argument };
  for (const name of names.sort()) {
    const path = resolve(io.cwd, name);
    yield { kind: 'file', path, name, size: statSync(path).size, origin: 'glob', argument };
  }
}
