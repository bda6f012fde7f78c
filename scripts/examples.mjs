// The runs on the examples that `npm start` shows and the README quotes.
const CONFIGURATION = ['--config', 'examples/perimeter.yaml'];

/** `quoted`: how many findings the README shows. */
export const exampleRuns = [
  { args: ['check', 'examples/templates', '--region', 'eu-west-1', ...CONFIGURATION], quoted: 3 },
  { args: ['replay', 'examples/cloudtrail', ...CONFIGURATION], quoted: 1 },
];
