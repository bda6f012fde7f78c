/** Files that another tool deploys. */
export interface Artefact {
  /** From the folder, with `/`. */
  readonly name: string;
  readonly text: string;
}

/** People read and compare them. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Templates are sent: a StackSet takes 1 MB from S3, and every space counts. */
export const packed = (value: unknown): string => JSON.stringify(value);
