/**
 * What the define dialog says of the definition: whether it is set here, and then as fields to build or as JSON, two
 * views of one text. The text stays as it was typed until something is changed in the builder.
 */

import { type Definition, parseDefinition } from '../../../src/protocol/schema/schema';
import { JsonView } from '../../shared/editor/builder/json-view.editor';
import { type View, ViewTabs } from '../../shared/editor/builder/view-tabs.editor';
import { hasEnvironment, type Translate, textIn } from '../../shared/editor/dialog.editor';
import { button } from '../../shared/editor/dom.editor';
import { lifetimeOf } from '../../shared/editor/lifetime.editor';
import { typedStream } from '../../shared/editor/target.editor';
import {
  emptyModel,
  modelOf,
  type SchemaModel,
  textOf,
  UnreadableError,
} from './builder/schema-model.editor';
import { BuilderView } from './builder-view.editor';
import { problemOf } from './definition-words.editor';
import { foresee, whyRefused } from './foreseen-refusals.editor';
import { SchemaTools } from './schema-tools.editor';

/** Of the open dialog; see its template. */
const PARTS = {
  dialog: '.sea-define-dialog',
  saved: '#node-input-schema',
  server: '#node-input-server',
  stream: '#node-input-stream',
  source: 'input[name="sea-define-source"]',
  here: '#sea-define-here',
  bar: '#sea-define-bar',
  panel: '#sea-define-panel',
  notice: '#sea-define-notice',
  builder: '#sea-define-builder',
  editorRow: '.sea-editor-row',
  editor: '#node-input-schema-editor',
  problem: '#sea-define-problem',
};

export class SchemaDialog {
  readonly #t: Translate;
  readonly #json: JsonView;
  readonly #views: ViewTabs;
  readonly #tools: SchemaTools;
  #builder: BuilderView | undefined;
  #fromMessage: boolean;
  /** Nothing was saved, and nobody has begun. */
  #fresh: boolean;
  #text: string;
  #height = 0;

  /**
   * @param saved the definition as JSON text; blank when it comes with a message
   * @param unsaved nobody has chosen yet where it comes from: then there is something to build
   */
  constructor(saved: string, t: Translate, unsaved = false) {
    this.#t = t;
    this.#fresh = saved.trim() === '';
    this.#fromMessage = this.#fresh && !unsaved;
    this.#text = begun(saved);
    const lifetime = lifetimeOf($(PARTS.dialog));
    // A code editor lives on until it is destroyed, in whichever way its dialog ends.
    lifetime.addEventListener('abort', () => this.#json.close());
    this.#json = new JsonView(part(PARTS.editor), (text) => this.#take(text));
    this.#views = new ViewTabs({
      name: t('label.views'),
      label: (view) => t(`label.view.${view}`),
      panel: (view) => (view === 'json' ? PARTS.editor : PARTS.builder).slice(1),
      choose: (view) => this.#switch(view),
    });
    this.#tools = new SchemaTools(part(PARTS.panel), {
      t,
      lifetime,
      model: () => this.#model(),
      definition: () => this.#definition(),
      replace: (model, words, ...more) => this.#replace(model, words, ...more),
      tell: (words) => this.#notify(words),
      judged: (refusal) => this.#judged(refusal),
      resized: () => this.resize(this.#height),
    });
    part(PARTS.bar).append(this.#views.element, this.#tools.buttons);
    const source = $(PARTS.source);
    source.val([this.#fromMessage ? 'message' : 'node']);
    source.on('change', () => this.#choose(source.filter(':checked').val() === 'message'));
    const target = $(`${PARTS.stream}, ${PARTS.server}`);
    target.on('change keyup', () => this.#targetChanged());
    target.on('change', () => this.#tools.advice.targetChanged());
    this.#open(this.#isReadable() ? 'builder' : 'json');
    this.#choose(this.#fromMessage);
    if (!this.#fresh) this.#tools.advice.update();
  }

  /** Puts the text where Node-RED takes it from. */
  save(): void {
    $(PARTS.saved).val(this.#fromMessage ? '' : this.#typed.trim());
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

  get #view(): View {
    return this.#builder === undefined ? 'json' : 'builder';
  }

  #switch(view: View): void {
    if (view === 'builder') this.#take(this.#typed);
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
    this.#views.show(view);
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
      advice: this.#tools.advice.element,
      stream: () => typedStream(),
      isFresh: () => this.#fresh,
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
  #take(typed: string): void {
    const text = begun(typed);
    if (text === this.#text) return;
    this.#text = text;
    this.#fresh = false;
    this.#tell();
    this.#tools.update();
  }

  /** Tells Node-RED, which validates, and those who look. */
  #tell(): void {
    $(PARTS.saved)
      .val(this.#fromMessage ? '' : this.#text)
      .trigger('change');
    // The builder shows each mistake at its field.
    const isShown = this.#view === 'json' && !this.#fresh;
    this.#showProblem(isShown ? whyRefused(this.#server, typedStream(), this.#text, this.#t) : undefined);
  }

  /** What the server will say, for the validator, which cannot ask. */
  #judged(refusal: string | undefined): void {
    foresee(this.#server, typedStream(), this.#text, refusal);
    this.#tell();
  }

  get #server(): string {
    return textIn($(PARTS.server));
  }

  #showProblem(text = ''): void {
    const problem = this.#fromMessage ? '' : text;
    $(PARTS.problem).text(problem).toggle(!!problem);
  }

  #targetChanged(): void {
    this.#builder?.mark();
    this.#tell();
  }

  get #typed(): string {
    return begun(this.#json.typed(this.#text));
  }

  /** The text as a model; none when it is not one that the builder can show. */
  #model(): SchemaModel | undefined {
    try {
      return modelOf(JSON.parse(this.#typed));
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
    const reason = problemOf(this.#text, typedStream(), this.#t) ?? '';
    return this.#t('error.notForBuilder', { reason });
  }

  #definition(): Definition | undefined {
    try {
      const value: unknown = JSON.parse(this.#typed);
      return parseDefinition(value, typedStream() || undefined);
    } catch {
      return undefined;
    }
  }

  /** Puts another model in place of all there is, in the builder, and offers the way back. */
  #replace(model: SchemaModel, words: string, ...more: readonly HTMLElement[]): void {
    const before = this.#typed;
    this.#text = textOf(model);
    this.#fresh = false;
    this.#tools.update();
    this.#open('builder');
    this.#notify(words, before);
    const notice = part(PARTS.notice);
    notice.append(...more);
    // What was pressed may be gone by now.
    if (document.activeElement === document.body) notice.querySelector('button')?.focus();
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
        this.#tools.update();
        this.#open(this.#isReadable() ? 'builder' : 'json');
        notice.replaceChildren(this.#t('status.undone'));
        this.#views.focus();
      },
    });
    notice.append(' ', undo);
  }
}

/** Saved blank, it would come with a message from then on, which nobody has chosen. */
function begun(text: string): string {
  return text.trim() === '' ? textOf(emptyModel()) : text;
}

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The define dialog has no ${selector}`);
  return found;
}
