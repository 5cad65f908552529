/*
 * The function that refcount.js models. The count is read and written back in two steps, so the
 * update of another thread in between is lost.
 */
struct frame {
	int refs;
};

void
frame_release(struct frame *frame)
{
	int n = frame->refs;
	frame->refs = n - 1;
}
