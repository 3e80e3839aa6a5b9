/** A stream's values as a picture: what is drawn is chosen above it, its lines are named, and switched off, below it. */

import type { Definition } from '../../../../src/protocol/schema/schema';
import type { PeekAnswer } from '../../wire/api';
import { t } from '../dialog.editor';
import { button, div, element, icon, span, statusLine, write } from '../dom.editor';
import { type Chosen, choiceOf, type Fields, fieldsOf, keepChoice, keptChoice } from './value-choice.editor';
import { KEPT, ValueHistory } from './value-history.editor';
import { isSolid, lineColour, numberText, ValuePlot } from './value-plot.editor';

/** Milliseconds that are shown at least. */
const SHORTEST = 60_000;

/** Milliseconds between two pictures for those who want little to move. */
const CALM = 3_000;

let charts = 0;

export class ValueChart {
  readonly element: HTMLElement;
  readonly #stream: string;
  readonly #history = new ValueHistory();
  readonly #hidden = new Set<string>();
  readonly #crowded = new Set<string>();
  readonly #field = select();
  readonly #by = select();
  readonly #picture = element('div', { class: 'sea-plot', role: 'img', tabindex: '0' });
  readonly #note = statusLine('sea-picture-note');
  readonly #legend = element('ul', { class: 'sea-legend', 'aria-label': t('label.values.lines') });
  readonly #entries = new Map<string, { value: HTMLElement; longest: number }>();
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #plot: ValuePlot;
  #chosen: Chosen;
  #fields: Fields = { numbers: [], enums: [], texts: [] };
  /** Undefined as long as nobody knows whether there is one. */
  #defined: Fields | undefined;
  #drawn: Chosen = {};
  #pointed: number | undefined;
  #drawnAt = 0;
  #failed = false;
  /** A message has come since somebody looks, and the schema is known: before, nobody knows what they hold. */
  #come = false;

