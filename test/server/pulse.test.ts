import assert from 'node:assert/strict';
import { Pulse } from '../../src/server/pulse';

const INTERVAL = 1_000;

describe('Pulse', () => {
  const flow = () => ({ bytesWritten: 0, writableLength: 0, _handle: { writeQueueSize: 0 } });

  it('beats while each ping is answered', () => {
    const pulse = new Pulse(flow(), INTERVAL);
    for (let beat = 0; beat < 5; beat += 1) {
      assert.equal(pulse.beat(), true);
      pulse.answered();
    }
  });

  it('is dead at the next ping when it owes us nothing but a pong', () => {
    const socket = flow();
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.beat(), true);
    // Our own ping, which the kernel takes for the dead too.
    socket.bytesWritten += 2;
    assert.equal(pulse.beat(), false);
  });

  it('lives while something of what waits leaves, however little', () => {
    const socket = { ...flow(), bytesWritten: 1_000_000, writableLength: 500_000 };
    const pulse = new Pulse(socket, INTERVAL);
    for (let beat = 0; beat < 10; beat += 1) {
      assert.equal(pulse.beat(), true);
      socket.writableLength -= 1;
    }
  });

  it('lives while one large frame leaves in parts, which the kernel alone knows', () => {
    const socket = { ...flow(), bytesWritten: 1e6, writableLength: 1e6, _handle: { writeQueueSize: 1e6 } };
    const pulse = new Pulse(socket, INTERVAL);
    for (let beat = 0; beat < 10; beat += 1) {
      assert.equal(pulse.beat(), true);
      socket._handle.writeQueueSize -= 1_000;
    }
  });

  it('knows how long all that is on its way may take to be read, at 10 kB in a second', () => {
    const socket = { ...flow(), bytesWritten: 50_000 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.timeToRead, 7_000);
    pulse.pinged(50_000);
    pulse.answered();
    socket.bytesWritten += 20_000;
    assert.equal(pulse.timeToRead, 4_000);
  });

  it('is dead when nothing at all has left for two pings', () => {
    const socket = { ...flow(), bytesWritten: 1e6, writableLength: 1e6 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.deepEqual([pulse.beat(), pulse.beat(), pulse.beat()], [true, true, false]);
  });

  it('is trusted to read on, at 10 kB in a second, what the kernel has before the ping', () => {
    const socket = { ...flow(), bytesWritten: 35_000 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => pulse.beat()),
      [true, true, true, true, false],
    );
    pulse.answered();
    assert.equal(pulse.beat(), true);
    // Of what it has read by then, nothing counts.
    assert.equal(pulse.beat(), false);
  });

  it('goes by pongs again once nothing waits', () => {
    const socket = { ...flow(), bytesWritten: 100, writableLength: 100 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.beat(), true);
    socket.writableLength = 0;
    assert.equal(pulse.beat(), true, 'all has left since');
    assert.equal(pulse.beat(), false);
  });

  it('tells whether more is on its way than is read within so many milliseconds', () => {
    const socket = flow();
    const pulse = new Pulse(socket, INTERVAL);
    assert.equal(pulse.isBehind(100), false);
    socket.bytesWritten = 1_000;
    assert.equal(pulse.isBehind(100), false);
    socket.bytesWritten = 1_001;
    assert.equal(pulse.isBehind(100), true);
    pulse.pinged(1_001);
    pulse.answered();
    assert.equal(pulse.isBehind(100), false);
    socket.writableLength = 1;
    assert.equal(pulse.isBehind(100), true);
  });

  it('goes on by what was asked before, once it asks no more', () => {
    const socket = { ...flow(), bytesWritten: 25_000 };
    const pulse = new Pulse(socket, INTERVAL);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => pulse.beat(false)),
      [true, true, true, false],
    );
    const reading = new Pulse(socket, INTERVAL);
    for (let ping = 0; ping < 10; ping += 1) reading.pinged(10_000 + ping);
    for (let beat = 0; beat < 10; beat += 1) {
      assert.equal(reading.beat(false), true);
      reading.answered();
    }
  });
});
