/** A version as its clients write it: a number (JavaScript) or a text (Python, PHP), kept apart by Node-RED's typed input. */

import type { Version } from '../../src/protocol/versions';

declare global {
  interface JQuery {
    typedInput(options: { types: readonly string[]; default: string }): this;
    typedInput(method: 'type'): string;
    typedInput(method: 'type' | 'value', value: string): this;
    typedInput(method: 'width', width: number | string): this;
  }
}

export class VersionField {
  readonly #input: JQuery;
  /** What it was last told to show, or told: nothing is reported twice. */
  #shown: unknown;

  /**
   * @param input in the document already: the widget measures it
   * @param label what the field is called, for those who listen
   */
  constructor(input: HTMLInputElement, label: string, changed: (version: Version) => void) {
    this.#input = $(input).typedInput({ types: ['num', 'str'], default: 'num' });
    this.#input.typedInput('width', '220px');
    const container = $(input).next('.red-ui-typedInput-container');
    container.find('input.red-ui-typedInput-input').attr('aria-label', label);
    container.find('button').attr('aria-label', label);
    this.#input.on('change', () => {
      const version = this.#version();
      if (Object.is(version, this.#shown)) return;
      this.#shown = version;
      changed(version);
    });
  }

  show(version: unknown): void {
    if (Object.is(version, this.#shown)) return;
    this.#shown = version;
    this.#input.typedInput('type', typeof version === 'string' ? 'str' : 'num');
    this.#input.typedInput('value', version == null || typeof version === 'object' ? '' : String(version));
  }

  mark(mistake: string | undefined): void {
    const container = this.#input.next('.red-ui-typedInput-container');
    container.toggleClass('input-error', mistake !== undefined).attr('title', mistake ?? '');
    container.find('input').attr('aria-invalid', mistake === undefined ? null : 'true');
  }

  /** As typed; a number that is none stays a text, which is marked as a mistake. */
  #version(): Version {
    const text = String(this.#input.val() ?? '');
    if (this.#input.typedInput('type') === 'str') return text;
    const number = Number(text);
    return text.trim() === '' || !Number.isFinite(number) ? '' : number;
  }
}
