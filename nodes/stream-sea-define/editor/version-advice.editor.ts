/** Beside the version: when it has to rise, and of what the server would refuse as it is now, the way to do so. */

import type { Definition } from '../../../src/protocol/schema/schema';
import type { Version } from '../../../src/protocol/schema/versions';
import type { Translate } from '../../shared/editor/dialog.editor';
import { element, showOneOf, span, statusLine } from '../../shared/editor/dom.editor';
import type { Answer } from '../../shared/editor/target.editor';
import { REFUSED, raiseButton, verdictText } from './changes-panel.editor';
import { diffDefinitions, type Verdict } from './schema-diff.editor';

/** Stands for what is not known yet, where there has to be room for what will be said. */
const BLANK: Definition = { name: '', version: 1, fields: [] };

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
  readonly element = statusLine('sea-hint sea-advice');
  readonly #host: VersionAdviceHost;
  #asked = false;
  /** Counts the questions: only the latest's answer matters. */
  #turn = 0;
  /** None while nobody has answered; null when there is no such stream. */
  #stored: Definition | null | undefined;

  constructor(host: VersionAdviceHost) {
    this.#host = host;
    this.draw();
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
    const { t, raise } = this.#host;
    const verdict = this.#refusal();
    const stored = this.#stored ?? BLANK;
    const next = this.#host.definition() ?? BLANK;
    const warnings = REFUSED.map((each) => [
      span('sea-problem-text', verdictText(each, stored, next, t)),
      ' ',
      raiseButton(stored, t, raise),
    ]);
    const contents = [[t('hint.version')], ...warnings].map((parts) => element('div', {}, ...parts));
    // A button that somebody is about to press stays the same one.
    if (this.element.textContent !== contents.map((each) => each.textContent).join('')) {
      this.element.replaceChildren(...contents);
    }
    showOneOf(this.element, verdict === undefined ? 0 : REFUSED.indexOf(verdict) + 1);
  }

  /** What is to be told of here: not what the changes panel tells. */
  #refusal(): Verdict | undefined {
    const stored = this.#stored;
    const { t, judged, isTold, definition } = this.#host;
    const next = definition();
    if (stored === undefined || next === undefined) return undefined;
    const { verdict } = diffDefinitions(stored, next);
    const refused = REFUSED.includes(verdict);
    judged(refused ? verdictText(verdict, stored, next, t) : undefined);
    return refused && !isTold() ? verdict : undefined;
  }
}
