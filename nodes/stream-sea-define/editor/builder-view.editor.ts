/** The definition as fields to build, with its version, and its name where it says one. */

import type { Translate } from '../../shared/editor/dialog.editor';
import { button, div, element, statusLine } from '../../shared/editor/dom.editor';
import { hasNoFields } from '../stream-sea-define.config';
import { fieldList } from './builder/schema-fields.editor';
import { type Mistake, mistakesOf } from './builder/schema-mistakes.editor';
import { jsonOf, ROOT_ID, type SchemaModel, setName, setVersion } from './builder/schema-model.editor';
import { VersionField } from './version-field.editor';

export interface BuilderHost {
  readonly t: Translate;
  /** What is to be said of the version. */
  readonly advice: HTMLElement;
  /** The stream it is for; blank when a message will tell. */
  stream(): string;
  /** Nobody has begun: no reproach that there is nothing yet. */
  isFresh(): boolean;
  /** Called after each change by hand. */
  changed(model: SchemaModel): void;
  removed(name: string, before: SchemaModel): void;
  announce(text: string): void;
}

export class BuilderView {
  readonly #host: BuilderHost;
  readonly #version: VersionField;
  readonly #nameRow: HTMLElement;
  readonly #name: HTMLInputElement;
  readonly #mistakes = statusLine('sea-problem-text');
  readonly #fields: ReturnType<typeof fieldList>;
  #model: SchemaModel;

  constructor(box: HTMLElement, model: SchemaModel, host: BuilderHost) {
    const { t } = host;
    this.#host = host;
    this.#model = model;
    this.#fields = fieldList({
      t,
      model: () => this.#model,
      mistakes: () => this.#findMistakes(),
      changed: (next) => this.#change(next),
      removed: host.removed,
      announce: host.announce,
    });

    const version = element('input', { type: 'text', id: 'sea-define-version' });
    this.#name = element('input', { type: 'text', id: 'sea-define-own-name', spellcheck: 'false' });
    this.#nameRow = div(
      'form-row',
      element('label', { for: this.#name.id }, t('label.ownName')),
      this.#name,
      button({ icon: 'times', title: t('label.removeOwnName'), onPress: () => this.#removeName() }),
    );
    box.replaceChildren(
      div('form-row', element('label', { for: version.id }, t('label.version')), version, host.advice),
      this.#nameRow,
      this.#mistakes,
      this.#fields.element,
    );
    this.#version = new VersionField(
      version,
      { label: t('label.version'), kindLabel: t('label.versionKind') },
      (next) => {
        this.#change(setVersion(this.#model, next));
      },
    );
    this.#name.addEventListener('input', () => this.#change(setName(this.#model, this.#name.value)));
    this.show(model);
  }

  /** Shows another model; tells nobody. */
  show(model: SchemaModel): void {
    this.#model = model;
    const { name, version } = model.root.json;
    this.#version.show(version);
    this.#nameRow.hidden = name == null;
    this.#name.value = typeof name === 'string' ? name : '';
    this.#fields.show();
    this.mark();
  }

  /** Shows at each field what is wrong with it; needed by hand when only the stream is another. */
  mark(): void {
    this.#fields.mark();
    const own = this.#findMistakes().filter(({ id }) => id === ROOT_ID);
    const textOf = ({ kind }: Mistake) => this.#host.t(`error.field.${kind}`);
    const version = own.find(({ control }) => control === 'version');
    this.#version.mark(version && textOf(version));
    this.#name.classList.toggle(
      'input-error',
      own.some(({ control }) => control === 'name'),
    );
    const words = own.map(textOf);
    if (hasNoFields(jsonOf(this.#model.root)) && !this.#host.isFresh()) {
      words.push(this.#host.t('error.noFields'));
    }
    this.#mistakes.textContent = words.join(' ');
  }

  #findMistakes(): readonly Mistake[] {
    return mistakesOf(this.#model, this.#host.stream());
  }

  #removeName(): void {
    this.#nameRow.hidden = true;
    this.#change(setName(this.#model, undefined));
    // The button that was pressed is gone: on to where building goes on.
    this.#fields.show({ id: ROOT_ID, control: 'add' });
  }

  #change(model: SchemaModel): void {
    this.#model = model;
    this.#host.changed(model);
    this.mark();
  }
}