  /**
   * @param definition that says what fields there are; without one, the messages say it.
   * @param pause called when somebody wants the picture to stand still, and to go on.
   */
  constructor(stream: string, definition: Promise<Definition | null>, pause: (paused: boolean) => void) {
    this.#stream = stream;
    this.#chosen = keptChoice(stream);
    charts += 1;
    this.#field.id = `sea-values-field-${charts}`;
    this.#by.id = `sea-values-by-${charts}`;
    const pausing = button({ icon: 'pause', title: t('label.values.pause') });
    pausing.setAttribute('aria-pressed', 'false');
    pausing.addEventListener('click', () => {
      const paused = pausing.getAttribute('aria-pressed') !== 'true';
      pausing.setAttribute('aria-pressed', String(paused));
      pausing.replaceChildren(icon(paused ? 'play' : 'pause'));
      pause(paused);
    });
    this.element = element(
      'div',
      { class: 'sea-picture', role: 'group', 'aria-label': t('label.values.of', { stream }) },
      div(
        'sea-picture-choice',
        labelled(t('label.values.field'), this.#field),
        div('sea-picture-by', labelled(t('label.values.by'), this.#by), pausing),
      ),
      this.#picture,
      this.#note,
      this.#legend,
    );
    this.#plot = new ValuePlot(
      this.#picture,
      (time) => this.#point(time),
      () => this.#fail(),
    );
    for (const field of [this.#field, this.#by]) field.addEventListener('change', () => this.#choose());
    this.#picture.addEventListener('keydown', (event) => this.#move(event));
    this.#picture.addEventListener('blur', () => this.#plot.unpoint());
    void definition
      .catch(() => null)
      .then((found) => {
        this.#defined = fieldsOf(found);
        this.#offer();
      });
    this.#say();
  }

  /** What is to be drawn, for the next question. */
  choice(): Chosen {
    return this.#drawn;
  }

  show({ values: answer, count }: PeekAnswer): void {
    if (answer === undefined) return;
    const dividing = this.#drawn.by ?? '';
    if (answer.more && this.#chosen.by === undefined && !this.#fields.enums.includes(dividing)) {
      this.#crowded.add(dividing);
    }
    if (this.#defined) {
      const { numbers, enums, texts } = this.#fields;
      this.#come = count > 0;
      // What a look knows of fields begins anew with each: those that were seen before stay, with what is drawn of them.
      this.#fields = {
        numbers: [...new Set([...numbers, ...answer.numbers])],
        enums,
        texts: [...new Set([...texts, ...answer.texts])].filter((each) => !enums.includes(each)),
      };
    }
    const before = this.#drawn;
    this.#offer();
    // An answer to another question: of the field that was drawn before.
    if (before.field !== this.#drawn.field || before.by !== this.#drawn.by) return;
    this.#history.add(answer);
    this.#say(answer.more);
    if (this.#calm.matches && performance.now() - this.#drawnAt < CALM) return;
    this.#draw();
  }

  close(): void {
    this.#plot.close();
  }

  #choose(): void {
    this.#chosen = { field: this.#field.value, by: this.#by.value };
    keepChoice(this.#stream, this.#chosen);
    this.#offer();
  }

  /** Brings the fields up to date, and what is drawn. */
  #offer(): void {
    if (this.#fields.numbers.length === 0 && this.#defined !== undefined) this.#fields = this.#defined;
    const { numbers, enums, texts } = this.#fields;
    const next = choiceOf(this.#chosen, this.#fields, this.#crowded);
    fill(
      this.#field,
      numbers.map((name) => ({ name, label: name })),
    );
    const none = { name: '', label: t('label.values.one') };
    fill(this.#by, [none, ...[...enums, ...texts].map((name) => ({ name, label: name }))]);
    this.#field.value = next.field ?? '';
    this.#by.value = next.by ?? '';
    this.#field.disabled = numbers.length === 0;
    this.#by.disabled = enums.length + texts.length === 0;
    if (next.field === this.#drawn.field && next.by === this.#drawn.by) return;
    this.#drawn = next;
    this.#history.clear();
    this.#hidden.clear();
    this.#legend.replaceChildren();
    this.#entries.clear();
    this.#draw();
    this.#say();
  }

  #draw(): void {
    this.#drawnAt = performance.now();
    const { names, from, at } = this.#history;
    const { times, values } = this.#history.aligned();
    const length = Math.min(Math.max(at - from, SHORTEST), KEPT);
    this.#plot.draw({
      times: times.map((time) => time / 1_000),
      lines: names.map((name, index) => ({ values: values[index] ?? [], shown: !this.#hidden.has(name) })),
      from: (at - length) / 1_000,
      to: at / 1_000,
    });
    this.#name();
  }

  /** The lines, each with its last value, or that of the time that somebody points at. */
  #name(): void {
    const time = this.#pointed;
    const said: string[] = [];
    for (const [index, name] of this.#history.names.entries()) {
      const entry = this.#entries.get(name) ?? this.#addEntry(name, index);
      const value =
        time === undefined ? this.#history.lastOf(name) : this.#history.valueAt(name, time * 1_000);
      const text = value === undefined ? '–' : numberText(value);
      if (entry.value.textContent !== text) {
        entry.value.textContent = text;
        // As wide as its longest so far: else the names beside it would jump from line to line.
        entry.longest = Math.max(entry.longest, text.length);
        entry.value.style.minWidth = `${entry.longest}ch`;
      }
      said.push(`${this.#titleOf(name)} ${text}`);
    }
    const { field } = this.#drawn;
    const label =
      field === undefined
        ? t('label.values.of', { stream: this.#stream })
        : t('label.values.picture', { field, stream: this.#stream, values: said.join(', ') });
    this.#picture.setAttribute('aria-label', label);
  }

  #addEntry(name: string, index: number): { value: HTMLElement; longest: number } {
    const value = span('sea-legend-value');
    const swatch = element('span', {
      class: 'sea-swatch',
      style: `border-top: 3px ${isSolid(index) ? 'solid' : 'dashed'} var(${lineColour(index)})`,
      'aria-hidden': 'true',
    });
    const pressed = element(
      'button',
      { type: 'button', 'aria-pressed': 'true', title: t('label.values.toggle') },
      swatch,
      span('sea-legend-name', this.#titleOf(name)),
      value,
    );
    pressed.addEventListener('click', () => {
      const shown = this.#hidden.has(name);
      if (shown) this.#hidden.delete(name);
      else this.#hidden.add(name);
      pressed.setAttribute('aria-pressed', String(shown));
      this.#draw();
    });
    this.#legend.append(element('li', {}, pressed));
    const entry = { value, longest: 0 };
    this.#entries.set(name, entry);
    return entry;
  }

  #titleOf(name: string): string {
    if (name !== '') return name;
    return this.#drawn.by === '' ? (this.#drawn.field ?? '') : t('label.values.without');
  }

  #point(time: number | undefined): void {
    if (time === this.#pointed) return;
    this.#pointed = time;
    this.#name();
  }

  #move(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') this.#plot.step(-1);
    else if (event.key === 'ArrowRight') this.#plot.step(1);
    else if (event.key === 'Escape' && this.#pointed !== undefined) this.#plot.unpoint();
    else return;
    // Else the editor would move nodes, or close the dialog.
    event.preventDefault();
    event.stopPropagation();
  }

  #fail(): void {
    this.#failed = true;
    this.#say();
  }

  #say(more = false): void {
    const text = this.#failed
      ? t('hint.values.failed')
      : !this.#defined || this.#history.names.length === 0
        ? t(this.#come && !this.#drawn.field ? 'hint.values.none' : 'hint.values.waiting')
        : more
          ? t('hint.values.more', { count: this.#history.names.length })
          : '';
    write(this.#note, text);
  }
}

function labelled(text: string, field: HTMLSelectElement): HTMLElement {
  return element('div', {}, element('label', { for: field.id }, text), field);
}

function select(): HTMLSelectElement {
  return element('select', {});
}

/** Only what has changed: one that is open, or has the focus, stays as it is. */
function fill(place: HTMLSelectElement, options: readonly { name: string; label: string }[]): void {
  const there = [...place.options].map(({ value }) => value);
  if (there.length === options.length && options.every(({ name }, index) => there[index] === name)) return;
  place.replaceChildren(...options.map(({ name, label }) => element('option', { value: name }, label)));
}
