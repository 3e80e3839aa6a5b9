import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_DEFAULTS } from '../../../nodes/stream-sea-admin/stream-sea-admin.config';
import { DEFINE_DEFAULTS } from '../../../nodes/stream-sea-define/stream-sea-define.config';
import { DESCRIBE_DEFAULTS } from '../../../nodes/stream-sea-describe/stream-sea-describe.config';
import { IN_DEFAULTS } from '../../../nodes/stream-sea-in/stream-sea-in.config';
import { OUT_DEFAULTS } from '../../../nodes/stream-sea-out/stream-sea-out.config';
import { SERVER_DEFAULTS } from '../../../nodes/stream-sea-server/stream-sea-server.config';
import { VERSIONS_DEFAULTS } from '../../../nodes/stream-sea-versions/stream-sea-versions.config';
import {
  editorFiles,
  editorPage,
  editorSources,
  NODE_TYPES,
  type Registration,
  registrations,
} from '../../support/browser/editor-page';
import { ROOT } from '../../support/root';

const SAVED: Record<string, object> = {
  'stream-sea-server': SERVER_DEFAULTS,
  'stream-sea-in': IN_DEFAULTS,
  'stream-sea-out': OUT_DEFAULTS,
  'stream-sea-describe': DESCRIBE_DEFAULTS,
  'stream-sea-define': DEFINE_DEFAULTS,
  'stream-sea-versions': VERSIONS_DEFAULTS,
  'stream-sea-admin': ADMIN_DEFAULTS,
};

const PORTS: Record<string, { inputs?: number; outputs?: number }> = {
  'stream-sea-server': {},
  'stream-sea-in': { inputs: 0, outputs: 1 },
  'stream-sea-out': { inputs: 1, outputs: 0 },
  'stream-sea-describe': { inputs: 1, outputs: 1 },
  'stream-sea-define': { inputs: 1, outputs: 1 },
  'stream-sea-versions': { inputs: 1, outputs: 1 },
  'stream-sea-admin': { inputs: 1, outputs: 1 },
};

function idsIn(page: string): string[] {
  return [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id);
}

