/** Checks of a scenario that no single field shows. */

import { expected, type Path } from '../../mistakes.ts';
import type { Complain } from '../../scenario/form.ts';
import { isFixed } from './scenario.ts';
import type { AlmosScenario, UserStep, VsegSpec } from './scenario.ts';

/** Complains that something else was expected at a place. */
type Fail = (path: Path, what: string, found: unknown) => void;

export function checkTogether(s: AlmosScenario, complain: Complain): void {
  const fail: Fail = (path, what, found) => complain(path, expected(what, found));
  checkProcesses(s, fail);
  const programs = s.threads.map(({ program }) => program.flat());
  s.threads.forEach((_, t) => {
    checkThread(s, t, programs, fail);
    checkSlot(s, t, fail);
    checkSteps(s, t, fail);
  });
  checkKernel(s, fail);
  checkAreas(s, fail);
  s.vsegs.forEach((vseg, i) => {
    checkFile(vseg, ['vsegs', i], fail);
    checkPlace(s, vseg, ['vsegs', i], fail);
  });
}

/** Every copy has a thread, and every child is forked once. */
function checkProcesses(s: AlmosScenario, fail: Fail): void {
  s.processes.forEach(({ name, clusters, child }, i) => {
    if (child && clusters.length > 1) {
      fail(['processes', i, 'clusters'], 'one cluster for a child', clusters);
    }
    for (const cluster of clusters) {
      if (s.threads.some((t) => t.process === name && t.cluster === cluster)) continue;
      fail(['threads'], `a thread of process ${name} in cluster ${cluster}`, undefined);
    }
  });
  const forks = s.threads.flatMap((t) => t.program.flat()).filter((step) => step.do === 'fork');
  for (const { name } of s.processes.filter(({ child }) => child)) {
    const found = forks.filter((fork) => fork.child === name).length;
    // A process is born once: a second fork makes a process of another name.
    if (found !== 1) fail(['threads'], `one step that forks process ${name}`, found);
  }
}

type Programs = readonly (readonly UserStep[])[];

function makes(step: UserStep, thread: number): boolean {
  return step.do === 'create' && step.thread === thread;
}

/** Threads that are created are created once; who execs does so in the reference cluster. */
function checkThread(s: AlmosScenario, t: number, programs: Programs, fail: Fail): void {
  const at = ['threads', t];
  const { process, cluster, created = false } = s.threads[t];
  const { clusters = [] } = s.processes.find(({ name }) => name === process) ?? {};
  if (!clusters.includes(cluster)) {
    fail([...at, 'cluster'], `a cluster of process ${process}: ${clusters.join(', ')}`, cluster);
  }
  const makers = programs.filter((own, maker) => own.some((step) => makes(step, t) && maker !== t));
  if (created && makers.length === 0) fail([...at, 'created'], 'a step that creates it', created);
  const made = programs.flat().filter((step) => makes(step, t)).length;
  if (made > 1) fail(['threads'], `one step that creates thread ${t}`, made);
  if (!created && makers.length > 0) {
    fail([...at, 'created'], 'true, as a step creates it', created);
  }
  if (programs[t].some((step) => step.do === 'exec') && cluster !== clusters[0]) {
    fail([...at, 'program'], `exec in cluster ${clusters[0]}, the reference`, 'exec');
  }
}

/** Stack slots lie in the stack zone, and no two threads of a copy have the same. */
function checkSlot(s: AlmosScenario, t: number, fail: Fail): void {
  const at = ['threads', t, 'slot'];
  const { process, cluster, slot } = s.threads[t];
  if (slot === undefined) return;
  if (s.stackBase + slot * s.stackSize + s.stackSize > s.pages) {
    fail(at, 'a slot inside of the stack zone', slot);
  }
  const twin = s.threads.findIndex(
    (other) => other.process === process && other.cluster === cluster && other.slot === slot,
  );
  if (twin !== t) fail(at, `a slot that thread ${twin} has not`, slot);
}

