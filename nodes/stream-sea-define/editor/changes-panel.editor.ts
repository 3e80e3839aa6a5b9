/** What deploying and writing the definition would change of the one that is stored. */

import type { Definition } from '../../../src/protocol/schema/schema';
import type { Version } from '../../../src/protocol/schema/versions';
import type { Translate } from '../../shared/editor/dialog.editor';
import { button, div, element, icon, problemLine, statusLine } from '../../shared/editor/dom.editor';
import type { Answer } from '../../shared/editor/target.editor';
import {
  diffDefinitions,
  type FieldChange,
  raisedVersion,
  type SchemaDiff,
  type Verdict,
} from './schema-diff.editor';

export interface ChangesPanelHost {
  readonly t: Translate;
  /** Nothing once the dialog is closed. */
  stored(): Promise<Answer<Definition | null> | undefined>;
  /** The definition as it is now; none while it has mistakes. */
  definition(): Definition | undefined;
  raise(version: Version): void;
  close(): void;
}

const SYMBOLS: Readonly<Record<FieldChange['kind'], string>> = {
  added: 'plus',
  removed: 'minus',
  retyped: 'exchange',
  values: 'list-ul',
};

/** Those of what the server will not take. */
export const REFUSED: readonly Verdict[] = ['sameVersion', 'lowerVersion'];

export function verdictText(
  verdict: Verdict,
  stored: Definition | null,
  next: Definition,
  t: Translate,
): string {
  const versions = { stored: String(stored?.version ?? ''), next: String(next.version) };
  return t(`hint.changes.${verdict}`, versions);
}

/** What makes the server take it after all. */
export function raiseButton(
  stored: Definition,
  t: Translate,
  raise: (version: Version) => void,
): HTMLButtonElement {
  const version = raisedVersion(stored.version);
  const label = t('label.raise', { version: String(version) });
  return button({ icon: 'arrow-up', label, onPress: () => raise(version) });
}

export class ChangesPanel {
  readonly element = statusLine('sea-panel-content');
  readonly #host: ChangesPanelHost;
  #stored: Answer<Definition | null> | undefined;

  constructor(host: ChangesPanelHost) {
    this.#host = host;
    this.element.append(host.t('status.asking'));
  }

  async load(): Promise<void> {
    this.#stored = await this.#host.stored();
    this.update();
  }

  /** Draws it anew, after a change of the definition. */
  update(): void {
    const stored = this.#stored;
    if (stored === undefined) return;
    const { t } = this.#host;
    const buttons = div('sea-buttons');
    const parts = 'problem' in stored ? [problemLine(stored.problem)] : this.#compare(stored.value, buttons);
    buttons.append(button({ label: t('label.close'), onPress: () => this.#host.close() }));
    this.element.replaceChildren(...parts, buttons);
  }

  #compare(stored: Definition | null, buttons: HTMLElement): HTMLElement[] {
    const { t } = this.#host;
    const next = this.#host.definition();
    if (next === undefined) return [problemLine(t('error.mistakesFirst'))];
    const diff = diffDefinitions(stored, next);
    const refused = REFUSED.includes(diff.verdict);
    const verdict = element('div', { class: refused ? 'sea-problem' : 'sea-verdict' });
    verdict.append(
      icon(refused ? 'times-circle' : 'check-circle'),
      ` ${verdictText(diff.verdict, stored, next, t)}`,
    );
    if (refused && stored !== null) buttons.append(raiseButton(stored, t, this.#host.raise));
    return [verdict, ...changeList(diff, t)];
  }
}

function changeList({ changes }: SchemaDiff, t: Translate): HTMLElement[] {
  if (changes.length === 0) return [];
  const items = changes.map((change) => {
    return element(
      'li',
      {},
      icon(SYMBOLS[change.kind]),
      ' ',
      element('strong', {}, change.path),
      ` ${inWords(change, t)}`,
    );
  });
  return [element('ul', { class: 'sea-changes' }, ...items)];
}

function inWords(change: FieldChange, t: Translate): string {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return t(`hint.changes.${change.kind}`, { type: change.type });
    case 'retyped':
      return t('hint.changes.retyped', { from: change.from, to: change.to });
    case 'values': {
      const list = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(', ');
      const [added, removed] = [list(change.added), list(change.removed)];
      if (removed === '') return t('hint.changes.valuesAdded', { values: added });
      if (added === '') return t('hint.changes.valuesRemoved', { values: removed });
      return t('hint.changes.valuesChanged', { added, removed });
    }
  }
}
