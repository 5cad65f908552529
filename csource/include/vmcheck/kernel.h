/*
 * What kernels call everywhere, for environment files: memcpy and memset in steps of VMCHECK_GRAIN bytes
 * (0: in one), printk, panic. Include it in one environment file.
 */
#ifndef VMCHECK_KERNEL_H
#define VMCHECK_KERNEL_H
#ifndef VMCHECK_ENVIRONMENT
#error "vmcheck/kernel.h is for environment files"
#endif
#include <vmcheck.h>

#ifndef VMCHECK_GRAIN
#define VMCHECK_GRAIN 0
#endif

void *memcpy(void *to, const void *from, __SIZE_TYPE__ size)
{
    unsigned char *a = to;
    const unsigned char *b = from;
    for (__SIZE_TYPE__ i = 0; i < size; i++) {
        if (VMCHECK_GRAIN && i && i % (VMCHECK_GRAIN ? VMCHECK_GRAIN : 1) == 0)
            vmcheck_yield();
        a[i] = b[i];
    }
    return to;
}

void *memmove(void *to, const void *from, __SIZE_TYPE__ size)
{
    unsigned char *a = to;
    const unsigned char *b = from;
    if (a < b)
        return memcpy(to, from, size);
    for (__SIZE_TYPE__ i = size; i > 0; i--) {
        if (VMCHECK_GRAIN && i != size && i % (VMCHECK_GRAIN ? VMCHECK_GRAIN : 1) == 0)
            vmcheck_yield();
        a[i - 1] = b[i - 1];
    }
    return to;
}

void *memset(void *to, int value, __SIZE_TYPE__ size)
{
    unsigned char *a = to;
    for (__SIZE_TYPE__ i = 0; i < size; i++) {
        if (VMCHECK_GRAIN && i && i % (VMCHECK_GRAIN ? VMCHECK_GRAIN : 1) == 0)
            vmcheck_yield();
        a[i] = (unsigned char)value;
    }
    return to;
}

int printk(const char *text, ...)
{
    (void)text;
    return 0;
}

__attribute__((noreturn)) void panic(const char *text, ...)
{
    vmcheck_panic(text);
}
#endif
