/** The table of reporters: a new one is a file and a line here. The first is the default. */

import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { mermaid } from './mermaid.ts';
import type { Reporter } from './reporter.ts';
import { text } from './text.ts';

/** All reporters; the first is the default. */
export const reporters: readonly Reporter[] = [text, json, markdown, mermaid];
