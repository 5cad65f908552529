/** Error codes that mm0 answers. */

export const ENOMEM = -12;
export const EINVAL = -22;
export const EBADF = -9;
export const EEXIST = -17;
export const ENOENT = -2;
export const ENOSYS = -38;
export const EIO = -5;
export const EMFILE = -24;
