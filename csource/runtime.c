/*
 * The runtime of explored C: accesses, yield points, conflicts, and the state in words. It is compiled
 * like the sources that are explored, except that its own accesses are not looked at. The variables
 * without an initial value are set by src/csource/machine/configure.ts.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

enum { INIT, THREAD, OBSERVER };
enum { FRESH, SUSPENDED, ENDED, FAILED };
enum { ADAPTIVE, ACCESS, CALLS };
enum { READ = 1, WRITE = 2 };
/* Of a word: how many of its bytes belong to an object, and what is known of it. */
enum { BYTES = 7, WRITABLE = 8, DIRTY = 16, YIELD_READ = 32, YIELD_WRITE = 64, OBSERVED = 128, FOREIGN = 256, STACK = 512, SHARED = 1024 };
/* As in fault-kinds.ts. */
enum { NULL_POINTER = 1, WILD_POINTER, CONSTANT, DANGLING, OBSERVER_WRITES, WAITS, CHOOSES, ENDLESS, STACK_FULL, FRAMES_FULL, CHOICE };

struct thread { u32 head, frames, top, stack, sp, limit, entry, unused; };

/* Filled in by the linker: as many words as memory that sources can reach. */
extern u16 vm_flags[];
extern u32 vm_stamp[], vm_plain[], vm_visible[], vm_users[];
extern u32 vm_dirty[], vm_initial[];
extern u32 vm_scratch[], vm_saved[];
extern struct thread vm_threads[];
extern u32 vm_notes[];
/* Statement of each site, and which have run. */
extern u32 vm_lines[];
extern u8 vm_covered[];

u32 vm_data_lo, vm_data_hi, vm_stacks_lo, vm_stack_bytes;
u32 vm_thread_count, vm_thread_words, vm_dirty_count, vm_dirty_room, vm_words;
u32 vm_steps, vm_note_room;

u32 vm_mode, vm_thread, vm_bit, vm_grain, vm_detect;
u32 vm_unwind, vm_rewind, vm_skip, vm_top, vm_frames_lo, vm_frames_hi, vm_stop, vm_sp, vm_fuel;
u32 vm_environment, vm_section, vm_after, vm_wrote, vm_waiting, vm_chose;
u32 vm_choice, vm_choices;
u32 vm_stack_lo, vm_stack_hi;
u32 vm_fault_kind, vm_fault_site, vm_fault_detail, vm_fault_more;
u32 vm_epoch, vm_conflicted, vm_grown, vm_short;
u32 vm_tracing, vm_note_count;
u32 vm_second;
u32 vm_checked, vm_write_count;
u32 vm_function_bytes, vm_call_site;
u32 vm_window_count;
u32 vm_because_text, vm_because_a, vm_because_b, vm_because_c;
extern u64 vm_windows[];
extern u32 vm_writes[];

void vm_fault(u32 kind, u32 site, u32 detail, u32 more)
{
    if (vm_unwind == 2) return;
    vm_fault_kind = kind;
    vm_fault_site = site;
    vm_fault_detail = detail;
    vm_fault_more = more;
    vm_unwind = 2;
}

void vm_exit(void)
{
    vm_fault_kind = 0;
    vm_unwind = 2;
}

/* Why an invariant does not hold, for people. */
void vm_because(u32 text, u32 a, u32 b, u32 c)
{
    vm_because_text = text;
    vm_because_a = a;
    vm_because_b = b;
    vm_because_c = c;
}

void vm_endless(u32 site) { vm_fault(ENDLESS, site, 0, 0); }

/* A function is entered (kind 0) or left (1): for traces. */
void vm_note(u32 kind, u32 fn, u32 value)
{
    if (vm_note_count + 3 > vm_note_room) return;
    vm_notes[vm_note_count] = kind;
    vm_notes[vm_note_count + 1] = fn;
    vm_notes[vm_note_count + 2] = value;
    vm_note_count += 3;
}

