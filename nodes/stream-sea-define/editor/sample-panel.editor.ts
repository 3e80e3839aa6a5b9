/** Fields from a message at hand: pasted, or the last one that passed; shown before they are taken. */

import { schemaTable } from '../../shared/editor/builder/schema-table.editor';
import type { Translate } from '../../shared/editor/dialog.editor';
import {
  button,
  div,
  element,
  hint,
  problemLine,
  statusLine,
  whileBusy,
} from '../../shared/editor/dom.editor';
import type { Answer } from '../../shared/editor/target.editor';
import { type Inference, inferFields, type Note, type NoteKind } from './builder/schema-from-sample.editor';

export interface SamplePanelHost {
  readonly t: Translate;
  hasFields(): boolean;
  /** Nothing once the dialog is closed. */
  lastMessage(): Promise<Answer<unknown> | undefined>;
  use(inference: Inference, how: 'replace' | 'add'): void;
  close(): void;
}

export function samplePanel(host: SamplePanelHost): HTMLElement {
  const { t } = host;
  const text = element('textarea', {
    id: 'sea-define-sample',
    rows: '4',
    spellcheck: 'false',
    placeholder: t('placeholder.sample'),
    'aria-describedby': 'sea-define-sample-hint',
  });
  const result = statusLine('sea-panel-result');
  const taking = button({ icon: 'history', label: t('label.sample.last'), onPress: takeLast });
  const using = button({ label: t('label.sample.use'), primary: true, onPress: () => use('replace') });
  const adding = button({ label: t('label.sample.add'), onPress: () => use('add') });
  let inference: Inference | undefined;

  text.addEventListener('input', show);
  show();
  return div(
    'sea-panel-content',
    element('label', { for: text.id }, t('label.sample.text')),
    hint(t('hint.sample.text'), 'sea-define-sample-hint'),
    text,
    div('sea-buttons', using, adding, button({ label: t('label.cancel'), onPress: host.close }), taking),
    result,
  );

  function show(): void {
    const found = inferFields(text.value);
    inference = 'fields' in found ? found : undefined;
    using.disabled = inference === undefined;
    adding.hidden = !host.hasFields();
    adding.disabled = inference === undefined;
    using.textContent = t(host.hasFields() ? 'label.sample.replace' : 'label.sample.use');
    if ('fields' in found) result.replaceChildren(...describe(found, t));
    else if (found.kind === 'empty') result.replaceChildren();
    else {
      const reason =
        found.kind === 'json' ? t('error.sample.json', { reason: found.reason }) : t('error.sample.noObject');
      result.replaceChildren(problemLine(reason));
    }
  }

  async function takeLast(): Promise<void> {
    const answer = await whileBusy(taking, host.lastMessage());
    if (answer === undefined) return;
    if ('problem' in answer) {
      result.replaceChildren(problemLine(answer.problem));
      return;
    }
    text.value = JSON.stringify(answer.value, undefined, 2);
    show();
  }

  function use(how: 'replace' | 'add'): void {
    if (inference !== undefined) host.use(inference, how);
  }
}

function describe({ fields, notes }: Inference, t: Translate): HTMLElement[] {
  const table = fields.length === 0 ? [] : [schemaTable(fields, t('label.sample.found'))];
  return [...noteList(notes, t), ...table];
}

/** One line for each kind of doubt, not for each field: a flat message of numbers would drown the rest. */
export function noteList(notes: readonly Note[], t: Translate): HTMLElement[] {
  if (notes.length === 0) return [];
  const places = new Map<NoteKind, string[]>();
  for (const { path, kind } of notes) places.set(kind, [...(places.get(kind) ?? []), path || '""']);
  const lines = [...places].map(([kind, paths]) => {
    return element('li', {}, element('strong', {}, paths.join(', ')), ` ${t(`hint.sample.${kind}`)}`);
  });
  return [element('ul', { class: 'sea-notes' }, ...lines)];
}
