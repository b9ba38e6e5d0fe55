import { type DetectorCase, memoryOf } from './made-evidence';

const syscalls = (symbolOf: (index: number) => string) =>
  Array.from({ length: 300 }, (_, Index) => ({ Index, 'Handler Symbol': symbolOf(Index), 'Table Name': '64bit' }));
const KERNEL = 281_473_580_009_872;

/** Detectors that judge the kernel and what is loaded into programs. */
export const KERNEL_CASES: readonly DetectorCase[] = [
  {
    detector: 'hidden-module',
    finds: {
      what: 'a module that the list lacks',
      files: memoryOf([], { check_modules: [{ 'Module Name': 'nvmev', 'Module Address': 1 }] }),
      says: /The kernel module nvmev is loaded and hidden/,
    },
    leaves: {
      what: 'a listed module, and the one that took the image',
      files: memoryOf([], { check_modules: [{ 'Module Name': 'ena' }, { 'Module Name': 'lime' }] }),
    },
  },
  {
    detector: 'hooked-syscall',
    finds: {
      what: 'one call among hundreds that leads to unknown code',
      files: memoryOf([], { check_syscall: syscalls((at) => (at === 217 ? 'UNKNOWN' : `__x64_sys_${at}`)) }),
      says: /1 of 300 system calls are hooked: 217/,
    },
    leaves: {
      what: 'symbols of another kernel build: nearly all are unknown',
      files: memoryOf([], { check_syscall: syscalls((at) => (at % 3 === 0 ? 'UNKNOWN' : `__x64_sys_${at}`)) }),
    },
  },
  {
    detector: 'kernel-hook',
    finds: {
      what: 'a terminal whose input goes to code of no module',
      files: memoryOf([], {
        tty_check: [
          { Name: 'ttyS0', Address: KERNEL, Module: '__kernel__', Symbol: 'n_tty_receive_buf' },
          { Name: 'ttyS1', Address: KERNEL + 900_000_000, Module: 'UNKNOWN', Symbol: 'UNKNOWN' },
        ],
      }),
      says: /The kernel calls unlisted code at ttyS1/,
    },
    leaves: {
      what: 'a handler without a symbol among the kernel’s own, and a filter of apparmor',
      files: memoryOf([], {
        tty_check: [
          { Name: 'ttyS0', Address: KERNEL, Module: '__kernel__', Symbol: 'n_tty_receive_buf' },
          { Name: 'ttyS1', Address: KERNEL + 4096, Module: 'UNKNOWN', Symbol: 'UNKNOWN' },
        ],
        netfilter: [
          { Hook: 'POST_ROUTING', Proto: 'IPV4', Handler: 5, Module: '[apparmor_ip_postroute]', 'Is Hooked': 'True' },
        ],
      }),
    },
  },
  {
    detector: 'preload',
    finds: {
      what: 'a library from a temporary place pushed into a program',
      files: memoryOf([
        { pid: 3000, ppid: 1, comm: 'sshd', exe: '/usr/sbin/sshd', env: { LD_PRELOAD: '/dev/shm/.l.so' } },
      ]),
      says: /LD_PRELOAD makes sshd \(pid 3000\) load \/dev\/shm\/\.l\.so/,
    },
    leaves: {
      what: 'a memory allocator',
      files: memoryOf([
        {
          pid: 3000,
          ppid: 1,
          comm: 'redis',
          exe: '/usr/bin/redis',
          env: { LD_PRELOAD: '/opt/redis/lib/libjemalloc.so.2' },
        },
      ]),
    },
  },
];