/* Room on the shadow stack of the thread that runs; the frame is zero unless the thread goes on. */
u32 vm_frame(u32 bytes, u32 site)
{
    if (vm_sp - vm_stack_lo < bytes || vm_sp < vm_stack_lo) {
        vm_fault(STACK_FULL, site, 0, 0);
        return vm_stack_lo;
    }
    vm_sp -= bytes;
    if (!vm_rewind) {
        u32 *p = (u32 *)vm_sp, *end = (u32 *)(vm_sp + bytes);
        while (p < end) *p++ = 0;
    }
    return vm_sp;
}

/* Room for the live locals of a function that is suspended, with its place on top. */
u32 vm_push(u32 bytes, u32 site)
{
    u32 at = vm_top;
    if (vm_unwind != 1) return vm_frames_hi;
    if (vm_frames_hi - at < bytes + 4) {
        vm_fault(FRAMES_FULL, site, 0, 0);
        return vm_frames_hi;
    }
    if (at == vm_frames_lo) vm_stop = site;
    vm_top = at + bytes + 4;
    *(u32 *)(at + bytes) = site;
    return at;
}

u32 vm_resume(void)
{
    vm_top -= 4;
    return *(u32 *)vm_top;
}

/* Which of the flags the words of an access have; 0 if it is none, and then it is a fault. */
static u32 look(u32 at, u32 size, u32 kind, u32 site)
{
    u32 end = at + size, found = 0, last, word;
    if (at < vm_data_lo || end > vm_data_hi || end < at) {
        vm_fault(at < 4096 ? NULL_POINTER : WILD_POINTER, site, at, kind);
        return 0;
    }
    if (at >= vm_stacks_lo) {
        u32 owner = (at - vm_stacks_lo) / vm_stack_bytes;
        u32 sp = at >= vm_stack_lo && at < vm_stack_hi ? vm_sp : owner < vm_thread_count ? vm_threads[owner].sp : end;
        if (at < sp) {
            vm_fault(DANGLING, site, at, kind);
            return 0;
        }
    }
    last = (end - 1) >> 2;
    for (word = at >> 2; word <= last; word++) {
        u32 flags = vm_flags[word];
        u32 upto = word == last ? ((end - 1) & 3) + 1 : 4;
        if (upto > (flags & BYTES)) {
            vm_fault(WILD_POINTER, site, at, kind);
            return 0;
        }
        if ((kind & WRITE) && !(flags & WRITABLE)) {
            vm_fault(CONSTANT, site, at, kind);
            return 0;
        }
        found |= flags;
    }
    return found;
}

static void grow(u32 word, u32 flag)
{
    vm_flags[word] = (u16)(vm_flags[word] | flag);
    vm_grown++;
}

/* What an invariant reads must be a yield point where it is written. */
static void observe(u32 at, u32 size)
{
    u32 word, last = (at + size - 1) >> 2;
    for (word = at >> 2; word <= last; word++) {
        u32 flags = vm_flags[word];
        vm_flags[word] = (u16)(flags | OBSERVED);
        if (vm_detect && (flags & DIRTY) && !(flags & YIELD_WRITE)) grow(word, YIELD_WRITE);
    }
}

