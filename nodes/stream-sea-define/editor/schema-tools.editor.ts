/** What helps to write a definition: from a sample, from the server, and what would change there. */

import type { Definition } from '../../../src/protocol/schema/schema';
import type { Version } from '../../../src/protocol/schema/versions';
import { passedMessages, storedDefinition } from '../../shared/editor/api.editor';
import type { Translate } from '../../shared/editor/dialog.editor';
import { button, span, whileBusy } from '../../shared/editor/dom.editor';
import { type Answer, askAboutStream } from '../../shared/editor/target.editor';
import type { Inference } from './builder/schema-from-sample.editor';
import {
  addMissingFields,
  emptyModel,
  replaceFields,
  type SchemaModel,
  setVersion,
} from './builder/schema-model.editor';
import { ChangesPanel } from './changes-panel.editor';
import { noteList, samplePanel } from './sample-panel.editor';
import { VersionAdvice } from './version-advice.editor';

type PanelName = 'sample' | 'changes';

export interface SchemaToolsHost {
  readonly t: Translate;
  /** Of the dialog: ends what is asked. */
  readonly lifetime: AbortSignal;
  /** The definition as it is now; none when the builder could not show it. */
  model(): SchemaModel | undefined;
  /** The definition as it is now; none while it has mistakes. */
  definition(): Definition | undefined;
  /** Puts another model in place of all there is; what was done is told with a way back. */
  replace(model: SchemaModel, words: string, ...more: readonly HTMLElement[]): void;
  tell(words: string): void;
  /** Whether the server will take the definition as it is now, and in words why not. */
  judged(refusal: string | undefined): void;
  /** A panel has opened or closed. */
  resized(): void;
}

export class SchemaTools {
  readonly buttons: HTMLElement;
  /** Beside the version. */
  readonly advice: VersionAdvice;
  readonly #host: SchemaToolsHost;
  readonly #place: HTMLElement;
  readonly #toggles: Record<PanelName, HTMLButtonElement>;
  readonly #loading: HTMLButtonElement;
  #open: PanelName | undefined;
  #changes: ChangesPanel | undefined;

  /** @param place where the panel opens, one at a time */
  constructor(place: HTMLElement, host: SchemaToolsHost) {
    const { t } = host;
    this.#host = host;
    this.#place = place;
    const toggle = (name: PanelName, icon: string) => {
      const made = button({ icon, label: t(`label.tool.${name}`), onPress: () => this.#toggle(name) });
      made.setAttribute('aria-expanded', 'false');
      made.setAttribute('aria-controls', place.id);
      return made;
    };
    this.#toggles = { sample: toggle('sample', 'magic'), changes: toggle('changes', 'eye') };
    this.#loading = button({
      icon: 'cloud-download',
      label: t('label.tool.load'),
      onPress: () => void this.#load(),
    });
    const { sample, changes } = this.#toggles;
    this.buttons = span('sea-tools', sample, this.#loading, changes);
    this.advice = new VersionAdvice({
      t,
      stored: () => this.#ask(storedDefinition),
      definition: () => this.#host.definition(),
      isTold: () => this.#changes !== undefined,
      raise: (version) => this.#raise(version),
      judged: (refusal) => this.#host.judged(refusal),
    });
  }

  /** The definition is another now. */
  update(): void {
    this.#changes?.update();
    this.advice.update();
  }

  #toggle(name: PanelName): void {
    const wasOpen = this.#open === name;
    this.#close();
    if (wasOpen) return;
    this.#open = name;
    this.#toggles[name].classList.add('selected');
    this.#toggles[name].setAttribute('aria-expanded', 'true');
    this.#place.replaceChildren(name === 'sample' ? this.#samplePanel() : this.#changesPanel());
    this.#place.hidden = false;
    this.#host.resized();
    this.#place.scrollIntoView();
    this.#place.querySelector('textarea')?.focus();
  }

  #close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    if (open === 'changes') {
      this.#changes = undefined;
      this.advice.draw();
    }
    const toggle = this.#toggles[open];
    toggle.classList.remove('selected');
    toggle.setAttribute('aria-expanded', 'false');
    const hadFocus = this.#place.contains(document.activeElement);
    this.#place.replaceChildren();
    this.#place.hidden = true;
    if (hadFocus) toggle.focus();
    this.#host.resized();
  }

  #changesPanel(): HTMLElement {
    const { t } = this.#host;
    const panel = new ChangesPanel({
      t,
      stored: () => this.#ask(storedDefinition),
      definition: () => this.#host.definition(),
      raise: (version) => this.#raise(version),
      close: () => this.#close(),
    });
    this.#changes = panel;
    this.advice.draw();
    void panel.load();
    return panel.element;
  }

  #raise(version: Version): void {
    const { t, model, replace } = this.#host;
    const now = model();
    if (now === undefined) return;
    replace(setVersion(now, version), t('status.raised', { version: String(version) }));
  }

  #samplePanel(): HTMLElement {
    return samplePanel({
      t: this.#host.t,
      hasFields: () => (this.#host.model()?.root.fields ?? []).length > 0,
      lastMessage: () => this.#lastMessage(),
      use: (inference, how) => this.#useSample(inference, how),
      close: () => this.#close(),
    });
  }

  #useSample({ fields, notes }: Inference, how: 'replace' | 'add'): void {
    const { t } = this.#host;
    const model = this.#host.model() ?? emptyModel();
    const next = how === 'add' ? addMissingFields(model, fields) : replaceFields(model, fields);
    this.#close();
    // The doubts stay in sight while they are mended.
    this.#host.replace(next, t('status.sampleUsed', { count: fields.length }), ...noteList(notes, t));
  }

  async #lastMessage(): Promise<Answer<unknown> | undefined> {
    const answer = await this.#ask(passedMessages);
    if (answer === undefined || 'problem' in answer) return answer;
    const last = answer.value.at(-1);
    return last === undefined ? { problem: this.#host.t('error.noMessage') } : { value: last.message };
  }

  async #load(): Promise<void> {
    const { t } = this.#host;
    const answer = await whileBusy(this.#loading, this.#ask(storedDefinition));
    if (answer === undefined) return;
    if ('problem' in answer) this.#host.tell(answer.problem);
    else if (answer.value === null) this.#host.tell(t('error.noStored'));
    else {
      const { version, fields } = answer.value;
      const model = setVersion(replaceFields(this.#host.model() ?? emptyModel(), fields), version);
      this.#host.replace(model, t('status.loaded', { version: String(version) }));
    }
  }

  #ask<Value>(
    request: (server: string, stream: string, signal: AbortSignal) => Promise<Value>,
  ): Promise<Answer<Value> | undefined> {
    return askAboutStream(request, this.#host.lifetime);
  }
}
