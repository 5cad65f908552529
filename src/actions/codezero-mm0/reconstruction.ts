/** The C functions of mm0 as `vmcheck list` prints them, with their places in every revision. */

import type { AnyOperation } from '../../machine/vocabulary.ts';
import { rulesOf } from '../../model/codezero-mm0/profiles.ts';
import type { Profile } from '../../model/codezero-mm0/profiles.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { fixedRules } from './fixes.ts';
import { sourceIn } from './ranges.ts';
import type { PlaceOf } from './vocabulary.ts';
import { paging, insertion } from './pagers.ts';
import { deletion } from './vm_object.ts';
import { dropping, merging } from './drop.ts';
import { handler, reading, writing, cow, freezing } from './fault.ts';
import { unmapping } from './munmap.ts';
import { system, mapping, searching } from './mmap.ts';
import { getting, pool } from './segments.ts';
import { attaching, detaching } from './shm.ts';
import { opening, asking, closing } from './file.ts';
import { forking, cloning, exiting } from './clone.ts';
import { inout } from './io.ts';
import { access } from './user/places.ts';

const reconstructions = [
  paging,
  insertion,
  deletion,
  dropping,
  merging,
  handler,
  reading,
  writing,
  cow,
  freezing,
  unmapping,
  system,
  mapping,
  searching,
  getting,
  attaching,
  pool,
  detaching,
  opening,
  asking,
  closing,
  forking,
  cloning,
  exiting,
  inout,
  access,
].map(({ reconstruction }) => reconstruction);

/**
 * All C functions, with the places that exist under these rules, and where they stand in
 * the C of the profile. What only a fix brings is of no line, and is marked as the fix's.
 */
export function reconstructed(
  rules?: Rules,
  profile?: Profile,
  fixes: readonly string[] = [],
): AnyOperation<Kernel, Scope>[] {
  return reconstructions.map(({ operation: { ...found }, places: all }) => {
    const byCode = new Map<unknown, PlaceOf>(all.map((place) => [place.code, place]));
    return {
      ...found,
      sourceOf: (statement: unknown) => {
        const place = byCode.get(statement);
        if (profile === undefined || place === undefined) return undefined;
        if (place.exists(rulesOf[profile])) return sourceIn(place.row, profile);
        const one = fixes.find((fix) => place.exists(fixedRules(profile, [fix])));
        return { file: '', line: 0, fix: one ?? fixes.join(', ') };
      },
      statements: all
        .filter(({ exists }) => rules === undefined || exists(rules))
        .map(({ code }) => code as never),
    };
  });
}

/** Each place with its key, and the row that says where it stands: for the tests of `lines.ts`. */
export function keyedPlaces(): { operation: string; key: string; place: PlaceOf }[] {
  return reconstructions.flatMap(({ operation: { name }, places: all }) =>
    all.map((place) => ({ operation: name, key: place.key, place })),
  );
}
