/** The private key of a server node: pasted or made here, with its public half to hand over, or to set at the server. */

import { copyRow } from '../../shared/editor/copy-row.editor';
import { hasEnvironment, reasonFor, t, textIn } from '../../shared/editor/dialog.editor';
import {
  bringIntoView,
  busyLine,
  button,
  div,
  element,
  hint,
  icon,
  problemLine,
  statusLine,
  whileBusy,
} from '../../shared/editor/dom.editor';
import { lifetimeOf, oneByOne } from '../../shared/editor/lifetime.editor';
import { inDialog, STAND_IN } from './dialog-values.editor';
import { keyProblem } from './key-problem.editor';
import { makeKeyPair, publicKeyOf, setPublicKey } from './server-api.editor';

/** What is wrong with the key in the field; nothing for one that is saved, which nobody sees. */
export function privateKeyProblem(text: string): string | undefined {
  const problem = text === STAND_IN || hasEnvironment(text) ? undefined : keyProblem(text);
  return problem && t(`error.key.${problem}`);
}

/** @param place below the field, for its buttons and the public half. */
export function attachKeyField(id: string, field: JQuery, place: JQuery): void {
  const result = statusLine('sea-key-result');
  const next = oneByOne(lifetimeOf(place));

  const making = button({ icon: 'magic', label: t('label.key.make'), onPress: () => run(making, make) });
  const showing = button({
    icon: 'eye',
    label: t('label.key.show'),
    onPress: () => run(showing, publicHalf),
  });
  const setting = button({
    icon: 'cloud-upload',
    label: t('label.key.set'),
    onPress: () => run(setting, set),
  });
  place.append(div('sea-buttons', making, showing, setting), result);

  const update = () => {
    next();
    result.replaceChildren();
    const problem = privateKeyProblem(text());
    if (problem !== undefined) result.append(problemLine(problem));
    for (const made of [showing, setting]) made.hidden = text().trim() === '' || problem !== undefined;
  };
  field.on('input change', update);
  update();

  function text(): string {
    return textIn(field);
  }

  function run(pressed: HTMLButtonElement, work: (signal: AbortSignal) => Promise<HTMLElement[]>): void {
    const signal = next();
    result.replaceChildren(busyLine(t('status.key.working')));
    void whileBusy(
      pressed,
      work(signal).then(
        (lines) => lines,
        (error: unknown) => [problemLine(reasonFor(error))],
      ),
    ).then((lines) => {
      if (signal.aborted) return;
      result.replaceChildren(...lines);
      bringIntoView(result);
    });
  }

  async function make(signal: AbortSignal): Promise<HTMLElement[]> {
    const { privateKey, publicKey } = await makeKeyPair(signal);
    field.val(privateKey);
    // Told without our own ear, which would end what goes on here.
    field.off('input change', update).trigger('change').on('input change', update);
    for (const made of [showing, setting]) made.hidden = false;
    return publicPart(publicKey, t('hint.key.made'));
  }

  async function publicHalf(signal: AbortSignal): Promise<HTMLElement[]> {
    return publicPart(await publicKeyOf(inDialog(id), signal), t('hint.key.public'));
  }

  async function set(signal: AbortSignal): Promise<HTMLElement[]> {
    const publicKey = await setPublicKey(inDialog(id), signal);
    const done = div('sea-step-fine', icon('check'), ` ${t('status.key.set')}`);
    return [done, ...publicPart(publicKey, t('hint.key.public'))];
  }
}

function publicPart(publicKey: string, words: string): HTMLElement[] {
  const area = element('textarea', { readonly: '', rows: '4', 'aria-label': t('label.key.public') });
  area.value = publicKey;
  return [hint(words), copyRow(publicKey, t('label.key.public'), { shown: area })];
}
