import { strict as assert } from 'node:assert';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { hashSecret } from '../../../src/server/auth/auth';
import { Proofs } from '../../../src/server/auth/proofs';
import type { Client, Jail } from '../../../src/server/directory/jail';

const jail: Jail = { id: 'works', name: 'works', exists: true, clients: new Map(), streams: new Map() };

function newClient(): Client {
  const secret = hashSecret('secret');
  return { id: 'plant', description: '', jail, secret, jwtPublicKey: null, connections: new Set() };
}

describe('a proof', () => {
  const socket = new Socket();
  const there = () => true;

  it('holds for the same header on the same socket', () => {
    const [proofs, client] = [new Proofs(), newClient()];
    assert.equal(proofs.find(socket, 'Basic abc', there), undefined);
    proofs.add(socket, 'Basic abc', client);
    assert.equal(proofs.find(socket, 'Basic abc', there), client);
    for (const header of ['Basic abd', 'Basic ab', '', undefined]) {
      assert.equal(proofs.find(socket, header, there), undefined);
    }
    assert.equal(proofs.find(new Socket(), 'Basic abc', there), undefined);
  });

  it('is over once the secret is another, or the client gone', () => {
    const [proofs, client] = [new Proofs(), newClient()];
    proofs.add(socket, 'Basic abc', client);
    assert.equal(
      proofs.find(socket, 'Basic abc', () => false),
      undefined,
    );
    client.secret = hashSecret('secret');
    assert.equal(proofs.find(socket, 'Basic abc', there), undefined);
  });
});
