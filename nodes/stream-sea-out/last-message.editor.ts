/** A message, the last that passed or one that is pasted, checked as it stands there, each problem at its path. */

import type { Problem } from '../../src/errors';
import type { CheckMode } from '../../src/protocol/schema/check';
import { countOf, isRest } from '../../src/protocol/schema/problems';
import type { Definition } from '../../src/protocol/schema/schema';
import { passedMessages, storedDefinition } from '../shared/editor/api.editor';
import { catalogue, nodeField, textIn, wordsFor } from '../shared/editor/dialog.editor';
import {
  bringIntoView,
  button,
  div,
  element,
  hint,
  icon,
  problemLine,
  statusLine,
  whileBusy,
} from '../shared/editor/dom.editor';
import { aboutVersion, attachStreamSuggestions } from '../shared/editor/fields/stream-field.editor';
import { lifetimeOf } from '../shared/editor/lifetime.editor';
import { type Answer, askAboutStream, typedStream } from '../shared/editor/target.editor';
import { checkMessage, extraFields } from './message-check.editor';
import { asField } from './plain-value.config';

const t = catalogue('stream-sea-out');

/**
 * @param place becomes the section
 * @param validate the field that says how messages are checked
 */
export function attachLastMessage(place: JQuery, validate: JQuery): void {
  const lifetime = lifetimeOf(place);
  const text = element('textarea', {
    id: 'sea-out-sample',
    rows: '5',
    spellcheck: 'false',
    placeholder: t('placeholder.sample'),
    'aria-describedby': 'sea-out-sample-hint',
  });
  const about = hint(t('hint.sample'), 'sea-out-sample-hint');
  const result = statusLine('sea-section-line');
  const taking = button({ icon: 'history', label: t('label.takeLast'), onPress: () => void takeLast() });
  const heading = element('label', { class: 'sea-section-title', for: text.id }, t('label.lastMessage'));
  place.addClass('sea-section');
  // Which of its streams, where only a message names it.
  const other = element('input', {
    type: 'text',
    class: 'sea-stream-name',
    'aria-label': t('label.tryStream'),
    placeholder: t('label.tryStream'),
  });
  const otherRow = div('form-row sea-try-row', other);
  place.append(div('sea-section-head', heading, taking), otherRow, about, text, result);
  attachStreamSuggestions($(other));
  let schema: Promise<Answer<Definition | null> | undefined> | undefined;
  let turn = 0;

  /** Asked for once, at the first message, and again for another stream or server. */
  function currentSchema(): Promise<Answer<Definition | null> | undefined> {
    schema ??= askAboutStream(storedDefinition, lifetime, other.value.trim());
    return schema;
  }

  async function takeLast(): Promise<void> {
    schema = undefined;
    const answer = await whileBusy(taking, askAboutStream(passedMessages, lifetime, other.value.trim()));
    if (answer === undefined) return;
    if ('problem' in answer) {
      if (!otherRow.hidden) other.focus();
      return say(problem(answer.problem));
    }
    const last = answer.value.at(-1);
    if (last === undefined) return say(problem(t('error.noMessage')));
    text.value = JSON.stringify(last.message, undefined, 2) ?? '';
    await check();
  }

  async function check(): Promise<void> {
    turn += 1;
    const mine = turn;
    if (text.value.trim() === '') return say();
    const answer = await currentSchema();
    if (answer === undefined || mine !== turn) return;
    if ('problem' in answer) {
      // Next time it may be there.
      schema = undefined;
      say(problem(answer.problem));
    } else if (answer.value === null) {
      schema = undefined;
      say(verdict('info-circle', aboutVersion(answer.value)));
    } else say(...resultOf(answer.value));
  }

  function resultOf(definition: Definition): HTMLElement[] {
    const chosen = textIn(validate);
    const mode: CheckMode = chosen === 'strict' ? 'strict' : 'types';
    const checked = checkMessage(text.value, definition, mode, published);
    if (checked.kind === 'empty') return [];
    if (checked.kind === 'notJson') return [problem(t('error.sampleNotJson', { reason: checked.reason }))];
    const { problems } = checked;
    const words = { version: definition.version, count: countOf(problems) };
    // They are sent all the same, but may be slips of the pen.
    const extra = mode === 'strict' ? [] : extraFields(text.value, definition, published);
    if (problems.length === 0)
      return [verdict('check-circle', t(`hint.fits.${mode}`, words)), ...list(extra)];
    return [problem(t('hint.fitsNot', words), 'times-circle'), ...list([...problems, ...extra])];
  }

  function list(problems: readonly Problem[]): HTMLElement[] {
    if (problems.length === 0) return [];
    const items = problems.map((each) => {
      if (isRest(each)) return element('li', {}, wordsFor(each));
      const path = element('strong', {}, each.path || t('label.wholeMessage'));
      return element('li', {}, path, ` ${wordsFor(each)}`);
    });
    return [element('ul', { class: 'sea-notes' }, ...items)];
  }

  function say(...parts: readonly HTMLElement[]): void {
    result.replaceChildren(...parts);
    if (parts.length > 0) bringIntoView(result);
  }

  function published(payload: unknown): unknown {
    const field = textIn(nodeField('field')).trim();
    return asField(payload, field, nodeField('decimalComma').is(':checked'));
  }

  function targetChanged(): void {
    otherRow.hidden = typedStream() !== '';
    schema = undefined;
    void check();
  }

  text.addEventListener('input', () => void check());
  validate.on('change', () => void check());
  $('#node-input-field, #node-input-decimalComma').on('input change', () => void check());
  $(other).on('input change', targetChanged);
  $('#node-input-stream, #node-input-server').on('change', targetChanged);
  targetChanged();
}

function verdict(symbol: string, words: string): HTMLElement {
  return element('div', {}, icon(symbol), ` ${words}`);
}

function problem(words: string, symbol = 'exclamation-triangle'): HTMLElement {
  return problemLine(icon(symbol), ` ${words}`);
}
