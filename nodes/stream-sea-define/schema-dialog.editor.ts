/**
 * What the define dialog says of the definition: whether it is set here, and then as fields to build or as JSON, two
 * views of one text. The text stays as it was typed until something is changed in the builder.
 */

import { type Definition, type Field, parseDefinition } from '../../src/protocol/schema';
import { passedMessages, storedDefinition } from '../shared/api.editor';
import { hasEnvironment, type Translate } from '../shared/dialog.editor';
import { button, element } from '../shared/dom.editor';
import { lifetimeOf } from '../shared/lifetime.editor';
import { type Answer, askAboutStream } from '../shared/target.editor';
import { BuilderView } from './builder-view.editor';
import { ChangesPanel } from './changes-panel.editor';
import { problemOf } from './definition-words.editor';
import { JsonView } from './json-view.editor';
import { samplePanel } from './sample-panel.editor';
import {
  addMissingFields,
  emptyModel,
  modelOf,
  replaceFields,
  type SchemaModel,
  setVersion,
  textOf,
  UnreadableError,
} from './schema-model.editor';

type View = 'builder' | 'json';
type PanelName = 'sample' | 'changes';

/** Of the open dialog; see its template. */
const PARTS = {
  dialog: '.stream-sea-define-dialog',
  saved: '#node-input-schema',
  stream: '#node-input-stream',
  source: 'input[name="stream-sea-define-source"]',
  here: '#stream-sea-define-here',
  bar: '#stream-sea-define-bar',
  panel: '#stream-sea-define-panel',
  notice: '#stream-sea-define-notice',
  builder: '#stream-sea-define-builder',
  editorRow: '.stream-sea-editor-row',
  editor: '#node-input-schema-editor',
  problem: '#stream-sea-define-problem',
};

export class SchemaDialog {
  readonly #t: Translate;
  readonly #lifetime: AbortSignal;
  readonly #json: JsonView;
  readonly #views: Record<View, HTMLButtonElement>;
  readonly #tools: Record<PanelName, HTMLButtonElement>;
  readonly #loading: HTMLButtonElement;
  #builder: BuilderView | undefined;
  #changes: ChangesPanel | undefined;
  #panel: PanelName | undefined;
  #fromMessage: boolean;
  #text: string;
  #height = 0;

