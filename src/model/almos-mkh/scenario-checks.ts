/** Checks of a scenario that no single field shows. */

import type { JsonReader } from '../json-reader.ts';
import { isFixed } from './scenario.ts';
import type { AlmosScenario, ProcessSpec, UserStep } from './scenario.ts';

export function checkTogether(s: AlmosScenario, root: JsonReader): void {
  checkProcesses(s, root);
  const programs = s.threads.map(({ program }) => program.flat());
  s.threads.forEach((_, t) => {
    checkThread(s, t, programs, root.in('threads'));
    checkSlot(s, t, root.in('threads').in(t));
  });
  checkKernel(s, root);
  checkVsegs(s, root);
}

/** Every copy has a thread, and every child is forked once. */
function checkProcesses(s: AlmosScenario, root: JsonReader): void {
  for (const { name, clusters } of s.processes) {
    for (const cluster of clusters) {
      if (s.threads.some((t) => t.process === name && t.cluster === cluster)) continue;
      root.in('threads').fail(`a thread of process ${name} in cluster ${cluster}`, undefined);
    }
  }
  const forks = s.threads.flatMap((t) => t.program.flat()).filter((step) => step.do === 'fork');
  for (const { name } of s.processes.filter(({ child }) => child)) {
    const found = forks.filter((fork) => fork.child === name).length;
    // A process is born once: a second fork makes a process of another name.
    if (found !== 1) root.in('threads').fail(`one step that forks process ${name}`, found);
  }
}

type Programs = readonly (readonly UserStep[])[];

function makes(step: UserStep, thread: number): boolean {
  return step.do === 'create' && step.thread === thread;
}

/** Threads that are created are created once; who execs does so in the reference cluster. */
function checkThread(s: AlmosScenario, t: number, programs: Programs, all: JsonReader): void {
  const at = all.in(t);
  const { process, cluster, created } = s.threads[t];
  const makers = programs.filter((own, maker) => own.some((step) => makes(step, t) && maker !== t));
  if (created && makers.length === 0) at.in('created').fail('a step that creates it', created);
  const made = programs.flat().filter((step) => makes(step, t)).length;
  if (made > 1) all.fail(`one step that creates thread ${t}`, made);
  if (!created && makers.length > 0) at.in('created').fail('true, as a step creates it', created);
  if (programs[t].some((step) => step.do === 'create' && step.thread >= s.threads.length)) {
    at.in('program').fail(`threads up to ${s.threads.length - 1}`, 'a higher one');
  }
  const home = s.processes.find(({ name }) => name === process) as ProcessSpec;
  if (programs[t].some((step) => step.do === 'exec') && cluster !== home.clusters[0]) {
    at.in('program').fail(`exec in cluster ${home.clusters[0]}, the reference`, 'exec');
  }
}

/** Stack slots lie in the stack zone, and no two threads of a copy have the same. */
function checkSlot(s: AlmosScenario, t: number, at: JsonReader): void {
  const { process, cluster, slot } = s.threads[t];
  if (slot === undefined) return;
  if (s.stackBase + slot * s.stackSize + s.stackSize > s.pages) {
    at.in('slot').fail('a slot inside of the stack zone', slot);
  }
  const twin = s.threads.findIndex(
    (other) => other.process === process && other.cluster === cluster && other.slot === slot,
  );
  if (twin !== t) at.in('slot').fail(`a slot that thread ${twin} has not`, slot);
}

/**
 * Kernel vsegs lie where nothing else does, and each of their pages takes a frame of every cluster.
 */
function checkKernel(s: AlmosScenario, root: JsonReader): void {
  const fixed = s.vsegs.filter(isFixed);
  let frames = 0;
  s.kernel.forEach(({ page, pages }, i) => {
    const at = root.in('kernel').in(i);
    const end = page + pages;
    if (end > s.pages) at.in('pages').fail(`pages up to ${s.pages - 1}`, pages);
    if (end > s.heapBase && page < s.stackBase)
      at.in('page').fail('a page outside of the mmap zone', page);
    if (end > s.stackBase) at.in('page').fail('a page outside of the stack zone', page);
    const others = [...fixed, ...s.kernel.slice(0, i)];
    const met = others.find((other) => page < other.page + other.pages && other.page < end);
    if (met !== undefined) at.in('page').fail('pages that no other vseg has', page);
    frames += pages;
    if (frames >= s.frames)
      root.in('frames').fail(`more frames than the ${frames} of the kernel`, s.frames);
  });
}

/** Vsegs lie where their type belongs, and beside args and envs where a program execs. */
function checkVsegs(s: AlmosScenario, root: JsonReader): void {
  const execs = s.threads.some(({ program }) => program.flat().some((step) => step.do === 'exec'));
  const areas = s.utilsBase + s.args + s.envs;
  if (execs && areas > s.heapBase) {
    const zone = `the mmap zone, which starts at page ${s.heapBase}`;
    root.in('utilsBase').fail(`args and envs, which exec makes, below ${zone}`, s.utilsBase);
  }
  s.vsegs.forEach((vseg, i) => {
    const at = root.in('vsegs').in(i);
    const end = vseg.page + vseg.pages;
    if (end > s.pages) at.in('pages').fail(`at most page ${s.pages - 1}`, vseg);
    const owner = s.processes.find(({ name }) => name === vseg.process) as ProcessSpec;
    if (owner.child) at.in('process').fail('a process that exists at the start', vseg.process);
    if (isFixed(vseg) && end > s.heapBase) {
      const zone = `the mmap zone, which starts at page ${s.heapBase}`;
      at.in('page').fail(`${vseg.type} below ${zone}`, vseg.page);
    }
    const loaded = isFixed(vseg) && execs && vseg.file !== undefined;
    if (loaded && vseg.page < areas && end > s.utilsBase) {
      const beside = `those of args and envs, ${s.utilsBase} to ${areas - 1}, which exec makes`;
      at.in('page').fail(`pages beside ${beside}`, vseg.page);
    }
  });
}
