/** The most of what a scenario may have. */
export const most = {
  frames: 64,
  pages: 32,
  processes: 6,
  actions: 40,
  limit: 40,
  values: 15,
  times: 15,
  blocks: 255,
  physRegions: 255,
  regions: 30,
};
