/**
 * The dialog in which a filter is built, over that of its server: as rows or as JSON, two views of one text, with the
 * latest messages beside it. The text stays as it was typed until something is changed in the rows.
 */

import { JsonView } from '../../../shared/editor/builder/json-view.editor';
import { type View, ViewTabs } from '../../../shared/editor/builder/view-tabs.editor';
import { hasEnvironment, t } from '../../../shared/editor/dialog.editor';
import { button, div, element, hint, icon, statusLine } from '../../../shared/editor/dom.editor';
import { streamsInFlows } from '../../../shared/editor/fields/stream-field.editor';
import { lifetimeOf } from '../../../shared/editor/lifetime.editor';
import { readFilter } from './filter-mistakes.editor';
import { type FilterModel, modelOf, textOf } from './filter-model.editor';
import { filterProblem } from './filter-problem.editor';
import { FilterStream } from './filter-stream.editor';
import { filterTree } from './filter-tree.editor';
import { hasOrder } from './filter-words.editor';

const WIDTH = 960;

export interface FilterDialogOptions {
  /** The id of the server node. */
  readonly server: string;
  readonly text: string;
  done(text: string): void;
  /** The dialog is gone. */
  closed(): void;
}

export function openFilterDialog({ server, text, done, closed }: FilterDialogOptions): void {
  let dialog: FilterDialog | undefined;
  const end = () => RED.tray.close(closed);
  RED.tray.show({
    title: t('label.filter.title'),
    width: WIDTH,
    buttons: [
      { id: 'node-dialog-cancel', text: RED._('common.label.cancel'), click: end },
      {
        id: 'node-dialog-ok',
        text: RED._('common.label.done'),
        class: 'primary',
        click: () => {
          if (dialog !== undefined) done(dialog.result());
          end();
        },
      },
    ],
    open: (tray) => {
      const body = tray.find('.red-ui-tray-body');
      dialog = new FilterDialog(body, server, text);
    },
    resize: () => dialog?.resize(),
    show: () => {},
  });
}

class FilterDialog {
  readonly #body: HTMLElement;
  readonly #views: ViewTabs;
  readonly #builder: HTMLElement;
  readonly #editor = element('div', {
    class: 'node-text-editor',
    id: 'sea-filter-json',
    role: 'tabpanel',
  });
  readonly #problem = statusLine('sea-problem');
  readonly #order: HTMLElement;
  readonly #notice = statusLine('sea-status');
  readonly #stream: FilterStream;
  readonly #tree: ReturnType<typeof filterTree>;
  readonly #json: JsonView;
  #model: FilterModel = modelOf(undefined);
  #view: View = 'builder';
  #text: string;

  constructor(body: JQuery, server: string, text: string) {
    this.#text = pretty(text);
    const lifetime = lifetimeOf(body);
    this.#builder = element('div', {
      id: 'sea-filter-builder',
      role: 'tabpanel',
      'aria-label': t('label.filter.view.builder'),
    });
    this.#views = new ViewTabs({
      name: t('label.filter.views'),
      label: (view) => t(`label.filter.view.${view}`),
      panel: (view) => (view === 'json' ? this.#editor.id : this.#builder.id),
      choose: (view) => this.#switch(view),
    });
    this.#editor.setAttribute('aria-label', t('label.filter.view.json'));
    this.#order = element(
      'div',
      { class: 'sea-hint', hidden: '' },
      icon('info-circle'),
      ` ${t('hint.filter.order')}`,
    );
    this.#json = new JsonView(this.#editor, (typed) => this.#take(typed));
    const learned = () => {
      if (this.#view === 'builder') this.#tree.show();
    };
    this.#stream = new FilterStream({ server, lifetime, learned });
    this.#tree = filterTree({
      t,
      fields: () => this.#stream.fields,
      streams: () => [...streamsInFlows(server)],
      model: () => this.#model,
      changed: (model) => {
        this.#model = model;
        this.#take(textOf(model));
      },
      removed: (before) => this.#offerUndo(before),
      announce: (words) => this.#notice.replaceChildren(words),
    });
    this.#builder.append(this.#tree.element, hint(t('hint.filter.keys')));
    this.#body = this.#layout();
    body.append(this.#body);
    lifetime.addEventListener('abort', () => this.#json.close());
    this.#stream.attach();
    this.#open(this.#readable() ? 'builder' : 'json');
    this.#tell();
  }

  /** What is saved: in one line, as long as it is JSON. */
  result(): string {
    const typed = this.#typed.trim();
    try {
      return JSON.stringify(JSON.parse(typed));
    } catch {
      return typed;
    }
  }

  resize(): void {
    const tray = this.#body.closest('.red-ui-tray-body')?.getBoundingClientRect();
    if (tray === undefined || this.#view !== 'json') return;
    this.#json.resize(tray.bottom - this.#editor.getBoundingClientRect().top - 60);
  }

  #layout(): HTMLElement {
    const main = div(
      'sea-filter-main',
      div('sea-bar', this.#views.element),
      this.#notice,
      this.#builder,
      this.#editor,
      this.#problem,
      this.#order,
    );
    const columns = div('sea-filter-columns', main, this.#stream.sample.element);
    // Two, as the styles of all dialogs ask for the outer one.
    const dialog = div('sea-filter-dialog', this.#stream.row, columns);
    return div('sea-dialog', dialog);
  }

  #switch(view: View): void {
    this.#take(this.#typed);
    if (view === 'json' || this.#readable()) this.#open(view);
    else this.#showProblem(this.#whyUnreadable());
  }

  /** Shows a view of the text as it is now. */
  #open(view: View): void {
    this.#view = view;
    this.#builder.hidden = view !== 'builder';
    this.#editor.hidden = view !== 'json';
    this.#views.show(view);
    if (view === 'builder') {
      this.#json.close();
      this.#model = modelOf(this.#parsed());
      this.#tree.show();
    } else {
      this.#json.open(this.#text);
      this.resize();
    }
    this.#tell();
  }

  /** The text is another now, by whichever view. */
  #take(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#tell();
  }

  #tell(): void {
    const read = readFilter(this.#text);
    const environment = hasEnvironment(this.#text);
    this.#stream.sample.judge('problem' in read ? 'wrong' : read.filter);
    // The rows show each mistake at its place.
    this.#showProblem(this.#view === 'json' ? filterProblem(this.#text) : undefined);
    this.#order.hidden = environment || 'problem' in read || !hasOrder(this.#parsed());
  }

  #showProblem(problem = ''): void {
    this.#problem.textContent = problem;
    this.#problem.hidden = !problem;
  }

  get #typed(): string {
    return this.#json.typed(this.#text);
  }

  #parsed(): unknown {
    return this.#text.trim() === '' ? undefined : JSON.parse(this.#text);
  }

  #readable(): boolean {
    try {
      this.#parsed();
      return true;
    } catch {
      return false;
    }
  }

  #whyUnreadable(): string {
    const reason = hasEnvironment(this.#text) ? t('error.filter.environment') : filterProblem(this.#text);
    return reason ?? '';
  }

  #offerUndo(before: FilterModel): void {
    const undo = button({
      icon: 'undo',
      label: t('label.filter.undo'),
      onPress: () => {
        this.#json.close();
        this.#take(textOf(before));
        this.#open('builder');
        this.#notice.replaceChildren();
        this.#views.focus();
      },
    });
    this.#notice.replaceChildren(`${t('status.filter.removed')} `, undo);
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
