/** A list of streams in a dialog, each on a line that may hold more than its name. */

import { aboutSigns, attachStreamSuggestions } from './stream-field.editor';

export interface StreamListOptions<Item> {
  items: readonly Item[];
  words: { stream: string; placeholder: string; remove: string; add: string };
  nameOf(item: Item): string;
  /** What else there is on a line; a new one has nothing yet. */
  more?(row: JQuery, item: Item | undefined): void;
  /** As high as what is in it; else its height is set. */
  grows?: boolean;
}

const NAME = '.stream-sea-stream-name';

export function attachStreamList<Item>(list: JQuery, options: StreamListOptions<Item>): void {
  const { items, words } = options;
  list.editableList<Item | Record<string, never>>({
    addItem(row, _index, item) {
      // The add button hands over an object of its own.
      const given = items.find((each) => each === item);
      const input = $('<input type="text" class="stream-sea-stream-name">')
        .attr({ 'aria-label': words.stream, placeholder: words.placeholder })
        .val(given === undefined ? '' : options.nameOf(given))
        .appendTo(row);
      attachStreamSuggestions(input);
      options.more?.(row, given);
      // The core's own button is a cross and nothing else.
      row.siblings('.red-ui-editableList-item-remove').attr('aria-label', words.remove);
    },
    removable: true,
    sortable: true,
    addButton: words.add,
    ...(options.grows === true && { height: 'auto' as const }),
  });
  for (const item of items) list.editableList('addItem', item);
  if (options.grows !== true) return;
  const note = $('<div class="stream-sea-hint" role="status">').insertAfter(list.closest('.form-row'));
  const describe = () => note.text(aboutSigns(streamsIn(list).map(({ name }) => name)));
  list.on('input change', describe);
  describe();
}

/** The lines that have a name. */
export function streamsIn(list: JQuery): { name: string; row: JQuery }[] {
  return (
    list
      .editableList('items')
      .toArray()
      .map((row) => $(row))
      // A row that was removed fades away: until then, it is in the list.
      .filter((row) => row.closest('.red-ui-editableList-item-deleting').length === 0)
      .map((row) => ({ name: String(row.find(NAME).val() ?? '').trim(), row }))
      .filter(({ name }) => name !== '')
  );
}
