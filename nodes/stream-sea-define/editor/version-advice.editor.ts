/** Beside the version: when it has to rise, and of what the server would refuse as it is now, the way to do so. */

import type { Definition } from '../../../src/protocol/schema/schema';
import type { Version } from '../../../src/protocol/schema/versions';
import type { Translate } from '../../shared/editor/dialog.editor';
import { span, statusLine } from '../../shared/editor/dom.editor';
import type { Answer } from '../../shared/editor/target.editor';
import { isRefused, raiseButton, verdictText } from './changes-panel.editor';
import { diffDefinitions } from './schema-diff.editor';

export interface VersionAdviceHost {
  readonly t: Translate;
  /** Nothing once the dialog is closed. */
  stored(): Promise<Answer<Definition | null> | undefined>;
  /** The definition as it is now; none while it has mistakes. */
  definition(): Definition | undefined;
  /** Whether the changes panel tells the same. */
  isTold(): boolean;
  raise(version: Version): void;
  /** Whether the server will take the definition as it is now, and in words why not. */
  judged(refusal: string | undefined): void;
}

export class VersionAdvice {
  readonly element: HTMLElement;
  readonly #host: VersionAdviceHost;
  readonly #rule: string;
  #asked = false;
  /** Counts the questions: only the latest's answer matters. */
  #turn = 0;
  /** None while nobody has answered; null when there is no such stream. */
  #stored: Definition | null | undefined;

  constructor(host: VersionAdviceHost) {
    this.#host = host;
    this.#rule = host.t('hint.version');
    this.element = statusLine('sea-hint sea-advice', this.#rule);
  }

  /** The definition is for another stream now, or for another server. */
  targetChanged(): void {
    if (this.#asked) void this.#ask();
  }

  /** The definition is another now, or the one that was saved. The server is asked once. */
  update(): void {
    this.draw();
    if (!this.#asked) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asked = true;
    this.#stored = undefined;
    this.draw();
    this.#turn += 1;
    const turn = this.#turn;
    const answer = await this.#host.stored();
    if (answer === undefined || turn !== this.#turn) return;
    this.#stored = 'value' in answer ? answer.value : undefined;
    this.draw();
  }

  /** As it is known now; asks nobody. */
  draw(): void {
    this.#show(...(this.#warning() ?? [this.#rule]));
  }

  #warning(): (Node | string)[] | undefined {
    const stored = this.#stored;
    const next = this.#host.definition();
    if (stored === undefined || next === undefined) return undefined;
    const { t, raise, judged, isTold } = this.#host;
    const { verdict } = diffDefinitions(stored, next);
    const words = isRefused(verdict) ? verdictText(verdict, stored, next, t) : undefined;
    judged(words);
    if (words === undefined || stored === null || isTold()) return undefined;
    return [span('sea-problem-text', words), ' ', raiseButton(stored, t, raise)];
  }

  #show(...parts: readonly (Node | string)[]): void {
    const text = parts.map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
    // A button that somebody is about to press stays the same one.
    if (this.element.textContent !== text) this.element.replaceChildren(...parts);
  }
}
