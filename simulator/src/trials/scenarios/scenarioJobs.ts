/**
 * Runs scenarios beside each other, in threads that share nothing. What comes out doesn't depend on how many there are.
 * Floor: simulator trials.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import { runScenario, type ScenarioReport, warmUp } from './runScenario.js';
import type { Scenario } from './scenario.js';

interface Job {
  readonly scenario: Scenario;
  readonly target: ReaderTargetName;
  readonly seed?: number;
}

interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}

/** The thread's end: answers jobs until the port is closed. */
export function serveJobs(port: MessagePort): void {
  let ready: Promise<void> | undefined;
  port.on('message', async ({ number, content }: Numbered<Job>) => {
    ready ??= warmUp(content.target);
    await ready;
    port.postMessage({
      number,
      content: await runScenario(content.scenario, content),
    } satisfies Numbered<ScenarioReport>);
  });
}

/**
 * @param threads how many; without `worker` all run here, one after the other
 * @param worker  the file of a script that calls `serveJobs`
 * @param done    called for each report, in the order in which they come
 * @returns reports in the order of the jobs
 */
export async function runJobs(
  jobs: readonly Job[],
  threads: number,
  worker: URL | undefined,
  done: (report: ScenarioReport) => void,
): Promise<readonly ScenarioReport[]> {
  const reports: ScenarioReport[] = [];
  const keep = (number: number, report: ScenarioReport): void => {
    reports[number] = report;
    done(report);
  };
  if (worker === undefined || threads === 1) {
    for (const target of new Set(jobs.map(({ target }) => target))) await warmUp(target);
    for (const [number, job] of jobs.entries()) keep(number, await runScenario(job.scenario, job));
    return reports;
  }
  let next = 0;
  const take = (): Numbered<Job> | undefined => {
    const content = jobs[next];
    return content === undefined ? undefined : { number: next++, content };
  };
  const count = Math.min(threads, jobs.length);
  await Promise.all(Array.from({ length: count }, () => runThread(worker, take, keep)));
  return reports;
}

function runThread(
  file: URL,
  take: () => Numbered<Job> | undefined,
  keep: (number: number, report: ScenarioReport) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file);
    const give = (): void => {
      const job = take();
      if (job === undefined) void thread.terminate().then(() => resolve());
      else thread.postMessage(job);
    };
    thread.on('message', ({ number, content }: Numbered<ScenarioReport>) => {
      keep(number, content);
      give();
    });
    thread.on('error', reject);
    give();
  });
}
