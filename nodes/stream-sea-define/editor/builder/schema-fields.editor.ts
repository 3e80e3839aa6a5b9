/** The fields of a definition as a list to build, each row with what is within it below it. */

import { type Direction, directionOf } from '../../../shared/editor/builder/direction.editor';
import { type Focus, focusAt, makeSortable, selectionOf } from '../../../shared/editor/builder/moving.editor';
import { button, element } from '../../../shared/editor/dom.editor';
import { type FieldRowHost, fieldRow, type Marks } from './schema-field.editor';
import type { Mistake } from './schema-mistakes.editor';
import {
  addField,
  isNestedType,
  moveField,
  nameOf,
  nodeOf,
  placeOf,
  ROOT_ID,
  removeField,
  renameField,
  retypeField,
  type SchemaModel,
  type SchemaNode,
  setValues,
  shiftField,
} from './schema-model.editor';

export interface FieldListHost extends Pick<FieldRowHost, 't'> {
  model(): SchemaModel;
  mistakes(): readonly Mistake[];
  /** Called after each change by hand. */
  changed(model: SchemaModel): void;
  removed(name: string, before: SchemaModel): void;
  /** Says what happened to those who do not see it. */
  announce(text: string): void;
}

const STILL_MISSING = new Set<Mistake['kind']>(['nameMissing', 'valuesMissing']);

const SORTED = { list: 'stream-sea-fields', row: 'stream-sea-field', gap: 'stream-sea-field-gap' };

export class FieldList {
  readonly element = element('div', { class: 'stream-sea-fields-box' });
  readonly #host: FieldListHost;
  readonly #row: FieldRowHost;
  /** Just added, or of another type now: no reproach for what is still missing before it was left. */
  #fresh: number | undefined;
  /** Elements that go lose the focus, which says nothing about where the user is. */
  #drawing = false;

  constructor(host: FieldListHost) {
    this.#host = host;
    this.#row = {
      t: host.t,
      rename: (id, name) => this.#change(renameField(host.model(), id, name)),
      setValues: (id, values) => this.#change(setValues(host.model(), id, values)),
      retype: (id, type) => {
        this.#fresh = id;
        this.#change(retypeField(host.model(), id, type));
        this.show({ id, control: 'type' });
      },
      shift: (id, direction) => this.#shift(id, direction),
      remove: (id) => this.#remove(id),
    };
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('focusout', (event) => {
      if (this.#drawing || this.#fresh === undefined || controlOf(event.relatedTarget)?.id === this.#fresh)
        return;
      this.#fresh = undefined;
      this.mark();
    });
  }

