/**
 * Words that the project once had for things that the field has words for, and those words. In
 * code, comments and prose; `docs/glossary.md` says what each means.
 */

import type { BannedWords } from './text.ts';

export const banned: BannedWords = [
  [/\bcrew|Crew/, 'worker pool'],
  [/\bintake|Intake/, 'commit'],
  [/\bfindings?\b|Finding/, 'violation'],
  [/\brecipe|Recipe/, 'model factory'],
  [/\bglimpse|Glimpse/, 'partial stack read'],
  [/\brivals?\b|Rival/, 'dependent threads'],
  [/\bstranded\b/, 'deadlocked'],
  [/\bSight\b/, 'Visibility'],
  [/\bUnseen\b/, 'HiddenRead'],
  [/\bStateStore\b/, 'VisitedSet'],
  [/\bStrategy\b/, 'Frontier'],
  [/\bResumed\b/, 'CheckpointReader'],
  [/\bKeeping\b(?! )/, 'Checkpoint'],
  [/\bletGo\b/, 'release'],
  [/\bJudgement|\bjudgement/, 'step invariant'],
  [/\bMerged\b/, 'ChainCompression'],
  [/\bWays\b/, 'PredecessorGraph'],
  [/\bway on\b/, 'successor'],
  [/\bdictate/, 'replay'],
  [/\bPlaced\b/, 'a word for what it is'],
  [/\bMeetings\b/, 'ReferenceVisitor'],
  [/\bcompactOnly\b/, 'noStates'],
  [/\bbites?\b|Bites?\b/, 'mutation test'],
  [/\b[sS]omebody\b/, 'a thread, a caller'],
  [/\b[wW]hoever\b/, 'a thread, a caller'],
  [/\bimport circle|\bcircles? of imports?\b/, 'import cycle'],
];