/** What a step is about is there. */
function checkSteps({ threads, pages }: AlmosScenario, t: number, fail: Fail): void {
  const { program } = threads[t];
  program.forEach((place, i) => {
    [place].flat().forEach((step, j) => {
      const at = ['threads', t, 'program', i, ...(Array.isArray(place) ? [j] : [])];
      if (step.do === 'create' && step.thread >= threads.length) {
        fail([...at, 'thread'], `threads up to ${threads.length - 1}`, step.thread);
      }
      if (step.do !== 'munmap') return;
      const end = step.page + step.pages;
      if (end >= 0 && end <= pages) return;
      const what = `pages from 0 to ${pages - 1}, those of the virtual space`;
      fail([...at, 'pages'], what, step.pages);
    });
  });
}

/**
 * Kernel vsegs lie where nothing else does, and each of their pages takes a frame of every cluster.
 */
function checkKernel(s: AlmosScenario, fail: Fail): void {
  const fixed = s.vsegs.filter(isFixed);
  let frames = 0;
  s.kernel.forEach(({ page, pages }, i) => {
    const at = ['kernel', i];
    const end = page + pages;
    if (end > s.pages) fail([...at, 'pages'], `pages up to ${s.pages - 1}`, pages);
    if (end > s.heapBase && page < s.stackBase) {
      fail([...at, 'page'], 'a page outside of the mmap zone', page);
    }
    if (end > s.stackBase) fail([...at, 'page'], 'a page outside of the stack zone', page);
    const others = [...fixed, ...s.kernel.slice(0, i)];
    const met = others.find((other) => page < other.page + other.pages && other.page < end);
    if (met !== undefined) fail([...at, 'page'], 'pages that no other vseg has', page);
    frames += pages;
  });
  if (frames > 0 && frames >= s.frames) {
    fail(['frames'], `more frames than the ${frames} of the kernel`, s.frames);
  }
}

/** DATA without a file is what vmm_user_init makes for args and envs. */
function checkFile({ type, file }: VsegSpec, at: Path, fail: Fail): void {
  const place = [...at, 'file'];
  if ((type === 'FILE' || type === 'CODE') && file === undefined) fail(place, 'a file', file);
  if ((type === 'ANON' || type === 'REMOTE') && file !== undefined) {
    fail(place, `no file for ${type}`, file);
  }
}

/** Vsegs lie where their type belongs, and beside args and envs where a program execs. */
function checkPlace(s: AlmosScenario, vseg: VsegSpec, at: Path, fail: Fail): void {
  const areas = areasOf(s);
  const end = vseg.page + vseg.pages;
  if (end > s.pages) fail([...at, 'pages'], `at most page ${s.pages - 1}`, vseg);
  const owner = s.processes.find(({ name }) => name === vseg.process);
  if (owner?.child) fail([...at, 'process'], 'a process that exists at the start', vseg.process);
  if (isFixed(vseg) && end > s.heapBase) {
    fail([...at, 'page'], `${vseg.type} below ${zoneOf(s)}`, vseg.page);
  }
  const loaded = isFixed(vseg) && areas !== undefined && vseg.file !== undefined;
  if (loaded && vseg.page < areas && end > s.utilsBase) {
    const beside = `those of args and envs, ${s.utilsBase} to ${areas - 1}, which exec makes`;
    fail([...at, 'page'], `pages beside ${beside}`, vseg.page);
  }
}

function checkAreas(s: AlmosScenario, fail: Fail): void {
  const areas = areasOf(s);
  if (areas === undefined || areas <= s.heapBase) return;
  fail(['utilsBase'], `args and envs, which exec makes, below ${zoneOf(s)}`, s.utilsBase);
}

/** The page after those of args and envs, if a program execs. */
function areasOf({ threads, utilsBase, args, envs }: AlmosScenario): number | undefined {
  const execs = threads.some(({ program }) => program.flat().some((step) => step.do === 'exec'));
  return execs ? utilsBase + args + envs : undefined;
}

function zoneOf({ heapBase }: AlmosScenario): string {
  return `the mmap zone, which starts at page ${heapBase}`;
}
