/*
 * A frame allocator, for environment files. Which of the free frames an allocation takes tells no states
 * apart: it is always the lowest. An allocation may fail as often as the budget says, wherever that is.
 * Define VMCHECK_FRAMES before; the initialisation calls vmcheck_frames_init.
 */
#ifndef VMCHECK_FRAMES_H
#define VMCHECK_FRAMES_H
#ifndef VMCHECK_ENVIRONMENT
#error "vmcheck/frames.h is for environment files"
#endif
#include <vmcheck.h>

#ifndef VMCHECK_FRAMES
#define VMCHECK_FRAMES 4
#endif

static struct {
    unsigned char used[VMCHECK_FRAMES];
    /* How often an allocation may still fail. */
    unsigned char failures;
} vmcheck_frames;

static inline void vmcheck_frames_init(int failures)
{
    for (int i = 0; i < VMCHECK_FRAMES; i++)
        vmcheck_frames.used[i] = 0;
    vmcheck_frames.failures = (unsigned char)failures;
}

/* Number of a frame, or -1 if there is none, or if the allocation fails. */
static inline int vmcheck_frame_alloc(void)
{
    int frame = 0;
    while (frame < VMCHECK_FRAMES && vmcheck_frames.used[frame])
        frame++;
    if (frame == VMCHECK_FRAMES)
        return -1;
    if (vmcheck_thread() >= 0 && vmcheck_frames.failures > 0 && vmcheck_choose(2)) {
        vmcheck_frames.failures--;
        return -1;
    }
    /* Another thread may have taken it while this one chose. */
    frame = 0;
    while (frame < VMCHECK_FRAMES && vmcheck_frames.used[frame])
        frame++;
    if (frame == VMCHECK_FRAMES)
        return -1;
    vmcheck_frames.used[frame] = 1;
    return frame;
}

static inline void vmcheck_frame_free(int frame)
{
    if (frame < 0 || frame >= VMCHECK_FRAMES)
        vmcheck_fail("a frame is freed that does not exist");
    if (!vmcheck_frames.used[frame])
        vmcheck_fail("a frame is freed twice");
    vmcheck_frames.used[frame] = 0;
}

static inline int vmcheck_frame_used(int frame)
{
    return vmcheck_frames.used[frame];
}

static inline int vmcheck_frames_in_use(void)
{
    int count = 0;
    for (int i = 0; i < VMCHECK_FRAMES; i++)
        count += vmcheck_frames.used[i];
    return count;
}
#endif