describe('the page of a node in the editor', () => {
  it('is made for every node type there is', () => {
    assert.deepEqual([...NODE_TYPES].sort(), Object.keys(SAVED).sort());
  });

  for (const type of NODE_TYPES) {
    const isServer = type === 'stream-sea-server';
    const prefix = isServer ? 'node-config-input-' : 'node-input-';

    describe(type, () => {
      let page: string;
      let registered: Registration;

      before(async () => {
        page = await editorPage(type);
        const found = registrations(page);
        assert.deepEqual([...found.keys()], [type]);
        registered = found.get(type) ?? assert.fail();
      });

      it('registers what the flow library can read', () => {
        const color = '#3FADB5';
        const icon = 'stream-sea.svg';
        const category = isServer ? 'config' : 'stream-sea';
        assert.deepEqual(registered.literals, { category, color, icon, ...PORTS[type] });
      });

      it('saves exactly the properties of its config', () => {
        assert.deepEqual(registered.defaults.sort(), Object.keys(SAVED[type] ?? {}).sort());
        const credentials = ['clientId', 'clientSecret', 'jwt', 'privateKey'];
        assert.deepEqual(registered.credentials, isServer ? credentials : []);
      });

      it('has one field for each saved property and no other', () => {
        const fields = idsIn(page)
          .filter((id) => id.startsWith(prefix))
          .map((id) => id.slice(prefix.length))
          // The visible half of a property that has no plain input: a code editor over a hidden input, a list.
          .filter((field) => !field.endsWith('-editor'))
          .map((field) => field.replace(/-container$/, ''));
        assert.deepEqual(fields.sort(), [...registered.defaults, ...registered.credentials].sort());
      });

      it('gives every field a label, and every label a field', () => {
        const ids = idsIn(page);
        assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
        const targets = [...page.matchAll(/<label for="([^"]+)"/g)].map(([, target = '']) => target);
        for (const target of targets) assert.ok(ids.includes(target), `label for ${target}`);
        const described = [...page.matchAll(/aria-describedby="([^"]+)"/g)].map(([, target = '']) => target);
        for (const target of described) assert.ok(ids.includes(target), `description ${target}`);
        for (const [tag, id = ''] of page.matchAll(
          /<(?:input|select|textarea)\b[^>]*\sid="([^"]+)"[^>]*>/g,
        )) {
          if (!tag.includes('type="hidden"')) assert.ok(targets.includes(id), `${id} has no label`);
        }
      });

      it('brings no style of its own', () => assert.doesNotMatch(page, /<style|<link/));

      it('holds no text of its own: all of it comes from the catalogue', () => {
        const [, template = ''] = /<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/.exec(page) ?? [];
        const text = template.replace(/<[^>]+>/g, '').trim();
        assert.equal(text, '');
        assert.doesNotMatch(template, /\s(?:placeholder|title|aria-label)="/);
      });
    });
  }

  it('takes every colour but those of lines in a picture from the theme', async () => {
    const styles = (await editorFiles()).resources.get('editor.css') ?? '';
    const styled = styles.replace(/--sea-line-\d: ?oklch\([^)]*\)/g, '');
    const ours = [...styled.matchAll(/[{;](--[a-z0-9-]+): ?var\(--red-ui-[a-z-]+\)/g)].map(
      ([, name = '']) => name,
    );
    assert.doesNotMatch(styled, /#[0-9a-f]{3,8}\b(?=[;} ])|\b(?:rgb|hsl|okl?(?:ch|ab))a?\(/i);
    const values = [...styled.matchAll(/[{;](?:background|color):([^;}]+)/g)].map(([, value = '']) => value);
    assert(values.length > 20);
    for (const value of values) {
      const [, name = value] = /^var\((--[a-z0-9-]+)\)$/.exec(value) ?? [];
      assert([...ours, 'inherit', 'none'].includes(name) || name.startsWith('--red-ui-'), value);
    }
  });

  it('styles nothing outside its own dialogs and sidebar', async () => {
    const styles = (await editorFiles()).resources.get('editor.css') ?? '';
    for (const selector of outerSelectors(styles)) {
      // What Node-RED puts around one of them, and around nothing else.
      if (selector === '.red-ui-tray-content:has(.sea-define-dialog)') continue;
      assert.match(selector, /^(\.nr-theme-dark )?\.sea-(dialog|picture|sidebar|sidebar-tools)( |$)/);
    }
  });

  it('has its icon in the form that Node-RED colours: white, two to three', () => {
    const icon = readFileSync(join(ROOT, 'icons', 'stream-sea.svg'), 'utf8');
    assert.match(icon, /width="40" height="60" viewBox="0 0 40 60"/);
    const paints = [...icon.matchAll(/(?:fill|stroke)="(#[^"]+|[a-z]+)"/g)].map(([, paint]) => paint);
    assert.deepEqual([...new Set(paints)].sort(), ['#fff', 'none']);
  });

  it('asks for each node type a server in the manner the config picker and subflows understand', () => {
    for (const type of NODE_TYPES.filter((each) => each !== 'stream-sea-server')) {
      assert.match(editorSources(type), /server: \{[^}]*type: 'stream-sea-server',\s*required: true/, type);
    }
  });
});

/** Of the rules that stand in no other rule: what stands in one holds below its selector. */
function outerSelectors(styles: string): string[] {
  const around: string[] = [];
  const found: string[] = [];
  for (const [, text = '', sign] of styles.matchAll(/([^{};]*)([{};])/g)) {
    const isOuter = around.every((each) => each.startsWith('@'));
    if (sign === '}') around.pop();
    if (sign !== '{') continue;
    around.push(text);
    if (isOuter && !text.startsWith('@')) found.push(...text.split(','));
  }
  return found.map((selector) => selector.trim());
}
