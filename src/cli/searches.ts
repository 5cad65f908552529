/**
 * Runs one search for `explore` and `gate`: progress line and remarks on stderr, counterexamples in
 * files.
 */

import { save } from '../counterexample/save.ts';
import { type SearchRequest, runSearch } from '../core/run-search.ts';
import { toolVersion } from '../core/version.ts';
import type { ReportedSearch } from '../report/run.ts';
import type { Host } from './host.ts';
import { ProgressLine } from './progress-line.ts';

interface Saving {
  /** Folder for the counterexamples; undefined to save none. */
  readonly folder: string | undefined;
  /** The command that would save them. */
  readonly command: string | undefined;
}

export async function searchAndSave(
  request: SearchRequest,
  host: Host,
  { folder, command }: Saving,
): Promise<ReportedSearch> {
  const { stderr, cwd } = host;
  const line = stderr.isTTY ? new ProgressLine(stderr) : undefined;
  const result = await runSearch(request, host, {
    onProgress: line && ((progress, elapsed) => line.update(progress, elapsed)),
    onEnd: line && (() => line.erase()),
    onRemark: (remark) => stderr.write(`vmcheck: ${remark}\n`),
  });
  const { system, subject, traces } = result;
  const files =
    folder === undefined ? { saved: [] } : save(folder, cwd, system, subject, traces, toolVersion);
  return { ...result, toolVersion, ...files, saveWith: command };
}
