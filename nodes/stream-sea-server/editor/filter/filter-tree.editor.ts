/** The conditions of a filter as groups of rows: added, changed and moved by mouse and keyboard, each mistake at its place. */

import { type Direction, directionOf } from '../../../shared/editor/builder/direction.editor';
import { type Focus, focusAt, makeSortable, selectionOf } from '../../../shared/editor/builder/moving.editor';
import type { Translate } from '../../../shared/editor/dialog.editor';
import { wordsFor } from '../../../shared/editor/dialog.editor';
import { button, element } from '../../../shared/editor/dom.editor';
import {
  addPart,
  groupIn,
  movePart,
  type NewPart,
  placeOf,
  removePart,
  setJson,
  setMode,
  setRow,
  shiftPart,
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

const SORTED = { list: 'stream-sea-parts', row: 'stream-sea-part', gap: 'stream-sea-part-gap' };

export class FilterTree {
  readonly element = element('div', { class: 'stream-sea-filter-tree' });
  readonly #host: TreeHost;
  readonly #t: Translate;
  readonly #row: RowHost;
  /** Just added, and not filled in yet: no reproach before its row was left. */
  #fresh: number | undefined;
  /** Elements that go lose the focus, which says nothing about where the user is. */
  #drawing = false;

  constructor(host: TreeHost) {
    this.#host = host;
    this.#t = host.t;
    this.#row = {
      t: host.t,
      fields: () => host.fields(),
      streams: () => host.streams(),
      setRow: (id, edit, draw) => {
        this.#change(setRow(host.model(), id, edit));
        if (draw) this.show();
      },
      setJson: (id, text) => this.#change(setJson(host.model(), id, text)),
      remove: (id) => this.#remove(id),
    };
    // Before a field with suggestions hears of it, which takes arrows for itself.
    this.element.addEventListener('keydown', (event) => this.#onKey(event), { capture: true });
    this.element.addEventListener('focusout', (event) => {
      if (this.#drawing || this.#fresh === undefined) return;
      if (focusOf(event.relatedTarget)?.id === this.#fresh) return;
      this.#fresh = undefined;
      this.mark();
    });
  }

  /** Draws all anew, with the focus where it was or where it is to be. */
  show(focus: Focus | undefined = focusOf(document.activeElement)): void {
    const selected = selectionOf(document.activeElement);
    this.#drawing = true;
    this.element.replaceChildren(this.#group(this.#host.model().root));
    makeSortable(this.element, SORTED, (id, parent, index) => this.#move(id, parent, index));
    this.mark();
    if (focus !== undefined) this.#focus(focus, selected);
    this.#drawing = false;
  }

  /** Shows at each part what is wrong with it. */
  mark(): void {
    const t = this.#t;
    const mistakes = mistakesOf(this.#host.model()).filter(({ id }) => id !== this.#fresh);
    for (const item of this.element.querySelectorAll<HTMLElement>('.stream-sea-part')) {
      const own = mistakes.filter(({ id }) => id === Number(item.dataset.id));
      const place = item.querySelector<HTMLElement>(':scope > .stream-sea-part-mistake');
      if (place !== null) {
        place.textContent = own
          .map(({ kind, reason }) => t(`error.filter.${kind}`, { reason: reason ? wordsFor(reason) : '' }))
          .join(' ');
      }
      for (const control of item.querySelectorAll<HTMLElement>(
        ':scope > .stream-sea-condition [data-control]',
      )) {
        const wrong = own.some((mistake) => mistake.control === control.dataset.control);
        control.classList.toggle('input-error', wrong);
        if (wrong) control.setAttribute('aria-invalid', 'true');
        else control.removeAttribute('aria-invalid');
        if (place !== null) control.setAttribute('aria-describedby', place.id);
      }
    }
  }

  add(parent: number, kind: NewPart, index?: number): void {
    const model = this.#host.model();
    const added = addPart(model, parent, index ?? groupIn(model, parent)?.parts.length ?? 0, kind);
    this.#fresh = added.id;
    const [text = ''] = this.#host.streams();
    const value = { kind: 'string', text } as const;
    this.#change(kind === 'stream' ? setRow(added.model, added.id, { value }) : added.model);
    this.show({ id: added.id, control: kind === 'stream' ? 'value' : 'path' });
  }

  #change(model: FilterModel): void {
    this.#host.changed(model);
    this.mark();
  }

  #remove(id: number): void {
    const before = this.#host.model();
    const place = placeOf(before, id);
    if (place === undefined) return;
    const { parent, index } = place;
    const next = parent.parts[index + 1] ?? parent.parts[index - 1];
    this.#change(removePart(before, id));
    this.show(next ? { id: next.id, control: 'remove' } : { id: parent.id, control: 'add-row' });
    this.#host.removed(before);
  }

  #shift(id: number, direction: Direction, control: string): void {
    const before = this.#host.model();
    const model = shiftPart(before, id, direction);
    if (model === before) return;
    this.#change(model);
    this.show({ id, control });
    this.#announcePlace(id);
  }

  #announcePlace(id: number): void {
    const place = placeOf(this.#host.model(), id);
    if (place === undefined) return;
    const { parent, index } = place;
    const where = { position: index + 1, total: parent.parts.length };
    this.#host.announce(
      this.#t('status.filter.moved', { ...where, group: this.#t(`label.filter.mode.${parent.mode}`) }),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const focus = focusOf(event.target);
    if (focus === undefined || event.ctrlKey || event.metaKey) return;
    const direction = directionOf(event);
    const choosing =
      event.target instanceof HTMLElement && event.target.hasAttribute('aria-activedescendant');
    const isAdding = event.key === 'Enter' && event.target instanceof HTMLInputElement && !choosing;
    if (direction === undefined && !isAdding) return;
    // Not on to Node-RED: its own keys are looked up from the element, which will be drawn anew.
    event.stopPropagation();
    // Also where there is nowhere to go: Alt with an arrow would leave the editor for the page before it.
    event.preventDefault();
    if (direction !== undefined) this.#shift(focus.id, direction, focus.control);
    else {
      const place = placeOf(this.#host.model(), focus.id);
      if (place !== undefined) this.add(place.parent.id, 'row', place.index + 1);
    }
  }

  #group(group: Group): HTMLElement {
    const t = this.#t;
    const { id, mode, parts } = group;
    const name = t(`label.filter.mode.${mode}`);
    const modes = element('select', { 'data-control': 'mode', 'aria-label': t('label.filter.mode.of') });
    for (const each of MODES)
      modes.append(element('option', { value: each }, t(`label.filter.mode.${each}`)));
    modes.value = mode;
    modes.addEventListener('change', () => {
      this.#change(setMode(this.#host.model(), id, modes.value as Mode));
      this.show();
    });
    const head = element('div', { class: 'stream-sea-condition' });
    if (id !== ROOT_ID) head.append(handle(t));
    head.append(modes);
    if (id !== ROOT_ID) head.append(removeButton(id, { name }, this.#row));
    const list = element(
      'ul',
      { class: 'stream-sea-parts', 'data-list': String(id) },
      ...parts.map((part) => this.#item(part)),
    );
    const made = element('div', { class: 'stream-sea-group', role: 'group', 'aria-label': name }, head, list);
    if (parts.length === 0) {
      const what = id === ROOT_ID ? 'none' : mode;
      made.append(element('div', { class: 'stream-sea-hint' }, t(`hint.filter.empty.${what}`)));
    }
    made.append(this.#adders(id, name));
    return made;
  }

  #item(part: Part): HTMLElement {
    const item = element('li', { class: 'stream-sea-part', 'data-id': String(part.id) });
    if (part.kind === 'group') {
      item.append(this.#group(part));
      return item;
    }
    const mistake = element('div', {
      class: 'stream-sea-part-mistake',
      id: `stream-sea-filter-mistake-${part.id}`,
    });
    item.append(part.kind === 'row' ? rowOf(part, this.#row) : jsonRowOf(part, this.#row), mistake);
    return item;
  }

  #adders(id: number, name: string): HTMLElement {
    const t = this.#t;
    const buttons = NEW_PARTS.map(([kind, symbol]) => {
      const what = t(`label.filter.add.${kind}`);
      const made = button({ icon: symbol, label: what, onPress: () => this.add(id, kind) });
      made.setAttribute('aria-label', t('label.filter.add.of', { name, what }));
      made.dataset.control = `add-${kind}`;
      made.dataset.owner = String(id);
      return made;
    });
    return element('div', { class: 'stream-sea-buttons' }, ...buttons);
  }

  #move(id: number, parent: number, index: number): void {
    const model = movePart(this.#host.model(), id, parent, index);
    if (model !== this.#host.model()) this.#host.changed(model);
    this.show();
    this.#announcePlace(id);
  }

  #focus({ id, control }: Focus, selected: [number, number] | undefined): void {
    const find = (name: string) =>
      name.startsWith('add-')
        ? this.element.querySelector<HTMLElement>(`[data-owner="${id}"][data-control="${name}"]`)
        : this.#controls(id).find((each) => each.dataset.control === name);
    const target = find(control) ?? find('value') ?? find('operator') ?? find('json') ?? find('mode');
    focusAt(target, selected);
  }

  /** Of one part, without those within it. */
  #controls(id: number): HTMLElement[] {
    const item =
      id === ROOT_ID ? this.element : this.element.querySelector(`.stream-sea-part[data-id="${id}"]`);
    const line = item?.querySelector('.stream-sea-condition');
    return [...(line?.querySelectorAll<HTMLElement>('[data-control]') ?? [])];
  }
}

function focusOf(target: EventTarget | null): Focus | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const control = target.closest<HTMLElement>('[data-control]');
  if (control === null) return undefined;
  const name = control.dataset.control ?? '';
  if (control.dataset.owner !== undefined) return { id: Number(control.dataset.owner), control: name };
  const part = control.closest<HTMLElement>('.stream-sea-part');
  return { id: part === null ? ROOT_ID : Number(part.dataset.id), control: name };
}
