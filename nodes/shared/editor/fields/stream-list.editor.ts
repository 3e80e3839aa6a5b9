/** A list of streams in a dialog, each on a line that may hold more than its name. */

import { textIn } from '../dialog.editor';
import { aboutSigns, attachStreamSuggestions } from './stream-field.editor';

export interface StreamListOptions<Item> {
  items: readonly Item[];
  words: { stream: string; placeholder: string; remove: string; add: string };
  nameOf(item: Item): string;
  /** What else there is on a line; a new one has nothing yet. */
  more?(row: JQuery, item: Item | undefined): void;
  /** As high as what is in it; else its height is set. */
  grows?: boolean;
  /** Where each stream may be there once. */
  once?: {
    /** The field for one beside the list. */
    readonly field: JQuery;
    /** What is in it; blank where nobody can know the name. */
    besides(): string;
    problem(stream: string): string;
  };
}

const NAME = '.sea-stream-name';
const REMOVE = '.red-ui-editableList-item-remove';
const ADD = '.red-ui-editableList-addButton';
const IS_LEAVING = '.red-ui-editableList-item-deleting';

export function attachStreamList<Item>(list: JQuery, options: StreamListOptions<Item>): void {
  const { items, words } = options;
  list.editableList<Item | Record<string, never>>({
    addItem(row, _index, item) {
      // The add button hands over an object of its own.
      const given = items.find((each) => each === item);
      const input = $('<input type="text" class="sea-stream-name">')
        .attr({ 'aria-label': words.stream, placeholder: words.placeholder })
        .val(given === undefined ? '' : options.nameOf(given))
        .appendTo(row);
      attachStreamSuggestions(input);
      options.more?.(row, given);
      // The core's own button is a cross and nothing else.
      row
        .siblings(REMOVE)
        .attr('aria-label', words.remove)
        .on('click', () => list.trigger('change'));
      if (given === undefined) input.trigger('focus');
    },
    removable: true,
    sortable: true,
    addButton: words.add,
    ...(options.grows === true && { height: 'auto' as const }),
  });
  // On the way down, as the core's own listener takes the line out.
  list.get(0)?.addEventListener('click', (event) => moveFocus(list, event), true);
  for (const item of items) list.editableList('addItem', item);
  if (options.grows !== true) return;
  const note = $('<div class="sea-hint" role="status">').insertAfter(list.closest('.form-row'));
  const describe = () => {
    const lines = streamsIn(list);
    const names = lines.map(({ name }) => name);
    const twice = options.once && namedTwice([options.once.besides(), ...names]);
    for (const { name, row } of lines) {
      const wrong = name === twice;
      row
        .find(NAME)
        .toggleClass('input-error', wrong)
        .attr('aria-invalid', wrong ? 'true' : null);
    }
    const problem = twice === undefined ? undefined : options.once?.problem(twice);
    note.text(problem ?? aboutSigns(names)).toggleClass('sea-problem-text', problem !== undefined);
  };
  list.on('input change', describe);
  options.once?.field.on('input change', describe);
  describe();
}

/**
 * Before a line goes, the focus moves to where the next one is removed, else to where one is added: it would be gone with the
 * line, and without it Node-RED's keys for a dialog do nothing.
 */
function moveFocus(list: JQuery, { target }: Event): void {
  const line = $(target as Element)
    .closest(REMOVE)
    .closest('li');
  if (line.length === 0) return;
  const near = [line.nextAll(), line.prevAll()].map((lines) => lines.not(IS_LEAVING).first().find(REMOVE));
  const next = near.find((button) => button.length > 0) ?? list.closest('.red-ui-editableList').find(ADD);
  next.trigger('focus');
}

/** The first of the names that is there before. */
export function namedTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => name !== '' && names.indexOf(name) < index);
}

/** The lines that have a name. */
export function streamsIn(list: JQuery): { name: string; row: JQuery }[] {
  return (
    list
      .editableList('items')
      .toArray()
      .map((row) => $(row))
      // A row that was removed fades away: until then, it is in the list.
      .filter((row) => row.closest(IS_LEAVING).length === 0)
      .map((row) => ({ name: textIn(row.find(NAME)).trim(), row }))
      .filter(({ name }) => name !== '')
  );
}
