import assert from 'node:assert/strict';
import { Secrets } from '../../src/client/identity/secrets';
import { News } from '../../src/client/news';
import { NetworkError, OfflineError, SettingError, type StreamSeaError } from '../../src/errors';

describe('client/news', () => {
  let news: News;
  let problems: StreamSeaError[];

  beforeEach(() => {
    news = new News(new Secrets({ clientId: 'gauge', clientSecret: 'gauge-secret' }));
    problems = [];
    news.on('problem', (problem) => problems.push(problem));
  });

  it('tells of a failure once, though the socket and requests come with it', () => {
    const gone = new NetworkError('gone');
    const same = new OfflineError('offline', { cause: gone });
    news.problem(same);
    news.problem(gone);
    news.problem(same);
    assert.deepEqual(problems, [same]);
    news.problem(new NetworkError('gone'));
    assert.equal(problems.length, 2);
  });

  it('tells of a listener that throws, without secrets, and never a listener of problems of its own', () => {
    const thrown = new Error('it is gauge-secret');
    news.on('queue', () => {
      throw thrown;
    });
    news.on('problem', () => {
      throw thrown;
    });
    news.tell('queue', 1);
    const [problem, ...more] = problems;
    assert.ok(problem instanceof SettingError && problem.cause === thrown);
    assert.match(problem.message, /"queue" threw: it is \*\*\*$/);
    assert.deepEqual(more, []);
  });

  it('takes no other events, and nothing that is no function', () => {
    assert.throws(() => news.on('progress' as never, () => {}), SettingError);
    assert.throws(() => news.on('queue', 'me' as never), SettingError);
  });

  it('tells nobody anything once it is closed', () => {
    news.close();
    news.problem(new NetworkError('gone'));
    assert.deepEqual(problems, []);
  });
});