  /** @param saved the definition as JSON text; blank when it comes with a message */
  constructor(saved: string, t: Translate) {
    this.#t = t;
    this.#fromMessage = saved.trim() === '';
    this.#text = this.#fromMessage ? textOf(emptyModel()) : saved;
    this.#lifetime = lifetimeOf($(PARTS.dialog));
    // A code editor lives on until it is destroyed, in whichever way its dialog ends.
    this.#lifetime.addEventListener('abort', () => this.#json.close());
    this.#json = new JsonView(part(PARTS.editor), (text) => this.#take(text));
    this.#views = { builder: this.#viewButton('builder', 'list-ul'), json: this.#viewButton('json', 'code') };
    this.#tools = {
      sample: button({ icon: 'magic', label: t('label.tool.sample'), onPress: () => this.#toggle('sample') }),
      changes: button({
        icon: 'eye',
        label: t('label.tool.changes'),
        onPress: () => this.#toggle('changes'),
      }),
    };
    this.#loading = button({
      icon: 'cloud-download',
      label: t('label.tool.load'),
      onPress: () => this.#load(),
    });
    part(PARTS.bar).append(
      element(
        'span',
        { class: 'button-group', role: 'tablist', 'aria-label': t('label.views') },
        this.#views.builder,
        this.#views.json,
      ),
      element('span', { class: 'stream-sea-tools' }, this.#tools.sample, this.#loading, this.#tools.changes),
    );
    const source = $(PARTS.source);
    source.val([this.#fromMessage ? 'message' : 'node']);
    source.on('change', () => this.#choose(source.filter(':checked').val() === 'message'));
    $(PARTS.stream).on('change keyup', () => this.#streamChanged());
    this.#open(this.#isReadable() ? 'builder' : 'json');
    this.#choose(this.#fromMessage);
  }

  /** Puts the text where Node-RED takes it from. */
  save(): void {
    // The change event of Monaco is delayed: the last keys before Done would be lost without this.
    const text = this.#json.text()?.trim() ?? this.#text;
    $(PARTS.saved).val(this.#fromMessage ? '' : text);
  }

  resize(height: number): void {
    this.#height = height;
    const row = part(PARTS.editorRow);
    const taken = part(PARTS.dialog).getBoundingClientRect().height - row.getBoundingClientRect().height;
    this.#json.resize(height - taken - 20);
  }

  #choose(fromMessage: boolean): void {
    this.#fromMessage = fromMessage;
    part(PARTS.here).hidden = fromMessage;
    this.#tell();
    this.resize(this.#height);
  }

  #viewButton(view: View, symbol: string): HTMLButtonElement {
    const made = button({
      icon: symbol,
      label: this.#t(`label.view.${view}`),
      onPress: () => this.#switch(view),
    });
    made.classList.add('toggle');
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-controls', (view === 'json' ? PARTS.editor : PARTS.builder).slice(1));
    made.addEventListener('keydown', ({ key }) => {
      if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
      const other = view === 'json' ? 'builder' : 'json';
      this.#switch(other);
      if (this.#view === other) this.#views[other].focus();
    });
    return made;
  }

  get #view(): View {
    return this.#builder === undefined ? 'json' : 'builder';
  }

  #switch(view: View): void {
    if (view === this.#view) return;
    if (view === 'builder') this.#take(this.#json.text() ?? this.#text);
    if (view === 'builder' && !this.#isReadable()) {
      this.#showProblem(this.#whyUnreadable());
      return;
    }
    this.#open(view);
  }

  /** Shows a view of the text as it is now. */
  #open(view: View): void {
    const model = view === 'builder' ? this.#model() : undefined;
    part(PARTS.builder).hidden = model === undefined;
    part(PARTS.editorRow).hidden = model !== undefined;
    for (const name of ['builder', 'json'] as const) {
      const chosen = name === view;
      this.#views[name].classList.toggle('selected', chosen);
      this.#views[name].setAttribute('aria-selected', String(chosen));
      this.#views[name].tabIndex = chosen ? 0 : -1;
    }
    if (model === undefined) {
      this.#builder = undefined;
      part(PARTS.builder).replaceChildren();
      this.#json.open(this.#text);
    } else {
      this.#json.close();
      if (this.#builder === undefined) this.#builder = this.#build(model);
      else this.#builder.show(model);
    }
    this.#tell();
    this.resize(this.#height);
  }

  #build(model: SchemaModel): BuilderView {
    return new BuilderView(part(PARTS.builder), model, {
      t: this.#t,
      stream: () => streamName(),
      changed: (next) => this.#take(textOf(next)),
      removed: (name, before) => {
        this.#notify(
          this.#t('status.removed', { name: name || this.#t('label.field.unnamed') }),
          textOf(before),
        );
      },
      announce: (text) => this.#notify(text),
    });
  }

  /** The text is another now, by whichever view. */
  #take(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#tell();
    this.#changes?.update();
  }

  /** Tells Node-RED, which validates, and those who look. */
  #tell(): void {
    $(PARTS.saved)
      .val(this.#fromMessage ? '' : this.#text)
      .trigger('change');
    // The builder shows each mistake at its field.
    this.#showProblem(this.#view === 'json' ? problemOf(this.#text, streamName(), this.#t) : undefined);
  }

  #showProblem(text: string | undefined): void {
    const problem = this.#fromMessage ? undefined : text;
    $(PARTS.problem)
      .text(problem ?? '')
      .toggle(problem !== undefined);
  }

  #streamChanged(): void {
    this.#builder?.mark();
    this.#tell();
  }

  /** The text as a model; none when it is not one that the builder can show. */
  #model(): SchemaModel | undefined {
    try {
      return modelOf(JSON.parse(this.#text));
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof UnreadableError) return undefined;
      throw error;
    }
  }

