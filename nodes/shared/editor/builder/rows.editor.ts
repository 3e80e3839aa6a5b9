/**
 * What is built, drawn as rows: removed and moved by mouse and keyboard, the focus with them, and each mistake at its
 * place. Each control of a row has its name as `data-control`; one that adds to a list, whose as `data-owner`.
 */

import { element } from '../dom.editor';
import { type Direction, directionOf } from './direction.editor';
import { type Focus, focusAt, makeSortable, selectionOf } from './moving.editor';
import type { Identified, Model, Place, Tree } from './tree.editor';

export interface RowsHost<Row extends Identified, Parent extends Row, Built extends Model<Parent>> {
  readonly tree: Tree<Row, Parent>;
  /** The class of all of it. */
  readonly box: string;
  /** The class of a row; those of the lists, of the gap where one would go, and of its mistakes begin with it. */
  readonly row: string;
  /** The class of the line in a row in which its controls are. */
  readonly line: string;
  /** Of the list that has lost its last row, what takes the focus. */
  readonly adding: string;
  /** Which controls of a row take it when the one that had it is no more, or cannot. */
  readonly instead: readonly string[];
  model(): Built;
  /** Called after each change by hand. */
  changed(model: Built): void;
  draw(): readonly HTMLElement[];
  /** @param fresh what was just added, and not filled in yet: no reproach before its row was left */
  mistakes(fresh: number | undefined): readonly ControlMistake[];
  /** Enter was pressed: on to the next row. */
  add(parent: number, index: number): void;
  without(model: Built, id: number): Built;
  removed(before: Built, place: Place<Row, Parent>): void;
  /** Says to those who do not see it where a row is now. */
  moved(place: Place<Row, Parent>): void;
}

export interface ControlMistake {
  readonly id: number;
  readonly control: string;
  readonly text: string;
}

export class Rows<Row extends Identified, Parent extends Row, Built extends Model<Parent>> {
  readonly element: HTMLElement;
  readonly #host: RowsHost<Row, Parent, Built>;
  #fresh: number | undefined;
  /** Elements that go lose the focus, which says nothing about where the user is. */
  #drawing = false;

  constructor(host: RowsHost<Row, Parent, Built>) {
    this.#host = host;
    this.element = element('div', { class: host.box });
    // Before a field with suggestions hears of it, which takes arrows for itself.
    this.element.addEventListener('keydown', (event) => this.#onKey(event), { capture: true });
    this.element.addEventListener('focusout', (event) => {
      if (this.#drawing || this.#fresh === undefined) return;
      if (this.#focusOf(event.relatedTarget)?.id === this.#fresh) return;
      this.#fresh = undefined;
      this.mark();
    });
  }

  /** Draws all anew, with the focus where it was or where it is to be. */
  show(focus: Focus | undefined = this.#focusOf(document.activeElement)): void {
    const { row, draw } = this.#host;
    const selected = selectionOf(document.activeElement);
    this.#drawing = true;
    this.element.replaceChildren(...draw());
    const classes = { list: `${row}s`, row, gap: `${row}-gap` };
    makeSortable(this.element, classes, (id, parent, index) => {
      const { tree, model, changed } = this.#host;
      const next = tree.move(model(), id, parent, index);
      if (next !== model()) changed(next);
      this.show();
      this.#tellPlace(id);
    });
    this.mark();
    if (focus !== undefined) this.#focus(focus, selected);
    this.#drawing = false;
  }

  /** Shows at each row what is wrong with it. */
  mark(): void {
    const { row, line, mistakes } = this.#host;
    const all = mistakes(this.#fresh);
    for (const item of this.element.querySelectorAll<HTMLElement>(`.${row}`)) {
      const own = all.filter(({ id }) => id === Number(item.dataset.id));
      const place = item.querySelector(`:scope > .${row}-mistake`);
      if (place !== null) place.textContent = own.map(({ text }) => text).join(' ');
      for (const control of item.querySelectorAll<HTMLElement>(`:scope > .${line} [data-control]`)) {
        const mistake = own.find((each) => each.control === control.dataset.control);
        control.classList.toggle('input-error', mistake !== undefined);
        control.title = mistake?.text ?? control.dataset.title ?? '';
        if (mistake === undefined) control.removeAttribute('aria-invalid');
        else control.setAttribute('aria-invalid', 'true');
      }
    }
  }

  change(model: Built): void {
    this.#host.changed(model);
    this.mark();
  }

  /** What was changed has something to be filled in now. */
  begin(model: Built, focus: Focus): void {
    this.#fresh = focus.id;
    this.change(model);
    this.show(focus);
  }

  remove(id: number): void {
    const { tree, adding, model, without, removed } = this.#host;
    const before = model();
    const place = tree.placeOf(before, id);
    if (place === undefined) return;
    const { parent, list, index } = place;
    const next = list[index + 1] ?? list[index - 1];
    this.change(without(before, id));
    this.show(next ? { id: next.id, control: 'remove' } : { id: parent.id, control: adding });
    removed(before, place);
  }

  shift(id: number, direction: Direction, control: string = direction): void {
    const before = this.#host.model();
    const model = this.#host.tree.shift(before, id, direction);
    if (model === before) return;
    this.change(model);
    this.show({ id, control });
    this.#tellPlace(id);
  }

  #tellPlace(id: number): void {
    const place = this.#host.tree.placeOf(this.#host.model(), id);
    if (place !== undefined) this.#host.moved(place);
  }

  #onKey(event: KeyboardEvent): void {
    const { target, key, ctrlKey, metaKey } = event;
    const focus = this.#focusOf(target);
    if (focus === undefined || ctrlKey || metaKey) return;
    const direction = directionOf(event);
    const isName = target instanceof HTMLInputElement && 'control' in target.dataset;
    const isAdding = key === 'Enter' && isName && !target.hasAttribute('aria-activedescendant');
    if (direction === undefined && !isAdding) return;
    // Not on to Node-RED: its own keys are looked up from the element, which will be drawn anew.
    event.stopPropagation();
    // Also where there is nowhere to go: Alt with an arrow would leave the editor for the page before it.
    event.preventDefault();
    const place = this.#host.tree.placeOf(this.#host.model(), focus.id);
    if (direction !== undefined) this.shift(focus.id, direction, focus.control);
    else if (place !== undefined) this.#host.add(place.parent.id, place.index + 1);
  }

  #focus({ id, control }: Focus, selected: [number, number] | undefined): void {
    const { row, line, instead } = this.#host;
    const item = this.element.querySelector(`.${row}[data-id="${id}"]`) ?? this.element;
    const own = item.querySelector(`.${line}`);
    const find = (name: string) => {
      const called = `[data-control="${name}"]:not(:disabled)`;
      return (
        this.element.querySelector<HTMLElement>(`[data-owner="${id}"]${called}`) ??
        own?.querySelector<HTMLElement>(called)
      );
    };
    focusAt([control, ...instead].map(find).find(Boolean), selected);
  }

  #focusOf(target: EventTarget | null): Focus | undefined {
    if (!(target instanceof HTMLElement) || !this.element.contains(target)) return undefined;
    const control = target.closest<HTMLElement>('[data-control]');
    if (control === null) return undefined;
    const { owner, control: name = '' } = control.dataset;
    const id = owner ?? control.closest<HTMLElement>(`.${this.#host.row}`)?.dataset.id;
    return { id: Number(id ?? this.#host.model().root.id), control: name };
  }
}