/* Notes an access of the segment that runs; visible: it is the yield point at which that began. */
static void record(u32 at, u32 size, u32 kind, u32 visible)
{
    u32 word, last = (at + size - 1) >> 2, bit = vm_bit, others = ~(bit | bit << 16);
    if (kind & WRITE) vm_wrote = 1;
    for (word = at >> 2; word <= last; word++) {
        u32 flags = vm_flags[word];
        if (kind & WRITE) {
            if (!(flags & DIRTY)) {
                vm_grown++;
                if (vm_dirty_count == vm_dirty_room) {
                    /* The state has no room for it: this step is not kept. */
                    vm_short = 1;
                } else {
                    vm_dirty[vm_dirty_count] = word << 2;
                    vm_initial[vm_dirty_count] = *(u32 *)(word << 2);
                    vm_dirty_count++;
                    vm_flags[word] = (u16)(flags | DIRTY);
                }
            }
            if (vm_detect && (flags & OBSERVED) && !(flags & YIELD_WRITE)) grow(word, YIELD_WRITE);
            if (vm_checked) vm_writes[vm_write_count++] = word;
        }
        if (!vm_detect) continue;
        if (vm_stamp[word] != vm_epoch) {
            vm_stamp[word] = vm_epoch;
            vm_plain[word] = 0;
            vm_visible[word] = 0;
        }
        /* Reads in the lower half, writes in the upper. */
        u32 mine = ((kind & READ) ? bit : 0) | ((kind & WRITE) ? bit << 16 : 0);
        if (!(flags & SHARED)) {
            /* Its other users must be known beforehand: workers see different parts of a search. */
            u32 users = vm_users[word] | mine;
            if (users != vm_users[word]) {
                vm_users[word] = users;
                if (vm_flags[word] & DIRTY) vm_grown++;
                if (kind & WRITE ? users & others : users & others & 0xffff0000u) grow(word, SHARED);
            }
        }
        if (!vm_conflicted) {
            u32 against = vm_plain[word] | (visible ? 0 : vm_visible[word]);
            against &= others;
            if (kind & WRITE ? against : against >> 16) {
                if ((flags & (YIELD_READ | YIELD_WRITE)) != (YIELD_READ | YIELD_WRITE)) {
                    vm_conflicted = 1;
                    grow(word, YIELD_READ | YIELD_WRITE);
                }
            }
        }
        if (visible) vm_visible[word] |= mine;
        else vm_plain[word] |= mine;
    }
}

/* May an access with these flags go on (1: it is not seen by others, 2: it is), or does it wait (0)? */
static u32 pass(u32 flags, u32 kind)
{
    u32 seen = flags & ((kind & READ ? YIELD_READ : 0) | (kind & WRITE ? YIELD_WRITE : 0));
    /* A step of the environment must not be cut in two: what no thread has ever written cannot matter. */
    u32 shared = vm_environment ? (flags & DIRTY) | (kind & WRITE) : flags & SHARED;
    if (vm_skip) {
        vm_skip = 0;
        if (vm_environment) vm_section = 1;
        u32 visible = vm_environment || seen || vm_grain != ADAPTIVE;
        vm_after = visible;
        return visible ? 2 : 1;
    }
    if (vm_environment) {
        if (vm_section) return 2;
        if (!shared && vm_grain != ACCESS) return 1;
    } else if (vm_grain == CALLS) {
        return 1;
    } else if (vm_grain == ADAPTIVE && !seen && !(vm_after && shared)) {
        return 1;
    }
    vm_unwind = 1;
    vm_choices = 1;
    return 0;
}

/* Access of `size` bytes: where they lie, or 0 if the thread does not go on. */
u32 vm_access(u32 at, u32 size, u32 kind, u32 site)
{
    u32 flags, passed;
    if (at >= vm_stack_lo && at + size <= vm_stack_hi) {
        if (at < vm_sp) {
            vm_fault(DANGLING, site, at, kind);
            return 0;
        }
        u32 first = vm_flags[at >> 2] | vm_flags[(at + size - 1) >> 2];
        if (!(first & FOREIGN)) return at;
    }
    flags = look(at, size, kind, site);
    if (flags == 0) return 0;
    if (vm_mode != THREAD) {
        if (vm_mode == OBSERVER) {
            if (kind & WRITE) {
                vm_fault(OBSERVER_WRITES, site, at, kind);
                return 0;
            }
            observe(at, size);
        }
        return at;
    }
    vm_covered[vm_lines[site]] = 1;
    if ((flags & STACK) && !(flags & FOREIGN)) {
        u32 word, last = (at + size - 1) >> 2;
        for (word = at >> 2; word <= last; word++) grow(word, FOREIGN);
    }
    passed = pass(flags, kind);
    if (passed == 0) return 0;
    record(at, size, kind, passed == 2);
    return at;
}

