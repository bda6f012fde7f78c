/** As much of jsdom as the tests read; its own types would bring a browser's names into every source. */
declare module 'jsdom' {
  export interface Element {
    readonly localName: string;
    readonly textContent: string;
    readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
    readonly dataset: { readonly [name: string]: string | undefined };
    hidden: boolean;
    value: string;
    getAttribute(name: string): string | null;
    querySelector(selector: string): Element | null;
    querySelectorAll(selector: string): Iterable<Element>;
    dispatchEvent(event: object): boolean;
  }
  export class JSDOM {
    constructor(html: string, options?: { readonly runScripts?: 'dangerously' });
    readonly window: {
      readonly document: Element;
      readonly Event: new (name: string) => object;
      close(): void;
    };
  }
}
