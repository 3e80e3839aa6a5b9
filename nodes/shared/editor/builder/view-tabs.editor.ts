/** The tabs of a builder: rows or JSON, two views of one text. */

import { button, element } from '../dom.editor';

export type View = 'builder' | 'json';

const ICONS: Readonly<Record<View, string>> = { builder: 'list-ul', json: 'code' };

export interface ViewTabsHost {
  /** What both together are called. */
  readonly name: string;
  label(view: View): string;
  /** The id of what is shown. */
  panel(view: View): string;
  /** Shows another view, where it can be shown; then {@link ViewTabs.show} is called. */
  choose(view: View): void;
}

export class ViewTabs {
  readonly element: HTMLElement;
  readonly #tabs: Readonly<Record<View, HTMLButtonElement>>;
  #shown: View | undefined;

  constructor(host: ViewTabsHost) {
    this.#tabs = { builder: this.#tab('builder', host), json: this.#tab('json', host) };
    this.element = element(
      'span',
      { class: 'button-group', role: 'tablist', 'aria-label': host.name },
      ...Object.values(this.#tabs),
    );
  }

  /** A view is shown now. */
  show(view: View): void {
    this.#shown = view;
    for (const [name, tab] of Object.entries(this.#tabs)) {
      const chosen = name === view;
      tab.classList.toggle('selected', chosen);
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
  }

  /** To the tab of what is shown. */
  focus(): void {
    if (this.#shown !== undefined) this.#tabs[this.#shown].focus();
  }

  #tab(view: View, { label, panel, choose }: ViewTabsHost): HTMLButtonElement {
    const choosing = (chosen: View) => {
      if (chosen !== this.#shown) choose(chosen);
    };
    const made = button({ icon: ICONS[view], label: label(view), onPress: () => choosing(view) });
    made.classList.add('toggle');
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-controls', panel(view));
    made.addEventListener('keydown', ({ key }) => {
      if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
      choosing(view === 'json' ? 'builder' : 'json');
      this.focus();
    });
    return made;
  }
}
