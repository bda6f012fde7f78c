/**
 * What the author of a Terraform configuration wrote, as a plan repeats it. It tells an argument whose value is only known after the
 * apply from one that nobody gave, which the provider fills in. https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */
import { isList, isObject, property, type Value } from './value';

/** The arguments and blocks given to a resource, by its address in the plan; undefined where the plan does not say. `dynamic` blocks are left out of it. */
export type GivenArguments = (address: string) => ReadonlySet<string> | undefined;

export function givenArguments(root: Value): GivenArguments {
  const given = new Map<string, ReadonlySet<string>>();
  collect(property(property(root, 'configuration'), 'root_module'), [], given);
  return (address) => given.get(configuredAs(address));
}

/** Modules nest as deeply as their authors like, but not like this. */
const DEEPEST = 200;

function collect(module: Value | undefined, steps: readonly string[], given: Map<string, ReadonlySet<string>>): void {
  if (steps.length > DEEPEST) return;
  const resources = property(module, 'resources');
  for (const resource of isList(resources) ? resources : []) {
    const address = property(resource, 'address');
    const expressions = property(resource, 'expressions');
    const names = isObject(expressions) ? Object.keys(expressions) : [];
    // A resource without a single argument tells nothing: a plan that was cut down looks the same.
    if (typeof address === 'string' && names.length > 0) given.set([...steps, address].join('.'), new Set(names));
  }
  const calls = property(module, 'module_calls');
  for (const [name, call] of Object.entries(isObject(calls) ? calls : {})) collect(property(call, 'module'), [...steps, 'module', name], given);
}

/** `module.feed["eu"].aws_sns_topic.orders[0]` is configured once, as `module.feed.aws_sns_topic.orders`. */
const configuredAs = (address: string): string => address.replace(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]/g, '');