/* A copy: both accesses at once. */
u32 vm_access2(u32 to, u32 from, u32 size, u32 site)
{
    u32 written, read, passed;
    if (size == 0) {
        vm_skip = 0;
        vm_second = from;
        return to ? to : 1;
    }
    written = look(to, size, WRITE, site);
    if (written == 0) return 0;
    read = look(from, size, READ, site);
    if (read == 0) return 0;
    vm_second = from;
    if (vm_mode != THREAD) {
        if (vm_mode == OBSERVER) {
            if (to < vm_stack_lo || to >= vm_stack_hi) {
                vm_fault(OBSERVER_WRITES, site, to, WRITE);
                return 0;
            }
            observe(from, size);
        }
        return to;
    }
    u32 to_own = to >= vm_stack_lo && to < vm_stack_hi && !(written & FOREIGN);
    u32 from_own = from >= vm_stack_lo && from < vm_stack_hi && !(read & FOREIGN);
    if (to_own && from_own) return to;
    /* A yield point of either is one of both. */
    u32 flags = (to_own ? 0 : written) | (from_own ? 0 : read);
    u32 kind = to_own ? READ : from_own ? WRITE : READ | WRITE;
    passed = pass(flags, kind);
    if (passed == 0) return 0;
    if (!to_own) record(to, size, WRITE, passed == 2);
    if (!from_own) record(from, size, READ, passed == 2);
    return to;
}

u32 vm_fill(u32 to, u32 size, u32 kind, u32 site)
{
    if (size) return vm_access(to, size, kind, site);
    vm_skip = 0;
    return to ? to : 1;
}

/* Where an address of the sources lies: base, size and place of each window; -1 for nowhere. */
u32 vm_map(u64 at)
{
    u32 i;
    for (i = 0; i < vm_window_count; i++) {
        u64 offset = at - vm_windows[3 * i];
        if (offset < vm_windows[3 * i + 1]) return (u32)(vm_windows[3 * i + 2] + offset);
    }
    return at >> 32 ? 0xffffff00u : (u32)at;
}

/* Is this where the thread stopped? Then it goes on behind it. */
static u32 resumes(void)
{
    if (!vm_skip) return 0;
    vm_skip = 0;
    vm_section = vm_environment;
    vm_after = 0;
    return 1;
}

void vm_yield(u32 site)
{
    if (vm_mode != THREAD) return;
    if (resumes()) return;
    vm_unwind = 1;
    vm_choices = 1;
}

u32 vm_choose(u32 count, u32 site)
{
    if (vm_mode != THREAD) {
        vm_fault(CHOOSES, site, 0, 0);
        return 0;
    }
    if (count == 0 || count > 31) {
        vm_fault(CHOICE, site, count, 0);
        return 0;
    }
    if (count == 1) return 0;
    if (resumes()) return vm_choice;
    vm_unwind = 1;
    vm_choices = count;
    return 0;
}

void vm_wait(u32 site)
{
    if (vm_mode != THREAD) {
        vm_fault(WAITS, site, 0, 0);
        return;
    }
    if (resumes()) return;
    vm_unwind = 1;
    vm_waiting = 1;
    vm_choices = 1;
}

/* From words to memory and back. */
static void load(u32 *p)
{
    u32 i, t;
    for (i = 0; i < vm_dirty_count; i++) *(u32 *)vm_dirty[i] = p[i] ^ vm_initial[i];
    p += vm_dirty_room;
    for (t = 0; t < vm_thread_count; t++) {
        struct thread *th = &vm_threads[t];
        u32 sizes = p[1], *q = p + 2, *to = (u32 *)th->frames, *end;
        th->head = p[0];
        end = to + (sizes & 0xffff);
        th->top = (u32)end;
        while (to < end) *to++ = *q++;
        end = (u32 *)th->stack;
        to = end - (sizes >> 16);
        th->sp = (u32)to;
        while (to < end) *to++ = *q++;
        p += 2 + vm_thread_words;
    }
}

static void save(u32 *p)
{
    u32 i, t;
    for (i = 0; i < vm_dirty_count; i++) p[i] = *(u32 *)vm_dirty[i] ^ vm_initial[i];
    for (; i < vm_dirty_room; i++) p[i] = 0;
    p += vm_dirty_room;
    for (t = 0; t < vm_thread_count; t++) {
        struct thread *th = &vm_threads[t];
        u32 frames = (th->top - th->frames) >> 2, stack = (th->stack - th->sp) >> 2;
        u32 *q = p + 2, *from = (u32 *)th->frames, *end = (u32 *)th->top, *rest = p + 2 + vm_thread_words;
        if (frames + stack > vm_thread_words) {
            vm_short = 2;
            return;
        }
        p[0] = th->head;
        p[1] = frames | stack << 16;
        while (from < end) *q++ = *from++;
        from = (u32 *)th->sp;
        end = (u32 *)th->stack;
        while (from < end) *q++ = *from++;
        while (q < rest) *q++ = 0;
        p = rest;
    }
}

