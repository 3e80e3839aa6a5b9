/** A version as its clients write it: a number (JavaScript) or a text (Python, PHP), kept apart by Node-RED's typed input. */

import type { Version } from '../../../src/protocol/schema/versions';

declare global {
  interface JQuery {
    typedInput(options: { types: readonly string[]; default: string }): this;
    typedInput(method: 'type' | 'value'): string;
    typedInput(method: 'type' | 'value', value: string): this;
    typedInput(method: 'width', width: number | string): this;
  }
}

export class VersionField {
  readonly #input: JQuery;
  /** What it was last told to show, or told: nothing is reported twice. */
  #shown: unknown;
  /** The widget reports each step of its own changes as if it were by hand. */
  #showing = false;

  /**
   * @param input in the document already: the widget measures it
   * @param texts what the field is called, and the choice between number and text, for those who listen
   */
  constructor(
    input: HTMLInputElement,
    { label, kindLabel }: { label: string; kindLabel: string },
    changed: (version: Version) => void,
  ) {
    this.#input = $(input).typedInput({ types: ['num', 'str'], default: 'num' });
    this.#input.typedInput('width', '220px');
    const container = $(input).next('.red-ui-typedInput-container');
    container.find('input.red-ui-typedInput-input').attr('aria-label', label);
    container.find('.red-ui-typedInput-type-select').attr('aria-label', kindLabel);
    const report = () => {
      const version = this.#version();
      if (this.#showing || Object.is(version, this.#shown)) return;
      this.#shown = version;
      changed(version);
    };
    this.#input.on('change', report);
    // The widget itself waits until the field is left.
    container.find('input.red-ui-typedInput-input').on('input', report);
  }

  show(version: unknown): void {
    if (Object.is(version, this.#shown)) return;
    this.#shown = version;
    this.#showing = true;
    this.#input.typedInput('type', typeof version === 'string' ? 'str' : 'num');
    this.#input.typedInput('value', version == null || typeof version === 'object' ? '' : String(version));
    this.#showing = false;
  }

  mark(mistake: string | undefined): void {
    const container = this.#input.next('.red-ui-typedInput-container');
    container.toggleClass('input-error', mistake !== undefined).attr('title', mistake ?? '');
    container.find('input').attr('aria-invalid', mistake === undefined ? null : 'true');
  }

  /** As typed; a number that is none stays a text, which is marked as a mistake. */
  #version(): Version {
    const text = this.#input.typedInput('value');
    if (this.#input.typedInput('type') === 'str') return text;
    const number = Number(text);
    return text.trim() === '' || !Number.isFinite(number) ? '' : number;
  }
}
