/** Words of LLVM IR that stand in many places. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const BINARY = words(
  'add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem',
);
export const CASTS = words(
  'trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast',
);
/** Said of operations; none of them changes what an execution without undefined behaviour does. */
export const FLAGS = words(
  'nuw nsw exact disjoint nneg samesign inbounds nusw fast nnan ninf nsz arcp contract afn ' +
    'reassoc tail musttail notail volatile weak',
);
/** Attributes of functions, parameters and results that are one word. */
export const ATTRIBUTES = words(
  'zeroext signext inreg noalias nocapture nofree nest returned nonnull noundef swiftself ' +
    'immarg swifterror swiftasync readnone readonly writeonly writable nounwind noreturn ' +
    'alwaysinline dead_on_unwind allocalign allocptr dead_on_return noext ' +
    'nocallback nosync willreturn',
);
/** Attributes with something in parentheses. */
export const ATTRIBUTES_WITH = words(
  'byval byref preallocated inalloca sret elementtype align dereferenceable range initializes ' +
    'dereferenceable_or_null nofpclass captures alignstack addrspace memory',
);
export const LINKAGE = words(
  'private internal available_externally linkonce weak common appending extern_weak ' +
    'linkonce_odr weak_odr external',
);
export const PREEMPTION = words(
  'dso_local dso_preemptable default hidden protected dllimport dllexport unnamed_addr ' +
    'local_unnamed_addr externally_initialized',
);
export const CALLING = words('ccc fastcc coldcc tailcc swiftcc preserve_mostcc preserve_allcc');
/** Types that LLVM knows and nothing here does. */
export const FOREIGN = words('half bfloat fp128 x86_fp80 ppc_fp128 x86_mmx x86_amx');
