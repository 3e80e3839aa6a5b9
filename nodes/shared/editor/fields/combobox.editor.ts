/**
 * A text field with suggestions, by mouse and keyboard, as the ARIA pattern has it. The core's autoComplete is not
 * used: on Tab it replaces what was typed by its first suggestion, and a new name often begins like an old one.
 */

import { textIn } from '../dialog.editor';
import { bringIntoView, button, element, span } from '../dom.editor';

export interface Suggestion {
  value: string;
  /** Shown beside the value. */
  note: string;
}

export interface ComboboxOptions {
  /** What the list hangs under; none: the field. The core's typed field shows nothing beyond its frame. */
  frame?: JQuery;
  /** Whether there is anything to suggest now: else it is a field like others. */
  enabled?(): boolean;
  /** Names the list, and the button that opens it. */
  label: string;
  suggestions(): readonly Suggestion[];
  /** About to be shown: a chance to refresh. */
  opening(): void;
}

export interface Combobox {
  /** The suggestions have changed. */
  refresh(): void;
}

const MAX_SHOWN = 100;

/** The id of the list and of its options derive from the field's. */
export function attachCombobox(input: JQuery, options: ComboboxOptions): Combobox {
  const listId = `${input.attr('id') ?? `sea-field-${$('.sea-suggestions').length}`}-suggestions`;
  const list = $(
    element('ul', {
      class: 'sea-suggestions',
      role: 'listbox',
      id: listId,
      'aria-label': options.label,
    }),
  ).hide();
  const opener = $(button({ icon: 'caret-down', title: options.label }));
  opener.addClass('sea-suggest').attr({ tabindex: '-1', 'aria-controls': listId });
  const frame = options.frame ?? input;
  frame.addClass('sea-has-suggestions').after(opener, list);
  input.attr({
    ...{ role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list' },
    ...{ 'aria-expanded': 'false', 'aria-controls': listId },
  });

  let shown: readonly Suggestion[] = [];
  let active = -1;
  let open = false;
  /** Only what contains the text, while it is being typed; all of them when asked for by arrow or button. */
  let filtering = false;

  const text = () => textIn(input);
  const enabled = () => options.enabled?.() ?? true;

  function render(): void {
    const wanted = text().trim().toLowerCase();
    shown = options
      .suggestions()
      .filter(({ value }) => !filtering || value.toLowerCase().includes(wanted))
      .slice(0, MAX_SHOWN);
    active = Math.min(active, shown.length - 1);
    list.empty();
    for (const [index, { value, note }] of shown.entries()) {
      list.append(
        element(
          'li',
          { role: 'option', id: `${listId}-${index}`, 'aria-selected': String(index === active) },
          element('span', {}, value),
          span('sea-suggestion-note', note),
        ),
      );
    }
    const visible = open && shown.length > 0;
    if (visible) {
      const { left, top } = frame.position();
      list.css({ left, top: top + (frame.outerHeight() ?? 0), width: frame.outerWidth() ?? 0 });
    }
    list.toggle(visible);
    input.attr('aria-expanded', String(visible));
    if (visible && active >= 0) {
      input.attr('aria-activedescendant', `${listId}-${active}`);
      bringIntoView(list.children().get(active));
    } else {
      input.removeAttr('aria-activedescendant');
    }
  }

  function show(filter: boolean): void {
    if (!enabled()) return;
    if (!open) options.opening();
    open = true;
    filtering = filter;
    render();
  }

  function hide(): void {
    open = false;
    active = -1;
    render();
  }

  function choose(index: number): void {
    const chosen = shown[index];
    hide();
    if (chosen === undefined) return;
    input.val(chosen.value);
    // As a key would: the editor's validation and the rest of the dialog listen.
    input.trigger('input').trigger('change');
    hide();
  }

  input.on('input', () => {
    active = -1;
    show(true);
  });
  input.on('blur', hide);
  input.on('keydown', (event) => {
    // Ctrl with Enter is Done, with Escape it is Cancel.
    if (event.ctrlKey || event.metaKey || !enabled()) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        if (open && shown.length > 0) active = (active + step + shown.length) % shown.length;
        show(open && filtering);
        break;
      }
      case 'Enter':
        if (active < 0) return;
        choose(active);
        break;
      case 'Escape':
        if (!open || shown.length === 0) return;
        hide();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  opener.on('click', () => {
    // Nothing that was typed fits: there was no list to be seen.
    const wasOpen = open && shown.length > 0;
    input.trigger('focus');
    if (wasOpen) hide();
    else show(false);
  });
  // The field keeps the focus, so that its blur does not close the list before the click arrives.
  opener.on('mousedown', (event) => event.preventDefault());
  list.on('mousedown', (event) => event.preventDefault());
  list.on('click', 'li', (event) => choose($(event.currentTarget).index()));

  return {
    refresh: () => {
      opener.toggle(enabled());
      if (!enabled()) hide();
      else if (open) render();
    },
  };
}