  /** Draws all rows anew, with the focus where it was or where it is to be. */
  show(focus: Focus | undefined = controlOf(document.activeElement)): void {
    const selected = selectionOf(document.activeElement);
    this.#drawing = true;
    this.element.replaceChildren(this.#list(this.#host.model().root), this.#addButton(ROOT_ID));
    makeSortable(this.element, SORTED, (id, parent, index) => this.#move(id, parent, index));
    this.mark();
    if (focus !== undefined) this.#focus(focus, selected);
    this.#drawing = false;
  }

  /** Shows at each field what is wrong with it. */
  mark(): void {
    const marks = new Map<number, Marks>();
    for (const { id, control, kind } of this.#host.mistakes()) {
      if (id === this.#fresh && STILL_MISSING.has(kind)) continue;
      marks.set(id, { ...marks.get(id), [control]: this.#host.t(`error.field.${kind}`) });
    }
    for (const item of this.element.querySelectorAll<HTMLElement>('.stream-sea-field')) {
      const row = item.querySelector<HTMLElement>(':scope > .stream-sea-field-row');
      const text = item.querySelector<HTMLElement>(':scope > .stream-sea-field-mistake');
      if (row === null || text === null) continue;
      const mark = marks.get(Number(item.dataset.id)) ?? {};
      text.textContent = Object.values(mark).join(' ');
      for (const control of item.querySelectorAll<HTMLElement>(':scope > * > [data-control]')) {
        const mistake = mark[control.dataset.control as keyof Marks];
        control.classList.toggle('input-error', mistake !== undefined);
        control.title = mistake ?? control.dataset.title ?? '';
        if (mistake === undefined) control.removeAttribute('aria-invalid');
        else control.setAttribute('aria-invalid', 'true');
      }
    }
  }

  /** Adds a field at the end of a list, ready for its name. */
  add(parent: number, index?: number): void {
    const model = this.#host.model();
    const added = addField(model, parent, index ?? nodeOf(model, parent)?.fields?.length ?? 0);
    this.#fresh = added.id;
    this.#change(added.model);
    this.show({ id: added.id, control: 'name' });
  }

  #change(model: SchemaModel): void {
    this.#host.changed(model);
    this.mark();
  }

  #remove(id: number): void {
    const before = this.#host.model();
    const place = placeOf(before, id);
    if (place === undefined) return;
    const { parent, index } = place;
    const next = parent.fields?.[index + 1] ?? parent.fields?.[index - 1];
    const name = nameOf(parent.fields?.[index] ?? parent);
    this.#change(removeField(before, id));
    this.show(next ? { id: next.id, control: 'remove' } : { id: parent.id, control: 'add' });
    this.#host.removed(name, before);
  }

  #shift(id: number, direction: Direction, control: string = direction): void {
    const before = this.#host.model();
    const model = shiftField(before, id, direction);
    if (model === before) return;
    this.#change(model);
    this.show({ id, control });
    this.#announcePlace(id);
  }

  #announcePlace(id: number): void {
    const { t } = this.#host;
    const place = placeOf(this.#host.model(), id);
    if (place === undefined) return;
    const { parent, list, index } = place;
    const name = nameOf(parent.fields?.[index] ?? parent) || t('label.field.unnamed');
    const where = { name, position: index + 1, count: list.length, object: nameOf(parent) };
    const nested = parent.id !== ROOT_ID;
    this.#host.announce(nested ? t('status.movedWithin', where) : t('status.moved', where));
  }

  #onKey(event: KeyboardEvent): void {
    const focus = controlOf(event.target);
    if (focus === undefined || focus.id === ROOT_ID || event.ctrlKey || event.metaKey) return;
    const direction = directionOf(event);
    const isAdding = event.key === 'Enter' && focus.control === 'name';
    if (direction === undefined && !isAdding) return;
    // Not on to Node-RED: its own keys are looked up from the element, which will be drawn anew.
    event.stopPropagation();
    // Also where there is nowhere to go: Alt with an arrow would leave the editor for the page before it.
    event.preventDefault();
    if (direction !== undefined) {
      this.#shift(focus.id, direction, focus.control);
    } else {
      const place = placeOf(this.#host.model(), focus.id);
      if (place !== undefined) this.add(place.parent.id, place.index + 1);
    }
  }

  #list({ id, fields = [] }: SchemaNode): HTMLElement {
    const list = element('ol', { class: 'stream-sea-fields', 'data-list': String(id) });
    fields.forEach((field, index) => {
      const item = fieldRow(field, { isFirst: index === 0, isLast: index === fields.length - 1 }, this.#row);
      if (isNestedType(field.json.type)) {
        item.append(
          element(
            'div',
            { class: 'stream-sea-nested' },
            this.#list(field),
            this.#addButton(field.id, nameOf(field)),
          ),
        );
      }
      list.append(item);
    });
    return list;
  }

  #addButton(parent: number, object?: string): HTMLElement {
    const { t } = this.#host;
    const label = object === undefined ? t('label.field.add') : t('label.field.addShort');
    const made = button({ icon: 'plus', label, onPress: () => this.add(parent) });
    if (object !== undefined) made.setAttribute('aria-label', t('label.field.addWithin', { name: object }));
    made.dataset.control = 'add';
    made.dataset.owner = String(parent);
    made.classList.add('stream-sea-add');
    return made;
  }

  #move(id: number, parent: number, index: number): void {
    const model = moveField(this.#host.model(), id, parent, index);
    if (model !== this.#host.model()) this.#host.changed(model);
    this.show();
    this.#announcePlace(id);
  }

  #focus({ id, control }: Focus, selected: [number, number] | undefined): void {
    const find = (name: string) =>
      name === 'add'
        ? this.element.querySelector<HTMLElement>(`[data-owner="${id}"]`)
        : this.element.querySelector<HTMLElement>(
            `.stream-sea-field[data-id="${id}"] > .stream-sea-field-row [data-control="${name}"]`,
          );
    const wanted = find(control);
    // At the end of the way, its button cannot be pressed any more, nor hold the focus.
    const able = wanted instanceof HTMLButtonElement && wanted.disabled ? undefined : wanted;
    const target = able ?? find(control === 'up' ? 'down' : 'up') ?? find('name');
    focusAt(target, selected);
  }
}

function controlOf(target: EventTarget | null): Focus | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const control = target.closest<HTMLElement>('[data-control]');
  if (control?.dataset.owner !== undefined) return { id: Number(control.dataset.owner), control: 'add' };
  const field = control?.closest<HTMLElement>('.stream-sea-field');
  if (control == null || field == null) return undefined;
  return { id: Number(field.dataset.id), control: control.dataset.control ?? '' };
}
