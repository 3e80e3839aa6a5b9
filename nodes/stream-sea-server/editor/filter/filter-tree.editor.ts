/** The conditions of a filter as groups of rows. */

import { Rows } from '../../../shared/editor/builder/rows.editor';
import { wordsFor } from '../../../shared/editor/dialog.editor';
import { button, div, element, hint, select } from '../../../shared/editor/dom.editor';
import {
  addPart,
  groupIn,
  type NewPart,
  removePart,
  setJson,
  setMode,
  setRow,
  tree,
} from './filter-changes.editor';
import { mistakesOf } from './filter-mistakes.editor';
import { type FilterModel, type Group, MODES, type Mode, type Part, ROOT_ID } from './filter-model.editor';
import { handle, jsonRowOf, type RowHost, removeButton, rowOf } from './filter-row.editor';

export interface TreeHost extends Pick<RowHost, 't' | 'fields' | 'streams'> {
  model(): FilterModel;
  /** Called after each change by hand. */
  changed(model: FilterModel): void;
  removed(before: FilterModel): void;
  /** Says what happened to those who do not see it. */
  announce(text: string): void;
}

const NEW_PARTS: readonly (readonly [NewPart, string])[] = [
  ['row', 'plus'],
  ['stream', 'exchange'],
  ['group', 'object-group'],
];

export function filterTree(host: TreeHost): Rows<Part, Group, FilterModel> {
  const { t, model } = host;
  const rows = new Rows({
    tree,
    box: 'sea-filter-tree',
    row: 'sea-part',
    line: 'sea-condition',
    adding: 'add-row',
    instead: ['value', 'operator', 'json', 'mode'],
    model,
    changed: host.changed,
    draw: () => [groupElement(model().root)],
    mistakes: (fresh) =>
      mistakesOf(model())
        .filter(({ id }) => id !== fresh)
        .map(({ id, control, kind, reason }) => {
          return { id, control, text: t(`error.filter.${kind}`, { reason: wordsFor(reason) }) };
        }),
    add: (parent, index) => add(parent, 'row', index),
    without: removePart,
    removed: host.removed,
    moved: ({ parent, list, index }) => {
      const where = { position: index + 1, total: list.length };
      host.announce(t('status.filter.moved', { ...where, group: t(`label.filter.mode.${parent.mode}`) }));
    },
  });
  const rowHost: RowHost = {
    t,
    fields: host.fields,
    streams: host.streams,
    setRow: (id, edit, draw) => {
      rows.change(setRow(model(), id, edit));
      if (draw) rows.show();
    },
    setJson: (id, text) => rows.change(setJson(model(), id, text)),
    remove: (id) => rows.remove(id),
  };
  return rows;

  function add(parent: number, kind: NewPart, index = groupIn(model(), parent)?.parts.length ?? 0): void {
    const { model: added, id } = addPart(model(), parent, index, kind);
    const [text = ''] = host.streams();
    if (kind === 'stream') {
      rows.begin(setRow(added, id, { value: { kind: 'string', text } }), { id, control: 'value' });
    } else rows.begin(added, { id, control: 'path' });
  }

  function groupElement({ id, mode, parts }: Group): HTMLElement {
    const name = t(`label.filter.mode.${mode}`);
    const options = MODES.map((each) => [each, t(`label.filter.mode.${each}`)] as const);
    const modes = select('mode', options, mode, (chosen) => {
      rows.change(setMode(model(), id, chosen as Mode));
      rows.show();
    });
    modes.setAttribute('aria-label', t('label.filter.mode.of'));
    const head = div('sea-condition');
    if (id !== ROOT_ID) head.append(handle(t));
    head.append(modes);
    if (id !== ROOT_ID) head.append(removeButton(id, { name }, rowHost));
    const list = element('ul', { class: 'sea-parts', 'data-list': String(id) }, ...parts.map(partElement));
    const made = element('div', { class: 'sea-group', role: 'group', 'aria-label': name }, head, list);
    if (parts.length === 0) {
      const what = id === ROOT_ID ? 'none' : mode;
      made.append(hint(t(`hint.filter.empty.${what}`)));
    }
    made.append(adders(id, name));
    return made;
  }

  function partElement(part: Part): HTMLElement {
    const item = element('li', { class: 'sea-part', 'data-id': String(part.id) });
    if (part.kind === 'group') {
      item.append(groupElement(part));
      return item;
    }
    const id = `sea-filter-mistake-${part.id}`;
    const line = part.kind === 'row' ? rowOf(part, rowHost) : jsonRowOf(part, rowHost);
    for (const control of line.querySelectorAll('[data-control]')) {
      control.setAttribute('aria-describedby', id);
    }
    item.append(line, element('div', { class: 'sea-part-mistake', id }));
    return item;
  }

  function adders(id: number, name: string): HTMLElement {
    const buttons = NEW_PARTS.map(([kind, symbol]) => {
      const what = t(`label.filter.add.${kind}`);
      const made = button({ icon: symbol, label: what, onPress: () => add(id, kind) });
      made.setAttribute('aria-label', t('label.filter.add.of', { name, what }));
      made.dataset.control = `add-${kind}`;
      made.dataset.owner = String(id);
      return made;
    });
    return div('sea-buttons', ...buttons);
  }
}
