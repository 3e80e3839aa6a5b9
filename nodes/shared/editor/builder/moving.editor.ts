/** How the rows of a builder are moved, by mouse and keyboard, and the focus with them: it outlives the elements. */

/** Where the focus is: at which control of which row. */
export interface Focus {
  readonly id: number;
  readonly control: string;
}

/** The part of jQuery UI's sortable that is used here. */
interface SortableOptions {
  handle: string;
  items: string;
  connectWith: string;
  placeholder: string;
  tolerance: 'pointer';
  stop(event: unknown, ui: { item: JQuery }): void;
}

declare global {
  interface JQuery {
    sortable(options: SortableOptions): this;
  }
}

export interface Sorted {
  /** The class of the lists, each of which has the id of what it belongs to as `data-list`. */
  readonly list: string;
  /** The class of a row, which has its id as `data-id`. */
  readonly row: string;
  /** The class of the gap where a row would go. */
  readonly gap: string;
}

/** @param moved hears which row was dragged to which place of which list. */
export function makeSortable(
  root: HTMLElement,
  { list, row, gap }: Sorted,
  moved: (id: number, list: number, index: number) => void,
): void {
  $(root)
    .find(`.${list}`)
    .sortable({
      handle: '.sea-handle',
      items: `> .${row}`,
      connectWith: `.${list}`,
      placeholder: gap,
      tolerance: 'pointer',
      stop: (_event, { item }) => {
        const id = Number(item.attr('data-id'));
        const parent = Number(item.parent().attr('data-list'));
        const index = item.index();
        // jQuery UI still needs the elements until it is done with this event.
        queueMicrotask(() => moved(id, parent, index));
      },
    });
}

/** What is selected in a field, or where the caret is. */
export function selectionOf(target: Element | null): [number, number] | undefined {
  if (!(target instanceof HTMLInputElement) || target.type !== 'text') return undefined;
  const { selectionStart, selectionEnd } = target;
  return selectionStart === null || selectionEnd === null ? undefined : [selectionStart, selectionEnd];
}

export function focusAt(
  target: HTMLElement | null | undefined,
  selected: [number, number] | undefined,
): void {
  target?.focus();
  if (target instanceof HTMLInputElement && selected !== undefined) target.setSelectionRange(...selected);
}
