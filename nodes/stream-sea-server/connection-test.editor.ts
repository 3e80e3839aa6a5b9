/** The button that tries what the dialog says from where Node-RED runs, deployed or not. */

import type { TestAnswer, TestRequest } from '../shared/api.config';
import { catalogue, wordsFor } from '../shared/dialog.editor';
import { element, icon } from '../shared/dom.editor';
import { lifetimeOf } from '../shared/lifetime.editor';
import { saidOf } from '../shared/sentence.config';
import { testConnection } from './server-api.editor';
import { SERVER_DEFAULTS } from './stream-sea-server.config';

const t = catalogue('stream-sea-server');

/** What the editor shows for a saved password, which it never gets. */
const STAND_IN = '__PWRD__';

const ICONS = { fine: 'check', failed: 'times', skipped: 'minus' } as const;

type Step = TestAnswer['steps'][number];

export function attachConnectionTest(id: string, button: JQuery, results: JQuery): void {
  const lifetime = lifetimeOf(button);
  let running: AbortController | undefined;

  function clear(): void {
    running?.abort();
    running = undefined;
    results.empty();
  }

  async function test(): Promise<void> {
    clear();
    const started = new AbortController();
    running = started;
    // The button stays enabled: one that is disabled while it has the focus loses it, and Node-RED's key for Cancel with it.
    results.append(element('span', {}, icon('spinner fa-pulse'), ` ${t('status.testing')}`));
    const steps = await testConnection(inDialog(id), started.signal).catch((error: unknown): Step[] => [
      { step: 'settings', outcome: 'failed', problem: saidOf(error) },
    ]);
    if (started.signal.aborted) return;
    clear();
    results.append(element('ul', { class: 'stream-sea-steps' }, ...steps.map(stepLine)));
    results.get(0)?.scrollIntoView({ block: 'nearest' });
  }

  button.on('click', () => void test());
  // What was found holds for what was tried.
  $('.stream-sea-server-dialog').on('change input', 'input, select', clear);
  lifetime.addEventListener('abort', clear);
}

function stepLine({ step, outcome, detail = '', problem }: Step): HTMLElement {
  const words = problem === undefined ? detail : wordsFor(problem);
  const text = t(`status.test.${step}.${outcome}`, { detail: words });
  return element(
    'li',
    { class: `stream-sea-step-${outcome}` },
    icon(ICONS[outcome]),
    element('span', {}, text),
  );
}

/** All fields as they are now; a secret that the dialog shows by a stand-in is left to the runtime. */
function inDialog(id: string): TestRequest {
  const fieldOf = (name: string) => $(`#node-config-input-${name}`);
  const settings = Object.keys(SERVER_DEFAULTS).map((name) => {
    const field = fieldOf(name);
    const value = field.is('[type=checkbox]') ? field.is(':checked') : String(field.val() ?? '');
    // The option "none" of a config node.
    return [name, value === '_ADD_' ? '' : value];
  });
  const credentials = ['clientId', 'clientSecret', 'jwt']
    .map((name) => [name, String(fieldOf(name).val() ?? '')])
    .filter(([, value]) => value !== STAND_IN);
  return { id, settings: Object.fromEntries(settings), credentials: Object.fromEntries(credentials) };
}
