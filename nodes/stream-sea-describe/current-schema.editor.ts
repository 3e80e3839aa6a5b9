/** The stream's definition as the server has it now, to read in the dialog. */

import type { Definition } from '../../src/protocol/schema/schema';
import { storedDefinition } from '../shared/editor/api.editor';
import { schemaTable } from '../shared/editor/builder/schema-table.editor';
import { catalogue } from '../shared/editor/dialog.editor';
import { button, div, element, span, statusLine } from '../shared/editor/dom.editor';
import { lifetimeOf, oneByOne } from '../shared/editor/lifetime.editor';
import { type Answer, askAboutStream, currentTarget } from '../shared/editor/target.editor';

const t = catalogue('stream-sea-describe');

/** @param place becomes the section; it asks at once when there is somebody to ask. */
export function attachCurrentSchema(place: JQuery): void {
  const line = statusLine('sea-section-line');
  const table = element('div', {});
  const refresh = button({ icon: 'refresh', label: t('label.refresh'), onPress: () => void load() });
  const heading = span('sea-section-title', t('label.current'));
  place.addClass('sea-section');
  place.append(div('sea-section-head', heading, refresh), line, table);
  const next = oneByOne(lifetimeOf(place));

  async function load(): Promise<void> {
    const signal = next();
    line.textContent = t('hint.asking');
    line.classList.remove('sea-problem');
    const answer = await askAboutStream(storedDefinition, signal);
    if (answer !== undefined) show(answer);
  }

  function show(answer: Answer<Definition | null>): void {
    const problem = 'problem' in answer ? answer.problem : undefined;
    const definition = 'value' in answer ? answer.value : null;
    line.classList.toggle('sea-problem', problem !== undefined);
    line.textContent = problem ?? sentence(definition);
    table.replaceChildren();
    if (definition !== null && definition.fields.length > 0) {
      table.append(schemaTable(definition.fields, t('label.current')));
    }
  }

  function loadIfPossible(): void {
    if ('stream' in currentTarget()) void load();
    else {
      next();
      line.textContent = '';
      table.replaceChildren();
    }
  }

  // A change of another server or stream, also while the answer for the last one is under way.
  $('#node-input-stream, #node-input-server').on('change', loadIfPossible);
  loadIfPossible();
}

function sentence(definition: Definition | null): string {
  if (definition === null) return t('hint.noStream');
  const { version, fields } = definition;
  return fields.length === 0 ? t('hint.noFields', { version }) : t('hint.version', { version });
}
