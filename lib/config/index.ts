/** What the command line needs to read a configuration. The JSON Schema and the first file have their own modules, loaded when asked for. */
export type { ConfigurationDocument } from './document';
export { type LoadedConfiguration, type LoadOptions, parseConfiguration } from './load';
export { ConfigurationError, type Problem } from './problem';