void vm_load(void) { load(vm_scratch); }
void vm_save(void) { save(vm_scratch); }

/* The state in scratch is the one whose successors are wanted. */
void vm_begin(void)
{
    u32 i;
    for (i = 0; i < vm_words; i++) vm_saved[i] = vm_scratch[i];
    vm_epoch++;
}

/*
 * The thread goes on from the state that `vm_begin` was called for. The answer: 0 blocked, 1 moved, 2 a
 * fault; 4 added if it wrote something or ended; 8 if the plan is too small, 16 if it has grown.
 */
u32 vm_step(u32 thread, u32 choice)
{
    struct thread *th = &vm_threads[thread];
    u32 i, status;
    load(vm_saved);
    status = th->head & 7;
    if (status >= ENDED) return 0;
    vm_mode = THREAD;
    vm_thread = thread;
    vm_bit = 1u << thread;
    vm_unwind = 0;
    vm_rewind = status == SUSPENDED;
    vm_skip = 0;
    vm_top = th->top;
    vm_frames_lo = th->frames;
    vm_frames_hi = th->limit;
    vm_sp = vm_stack_hi = th->stack;
    vm_stack_lo = th->stack - vm_stack_bytes;
    vm_fuel = vm_steps;
    vm_environment = vm_section = vm_after = vm_wrote = vm_waiting = vm_conflicted = 0;
    vm_choice = choice;
    vm_chose = (th->head >> 3 & 31) > 1;
    vm_fault_kind = 0;
    vm_note_count = 0;
    vm_write_count = 0;
    ((void (*)(void))th->entry)();
    vm_mode = INIT;
    if (vm_unwind == 1) {
        if (vm_waiting && !vm_wrote && !vm_chose) return (vm_short ? 8 : 0) | (vm_grown ? 16 : 0);
        th->top = vm_top;
        th->sp = vm_sp;
        th->head = SUSPENDED | vm_choices << 3 | vm_stop << 8;
    } else {
        th->top = th->frames;
        th->sp = th->stack;
        th->head = vm_unwind == 2 && vm_fault_kind ? FAILED | vm_fault_kind << 3 | vm_fault_site << 8 : ENDED;
    }
    save(vm_scratch);
    u32 answer = vm_wrote || vm_unwind != 1 ? 4 : 0;
    if (vm_short) answer |= 8;
    if (vm_grown) answer |= 16;
    if (vm_unwind == 2 && vm_fault_kind) return answer | 2;
    for (i = 0; i < vm_words; i++) if (vm_scratch[i] != vm_saved[i]) return answer | 1;
    return answer;
}

/* The answer of an invariant about memory. */
u32 vm_ask(u32 entry, u32 stack)
{
    u32 answer;
    vm_mode = OBSERVER;
    vm_unwind = vm_rewind = vm_skip = 0;
    vm_sp = vm_stack_hi = stack;
    vm_stack_lo = stack - vm_stack_bytes;
    vm_fuel = vm_steps;
    vm_environment = 0;
    vm_fault_kind = 0;
    vm_because_text = 0;
    answer = ((u32 (*)(void))entry)();
    vm_mode = INIT;
    return answer;
}

/* Initialisation: everything at once. */
void vm_initialise(u32 entry, u32 stack)
{
    vm_mode = INIT;
    vm_unwind = vm_rewind = vm_skip = 0;
    vm_sp = vm_stack_hi = stack;
    vm_stack_lo = stack - vm_stack_bytes;
    vm_fuel = vm_steps;
    vm_environment = 0;
    vm_fault_kind = 0;
    ((void (*)(void))entry)();
}