  #isReadable(): boolean {
    return this.#model() !== undefined;
  }

  #whyUnreadable(): string {
    if (hasEnvironment(this.#text)) return this.#t('error.environmentInBuilder');
    const reason = problemOf(this.#text, streamName(), this.#t) ?? '';
    return this.#t('error.notForBuilder', { reason });
  }

  #definition(): Definition | undefined {
    try {
      const value: unknown = JSON.parse(this.#text);
      return parseDefinition(value, streamName() || undefined);
    } catch {
      return undefined;
    }
  }

  /** Puts another model in place of all there is, in the builder, and offers the way back. */
  #replace(model: SchemaModel, words: string): void {
    const before = this.#text;
    this.#text = textOf(model);
    this.#changes?.update();
    this.#open('builder');
    this.#notify(words, before);
  }

  /** @param before the text to go back to, when there is a way back */
  #notify(words: string, before?: string): void {
    const notice = part(PARTS.notice);
    notice.replaceChildren(words);
    if (before === undefined) return;
    const undo = button({
      icon: 'undo',
      label: this.#t('label.undo'),
      onPress: () => {
        this.#text = before;
        this.#changes?.update();
        this.#open(this.#isReadable() ? 'builder' : 'json');
        notice.replaceChildren(this.#t('status.undone'));
        this.#views[this.#view].focus();
      },
    });
    notice.append(' ', undo);
  }

  #toggle(name: PanelName): void {
    if (this.#panel === name) this.#closePanel();
    else this.#openPanel(name);
  }

  #openPanel(name: PanelName): void {
    this.#closePanel();
    this.#panel = name;
    this.#tools[name].classList.add('selected');
    this.#tools[name].setAttribute('aria-expanded', 'true');
    const panel = part(PARTS.panel);
    if (name === 'sample') panel.replaceChildren(this.#samplePanel());
    else {
      this.#changes = new ChangesPanel({
        t: this.#t,
        stored: () => this.#ask(storedDefinition),
        definition: () => this.#definition(),
        raise: (version) => {
          const model = this.#model();
          if (model !== undefined)
            this.#replace(setVersion(model, version), this.#t('status.raised', { version: String(version) }));
        },
        close: () => this.#closePanel(),
      });
      panel.replaceChildren(this.#changes.element);
      void this.#changes.load();
    }
    panel.hidden = false;
    panel.scrollIntoView({ block: 'nearest' });
    panel.querySelector<HTMLElement>('textarea')?.focus();
    this.resize(this.#height);
  }

  #closePanel(): void {
    const open = this.#panel;
    this.#panel = undefined;
    this.#changes = undefined;
    for (const tool of Object.values(this.#tools)) {
      tool.classList.remove('selected');
      tool.setAttribute('aria-expanded', 'false');
    }
    const panel = part(PARTS.panel);
    const hadFocus = panel.contains(document.activeElement);
    panel.replaceChildren();
    panel.hidden = true;
    if (open !== undefined && hadFocus) this.#tools[open].focus();
    this.resize(this.#height);
  }

  #samplePanel(): HTMLElement {
    return samplePanel({
      t: this.#t,
      hasFields: () => (this.#model()?.root.fields ?? []).length > 0,
      lastMessage: () => this.#lastMessage(),
      use: (fields, how) => this.#useFields(fields, how),
      close: () => this.#closePanel(),
    });
  }

  #useFields(fields: readonly Field[], how: 'replace' | 'add'): void {
    const model = this.#model() ?? emptyModel();
    const next = how === 'add' ? addMissingFields(model, fields) : replaceFields(model, fields);
    this.#closePanel();
    this.#replace(next, this.#t('status.sampleUsed', { count: fields.length }));
    this.#builder?.focus();
  }

  async #lastMessage(): Promise<Answer<unknown> | undefined> {
    const answer = await this.#ask(passedMessages);
    if (answer === undefined || 'problem' in answer) return answer;
    const last = answer.value.at(-1);
    return last === undefined ? { problem: this.#t('error.noMessage') } : { value: last.message };
  }

  async #load(): Promise<void> {
    this.#loading.disabled = true;
    const answer = await this.#ask(storedDefinition);
    this.#loading.disabled = false;
    if (answer === undefined) return;
    if ('problem' in answer) this.#notify(answer.problem);
    else if (answer.value === null) this.#notify(this.#t('error.noStored'));
    else {
      const { version, fields } = answer.value;
      const model = setVersion(replaceFields(this.#model() ?? emptyModel(), fields), version);
      this.#replace(model, this.#t('status.loaded', { version: String(version) }));
    }
  }

  #ask<Value>(
    request: (server: string, stream: string, signal: AbortSignal) => Promise<Value>,
  ): Promise<Answer<Value> | undefined> {
    return askAboutStream(request, this.#lifetime);
  }
}

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The define dialog has no ${selector}`);
  return found;
}

/** The stream the definition is for, as the dialog says now; blank when only a message or the runtime knows. */
function streamName(): string {
  const stream = String($(PARTS.stream).val() ?? '').trim();
  return hasEnvironment(stream) ? '' : stream;
}
