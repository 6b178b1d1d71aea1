/* Answers CPUID as a processor would that has AVX2 and nothing later.
 *
 * Loaded by LD_PRELOAD before a library in which patch.py has replaced each
 * CPUID instruction by UD2. That one raises SIGILL; the handler here asks the
 * processor in its stead, takes out what came after AVX2, and goes on behind.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define BIT(n) (1u << (n))

/* The bits of leaf 7, by the manuals of Intel and AMD. */
enum {
	AVX512_EBX = BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31), /* F DQ IFMA PF ER CD BW VL */
	AVX512_ECX = BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14), /* VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
	AVX512_EDX = BIT(2) | BIT(3) | BIT(8) | BIT(23), /* 4VNNIW, 4FMAPS, VP2INTERSECT, FP16 */
	AMX_EDX = BIT(22) | BIT(24) | BIT(25), /* BF16, TILE, INT8 */
};

static void answer(int signal, siginfo_t *info, void *context)
{
	static const char said[] = "onnxruntime asked for the processor's features: all after AVX2 were hidden\n";
	static int asked;
	(void)info;
	static const unsigned char ud2[] = {0x0f, 0x0b};
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	unsigned eax, ebx, ecx, edx, leaf = r[REG_RAX], subleaf = r[REG_RCX];

	if (memcmp((void *)r[REG_RIP], ud2, sizeof ud2) != 0)
		_exit(128 + signal);
	__cpuid_count(leaf, subleaf, eax, ebx, ecx, edx);
	if (leaf == 7 && subleaf == 0) {
		ebx &= ~AVX512_EBX;
		ecx &= ~AVX512_ECX;
		edx &= ~(AVX512_EDX | AMX_EDX);
		if (!asked++)
			(void)!write(STDERR_FILENO, said, sizeof said - 1);
	}
	if (leaf == 7 && subleaf == 1) /* AVX-VNNI and its kin, and more of AMX and AVX-512 */
		eax = ebx = ecx = edx = 0;
	r[REG_RAX] = eax;
	r[REG_RBX] = ebx;
	r[REG_RCX] = ecx;
	r[REG_RDX] = edx;
	r[REG_RIP] += sizeof ud2;
}

__attribute__((constructor)) static void install(void)
{
	struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_NODEFER};
	sigaction(SIGILL, &action, NULL);
}
